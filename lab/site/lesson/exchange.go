package lesson

import (
	"fmt"
	"time"

	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// ExchangeView is the page of one exchange.
type ExchangeView struct {
	page.Chrome
	Lane    panes.Lane
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
func NewExchange(in panes.BenchInput, x *journal.Exchange, at panes.PartsAt) ExchangeView {
	in.Pins = map[journal.Flow]int{x.Flow: x.Number}
	if x.Step != plot.NoStep {
		in.Step = x.Step
	}
	v := ExchangeView{
		Chrome: in.Chrome(fmt.Sprintf("Exchange %d, %s: AuthLab", x.Number, panes.RequestLine(x))),
		Lane:   in.Lane(x.Flow).InParts(x, at), Back: in.Link(in.Step, in.View, in.Pins),
		Started: x.Started.UTC().Format("2 Jan 2006, 15:04:05.000000 UTC"), Took: moment.Took(x.Duration),
		Conn: fmt.Sprintf("connection %d", x.Connection), Entry: fmt.Sprintf("Exchange %d", x.Number),
	}
	v.Toggle, v.Take = nil, NewTakeOne(&in, x)
	if ahead := x.Clock.Sub(x.Started).Round(time.Second); ahead != 0 {
		v.Clock = fmt.Sprintf("The bench's clock said %s, %s ahead.", moment.Clock(x.Clock), moment.Whole(ahead))
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
