package panes

import (
	"net/url"
	"strconv"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// Lane is one flow at this step.
type Lane struct {
	Flow              journal.Flow
	State, Credential string // "Stateful", "session cookie"
	Class             string
	Client            bool   // a script of the app's page is the client
	Base              string // the app's path
	Host              string // shown before it
	Sent              bool   // there is an exchange to show
	Number            int
	Status            string // "200 OK"
	Line              string // "GET /…/profile"
	Others            []page.Choice
	By                string
	Request, Response WireView
	Server            ServerView
	Held              HeldView
	Now               HeldNow
	Exchange          string // the exchange's own page
	Turned            string // the knobs that were not as the lesson has them, "" for none
}

// InParts shows both messages of an exchange part by part, each with links to the
// parts around it.
func (l Lane) InParts(x *journal.Exchange, at PartsAt) Lane {
	link := func(at PartsAt) string {
		return l.Exchange + "?" + url.Values{"request": {strconv.Itoa(at.Request)}, "response": {strconv.Itoa(at.Response)}}.Encode()
	}
	requestAt := func(n int) string { return link(PartsAt{n, at.Response}) + "#" + l.Request.ID }
	responseAt := func(n int) string { return link(PartsAt{at.Request, n}) + "#" + l.Response.ID }
	l.Request = newWire("Request", l.Request.ID, x.Request, explain.Request(x), partAt(x.Request, at.Request)).around(x.Request, requestAt)
	l.Request.Copied = x.By == journal.Replay
	l.Response = newWire("Response", l.Response.ID, x.Response, explain.Response(x), partAt(x.Response, at.Response)).around(x.Response, responseAt)
	return l
}
