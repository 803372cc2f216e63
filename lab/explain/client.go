package explain

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"authlab/lab/journal"
)

// Client is what is known of who sends requests: by the request itself, and by how
// pages of ours call themselves.
type Client struct {
	Agent string // its User-Agent, as agentName has it
	Peer  string // its network address, without the port
	// Page is the name of the page, as journal.Exchange.Page has it; "" where scripts are
	// off, or for no page of ours.
	Page string
}

// ClientOf is who sent an exchange. page is the page that has claimed it, "" for
// none.
func ClientOf(x *journal.Exchange, page string) Client {
	return Client{Peer: x.Peer, Page: page, Agent: Read(x).agent}
}

// longAgent is the length in bytes from which a User-Agent is not kept whole.
const longAgent = 1024

// agentName is a User-Agent as clients are told apart by it: of a long one the
// beginning, and a hash of all of it.
func agentName(userAgent string) string {
	if len(userAgent) <= longAgent {
		return userAgent
	}
	sum := sha256.Sum256([]byte(userAgent))
	return strings.Clone(userAgent[:longAgent]) + " " + hex.EncodeToString(sum[:])
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
		if x.By == journal.Visitor && c.Same(ClientOf(x, pageOf(x))) {
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
	who := ClientOf(x, page)
	switch {
	case !c.Same(who):
		return stranger(who)
	case page != "" && (page == c.Page || c.Page == ""):
		return "you"
	case page != "", topLevel(x):
		return "another tab of yours"
	default:
		return "your browser"
	}
}

// topLevel reports whether a browser said that it asked for a page that stands in no
// frame (Fetch Metadata Request Headers, section 2.1), which a bench's page never
// does.
func topLevel(x *journal.Exchange) bool {
	return Read(x).topLevel
}

// stranger names a client by the product that its User-Agent begins with (RFC 9110,
// section 10.1.5); what passes for a browser, by the browser.
func stranger(c Client) string {
	if name := agentOf(c.Agent); name != "" {
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

// ViewerOf is who asks for a page, with the name that the page gives itself.
func ViewerOf(r *http.Request, peer, page string) Client {
	return Client{Agent: agentName(r.UserAgent()), Peer: peer, Page: page}
}
