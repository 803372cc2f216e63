// Package client tells those who send requests from each other, as far as the wire
// allows: this browser, another tab of it, somebody else.
package client

import (
	"net/http"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
)

// Client is what is known of who sends requests: by the request itself, and by how
// pages of ours call themselves.
type Client struct {
	Agent string // its User-Agent, as head.Agent has it
	Peer  string // its network address, without the port
	// Page is the name of the page, as journal.Exchange.Page has it; "" where scripts are
	// off, or for no page of ours.
	Page string
}

// Of is who sent an exchange. page is the page that has claimed it, "" for
// none.
func Of(x *journal.Exchange, page string) Client {
	return Client{Peer: x.Peer, Page: page, Agent: explain.Read(x).Agent()}
}

// Same reports whether other is the same browser, as far as is known: the same page,
// or what says that it is the same program and comes from the same address. Two
// profiles of one browser look alike, and so do two machines behind one address.
func (c Client) Same(other Client) bool {
	return c.Page != "" && c.Page == other.Page || c.Agent == other.Agent && c.Peer == other.Peer
}

// Own are those of xs that came from a browser: what the lab's own client has sent
// is nobody's. pageOf says how the page calls itself that has sent one.
func (c Client) Own(xs []*journal.Exchange, pageOf func(*journal.Exchange) string) []*journal.Exchange {
	var own []*journal.Exchange
	for _, x := range xs {
		if x.By == journal.Visitor && c.Same(Of(x, pageOf(x))) {
			own = append(own, x)
		}
	}
	return own
}

// Sender says in words who sent an exchange, to this client: "you", "another tab of
// yours", "another client: curl". Where the wire tells no more than that it came
// from the same browser, it says that.
func (c Client) Sender(x *journal.Exchange, page string) string {
	if x.By == journal.Replay {
		return "another client, with a copy"
	}
	who := Of(x, page)
	switch {
	case !c.Same(who):
		return stranger(who)
	case page != "" && (page == c.Page || c.Page == ""):
		return "you"
	case page != "", explain.Read(x).TopLevel():
		return "another tab of yours"
	default:
		return "your browser"
	}
}

// stranger names a client by the product that its User-Agent begins with (RFC 9110,
// section 10.1.5); what passes for a browser, by the browser.
func stranger(c Client) string {
	if name := head.Browser(c.Agent); name != "" {
		return "another browser: " + name
	}
	product, _, _ := strings.Cut(c.Agent, " ")
	if product == "" {
		return "another client, which does not say what it is"
	}
	const most = 40
	if len(product) > most {
		product = product[:most] + "…"
	}
	return "another client: " + product
}

// Viewer is who asks for a page, with the name that the page gives itself.
func Viewer(r *http.Request, peer, page string) Client {
	return Client{Agent: head.Agent(r.UserAgent()), Peer: peer, Page: page}
}
