package check

import (
	"strings"
	"time"

	"authlab/lab/moment"
)

const openTLS = "Start the lab with -tls-cert and -tls-key, or open it on the machine that it runs on, at localhost."

func (s Seen) transport() Row {
	came := []string{s.Origin}
	if s.TLS != "" {
		came = append(came, s.TLS)
	}
	r := Row{ID: "transport", Name: "A connection that nobody else reads", Tried: []string{"this page's own request"}, Came: came}
	good := "Only this browser and the lab read what is sent."
	if s.Loopback && s.TLS == "" {
		good = "It is not encrypted, but it never leaves this machine."
	}
	return r.outcome(s.TLS != "" || s.Loopback, good,
		"Everybody on this network can read what is sent, the demo's passwords and credentials too. They are nobody's, so the lesson may go on; it is a good moment to say so.", openTLS)
}

func (s Seen) secureContext() Row {
	r := Row{ID: "context", Name: "A secure context", Tried: []string{"isSecureContext", "crypto.subtle.digest('SHA-256', …)"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{truth(f.Context), made(f.Subtle, "a digest", "no digest")}
		return r.outcome(f.Context && f.Subtle, "Browsers give scripts all that they have.",
			"The browser does not trust this address, and keeps from scripts what it gives to trusted ones only. The lab's own pages do without.", openTLS)
	})
}

// cookieTexts say what each cookie's return means for the lesson. The names are
// those that package lab sets.
var cookieTexts = map[string]struct{ id, name, good, bad, do string }{
	"check-plain": {"cookie", "A cookie",
		"The session flow can be shown at every step.", "Without cookies nobody stays logged in to the session app: steps 1 to 10 of that flow show a stranger.",
		"Allow cookies for this address in the browser's settings."},
	"check-httponly": {"httponly", "An HttpOnly cookie",
		"The session cookie of the lesson’s configuration comes back, steps 1 to 10.", "The session cookie of the lesson’s configuration does not come back: steps 1 to 10 show a stranger.",
		"Allow cookies for this address in the browser's settings."},
	"check-strict": {"strict", "SameSite=Strict",
		"The knob SameSite=Strict can be shown.", "With the knob SameSite=Strict the login does not last.", "Leave that knob as it is."},
	"check-lax": {"lax", "SameSite=Lax",
		"The lesson’s configuration works, steps 1 to 10.", "The session cookie of the lesson’s configuration does not come back, steps 1 to 10.", "Turn the knob SameSite to another value."},
	"check-none": {"none", "SameSite=None with Secure",
		"The knob SameSite=None can be shown, with the knob Secure.", "The knob SameSite=None loses the login, because None needs Secure and Secure needs a connection that the browser trusts.", openTLS},
	"check-secure": {"secure", "A Secure cookie",
		"The knob Secure can be shown.", "With the knob Secure turned on, the browser refuses the cookie, and steps 1 to 10 show a stranger. That is itself worth showing once.", openTLS},
	"__Secure-check": {"secure-prefix", "A name with __Secure-",
		"Names with a prefix can be shown.", "The browser refuses the cookie. A name with __Host- needs the same and more.", openTLS},
}

func (s Seen) cookieRows() (rows []Row) {
	secure := false
	for _, c := range s.Cookies {
		pair, _, _ := strings.Cut(c.Line, ";")
		secure = secure || c.Name == "check-secure" && c.Came
		r := Row{Tried: []string{"Set-Cookie: " + c.Line}, Came: []string{made(c.Came, "Cookie: "+pair, "nothing")}, Sent: true, Wire: c.Came}
		if text, ok := cookieTexts[c.Name]; ok {
			r.ID, r.Name = text.id, text.name
			rows = append(rows, r.outcome(c.Came, text.good, text.bad, text.do))
			continue
		}
		rows = append(rows, hostPrefix(r, secure, c.Came))
	}
	return append(rows, s.httpOnly())
}

// hostPrefix is the row of the cookie that must not come back.
func hostPrefix(r Row, secure, came bool) Row {
	r.ID, r.Name = "host-prefix", "The rules of __Host-"
	if !secure {
		return r.outcome(false, "", "Such a cookie must be Secure, which this browser refuses here: the knob that names the cookie __Host-sid cannot be shown.", openTLS)
	}
	return r.outcome(!came, "The browser refused this one, as it must: its Path is not /. So it knows the prefix, and the knob that names the cookie __Host-sid can be shown. A right one is not tried, because it would be sent to the benches too.",
		"This browser keeps a cookie that breaks the prefix's rules: there is no protection in the name.", "Show it in a newer browser.")
}

func (s Seen) httpOnly() Row {
	r := Row{ID: "hidden", Name: "HttpOnly hides from scripts", Tried: []string{"two cookies, one of them HttpOnly", "document.cookie"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{
			"the open one: " + made(f.Seen, "seen", "not seen"),
			"the HttpOnly one: " + made(f.Hidden, "seen", "not seen") + " by the script, " + made(f.HiddenCame, "sent", "not sent") + " to the lab",
		}
		return r.outcome(f.Seen && !f.Hidden && f.HiddenCame, "Step 4 shows what a script cannot read.",
			"Step 4 cannot be shown: scripts see other cookies than they should.", "Allow cookies for this address in the browser's settings.")
	})
}

func (s Seen) fetchMetadata() Row {
	r := Row{ID: "metadata", Name: "Sec-Fetch-* fields", Tried: []string{"a form's POST", "a script's POST"}}
	r.Came, r.Wire = linesOf(append(append([]string{}, s.FormFetch...), s.ScriptFetch...)...)
	return r.outcome(len(s.FormFetch) > 0, "The wire shows where the browser says that each request comes from.",
		"The wire lacks these lines at every step, and the lab tells other sites' requests by Origin alone.", openTLS)
}

func (s Seen) origins() Row {
	r := Row{ID: "origin", Name: "Origin", Tried: []string{"a form's POST", "a script's POST"}}
	r.Came, r.Wire = linesOf(field("Origin", s.FormOrigin), field("Origin", s.ScriptOrigin))
	return r.outcome(s.FormOrigin == s.Origin && (s.Script == nil || s.ScriptOrigin == s.Origin), "Requests of other sites can be told from our own.",
		"Something between this browser and the lab changes the address or leaves the field out. The lab may take its own forms for another site's.",
		"Open the lab directly, or have the proxy keep Host and Origin.")
}

func (s Seen) bearer() Row {
	r := Row{ID: "bearer", Name: "Authorization reaches the lab", Tried: []string{"Authorization: " + BearerSent}, Sent: true}
	return r.byScript(s.Script, func(r Row, _ *Script) Row {
		r.Came, r.Wire = linesOf(field("Authorization", s.Bearer))
		return r.outcome(s.Bearer == BearerSent, "The token flow can be shown at every step.",
			"Something on the way takes the field or changes it: the token flow shows a stranger at steps 1 to 10.", "Open the lab without the proxy.")
	})
}

func (s Seen) sessionStorage() Row {
	r := Row{ID: "session-storage", Name: "sessionStorage", Tried: []string{"write a value, read it, remove it"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{made(f.Session, "the same value", "an error, or another value")}
		return r.outcome(f.Session, "The knob that keeps the token in sessionStorage can be shown.",
			"The token app cannot keep its token there, and does not start in some browsers.", "Allow site data for this address in the browser's settings.")
	})
}

func (s Seen) localStorage() Row {
	r := Row{ID: "local-storage", Name: "localStorage", Tried: []string{"write a value, read it, remove it"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{made(f.Local, "the same value", "an error, or another value")}
		return r.outcome(f.Local, "The token app keeps its token there, as step 4 shows.",
			"The token app keeps its token there at first: without it, the token flow shows a stranger at steps 1 to 10.", "Allow site data for this address in the browser's settings.")
	})
}

func (s Seen) frame() Row {
	r := Row{ID: "frame", Name: "A page of the lab in a frame", Tried: []string{"the frame under this list"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{made(f.Frame, "the page", "nothing")}
		return r.outcome(f.Frame, "Both apps are shown on the bench.",
			"The bench cannot show the apps, and its black button sends nothing.", "Look for an extension or a proxy that forbids frames. The apps can be opened in tabs of their own.")
	})
}

func (s Seen) popover() Row {
	r := Row{ID: "popover", Name: "Explanations over the wire", Tried: []string{"open a popover"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{made(f.Popover, "it opened", "it did not")}
		return r.outcome(f.Popover, "What is marked on the wire explains itself beside it.",
			"This browser has no popovers: an explanation opens as a link, at the foot of the window.", "Nothing needs to be done; a newer browser shows it in its place.")
	})
}

func (s Seen) clipboard() Row {
	r := Row{ID: "clipboard", Name: "The clipboard", Tried: []string{"look for navigator.clipboard"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		r.Came = []string{made(f.Clipboard, "it is there", "it is not there")}
		return r.outcome(f.Clipboard, "The buttons to copy have what they need.",
			"The buttons to copy use an older way, and select the text where that fails too.", "")
	})
}

func (s Seen) events() Row {
	r := Row{ID: "events", Name: "News from the server in time", Tried: []string{"an event stream: two events, 500 ms apart"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		switch {
		case !f.Opened:
			r.Came = []string{"no event"}
		case f.Gap <= 0:
			r.Came = []string{"the first after " + moment.Took(f.First), "no second one"}
		default:
			r.Came = []string{"the first after " + moment.Took(f.First), "the second " + moment.Took(f.Gap) + " after it"}
		}
		return r.outcome(f.Opened && f.Gap > f.Sent/2, "What others send appears at once, and a class follows its instructor.",
			"Events are held back or lost on the way: pages do not update by themselves, and a class falls behind its instructor.",
			"Have the proxy pass text/event-stream on without buffering, or open the lab without it. A reload always shows the present state.")
	})
}

// clockSlack is how far a device's clock may be off before somebody compares a
// token's exp with a watch and wonders.
const clockSlack = 5 * time.Second

func (s Seen) clock() Row {
	r := Row{ID: "clock", Name: "This device's clock", Tried: []string{"ask the lab for its time"}}
	return r.byScript(s.Script, func(r Row, f *Script) Row {
		off := f.Ahead.Abs()
		way := "behind"
		if f.Ahead > 0 {
			way = "ahead of"
		}
		if off > f.Trip/2 {
			r.Came = []string{moment.Took(off) + " " + way + " the lab's"}
		} else {
			r.Came = []string{"the lab's, as far as can be measured"}
		}
		r.Came = append(r.Came, "measured to "+moment.Took(f.Trip/2+time.Millisecond))
		return r.outcome(off <= clockSlack, "iat and exp in a token are close to what this device's clock says.",
			"iat and exp are the server's time, and this device's differs: in steps 3 and 10 a token seems to begin or end early or late. The server decides by its own clock.",
			"Set the clock, or go by the times on the page, which are the lab's.")
	})
}

func truth(is bool) string { return made(is, "true", "false") }

func made(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
