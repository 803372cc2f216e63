package page

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/explain/gloss"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/source"
)

// Part is one part of a passage: markup that was rendered at start, or something
// that depends on whose run the reader looks at. Exactly one field is set.
type Part struct {
	HTML    HTML
	Live    *LiveValue
	Link    *LinkView
	Report  *Report
	Excerpt *ExcerptView
	Code    *source.Block
	Predict *PredictView
	Diagram *DiagramView
}

// LiveValue is a value from a run, in the prose.
type LiveValue struct {
	Text string // "" where the run does not have it
	Ink  string // the ink's class, "" for none
	Ref  string
	Step int  // the step that it comes from
	Sent bool // the flow has sent that step, whether or not the value came of it
}

// Report is the sentences that live values stand in, or, where the run does not
// have them all, what is said instead.
type Report struct {
	Parts  []Part
	Sample bool     // told of the lab's own run, not of the reader's bench
	Absent []Absent // if any, the sentences are not told
}

// Absent is a step that a run has nothing to show of.
type Absent struct {
	Number int
	Sent   bool     // it was sent, and what came of it is not what is asked for
	Step   LinkView // where it can be sent: "step 5, Ask again"
}

// LinkView is a link within the article, to a step, a term or a chapter.
type LinkView struct {
	Href string
	Text HTML
	Step bool // it leads to a step of the lesson
}

// ExcerptView is some lines of a recorded message.
type ExcerptView struct {
	Title  string
	Sample bool
	Absent []Absent // the step, where the run has no such exchange
	Lines  []LineView
	Gloss  []GlossView
}

// ChapterView is one chapter of the article.
type ChapterView struct {
	Number, Minutes      int
	Slug, Title, Summary string
	Parts                []Part
	Outline              []Heading
	Steps                []ChapterStep
}

// Heading is one entry of a chapter's outline.
type Heading struct {
	Level        int // 2 or 3
	Text, Anchor string
	Only         string // "stateful" or "stateless" where it is for one view
}

// ChapterStep is a step of the lesson that a chapter belongs to.
type ChapterStep struct {
	Number      int
	Title, Href string
}

// ChapterLink leads to a chapter.
type ChapterLink struct {
	Number, Minutes            int
	Slug, Title, Summary, Href string
	Current                    bool
}

// LearnView is a page of the article: one chapter, or all of them.
type LearnView struct {
	Chrome
	Links    []ChapterLink
	Chapters []ChapterView
	Prev     *ChapterLink
	Next     *ChapterLink
	Minutes  int // of the whole article
	AllHref  string
	Heading  string // of the page where all chapters stand below one
}

// CompareView is the comparison of the two flows, feature by feature.
type CompareView struct {
	Chrome
	Features []FeatureView
}

// FeatureView is one row of the comparison.
type FeatureView struct {
	Number                               int
	Name, Anchor                         string
	Stateful, Stateless, Always, Depends []Part
	Proofs                               []FeatureProof
}

// FeatureProof is a step that shows a feature, and what to look at there.
type FeatureProof struct {
	Step  ChapterStep
	Parts []Part
}

// GlossaryView is the glossary.
type GlossaryView struct {
	Chrome
	Terms   []TermView
	Reading []Part
}

// TermView is one entry of the glossary.
type TermView struct {
	Name, Anchor string
	Text         []Part
}

// SearchView is what a search found.
type SearchView struct {
	Chrome
	Query string
	Hits  []Hit
	Note  string // what to do where nothing was found, or what was cut
}

// Hit is one place that a search found. Snippet is our own text with the words
// that were looked for marked.
type Hit struct {
	Title, Where, Href string
	Snippet            HTML
}

// Run is the run that live values come from: a reader's bench, or the sample.
type Run struct {
	Journal journal.View
	Sample  bool
	LogsIn  func(*journal.Exchange) bool
	Now     time.Time
}

// at returns the exchange that stands for a step in a flow.
func (r Run) at(flow journal.Flow, step int) *journal.Exchange {
	ofStep := func(x *journal.Exchange) bool { return x.Step == step }
	if plot.Valid(step) && plot.At(step).Shows == plot.DoLogin {
		return r.Journal.Latest(flow, func(x *journal.Exchange) bool { return ofStep(x) && r.LogsIn(x) })
	}
	return r.Journal.Latest(flow, ofStep)
}

// login returns the login of a flow.
func (r Run) login(flow journal.Flow) *journal.Exchange { return r.at(flow, plot.Login) }

// Sent reports whether a flow has sent a step, however it was answered.
func (r Run) Sent(flow journal.Flow, step int) bool {
	return r.Journal.Latest(flow, func(x *journal.Exchange) bool { return x.Step == step }) != nil
}

// Absent says of a step that there is nothing to show of it. Its link is for
// pages that have no better one.
func (r Run) Absent(flow journal.Flow, step int) Absent {
	n := strconv.Itoa(step)
	return Absent{Number: step, Sent: r.Sent(flow, step), Step: LinkView{Href: "/#step-" + n, Text: HTML("step " + n), Step: true}}
}

// Live returns a live value by its name, as the article's format lists them. Its
// text is empty where the run does not have it. ok is false for a name that there
// is not.
func (r Run) Live(name string) (v LiveValue, ok bool) {
	what, step, hasStep := cutStep(name)
	v.Step = plot.Login
	switch {
	case name == "login.took":
		v.Text, v.Sent = r.loginTook(), r.Sent(journal.Session, plot.Login)
	case strings.HasPrefix(what, "token.") && !hasStep:
		ok = r.tokenValue(strings.TrimPrefix(what, "token."), &v)
		return v, ok
	case strings.HasPrefix(what, "session.") && !hasStep:
		ok = r.sessionValue(strings.TrimPrefix(what, "session."), &v)
		return v, ok
	case hasStep:
		flow, rest, _ := strings.Cut(what, ".")
		return v, r.stepValue(journal.Flow(flow), rest, step, &v)
	default:
		return v, false
	}
	return v, true
}

// cutStep splits a trailing step number off a name: "session.status.5".
func cutStep(name string) (what string, step int, ok bool) {
	at := strings.LastIndexByte(name, '.')
	step, err := strconv.Atoi(name[at+1:])
	if at < 0 || err != nil {
		return name, 0, false
	}
	return name[:at], step, true
}

func (r Run) loginTook() string {
	if x := r.login(journal.Session); x != nil {
		for _, e := range x.Events {
			if e.Kind == journal.PasswordChecked {
				return Took(e.Took)
			}
		}
	}
	return ""
}

func (r Run) tokenValue(name string, v *LiveValue) bool {
	inks := map[string]explain.Ink{
		"header": explain.TokenHeader, "payload": explain.TokenPayload, "signature": explain.TokenSig,
		"exp": explain.TokenPayload, "length": "",
	}
	ink, ok := inks[name]
	if !ok {
		return false
	}
	v.Ink, v.Ref, v.Sent = string(ink), string(ink), r.Sent(journal.Token, plot.Login)
	x := r.login(journal.Token)
	if x == nil {
		return true
	}
	c, _ := explain.Read(x).Issued()
	t := explain.ParseToken(c.Value, x.Clock)
	switch name {
	case "header":
		v.Text = Brief(t.Header.Encoded, 6)
	case "payload":
		v.Text = Brief(t.Payload.Encoded, 6)
	case "signature":
		v.Text = Brief(t.Signature.Encoded, 6)
	case "length":
		v.Text = Size(int64(len(c.Value)))
	case "exp":
		v.Ref = "pay.exp"
		for _, claim := range t.Claims {
			if claim.Name == "exp" {
				v.Text, _, _ = strings.Cut(claim.Human, ", ") // the distance is of the login's moment, not the reader's
			}
		}
	}
	return true
}

func (r Run) sessionValue(name string, v *LiveValue) bool {
	if !slices.Contains([]string{"id", "record", "expires", "deadline"}, name) {
		return false
	}
	v.Ink, v.Ref, v.Sent = string(explain.ServerOnly), "own", r.Sent(journal.Session, plot.Login)
	if name == "id" {
		v.Ink, v.Ref = string(explain.SessionID), "sid"
	}
	x := r.login(journal.Session)
	if x == nil || len(x.After.Records) == 0 {
		return true
	}
	record := x.After.Records[len(x.After.Records)-1]
	switch name {
	case "id":
		v.Text = Brief(record.ID, 6)
	case "record":
		v.Text = Shown(string(record.Bytes))
	case "expires":
		v.Text = momentAt(record.Expires, x.Clock) + " UTC"
	case "deadline":
		v.Text = momentAt(record.Deadline, x.Clock) + " UTC"
	}
	return true
}

func (r Run) stepValue(flow journal.Flow, name string, step int, v *LiveValue) bool {
	if _, known := names[flow]; !known || !slices.Contains([]string{"status", "request.size", "response.size", "records"}, name) {
		return false
	}
	v.Step, v.Sent = step, r.Sent(flow, step)
	x := r.at(flow, step)
	if x == nil {
		return true
	}
	switch name {
	case "status":
		answered := explain.Read(x).Status()
		v.Text, v.Ref = StatusText(answered), "status."+strconv.Itoa(answered)
	case "request.size":
		v.Text = Size(x.Request.Length)
	case "response.size":
		v.Text = Size(x.Response.Length)
	case "records":
		v.Text = CountOf(x.After)
	}
	return true
}

// NewExcerpt shows some lines of a message of a run: the start line and the
// named header fields, or all where none is named, with the content where
// withBody. prefix makes its ids unique on the page.
func (r Run) NewExcerpt(prefix string, flow journal.Flow, step int, response bool, fields []string, withBody bool) ExcerptView {
	side := "request"
	if response {
		side = "response"
	}
	e := ExcerptView{
		Title:  fmt.Sprintf("%s, step %d, %s", names[flow].state, step, side),
		Sample: r.Sample,
	}
	x := r.at(flow, step)
	if x == nil {
		e.Absent = []Absent{r.Absent(flow, step)}
		return e
	}
	m, taken := x.Request, explain.Request(x)
	if response {
		m, taken = x.Response, explain.Response(x)
	}
	g := glossary{prefix: prefix, seen: map[gloss.Gloss]string{}}
	for _, line := range taken.Lines {
		if wanted(line, fields, withBody) {
			e.Lines = append(e.Lines, g.line(m.Bytes, line))
		}
	}
	e.Gloss = g.list
	return e
}

// NewDecoded shows a part of the token that the run's login gave, "header" or
// "payload", as the JSON that it is the base64url of: every member as it stands
// there, with a line for each. prefix makes its ids unique on the page.
func (r Run) NewDecoded(prefix, part string) ExcerptView {
	e := ExcerptView{Title: "The token’s " + part + ", decoded, a line for each member", Sample: r.Sample}
	x := r.login(journal.Token)
	if x == nil {
		e.Absent = []Absent{r.Absent(journal.Token, plot.Login)}
		return e
	}
	c, _ := explain.Read(x).Issued()
	t := explain.ParseToken(c.Value, x.Clock)
	members, ink := t.Claims, explain.TokenPayload
	if part == "header" {
		members, ink = t.Params, explain.TokenHeader
	}
	g := glossary{prefix: prefix, seen: map[gloss.Gloss]string{}}
	e.Lines = append(e.Lines, LineView{Class: "ln body", Pieces: []Piece{{Text: "{"}}})
	for i, m := range members {
		e.Lines = append(e.Lines, g.member(m, ink, i == len(members)-1))
	}
	e.Lines = append(e.Lines, LineView{Class: "ln body", Pieces: []Piece{{Text: "}"}}})
	e.Gloss = g.list
	return e
}

// member is a member of a JSON object as a line.
func (g *glossary) member(m explain.Claim, ink explain.Ink, last bool) LineView {
	end := ","
	if last {
		end = ""
	}
	named := strconv.Quote(m.Name) + ": "
	piece := Piece{Text: named + m.Value, Ink: string(ink), Ref: string(ink) + "." + m.Name, Gloss: g.id(m.Gloss)}
	v := LineView{Class: "ln body", Field: "body", Pieces: []Piece{{Text: "  "}, piece, {Text: end}}}
	if len(piece.Text) > longValue {
		short := piece
		short.Text = Brief(piece.Text, longValue/2)
		v.Cut, v.Whole = []Piece{{Text: "  "}, short, {Text: end}}, "all of "+m.Name
	}
	return v
}

func wanted(line explain.Line, fields []string, withBody bool) bool {
	switch line.Kind {
	case explain.StartLine:
		return true
	case explain.BodyLine:
		return withBody
	case explain.HeaderLine:
		return len(fields) == 0 || slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, line.Name) })
	default:
		return false
	}
}

// viewToggle is the toggle of a page that has no bench: the same address with
// another view.
func viewToggle(path, view string) []Choice {
	var out []Choice
	for _, v := range Views {
		out = append(out, Choice{
			Name: viewNames[v], Value: v, Href: path + "?" + url.Values{"view": {v}}.Encode(), Current: v == view,
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
