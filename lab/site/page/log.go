package page

import (
	"fmt"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
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

// log lists the journal, newest first.
func (in *BenchInput) log() (rows []LogRow, note string) {
	shownNow := in.shownPins()
	actions := in.Journal.Actions
	for _, x := range in.Journal.Exchanges {
		for len(actions) > 0 && actions[0].After < x.Number {
			rows, actions = append(rows, actionRow(actions[0])), actions[1:]
		}
		rows = append(rows, in.exchangeRow(x, shownNow))
	}
	for _, a := range actions {
		rows = append(rows, actionRow(a))
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows, in.logNote()
}

func (in *BenchInput) logNote() string {
	left := in.Journal.Limit - len(in.Journal.Exchanges)
	note := ""
	if left <= 20 {
		note = fmt.Sprintf("This bench records %d exchanges; %d are left. Then its apps stop answering until you reset it or make a new one.", in.Journal.Limit, max(left, 0))
	}
	if n := in.Journal.TurnedAway; n > 0 {
		note = strings.TrimSpace(note + fmt.Sprintf(" %s turned away, unrecorded, because they came too fast or the journal was full.", Plural(n, "request")))
	}
	return note
}

func actionRow(a journal.Action) LogRow {
	return LogRow{Time: ClockTime(a.At), Line: a.Detail}
}

func (in *BenchInput) exchangeRow(x *journal.Exchange, shownNow map[journal.Flow]int) LogRow {
	row := LogRow{
		Number: x.Number, Time: ClockTime(x.Started), Flow: names[x.Flow].state,
		Line: requestLine(x), Status: StatusText(explain.Read(x).Status()),
		By: in.sender(x), Current: shownNow[x.Flow] == x.Number, Asset: isAsset(x),
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
	row.Href = in.link(step, in.View, pins)
	return row
}

// isAsset reports whether an exchange fetched a file of the app's page.
func isAsset(x *journal.Exchange) bool {
	line := requestLine(x)
	return strings.HasSuffix(line, ".css") || strings.HasSuffix(line, ".js")
}

// DeskView is the administrator's desk: what can be done to a bench besides asking
// its apps.
type DeskView struct {
	Path     string
	Step     int
	View     string
	Accounts []DeskAccount
	Clock    string
	Moves    []ClockMove
	Ends     []ClockEnd
	// OtherClocks says what does not go by the bench's clock.
	OtherClocks string
	Copies      []DeskCopy
	Open        string // the part that this step is about: "role", "replay", "clock", ""
}

// DeskAccount is an account whose role can be changed.
type DeskAccount struct{ ID, Email, Role, Other string }

// ClockMove is a distance that the clock can be moved by.
type ClockMove struct{ Label, By string }

// DeskCopy is a credential that somebody else may have copied.
type DeskCopy struct {
	Flow    journal.Flow
	State   string
	Number  int
	Value   string
	Command string // the same request as a curl command
}

func (in *BenchInput) desk() DeskView {
	d := DeskView{
		Path: in.Path(), Step: in.Step, View: in.View, Clock: in.clock(),
		Moves: []ClockMove{{"1 minute", "1m"}, {"15 minutes", "15m"}, {"1 hour", "1h"}, {"1 day", "24h"}},
		Ends:  in.ends(), OtherClocks: in.otherClocks(),
		Open: deskPart(plot.At(in.Step)),
	}
	for _, a := range in.Now[journal.Session].Accounts {
		other := "member"
		if a.Role == other {
			other = "staff"
		}
		d.Accounts = append(d.Accounts, DeskAccount{ID: a.ID, Email: a.Email, Role: a.Role, Other: other})
	}
	for _, flow := range journal.Lesson {
		if x := in.Journal.Latest(flow, in.visitorsLogin); x != nil {
			d.Copies = append(d.Copies, in.copyOf(x))
		}
	}
	return d
}

// deskPart is the part of the desk that a step is done with, "" for none.
func deskPart(step plot.Step) string {
	switch {
	case step.Does(plot.DoRole):
		return "role"
	case step.Does(plot.DoReplay):
		return "replay"
	case step.Does(plot.DoClock):
		return "clock"
	}
	return ""
}

// visitorsLogin reports whether an exchange is the lesson's login, or one that was
// made again before a step: its credential is the one to copy.
func (in *BenchInput) visitorsLogin(x *journal.Exchange) bool {
	return x.By == journal.Visitor && (x.Step == plot.Login || x.Restores) && in.LogsIn(x)
}

func (in *BenchInput) copyOf(x *journal.Exchange) DeskCopy {
	c, _ := explain.Read(x).Issued()
	return DeskCopy{
		Flow: x.Flow, State: names[x.Flow].state, Number: x.Number, Value: Brief(c.Value, 6),
		Command: in.copyCommand(x, c),
	}
}

// ExchangeView is the page of one exchange.
type ExchangeView struct {
	Chrome
	Lane    Lane
	Entry   string // its number, and its step if it shows one
	Back    string
	Started string
	Took    string
	Clock   string
	Conn    string
	Prev    string
	Next    string
	Take    TakeView
}

// NewExchange builds the page of one exchange, with those parts of its messages that
// begin at the given places.
func NewExchange(in BenchInput, x *journal.Exchange, at PartsAt) ExchangeView {
	in.Pins = map[journal.Flow]int{x.Flow: x.Number}
	if x.Step != plot.NoStep {
		in.Step = x.Step
	}
	v := ExchangeView{
		Chrome: in.Chrome(fmt.Sprintf("Exchange %d, %s: AuthLab", x.Number, requestLine(x))),
		Lane:   in.Lane(x.Flow).inParts(x, at), Back: in.link(in.Step, in.View, in.Pins),
		Started: x.Started.UTC().Format("2 Jan 2006, 15:04:05.000000 UTC"), Took: Took(x.Duration),
		Conn: fmt.Sprintf("connection %d", x.Connection), Entry: fmt.Sprintf("Exchange %d", x.Number),
	}
	v.Toggle, v.Take = nil, in.TakeOne(x)
	if ahead := x.Clock.Sub(x.Started).Round(time.Second); ahead != 0 {
		v.Clock = fmt.Sprintf("The bench's clock said %s, %s ahead.", ClockTime(x.Clock), lasting(ahead))
	}
	if x.Step != plot.NoStep {
		v.Entry += fmt.Sprintf(", step %d", x.Step)
	}
	if _, ok := in.Journal.Exchange(x.Number - 1); ok {
		v.Prev = fmt.Sprintf("%s/exchanges/%d", in.Path(), x.Number-1)
	}
	if _, ok := in.Journal.Exchange(x.Number + 1); ok {
		v.Next = fmt.Sprintf("%s/exchanges/%d", in.Path(), x.Number+1)
	}
	return v
}
