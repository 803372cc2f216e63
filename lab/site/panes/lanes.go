package panes

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
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

// Lane is a flow as it stands at the step.
func (in *BenchInput) Lane(flow journal.Flow) Lane {
	of := explain.FlowOf(flow)
	l := Lane{
		Flow: flow, State: of.State, Credential: of.Credential, Class: page.ClassOf(flow), Client: of.Client,
		Base: in.Path() + "/" + string(flow) + "/", Host: in.Origin, Now: newHeldNow(in.Viewer.Own(in.Journal.Exchanges, in.PageOf), flow),
	}
	x := in.Exchange(flow)
	if x == nil {
		return in.emptyLane(l)
	}
	verdict := explain.Read(x).Verdict()
	l.Sent, l.Number, l.Line = true, x.Number, RequestLine(x)
	l.Status = page.StatusText(verdict.Answered)
	l.By = in.Sender(x)
	l.Turned = strings.Join(in.turned(x), "; ")
	l.Exchange = in.Path() + "/exchanges/" + strconv.Itoa(x.Number)
	l.Others = in.others(flow, x)
	l.Request = newWire("Request", string(flow)+"-req", x.Request, explain.Request(x), beginning(x.Request)).leadOn(x, l.Exchange, "request")
	l.Response = newWire("Response", string(flow)+"-res", x.Response, explain.Response(x), beginning(x.Response)).leadOn(x, l.Exchange, "response")
	l.Request.Copied = x.By == journal.Replay
	earlier := in.Journal.Latest(flow, func(e *journal.Exchange) bool { return e.Number < x.Number })
	l.Server = NewServer(x, earlier, verdict, in.Ran(x))
	if slices.Contains(journal.Lesson, flow) {
		l.Server.BothApps = in.codePath()
	}
	l.Held = in.held(flow, x.Number)
	return l
}

// held is what the viewer's browser holds for a flow after an exchange; in a class,
// what the browser holds that sends for it.
func (in *BenchInput) held(flow journal.Flow, number int) HeldView {
	own := in.Viewer.Own(in.Journal.Exchanges, in.PageOf)
	v := newHeld(explain.HeldAfter(own, flow, number), flow, in.ID, in.Clock)
	given := slices.ContainsFunc(own, func(x *journal.Exchange) bool { return x.Flow == flow && x.Number <= number && in.LogsIn(x) })
	for _, x := range in.Journal.Exchanges {
		if x.Flow == flow && x.Number <= number && !given && in.LogsIn(x) {
			v.Elsewhere = fmt.Sprintf("What exchange %d gave went to %s, not to this browser.", x.Number, page.Shown(in.Viewer.Sender(x, in.PageOf(x))))
		}
	}
	return v
}

// emptyLane is a flow that has nothing to show at this step yet.
func (in *BenchInput) emptyLane(l Lane) Lane {
	nothing := "Nothing has been sent for this step yet. What is sent will stand here, byte for byte."
	l.Status = "not sent yet"
	if in.BeingSent(in.Step) {
		l.Status, nothing = "being sent", "This step is being sent. What was sent and answered will stand here once "+in.answered()+"."
	}
	l.Request = WireView{Kind: "Request", ID: string(l.Flow) + "-req", Badge: l.Status, Absent: nothing}
	l.Response = WireView{Kind: "Response", ID: string(l.Flow) + "-res", Badge: l.Status, Absent: "No answer without a question."}
	l.Server = idleServer(l.Flow, in.Now[l.Flow], in.Clock, in.Settings)
	last := 0
	if n := len(in.Journal.Exchanges); n > 0 {
		last = in.Journal.Exchanges[n-1].Number
	}
	l.Held = in.held(l.Flow, last)
	return l
}

// others lists the other exchanges of the same step and flow.
func (in *BenchInput) others(flow journal.Flow, shown *journal.Exchange) []page.Choice {
	var out []page.Choice
	pins := in.ShownPins()
	for _, x := range in.Journal.Exchanges {
		if x.Flow != flow || x.Step == plot.NoStep || x.Step != shown.Step {
			continue
		}
		pins[flow] = x.Number
		out = append(out, page.Choice{
			Name: fmt.Sprintf("#%d", x.Number), Value: RequestLine(x),
			Href: in.Link(in.Step, in.View, pins), Current: x == shown,
		})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// Sender says who sent an exchange, and whether it was sent before a step.
func (in *BenchInput) Sender(x *journal.Exchange) string {
	from := in.PageOf(x)
	who := in.Viewer.Sender(x, from)
	if in.Class && x.By == journal.Visitor && in.Viewer.Same(client.Of(x, from)) {
		who = "the instructor"
	}
	by := "sent by " + page.Shown(who)
	if x.Restores {
		by += ", before the step"
	}
	return by
}

// Diagrams draws what the bench has sent so far, this step marked.
func (in *BenchInput) Diagrams() []DiagramView {
	var out []DiagramView
	for _, flow := range in.Lanes {
		out = append(out, NewDiagram("diagram-"+string(flow), flow, in.Journal.Exchanges, plot.LooksAt(in.Step), false))
	}
	return out
}

// turned are the knobs of a flow that were not as the lesson has them when an
// exchange met them: "SameSite: SameSite=None".
func (in *BenchInput) turned(x *journal.Exchange) []string {
	var out []string
	if x.Settings == (settings.Settings{}) {
		return nil
	}
	for _, c := range settings.Changes(in.Lesson, x.Settings) {
		k, _ := settings.Find(c.Name)
		if k.Governs(explain.FlowOf(x.Flow).Knobs) {
			out = append(out, c.Label+": "+c.To)
		}
	}
	return out
}
