package lesson

import (
	"fmt"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// LogRow is one row of the journal as the page lists it: an exchange, or an
// action between exchanges.
type LogRow struct {
	Number  int // 0 for an action
	Time    string
	Flow    string
	Line    string
	Status  string
	Step    string
	By      string
	Href    string
	Current bool
	Asset   bool // a file of the page, not a deed of the visitor
}

// newLog lists the journal, newest first.
func newLog(in *panes.BenchInput) (rows []LogRow, note string) {
	shownNow := in.ShownPins()
	actions := in.Journal.Actions
	for _, x := range in.Journal.Exchanges {
		for len(actions) > 0 && actions[0].After < x.Number {
			rows, actions = append(rows, actionRow(actions[0])), actions[1:]
		}
		rows = append(rows, exchangeRow(in, x, shownNow))
	}
	for _, a := range actions {
		rows = append(rows, actionRow(a))
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows, logNote(in)
}

func logNote(in *panes.BenchInput) string {
	left := in.Journal.Limit - len(in.Journal.Exchanges)
	note := ""
	if left <= 20 {
		note = fmt.Sprintf("This bench records %d exchanges; %d are left. Then its apps stop answering until you reset it or make a new one.", in.Journal.Limit, max(left, 0))
	}
	if n := in.Journal.TurnedAway; n > 0 {
		note = strings.TrimSpace(note + fmt.Sprintf(" %s turned away, unrecorded, because they came too fast or the journal was full.", page.Plural(n, "request")))
	}
	return note
}

func actionRow(a journal.Action) LogRow {
	return LogRow{Time: moment.Clock(a.At), Line: a.Detail}
}

func exchangeRow(in *panes.BenchInput, x *journal.Exchange, shownNow map[journal.Flow]int) LogRow {
	row := LogRow{
		Number: x.Number, Time: moment.Clock(x.Started), Flow: explain.FlowOf(x.Flow).State,
		Line: panes.RequestLine(x), Status: page.StatusText(explain.Read(x).Status()),
		By: in.Sender(x), Current: shownNow[x.Flow] == x.Number, Asset: isAsset(x),
	}
	step := in.Step
	if x.Restores {
		row.Step = "before a step"
	}
	if x.Step != plot.NoStep {
		row.Step = fmt.Sprintf("step %d", x.Step)
		if plot.LooksAt(in.Step) != x.Step {
			step = x.Step
		}
	}
	pins := map[journal.Flow]int{x.Flow: x.Number}
	row.Href = in.Link(step, in.View, pins)
	return row
}

// isAsset reports whether an exchange fetched a file of the app's page.
func isAsset(x *journal.Exchange) bool {
	line := panes.RequestLine(x)
	return strings.HasSuffix(line, ".css") || strings.HasSuffix(line, ".js")
}
