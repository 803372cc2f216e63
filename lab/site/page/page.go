// Package page holds what every page of the site is made of: its frame, prose with
// values in it, a line of a message, a code of a QR, a problem in words.
//
// As everywhere in the site, a view model is shaped like what is seen, so that markup
// looks nothing up and works nothing out. Every part that changes while somebody looks
// is a component of its own with an id, so that the full page and the fragment that
// updates it come from the same markup.
package page

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

// HTML is markup that goldmark made from our own content, whose authors' raw HTML
// is refused and all else escaped. It is the only markup that is put on a page as
// it is: as a component, it renders itself.
type HTML string

// Render writes the markup. It is a templ.Component's.
func (h HTML) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(h))
	return err
}

// Chrome is what every page has around it.
type Chrome struct {
	Title  string // of the document
	Assets string // the path of the static files, "/static/{hash}"
	// View and Toggle are the view toggle of pages that have one: the view
	// shown and the link to each, in the order of ViewsOf.
	View   string
	Toggle []Choice
	// Bench is the path of the visitor's bench, where the page belongs to one.
	Bench string
	// Paper names the kind of page that is light unless its reader chose otherwise
	// for pages of this kind, whatever the system says: "projector". It is empty
	// for pages that have the site's paper.
	Paper string
	// Here names the page in the site's navigation: "start", "learn", "compare",
	// "glossary", "inspect", "check" or "bench".
	Here string
	// PlainHTTP is the Host of a page that came over plain http to another address
	// than this machine's own, on pages that say what is missing then; else "".
	PlainHTTP string
}

// Choice is one link of several that exclude one another.
type Choice struct {
	Name    string
	Href    string
	Value   string
	Current bool
}

// ViewBoth is the view of all lanes of a page.
const ViewBoth = "both"

// ViewOf is the view of one flow alone, which is named by what the flow is called:
// "stateful".
func ViewOf(flow journal.Flow) string { return Lower(explain.FlowOf(flow).State) }

// ViewsOf are the views of a page with some lanes, in the order in which its toggle shows
// them: all lanes stand between two, and behind three. A lane by itself has its own.
func ViewsOf(lanes []journal.Flow) []string {
	var views []string
	for _, flow := range lanes {
		views = append(views, ViewOf(flow))
	}
	if len(views) < 2 {
		return views
	}
	return slices.Insert(views, len(views)-1+max(len(views)-2, 0), ViewBoth)
}

// ValidView returns view if a page with those lanes has it, else the one of all lanes.
func ValidView(view string, lanes []journal.Flow) string {
	views := ViewsOf(lanes)
	switch {
	case slices.Contains(views, view):
		return view
	case len(views) == 1:
		return views[0]
	default:
		return ViewBoth
	}
}

// ViewName is what the toggle of a page with some lanes calls a view.
func ViewName(view string, lanes []journal.Flow) string {
	for _, flow := range lanes {
		if view == ViewOf(flow) {
			return explain.FlowOf(flow).State
		}
	}
	if len(lanes) > 2 {
		return "All"
	}
	return "Both"
}

// ClassOf is the class of what belongs to a flow on a page: its own view hides what is
// another flow's.
func ClassOf(flow journal.Flow) string { return "flow flow-" + string(flow) }

// ParseLanes reads the lanes of a page as its address has them, "session,sealed": those
// of the lesson for "". Its error names what is no flow, or stands there twice.
func ParseLanes(value string) ([]journal.Flow, error) {
	if value == "" {
		return journal.Lesson, nil
	}
	var lanes []journal.Flow
	for name := range strings.SplitSeq(value, ",") {
		flow := journal.Flow(name)
		switch {
		case !slices.Contains(journal.Flows, flow):
			return nil, fmt.Errorf("there is no flow %q", Brief(name, 20))
		case slices.Contains(lanes, flow):
			return nil, fmt.Errorf("the flow %s stands there twice", flow)
		}
		lanes = append(lanes, flow)
	}
	return lanes, nil
}

// WriteLanes writes lanes for an address, "" for those of the lesson.
func WriteLanes(lanes []journal.Flow) string {
	if slices.Equal(lanes, journal.Lesson) {
		return ""
	}
	var names []string
	for _, flow := range lanes {
		names = append(names, string(flow))
	}
	return strings.Join(names, ",")
}

// ProblemView is an error page: what happened and what to do next.
type ProblemView struct {
	Chrome
	Status   int
	Heading  string
	Text     string
	NewBench bool   // offer a new bench
	Room     string // the code of the class that it happened in, "" outside of one
	TakeOver bool   // offer to take over driving it
}

// Size writes a number of bytes: "565 B", "64.0 KiB".
func Size(n int64) string {
	if n < 10_000 {
		return thousands(n) + " B"
	}
	return strconv.FormatFloat(float64(n)/1024, 'f', 1, 64) + " KiB"
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n >= 1000 {
		return s[:len(s)-3] + "," + s[len(s)-3:]
	}
	return s
}

// Brief cuts a long value to its beginning.
func Brief(s string, n int) string {
	if len(s) <= n+2 {
		return s
	}
	return s[:n] + "…"
}

// Plural writes "1 record", "2 records".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Current marks a link to what is shown. An aria-current without a value would
// mean that it is not (WAI-ARIA 1.2, section 6.6).
func Current(what string, is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": what}
}

// ownPaper marks a page that has a paper of its own, so that it is light before
// any script runs and stays so without one.
func ownPaper(kind string) templ.Attributes {
	if kind == "" {
		return nil
	}
	return templ.Attributes{"data-theme": "light", "data-paper": kind}
}

// Classes joins class names, leaving out empty ones.
func Classes(names ...string) string {
	var kept []string
	for _, n := range names {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, " ")
}

// Itoa is strconv.Itoa, for templates.
func Itoa(n int) string { return strconv.Itoa(n) }

// Lower is strings.ToLower, for templates.
func Lower(s string) string { return strings.ToLower(s) }

// UpperFirst is s with a capital letter at its beginning. It is ASCII.
func UpperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// LowerFirst begins a text with a small letter.
func LowerFirst(s string) string {
	if s == "" || strings.HasPrefix(s, "HttpOnly") || strings.HasPrefix(s, "SameSite") {
		return s
	}
	return Lower(s[:1]) + s[1:]
}

// viewToggle is the toggle of a page that has no bench, and so the lanes of the lesson:
// the same address with another view.
func viewToggle(path, view string) []Choice {
	var out []Choice
	for _, v := range ViewsOf(journal.Lesson) {
		out = append(out, Choice{
			Name: ViewName(v, journal.Lesson), Value: v, Href: path + "?" + url.Values{"view": {v}}.Encode(), Current: v == view,
		})
	}
	return out
}

// WithView adds a view to the address of one of our pages, unless it is the one
// that they show by themselves.
func WithView(href, view string) string {
	if view == ViewBoth {
		return href
	}
	path, fragment, found := strings.Cut(href, "#")
	path += "?" + url.Values{"view": {view}}.Encode()
	if found {
		path += "#" + fragment
	}
	return path
}

// WithToggle returns a page's chrome with the view toggle of an address.
func (c Chrome) WithToggle(path, view string) Chrome {
	c.View, c.Toggle = view, viewToggle(path, view)
	return c
}

// StatusText writes a status code with its word: "303 See Other".
func StatusText(code int) string {
	if code == 0 {
		return "no answer"
	}
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}
