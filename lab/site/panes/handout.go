package panes

import (
	"fmt"
	"iter"
	"slices"
	"strconv"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

// HandoutView is a run on paper: every step that has exchanges. These are made one by
// one while it is written, so that a long run is not held as a whole.
type HandoutView struct {
	page.Chrome
	Entry  string // "Bench AB12…, 23 Nov 2026"
	Steps  []HandoutStepView
	Absent string // what is written where nothing was sent, else ""
	Note   string // what was recorded and is not here, or ""
	Back   string // the bench's address
}

// HandoutStepView is one step: what was predicted, sent, answered and decided.
type HandoutStepView struct {
	Step        StepText
	Predictions []PredictView
	Exchanges   iter.Seq[HandoutExchangeView] // nil where nothing was sent
	Asking      bool                          // a question is still open: the difference would tell its answer
	Told        Telling
}

// HandoutExchangeView is one exchange on paper.
type HandoutExchangeView struct {
	Lane  Lane
	Name  string // "Stateful, exchange 5"
	Actor string // who sent it, and by which clock
}

// NewHandout builds the handout of a bench's run, or of one step of it. A
// negative step stands for all.
func NewHandout(in BenchInput, step int) HandoutView {
	v := HandoutView{
		Chrome: in.Chrome("Handout: AuthLab"), Back: in.Path(),
		Entry: "Bench " + page.Brief(in.ID, 8) + ", made " + in.Made.UTC().Format("2 Jan 2006, 15:04 UTC"),
	}
	v.Toggle = nil
	left := 0
	of := map[int][]*journal.Exchange{}
	for _, x := range in.Journal.Exchanges {
		if x.Step == plot.NoStep || plot.Valid(step) && x.Step != step {
			left++
			continue
		}
		of[x.Step] = append(of[x.Step], x)
	}
	for _, text := range in.Steps {
		if xs := of[text.Number]; len(xs) > 0 {
			v.Steps = append(v.Steps, in.handoutStep(text, xs))
		}
	}
	if len(v.Steps) == 0 {
		v.Absent = "Nothing has been sent yet. Send a step on the bench, then come back: what was sent and answered will stand here."
	}
	if left > 0 {
		v.Note = "Not on this handout: " + page.Plural(left, "exchange") + " that the bench recorded besides, such as style sheets and pages that belong to no step."
	}
	return v
}

func (in *BenchInput) handoutStep(text StepText, xs []*journal.Exchange) HandoutStepView {
	s := HandoutStepView{Step: text, Told: in.Tell(text.Number)}
	s.Exchanges = func(yield func(HandoutExchangeView) bool) {
		for _, x := range xs {
			if !yield(in.handoutExchange(x)) {
				return
			}
		}
	}
	for _, p := range in.Predictions {
		if _, answered := in.Answers[p.Slug]; plot.Valid(p.Step) && plot.LooksAt(p.Step) == text.Number && (answered || p.Step == text.Number) {
			view := p.On(in, true)
			view.ID = "handout-" + view.ID
			s.Predictions = append(s.Predictions, view)
			s.Asking = s.Asking || view.State != PredictDone
		}
	}
	slices.SortStableFunc(s.Predictions, func(a, b PredictView) int { return a.Step - b.Step })
	return s
}

func (in *BenchInput) handoutExchange(x *journal.Exchange) HandoutExchangeView {
	of := explain.FlowOf(x.Flow)
	verdict := explain.Read(x).Verdict()
	prefix := "x" + strconv.Itoa(x.Number)
	l := Lane{
		Flow: x.Flow, State: of.State, Credential: of.Credential, Class: page.ClassOf(x.Flow),
		Sent: true, Number: x.Number, Line: RequestLine(x), Status: page.StatusText(verdict.Answered), By: in.Sender(x),
		Exchange: in.Path() + "/exchanges/" + strconv.Itoa(x.Number),
		Server:   NewServer(x, nil, verdict, nil),
	}
	l.Request = newWire("Request", prefix+"-req", x.Request, explain.Request(x), beginning(x.Request)).leadOn(x, l.Exchange, "request").onPaper()
	l.Response = newWire("Response", prefix+"-res", x.Response, explain.Response(x), beginning(x.Response)).leadOn(x, l.Exchange, "response").onPaper()
	l.Request.Copied = x.By == journal.Replay
	return HandoutExchangeView{
		Lane: l, Name: fmt.Sprintf("%s, exchange %d", of.State, x.Number),
		Actor: fmt.Sprintf("%s at %s UTC; the bench’s clock said %s", l.By, moment.Clock(x.Started), x.Clock.UTC().Format("2 Jan, 15:04:05")),
	}
}
