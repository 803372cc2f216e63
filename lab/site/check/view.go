package check

import (
	"slices"
	"strings"
	"time"

	"authlab/lab/site/page"
)

// StartView is the page before a check.
type StartView struct {
	page.Chrome
	Host  string  // by which the visitor came
	Class string  // the base URL for others on the local network, "" where it is the same
	QR    page.QR // of the check's page there
}

// Seen is what was seen of a browser that was checked. Header values are as
// they came, cut to a bounded length.
type Seen struct {
	Origin   string // of the lab, as the browser reaches it
	TLS      string // "TLS 1.3", "" for plain http
	Loopback bool   // the address is this machine's own

	Cookies    []Cookie // nil until the browser came back
	FormOrigin string   // the Origin of a form's request
	FormFetch  []string // its Sec-Fetch-* lines

	ScriptOrigin string   // the Origin of a script's request
	ScriptFetch  []string // its Sec-Fetch-* lines
	Bearer       string   // its Authorization
	Script       *Script
}

// Cookie is a cookie that was set, and whether it came back.
type Cookie struct {
	Name, Line string // Line is the value of Set-Cookie
	Came       bool
}

// Script is what a script found out. Durations are as the browser's own
// clock measured them.
type Script struct {
	Seen, Hidden, HiddenCame      bool // the script saw the open cookie, the HttpOnly one; the lab got the HttpOnly one
	Session, Local                bool // storage kept a value
	Frame, Popover                bool
	Context, Subtle, Clipboard    bool // a secure context; a digest was computed; there is a clipboard
	Opened                        bool // the first event came
	First, Gap, Sent, Ahead, Trip time.Duration
}

// BearerSent is the Authorization that a script sends in a check.
const BearerSent = "Bearer check.of.AuthLab-_~+/="

// The outcomes of a trial.
const (
	works   = "works"
	fails   = "fails"
	untried = "untried"
)

// Row is one thing that was tried.
type Row struct {
	ID, Name  string
	State     string   // works, fails or untried
	Verdict   string   // the same in words
	Tried     []string // lines of what was done or sent
	Came      []string // lines of what came back
	Means, Do string   // for the lesson; what to do, "" for nothing
	Wire      bool     // Came is lines of HTTP, not words
	Sent      bool     // so is Tried
}

// Group is several rows under a heading.
type Group struct {
	ID, Name string
	Rows     []Row
}

// FoundView is the page of a check that was run.
type FoundView struct {
	page.Chrome
	Path    string // of the check
	Origin  string
	Summary string
	Waiting bool // for the script
	Failing []Row
	Groups  []Group
}

// NewFound builds the page of a check. path is the check's own.
func NewFound(c page.Chrome, path string, seen Seen) FoundView {
	v := FoundView{Chrome: c, Path: path, Origin: seen.Origin, Waiting: seen.Script == nil, Groups: []Group{
		{"check-address", "The address", []Row{seen.transport(), seen.secureContext()}},
		{"check-cookies", "Cookies", seen.cookieRows()},
		{"check-requests", "What requests carry", []Row{seen.fetchMetadata(), seen.origins(), seen.bearer()}},
		{"check-page", "What pages can do", []Row{seen.sessionStorage(), seen.localStorage(), seen.frame(), seen.popover(), seen.clipboard()}},
		{"check-time", "Time", []Row{seen.events(), seen.clock()}},
	}}
	v.Summary = summary(v.Groups)
	for _, g := range v.Groups {
		v.Failing = append(v.Failing, slices.DeleteFunc(slices.Clone(g.Rows), func(r Row) bool { return r.State != fails })...)
	}
	return v
}

// summary counts the outcomes.
func summary(groups []Group) string {
	count := map[string]int{}
	for _, g := range groups {
		for _, r := range g.Rows {
			count[r.State]++
		}
	}
	parts := []string{page.Itoa(count[works]) + " work here", page.Itoa(count[fails]) + " do not"}
	if count[untried] > 0 {
		parts = append(parts, page.Itoa(count[untried])+" were not tried")
	}
	return strings.Join(parts, ", ") + "."
}

// outcome sets the verdict of a row and what it means: one of two sentences, and
// what to do where it fails.
func (r Row) outcome(ok bool, good, bad, do string) Row {
	if ok {
		r.State, r.Verdict, r.Means = works, "Works here", good
		return r
	}
	r.State, r.Verdict, r.Means, r.Do = fails, "Does not work here", bad, do
	return r
}

// byScript is a row that needs scripts: without what one found it is untried.
func (r Row) byScript(s *Script, judge func(Row, *Script) Row) Row {
	if s == nil {
		r.State, r.Verdict, r.Came = untried, "Not tried", []string{"nothing yet: only a script can try this"}
		return r
	}
	return judge(r, s)
}

// linesOf are the lines that came, or the word for none and false.
func linesOf(lines ...string) (came []string, any bool) {
	lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
	if len(lines) == 0 {
		return []string{"nothing"}, false
	}
	return lines, true
}

func field(name, value string) string {
	if value == "" {
		return ""
	}
	return name + ": " + value
}
