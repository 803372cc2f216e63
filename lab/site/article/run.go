package article

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

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
func (r Run) Absent(flow journal.Flow, step int) page.Absent {
	n := strconv.Itoa(step)
	return page.Absent{Number: step, Sent: r.Sent(flow, step), Step: page.LinkView{Href: "/#step-" + n, Text: page.HTML("step " + n), Step: true}}
}

// Live returns a live value by its name, as the article's format lists them. Its
// text is empty where the run does not have it. ok is false for a name that there
// is not.
func (r Run) Live(name string) (v page.LiveValue, ok bool) {
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
				return moment.Took(e.Took)
			}
		}
	}
	return ""
}

func (r Run) tokenValue(name string, v *page.LiveValue) bool {
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
		v.Text = page.Brief(t.Header.Encoded, 6)
	case "payload":
		v.Text = page.Brief(t.Payload.Encoded, 6)
	case "signature":
		v.Text = page.Brief(t.Signature.Encoded, 6)
	case "length":
		v.Text = page.Size(int64(len(c.Value)))
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

func (r Run) sessionValue(name string, v *page.LiveValue) bool {
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
		v.Text = page.Brief(record.ID, 6)
	case "record":
		v.Text = page.Shown(string(record.Bytes))
	case "expires":
		v.Text = moment.Seen(record.Expires, x.Clock) + " UTC"
	case "deadline":
		v.Text = moment.Seen(record.Deadline, x.Clock) + " UTC"
	}
	return true
}

func (r Run) stepValue(flow journal.Flow, name string, step int, v *page.LiveValue) bool {
	if !slices.Contains(journal.Flows, flow) || !slices.Contains([]string{"status", "request.size", "response.size", "records"}, name) {
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
		v.Text, v.Ref = page.StatusText(answered), "status."+strconv.Itoa(answered)
	case "request.size":
		v.Text = page.Size(x.Request.Length)
	case "response.size":
		v.Text = page.Size(x.Response.Length)
	case "records":
		v.Text = panes.CountOf(x.After)
	}
	return true
}

// NewExcerpt shows some lines of a message of a run: the start line and the
// named header fields, or all where none is named, with the content where
// withBody. prefix makes its ids unique on the page.
func (r Run) NewExcerpt(prefix string, flow journal.Flow, step int, response bool, fields []string, withBody bool) page.ExcerptView {
	side := "request"
	if response {
		side = "response"
	}
	e := page.ExcerptView{
		Title:  fmt.Sprintf("%s, step %d, %s", explain.FlowOf(flow).State, step, side),
		Sample: r.Sample,
	}
	x := r.at(flow, step)
	if x == nil {
		e.Absent = []page.Absent{r.Absent(flow, step)}
		return e
	}
	m, taken := x.Request, explain.Request(x)
	if response {
		m, taken = x.Response, explain.Response(x)
	}
	g := page.NewGlosses(prefix)
	for _, line := range taken.Lines {
		if wanted(line, fields, withBody) {
			e.Lines = append(e.Lines, g.Line(m.Bytes, line))
		}
	}
	e.Gloss = g.List
	return e
}

// NewDecoded shows a part of the token that the run's login gave, "header" or
// "payload", as the JSON that it is the base64url of: every member as it stands
// there, with a line for each. prefix makes its ids unique on the page.
func (r Run) NewDecoded(prefix, part string) page.ExcerptView {
	e := page.ExcerptView{Title: "The token’s " + part + ", decoded, a line for each member", Sample: r.Sample}
	x := r.login(journal.Token)
	if x == nil {
		e.Absent = []page.Absent{r.Absent(journal.Token, plot.Login)}
		return e
	}
	c, _ := explain.Read(x).Issued()
	t := explain.ParseToken(c.Value, x.Clock)
	members, ink := t.Claims, explain.TokenPayload
	if part == "header" {
		members, ink = t.Params, explain.TokenHeader
	}
	g := page.NewGlosses(prefix)
	e.Lines = append(e.Lines, page.LineView{Class: "ln body", Pieces: []page.Piece{{Text: "{"}}})
	for i, m := range members {
		e.Lines = append(e.Lines, member(g, m, ink, i == len(members)-1))
	}
	e.Lines = append(e.Lines, page.LineView{Class: "ln body", Pieces: []page.Piece{{Text: "}"}}})
	e.Gloss = g.List
	return e
}

// member is a member of a JSON object as a line.
func member(g *page.Glosses, m explain.Claim, ink explain.Ink, last bool) page.LineView {
	end := ","
	if last {
		end = ""
	}
	named := strconv.Quote(m.Name) + ": "
	piece := page.Piece{Text: named + m.Value, Ink: string(ink), Ref: string(ink) + "." + m.Name, Gloss: g.Id(m.Gloss)}
	v := page.LineView{Class: "ln body", Field: "body", Pieces: []page.Piece{{Text: "  "}, piece, {Text: end}}}
	if len(piece.Text) > page.LongValue {
		short := piece
		short.Text = page.Brief(piece.Text, page.LongValue/2)
		v.Cut, v.Whole = []page.Piece{{Text: "  "}, short, {Text: end}}, "all of "+m.Name
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
