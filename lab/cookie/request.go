package cookie

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Request describes a later request.
type Request struct {
	URL    string `json:"url"`
	Method string `json:"method"` // GET if empty; POST for a form
	// Initiator is who causes it: "none" (typed into the address bar, or a
	// bookmark), "same-origin", "same-site", "cross-site", or an origin such as
	// https://news.example, or "null" for a sandboxed document. Empty means none
	// for a navigation, and same-origin for everything else.
	Initiator string `json:"initiator"`
	// TopLevel is the URL of the page whose address the tab shows while the
	// initiator acts. Empty means the initiator itself.
	TopLevel string `json:"top_level"`
	Kind     Kind   `json:"kind"`  // navigation if empty
	After    int    `json:"after"` // seconds since the cookies were set, at most a hundred years
}

// Kind is what kind of request it is.
type Kind string

// The kinds of requests.
const (
	Navigation      Kind = "navigation" // of a whole tab: a link, a redirect, the address bar
	Form            Kind = "form"       // a navigation of a whole tab that a form causes
	Frame           Kind = "iframe"     // the document of a frame
	Subresource     Kind = "subresource"
	FetchOmit       Kind = "fetch-omit"        // fetch with credentials: "omit"
	FetchSameOrigin Kind = "fetch-same-origin" // the default of fetch
	FetchInclude    Kind = "fetch-include"
	Script          Kind = "script" // no request: a page at the URL reads document.cookie
)

// Kinds are all kinds, in the order in which a form offers them.
var Kinds = []Kind{Navigation, Form, Subresource, FetchSameOrigin, FetchInclude, FetchOmit, Frame, Script}

// maxAfter bounds Request.After: a hundred years, in seconds.
const maxAfter = 100 * 366 * 24 * 60 * 60

// FieldError says which field of the input is wrong and what to do.
type FieldError struct {
	Field string // "request.url"
	Text  string // a sentence for whoever filled it in
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Text }

// asked is a request that has been understood.
type asked struct {
	place
	method    string
	kind      Kind
	initiator *place // nil if nobody causes it
	top       *place // the tab's page, nil with the initiator
	at        time.Time
}

// topLevel reports whether the request navigates a whole tab.
func (a *asked) topLevel() bool { return a.kind == Navigation || a.kind == Form }

// understand checks a request. now is when the cookies were set.
func understand(r Request, now time.Time) (*asked, error) {
	a := &asked{method: strings.ToUpper(strings.TrimSpace(r.Method)), kind: r.Kind}
	var err error
	if a.place, err = parsePlace(r.URL); err != nil {
		return nil, &FieldError{"request.url", "The URL of the request: " + err.Error() + "."}
	}
	if a.kind == "" {
		a.kind = Navigation
	}
	if !slices.Contains(Kinds, a.kind) {
		return nil, &FieldError{"request.kind", "There is no such kind of request. Choose one of " + kindList() + "."}
	}
	if r.After < 0 || r.After > maxAfter {
		return nil, &FieldError{"request.after", "The time that has passed is a number of seconds from 0 to a hundred years."}
	}
	a.at = now.Add(time.Duration(r.After) * time.Second)
	if err := a.methodFits(); err != nil {
		return nil, err
	}
	if err := a.causedBy(r.Initiator); err != nil {
		return nil, err
	}
	return a, a.within(r.TopLevel)
}

func kindList() string {
	var names []string
	for _, k := range Kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// methodFits fills in a missing method and refuses what no browser sends.
func (a *asked) methodFits() error {
	if a.method == "" {
		a.method = map[Kind]string{Form: "POST"}[a.kind]
	}
	if a.method == "" || a.kind == Script {
		a.method = "GET"
	}
	letters := strings.Trim(a.method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
	if !letters || len(a.method) > 32 {
		return &FieldError{"request.method", "A method is a word such as GET or POST, of 32 letters at most."}
	}
	if a.kind != FetchOmit && a.kind != FetchSameOrigin && a.kind != FetchInclude && a.method != "GET" && a.method != "POST" {
		return &FieldError{"request.method", "Only fetch can send " + a.method + ": a link, a form, a frame or an image sends GET or POST. Choose one of them, or a fetch."}
	}
	return nil
}

// causedBy works out the initiator's origin. Where only a relation is named, an
// origin that has it is made up, so that every check has one to show.
func (a *asked) causedBy(who string) error {
	who = strings.TrimSpace(who)
	if who == "" && !a.topLevel() {
		who = "same-origin"
	}
	p := a.place
	switch who {
	case "", "none":
		if !a.topLevel() {
			return &FieldError{"request.initiator", "Only a navigation of a tab is caused by nobody. Say which page loads it, or choose navigation."}
		}
		return nil
	case "same-origin":
	case "same-site":
		p = sibling(p)
	case "cross-site":
		p = stranger(p)
	case "null":
		p = place{opaque: true}
	default:
		var err error
		if p, err = parsePlace(who); err != nil {
			return &FieldError{"request.initiator", "Who causes the request is none, same-origin, same-site, cross-site or an origin; as an origin, " + err.Error() + "."}
		}
	}
	a.initiator = &p
	return nil
}

// sibling is an origin of the same site: another host below the registrable
// domain, or, where there is none, another port.
func sibling(p place) place {
	domain, err := publicsuffix.EffectiveTLDPlusOne(p.host)
	switch {
	case err != nil || isAddress(p.host):
		p.port = map[bool]string{true: "8444", false: "8443"}[p.port == "8443"]
	case p.host == "sibling."+domain:
		p.host = "cousin." + domain
	default:
		p.host = "sibling." + domain
	}
	p.path = "/"
	return p
}

// stranger is an origin of another site, over the same scheme.
func stranger(p place) place {
	other := place{scheme: p.scheme, host: "another-site.example", path: "/", port: map[string]string{"http": "80", "https": "443"}[p.scheme]}
	if other.site() == p.site() {
		other.host = "yet-another-site.example"
	}
	return other
}

// within reads the tab's page.
func (a *asked) within(top string) error {
	if strings.TrimSpace(top) == "" {
		a.top = a.initiator
		return nil
	}
	p, err := parsePlace(top)
	if err != nil {
		return &FieldError{"request.top_level", fmt.Sprintf("The page that the tab shows: %v. Leave it empty for the page that causes the request.", err)}
	}
	a.top = &p
	return nil
}
