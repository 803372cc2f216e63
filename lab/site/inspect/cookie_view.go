package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"authlab/lab/cookie"
	"authlab/lab/moment"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// CookieView is the cookie inspector: a form, and what came of it.
type CookieView struct {
	page.Chrome
	Form    CookieFormView
	Origin  string   // where what stands in the form came from, "" if a visitor typed it
	Notes   []string // what was left out of what was pasted
	Problem string   // what is wrong with the form and what to do, "" if nothing
	Result  *CookieResultView
}

// CookieFormView is what stands in the form, as it was typed.
type CookieFormView struct {
	URL, Lines, Earlier, API                 string
	RequestURL, Method, Initiator, Top, Kind string
	Minutes                                  string
	Wrong                                    string // the field that is wrong, as cookie.FieldError names it
	APIs, Kinds, Initiators, Presets         []Option
}

// Option is one choice of a form.
type Option struct {
	Value, Name string
	Chosen      bool
}

// CookieResultView is the inspector's answer.
type CookieResultView struct {
	Draft, Now string
	Earlier    string // what became of the earlier lines, "" if there were none
	Lines      []CookieLine
	Sent       SentView
	Browsers   []BrowserRow
	LeftOut    []string // what the answer does not have, in sentences
}

// CookieLine is one Set-Cookie line and what became of it.
type CookieLine struct {
	ID, Title   string
	Name, Value Folded
	Attributes  []CookieAttribute
	Steps       []panes.CheckView
	Fate, Why   string
}

// CookieAttribute is one attribute, boxed. Dropped says why it has no effect.
type CookieAttribute struct{ Text, Dropped string }

// Folded is a value that is cut where it is long. Whole is "" where it is not.
type Folded struct{ Brief, Whole, Size string }

// SentView says which cookies the later request carries.
type SentView struct {
	Request string
	Sum     string
	Line    Folded
	Checks  []panes.CheckView
	Cookies []CandidateView
	Few     bool // so few cookies that their checks stand open
}

// CandidateView is a stored cookie before a request.
type CandidateView struct {
	Name, Fate, Why string
	Checks          []panes.CheckView
}

// BrowserRow is what one browser does.
type BrowserRow struct {
	Browser, How, Stored, Compared string
	Line                           Folded
	Notes                          []cookie.Note
}

// Names of the choices, in the words of the page.
var (
	apiNames  = []Option{{Value: "http", Name: "in an HTTP answer"}, {Value: "script", Name: "by document.cookie"}}
	whoNames  = []Option{{Value: "none", Name: "nobody: typed, or a bookmark"}, {Value: "same-origin", Name: "a page of the same origin"}, {Value: "same-site", Name: "a page of a sibling host"}, {Value: "cross-site", Name: "a page of another site"}}
	kindNames = map[cookie.Kind]string{
		cookie.Navigation: "navigation: a link, a redirect, the address bar", cookie.Form: "form: it navigates the tab",
		cookie.Subresource: "subresource: an image, a script, a style", cookie.Frame: "iframe: the document of a frame",
		cookie.FetchOmit: "fetch, credentials: omit", cookie.FetchSameOrigin: "fetch, credentials: same-origin (the default)",
		cookie.FetchInclude: "fetch, credentials: include", cookie.Script: "no request: a script reads document.cookie",
	}
	// CookiePresets are the requests that one button fills in.
	CookiePresets = []Option{
		{Value: "typed", Name: "Typed into the address bar"}, {Value: "link", Name: "A link from another site"},
		{Value: "form", Name: "A form post from another site"}, {Value: "fetch", Name: "fetch from a sibling host"},
		{Value: "frame", Name: "In a frame of another site"}, {Value: "script", Name: "What a script can read"},
	}
)

// Choices fills in what can be chosen, with what was chosen.
func (f *CookieFormView) Choices() {
	f.APIs, f.Initiators, f.Presets = selected(apiNames, f.API), selected(whoNames, f.Initiator), CookiePresets
	f.Kinds = nil
	for _, k := range cookie.Kinds {
		f.Kinds = append(f.Kinds, Option{string(k), kindNames[k], string(k) == f.Kind})
	}
}

func selected(options []Option, value string) []Option {
	out := make([]Option, 0, len(options))
	for _, o := range options {
		o.Chosen = o.Value == value
		out = append(out, o)
	}
	return out
}

// NewCookieResult shows an answer. request is the request that it is about.
func NewCookieResult(a cookie.Answer, request cookie.Request) *CookieResultView {
	r := &CookieResultView{Draft: a.Draft, Now: moment.Clock(a.Now), LeftOut: a.LeftOut}
	if len(a.Earlier) > 0 {
		r.Earlier = "What came before, over https: " + strings.Join(a.Earlier, ", ") + "."
	}
	for i, o := range a.Lines {
		r.Lines = append(r.Lines, newCookieLine(i+1, len(a.Fates), o))
	}
	if a.Sending != nil {
		r.Sent = newSent(*a.Sending, request)
	}
	for _, row := range a.Browsers {
		r.Browsers = append(r.Browsers, newBrowserRow(row))
	}
	return r
}

func newCookieLine(n, of int, o cookie.Outcome) CookieLine {
	l := CookieLine{ID: "line-" + page.Itoa(n), Title: "The cookie", Name: fold(o.Name), Value: fold(o.Value), Fate: fateWord(o.Fate())}
	if of > 1 {
		l.Title = "Line " + page.Itoa(n)
	}
	for _, a := range o.Attributes {
		text := a.Name
		if a.Value != "" {
			text += "=" + a.Value
		}
		l.Attributes = append(l.Attributes, CookieAttribute{page.Shown(page.Brief(text, 60)), page.Shown(page.Brief(a.Dropped, 120))})
	}
	l.Steps = newSteps(o.Steps)
	last := o.Steps[len(o.Steps)-1]
	l.Why = fmt.Sprintf("Step %d decided: %s, %s.", o.Decided, last.Section, page.LowerFirst(last.Rule))
	if o.Fate() == "rejected" {
		l.Why += " Found: " + page.Shown(page.Brief(last.Found, 160)) + "."
	}
	return l
}

func fateWord(fate string) string {
	switch fate {
	case "deleted":
		return "Over at once"
	case "stored":
		return "Stored"
	default:
		return "Rejected"
	}
}

// newSteps lists steps as the bench lists checks.
func newSteps(steps []cookie.Step) []panes.CheckView {
	var out []panes.CheckView
	for _, s := range steps {
		v := panes.CheckView{Name: page.Shown(page.Brief(s.Rule, 80)), Detail: page.Shown(page.Brief(s.Found, 300)), Rule: s.Section}
		switch s.Result {
		case cookie.Rejected:
			v.Class, v.Result = "stop", "rejected"
		case cookie.Ignored:
			v.Class, v.Result = "dropped", "ignored"
		}
		out = append(out, v)
	}
	return out
}

func newSent(s cookie.Sending, r cookie.Request) SentView {
	v := SentView{Request: page.Shown(page.Brief(strings.ToUpper(r.Method)+" "+r.URL, 120)), Line: fold(s.Line), Checks: newSteps(s.Checks)}
	sent := 0
	v.Few = len(s.Cookies) < 3
	for _, c := range s.Cookies {
		if c.Sent {
			sent++
		}
		v.Cookies = append(v.Cookies, newCandidate(c, s.Checks))
	}
	switch {
	case len(s.Cookies) == 0:
		v.Sum = "Nothing is stored, so nothing is sent."
	case sent == len(s.Cookies) && sent == 1:
		v.Sum = "Sent."
	case sent == 0 && len(s.Cookies) == 1:
		v.Sum = "Not sent."
	default:
		v.Sum = fmt.Sprintf("%d of %s sent.", sent, page.Plural(len(s.Cookies), "cookie"))
	}
	return v
}

func newCandidate(c cookie.Candidate, request []cookie.Step) CandidateView {
	v := CandidateView{Name: page.Shown(page.Brief(c.Cookie.Name, 60)), Fate: "not sent", Checks: newSteps(c.Checks)}
	if v.Name == "" {
		v.Name = "without a name"
	}
	deciding := request
	if c.Decided > 0 {
		deciding = c.Checks
	}
	if c.Sent {
		v.Fate = "sent"
	}
	for _, s := range deciding {
		if s.Result == cookie.Rejected {
			v.Why = page.Shown(s.Section + ": " + page.Brief(s.Found, 200))
		}
	}
	if c.Sent {
		last := c.Checks[len(c.Checks)-1]
		v.Why = page.Shown(last.Section + ", " + last.Rule + ": " + last.Found)
	}
	return v
}

func newBrowserRow(r cookie.Row) BrowserRow {
	v := BrowserRow{Browser: r.Browser, How: r.How, Line: fold(r.Cookie), Notes: r.Notes, Compared: "as the draft"}
	if !r.Same {
		v.Compared = "other than the draft"
	}
	counts := map[string]int{}
	for _, fate := range r.Stored {
		counts[fate]++
	}
	var parts []string
	for _, fate := range []string{"stored", "deleted", "rejected"} {
		switch n := counts[fate]; {
		case n == 0:
		case len(r.Stored) == 1:
			parts = append(parts, page.Lower(fateWord(fate)))
		default:
			parts = append(parts, strconv.Itoa(n)+" "+page.Lower(fateWord(fate)))
		}
	}
	v.Stored = strings.Join(parts, ", ")
	return v
}

// fold cuts a value where it is long.
func fold(s string) Folded {
	const most = 160
	f := Folded{Brief: page.Shown(s)}
	if len(s) > most {
		f.Brief, f.Whole, f.Size = page.Shown(s[:most])+"…", page.Shown(s), page.Size(int64(len(s)))
	}
	return f
}

// wrong marks the field that the problem is about.
func wrong(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "problem", "autofocus": true}
}
