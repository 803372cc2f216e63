package explain

import (
	"net/http"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// Flow is one of the ways to stay logged in, as a value: all that the lab has to know
// of it to record it, to explain it and to show it. Each stands in a file of its own,
// flow_session.go and so on; whatever is true of one of them only is asked of its
// value, so that another one costs another value and no branch anywhere.
type Flow struct {
	// ID is its name, which is also its path segment below a bench.
	ID journal.Flow
	// State is what it is called on a page, beside the others: "Stateful".
	State string
	// Credential is what its client carries, in words: "session cookie"; Short in one
	// word, for a slide: "cookie".
	Credential, Short string
	// Says names what of it says who somebody is: "token". It is "" where it says
	// nothing by itself.
	Says string
	// Ink is that of the credential on the wire, or of its first part.
	Ink Ink
	// Nobody is said where the server remembers no record, NoneHeld where the browser
	// holds no credential.
	Nobody, NoneHeld string
	// Client says that a script of the app's own page is the client, which sends JSON
	// and shows what comes of it; else the browser itself sends forms.
	Client bool
	// Stays says that a credential which is no longer good is still held and sent: so
	// the browser must let go of it before it is a stranger's again.
	Stays bool
	// Knobs is the group of settings that the app goes by.
	Knobs settings.Group
	// Asks names what the server goes to with a credential: its "store", or "its key".
	Asks string
	// Key is what a key of the server's is called, "" where it has none.
	Key string

	// cookie is the name of the cookie that the settings have the credential in, "" for
	// none.
	cookie func(settings.Settings) string
	// credential is the one that a request carries, "" for none, or for one that cannot
	// be read.
	credential func(*http.Request, settings.Settings) string
	// placed reports whether a request has anything in the place of a credential.
	placed func(*http.Request, settings.Settings) bool
	// marks says of a cookie's name whether it is one of the app's own, and marks its
	// value, which begins at an offset of the message.
	marks func(name string, at int, value string) ([]Span, bool)
	// role is where a role comes from that an answer names: its ink, its reference and
	// what is said of it.
	role func(settings.Settings) Span
	// answered notes what the answer to a request gives the client.
	answered func(r *Reading, request *http.Request, response *http.Response)
	// issued is the credential that an answer gave, "" for none.
	issued func(*Reading) string
	// alg is the algorithm that the settings have the server use its keys with; nil where
	// it has none.
	alg func(settings.Settings) string
	// reads takes apart what the browser holds: what everybody can read of it, and how
	// many bytes of it nobody can who has no key. It is nil where there is nothing to
	// read.
	reads func(value string, now time.Time) (open []Claim, locked int)
	// judge makes the verdict on a request that reached the app.
	judge func(*judge)
	// learn does what a browser does with an exchange.
	learn func(*holder, *journal.Exchange)
	// standing says what a held credential is worth, to a server that remembers a
	// state.
	standing func(Held, settings.Settings, journal.State, time.Time) Standing
	// ends are those of what was given out.
	ends func(Held, journal.State, settings.Settings) []End
	// decodes and roleKept are Decodes and RoleKept.
	decodes  func(*journal.Exchange) string
	roleKept func(*journal.Exchange) string
}

// flows are all flows by name. They are put there by init, because each is explained by
// functions that look flows up.
var flows map[journal.Flow]*Flow

func init() {
	flows = map[journal.Flow]*Flow{}
	for _, f := range []*Flow{&sessionFlow, &tokenFlow, &sealedFlow} {
		flows[f.ID] = f
	}
}

// FlowOf returns a flow by its name, nil for one that is none of [journal.Flows]: no
// exchange has such a one.
func FlowOf(id journal.Flow) *Flow { return flows[id] }

// Cookie is the name of the cookie that the settings have the flow's credential in, ""
// where it is in none.
func (f *Flow) Cookie(s settings.Settings) string { return f.cookie(s) }

// Marks are the spans of a credential in the cookie that it is in, with offsets into its
// value; nil for a value of another cookie.
func (f *Flow) Marks(cookie, value string) []Span {
	if spans, own := f.marks(cookie, 0, value); own {
		return spans
	}
	return nil
}

// Alg is the algorithm that the settings have the server use its keys with, "" where it
// has none.
func (f *Flow) Alg(s settings.Settings) string {
	if f.alg == nil {
		return ""
	}
	return f.alg(s)
}

// Reads takes apart a credential that the browser holds in a cookie: what everybody can
// read of it, and how many bytes of it nobody can who has no key; nothing and 0 where
// it says nothing at all. now is what times are measured from.
func (f *Flow) Reads(value string, now time.Time) (open []Claim, locked int) {
	if f.reads == nil {
		return nil, 0
	}
	return f.reads(value, now)
}

// Decodes says how much of the credential that an exchange shows can be read without a
// key, as outcome.Decodes has it; "" where there is nothing to decode.
func (f *Flow) Decodes(x *journal.Exchange) string { return f.decodes(x) }

// RoleKept says where the role stands that the app goes by, as outcome.KeepsIn has it;
// "" where the exchange does not show it.
func (f *Flow) RoleKept(x *journal.Exchange) string { return f.roleKept(x) }

// Presents reports whether a request has anything in the place of the flow's
// credential, good or not. It looks at the fields as net/http read them, which costs
// less than to read the recorded bytes again.
func (f *Flow) Presents(r *http.Request, s settings.Settings) bool { return f.placed(r, s) }
