package panes

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

// DiagramView is a sequence diagram of one flow, drawn from recorded exchanges: who
// said what to whom, in order.
type DiagramView struct {
	ID            string // unique on the page
	Title         string
	Sample        bool          // from the lab's own run at start, not the reader's bench
	Absent        []page.Absent // of those that it would draw: the step that comes first
	Lanes         []DiagramLane
	Rows          []DiagramRow
	Width, Height int
	Class         string // the flow's class
}

// DiagramLane is one participant: a name over a vertical line.
type DiagramLane struct {
	Name   string
	X      int
	Bottom int
}

// DiagramRow is one arrow, or one thing that a participant does by itself.
type DiagramRow struct {
	Y        int
	From, To int    // x of the two ends; equal for a deed of one participant
	Text     string // "POST login"
	Detail   string // "email and password"
	Ink      string // the ink of Detail
	TextX    int
	Step     string // "step 1" on the first row of an exchange, else ""
	Words    string // the row as a sentence, for the text alternative
	Back     bool   // an answer: drawn dashed
	Current  bool
}

// The drawing's measures, in the units of its view box.
const (
	browserX = 70
	serverX  = 256
	storeX   = 420
	diagramW = 470
	rowH     = 44
	firstRow = 64
)

// NewDiagram draws the exchanges of one flow that show a step of the lesson.
// current is the step to mark, or -1.
func NewDiagram(id string, flow journal.Flow, xs []*journal.Exchange, current int, sample bool) DiagramView {
	of := explain.FlowOf(flow)
	d := DiagramView{
		ID: id, Title: of.State + ", " + of.Credential, Sample: sample, Width: diagramW, Class: page.ClassOf(flow),
		Lanes: []DiagramLane{{Name: "browser", X: browserX}, {Name: "server", X: serverX}, {Name: of.Asks, X: storeX}},
	}
	for _, x := range xs {
		if x.Flow == flow && x.Step != plot.NoStep {
			d.exchange(x, x.Step == current)
		}
	}
	d.Height = firstRow + len(d.Rows)*rowH
	for i := range d.Lanes {
		d.Lanes[i].Bottom = d.Height - rowH/3
	}
	return d
}

func (d *DiagramView) add(r DiagramRow) {
	r.Y = firstRow + len(d.Rows)*rowH
	r.TextX = (r.From + r.To) / 2
	d.Rows = append(d.Rows, r)
}

// exchange adds the rows of one exchange: the request, what the server asked its
// store or key, the answer.
func (d *DiagramView) exchange(x *journal.Exchange, current bool) {
	client, by := "browser", ""
	if x.By == journal.Replay {
		client, by = "another client", ", another client"
	}
	carried, ink := carriedBy(x)
	line := shortLine(x)
	d.add(DiagramRow{
		From: browserX, To: serverX, Text: line + by, Detail: carried, Ink: ink, Current: current,
		Step:  "step " + strconv.Itoa(x.Step),
		Words: fmt.Sprintf("The %s sends %s with %s.", client, line, carried),
	})
	for _, e := range x.Events {
		d.event(e, current)
	}
	answered := page.StatusText(explain.Read(x).Status())
	given, ink := givenBy(x)
	d.add(DiagramRow{
		From: serverX, To: browserX, Back: true, Text: answered, Detail: given, Ink: ink, Current: current,
		Words: strings.TrimSpace(fmt.Sprintf("The server answers %s. %s", answered, sentence(given))),
	})
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// shortLine is a request's method and what it asks for, without the path of the
// bench: "GET profile".
func shortLine(x *journal.Exchange) string {
	line := RequestLine(x)
	return strings.Replace(line, " "+string(x.Flow)+"/", " ", 1)
}

// carriedBy says what proof a request carries, and its ink.
func carriedBy(x *journal.Exchange) (string, string) {
	c, ok := explain.Read(x).Presented()
	flow := explain.FlowOf(x.Flow)
	switch cookie := flow.Cookie(x.Settings); {
	case ok && cookie != "":
		return "Cookie: " + cookie + "=" + page.Brief(c.Value, 6), string(flow.Ink)
	case ok:
		return "Bearer " + page.Brief(c.Value, 6), string(flow.Ink)
	case strings.HasPrefix(shortLine(x), http.MethodPost+" login"):
		return "email and password", ""
	default:
		return "no credential", ""
	}
}

// givenBy says what proof an answer gives or takes, and its ink.
func givenBy(x *journal.Exchange) (string, string) {
	r, flow := explain.Read(x), explain.FlowOf(x.Flow)
	c, ok := r.Issued()
	switch cookie := flow.Cookie(x.Settings); {
	case ok && cookie != "":
		return "Set-Cookie: " + cookie + "=" + page.Brief(c.Value, 6), string(flow.Ink)
	case ok:
		return "access_token " + page.Brief(c.Value, 6), string(flow.Ink)
	case r.Cookie() != nil && r.Cookie().Deletes:
		return "the cookie is cleared", ""
	default:
		return "", ""
	}
}

// event adds what the server did between request and answer, where it asked
// something or somebody.
func (d *DiagramView) event(e journal.Event, current bool) {
	id := page.Brief(e.Field("id"), 6)
	row := DiagramRow{From: serverX, To: storeX, Current: current, Ink: string(explain.ServerOnly)}
	switch e.Kind {
	case journal.PasswordChecked:
		row.To = serverX
		row.Text, row.Words = "checks the password", "The server checks the password."
	case journal.RecordFound:
		row.Text, row.Detail, row.Words = "looks up "+id, "found", "The server looks the record up in its store and finds it."
	case journal.RecordMissing:
		row.Text, row.Detail = "looks up "+id, "not there: "+e.Field("reason")
		row.Words = "The server looks the record up in its store: " + e.Field("reason") + "."
	case journal.RecordWritten:
		row.Text, row.Detail, row.Words = "writes "+id, e.Field("bytes")+" B", "The server writes the record to its store."
	case journal.RecordDeleted:
		if e.Field("existed") != "true" {
			return
		}
		row.Text, row.Words = "deletes "+id, "The server deletes the record from its store."
	case journal.PartFailed:
		row.To = serverX
		if e.Field("part") == string(journal.StorePart) {
			row.To = storeX
		}
		row.Text, row.Detail = "cannot "+e.Field("doing"), "the "+e.Field("part")+" failed"
		row.Words = "The server cannot " + e.Field("doing") + ": the " + e.Field("part") + " failed."
	case journal.KeyUsed:
		verb := map[string]string{"sign": "signs", "verify": "verifies", "seal": "seals", "open": "opens"}[e.Field("for")]
		row.Text, row.Detail, row.Words = verb+" with "+page.Brief(e.Field("kid"), 8), "", "The server "+verb+" with its key."
	default:
		return
	}
	d.add(row)
}

func viewBox(d DiagramView) string { return fmt.Sprintf("0 0 %d %d", d.Width, d.Height) }

// arrow is the path of a row's line and its head.
func arrow(r DiagramRow) string {
	head := 8
	if r.To < r.From {
		head = -8
	}
	return fmt.Sprintf("M%d %dH%dM%d %dL%d %dL%d %d", r.From, r.Y, r.To, r.To-head, r.Y-5, r.To, r.Y, r.To-head, r.Y+5)
}
