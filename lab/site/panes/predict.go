package panes

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/outcome"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

// PredictionText is what content says about one prediction.
type PredictionText struct {
	Slug     string
	Step     int // plot.NoStep for one that stands in a chapter only
	Question string
	Options  []string
	// When says of each option when it is what happened; nil without a step.
	When []outcome.Case
	// Answer is the option that is right, from 1: of a question without a step; of
	// another, the one that happened in the lab's own run.
	Answer    int
	Explained []page.Part
	PointFlow string // where the result shows: session or token,
	PointAt   string // and which part: status, cookie, set-cookie, authorization, body, record, check, storage
}

// Answered is what the visitor of a bench said.
type Answered struct {
	Option int // from 1; 0 where it was skipped
	At     time.Time
	Found  bool
}

// PredictView is a prediction: a question that is answered before the request
// that answers it is sent.
type PredictView struct {
	Slug, ID string // ID is unique on the page
	Step     int    // the step that it belongs to, plot.NoStep for none
	Question string
	Options  []OptionView
	State    PredictState
	Action   string // where the answer is posted, "" where nothing is kept
	View     string
	Chosen   string      // the option that was locked in, "" if skipped
	Locked   string      // when, as a clock
	Verdict  string      // what came of it, in a sentence
	Answer   []page.Part // the explanation
	// Otherwise says what happened where the explanation, which is of the lesson's own
	// run, is not of this one.
	Otherwise []string
	PointFlow string // where the result shows: the flow,
	PointAt   string // and what to point at
	PointText string // in words
	SendLabel string
}

// PredictState is how far a prediction has come.
type PredictState string

// The states of a prediction.
const (
	PredictReading PredictState = "reading" // in the article, nothing is kept
	PredictOpen    PredictState = "open"    // may be answered
	PredictLocked  PredictState = "locked"  // answered or skipped, not sent yet
	PredictSent    PredictState = "sent"    // sent; the reader looks for the line that shows it
	PredictDone    PredictState = "done"    // explained
)

// OptionView is one possible answer.
type OptionView struct {
	Value   string // from "1"
	Text    string
	Chosen  bool
	Truth   bool   // it is what happened; known only once it has
	Mark    string // "your prediction", "what happened"
	Classes string
}

// points says in words what to point at.
var points = map[string]string{
	"status":        "the status line of the answer",
	"cookie":        "the Cookie line of the request",
	"set-cookie":    "the Set-Cookie line of the answer",
	"authorization": "the Authorization line of the request",
	"body":          "the content of the answer",
	"record":        "what the server remembers",
	"check":         "the check that decided",
	"storage":       "what the browser holds",
}

// Reading is a prediction in the article: a question, and its answer under a
// fold. Nothing is kept of it.
func (p PredictionText) Reading() PredictView {
	v := PredictView{
		Slug: p.Slug, ID: "predict-" + p.Slug, Step: plot.NoStep, Question: p.Question,
		State: PredictReading, Answer: p.Explained,
	}
	for i, text := range p.Options {
		v.Options = append(v.Options, OptionView{Value: strconv.Itoa(i + 1), Text: text, Truth: i+1 == p.Answer})
	}
	return v
}

// On builds a prediction as it stands on a bench. shown says that what the step
// looks at may be seen: of one that looks again, that the question was answered.
func (p PredictionText) On(in *BenchInput, shown bool) PredictView {
	a, answered := in.Answers[p.Slug]
	happened, known := p.happened(in.facts(p.Step))
	v := PredictView{
		Slug: p.Slug, ID: "predict-" + p.Slug, Step: p.Step, Question: p.Question,
		Action: in.Path() + "/predict", View: in.View, Answer: p.Explained,
		PointFlow: p.PointFlow, PointAt: p.PointAt, State: predictState(answered, a, shown && known),
	}
	if flow := explain.FlowOf(journal.Flow(p.PointFlow)); flow != nil {
		v.PointText = points[p.PointAt] + " in the " + page.Lower(flow.State) + " flow"
	}
	for i, text := range p.Options {
		v.Options = append(v.Options, p.option(i+1, text, a, v.State, happened))
	}
	v.Verdict = p.verdict(answered, a, v.State, happened)
	if v.State == PredictSent || v.State == PredictDone {
		v.Otherwise = in.SaidOtherwise(p, happened)
	}
	return v
}

// SaidOtherwise says what happened where that is not what the explanation of a question
// is about: another option, none of them, or the right one for another reason.
func (in *BenchInput) SaidOtherwise(p PredictionText, happened []int) []string {
	t := in.Tell(p.Step)
	if slices.Equal(happened, []int{p.Answer}) && t.Plain() {
		return nil
	}
	var said []string
	for _, a := range t.Otherwise {
		said = append(said, a.Text)
	}
	if len(happened) == 0 {
		said = append([]string{"None of the answers is what happened."}, said...)
	}
	return said
}

func predictState(answered bool, a Answered, sent bool) PredictState {
	switch {
	case !sent && answered:
		return PredictLocked
	case !sent:
		return PredictOpen
	case answered && a.Option > 0 && !a.Found:
		return PredictSent
	default:
		return PredictDone
	}
}

func (p PredictionText) option(n int, text string, a Answered, state PredictState, happened []int) OptionView {
	o := OptionView{Value: strconv.Itoa(n), Text: text, Chosen: a.Option == n}
	known := state == PredictSent || state == PredictDone
	o.Truth = known && slices.Contains(happened, n)
	switch {
	case o.Chosen && o.Truth:
		o.Mark, o.Classes = "your prediction, and what happened", "chosen truth"
	case o.Chosen:
		o.Mark, o.Classes = "your prediction", "chosen"
	case o.Truth:
		o.Mark, o.Classes = "what happened", "truth"
	}
	return o
}

// verdict says what came of a prediction, in a sentence.
func (p PredictionText) verdict(answered bool, a Answered, state PredictState, happened []int) string {
	right := slices.Contains(happened, a.Option)
	switch {
	case state == PredictLocked && a.Option == 0:
		return "You skipped this one. Send it and see."
	case state == PredictLocked:
		return fmt.Sprintf("Locked in at %s UTC. Now send it.", moment.Clock(a.At))
	case !answered || a.Option == 0:
		return ""
	case right:
		return "You saw it coming."
	default:
		return "Not quite: here is what happened."
	}
}

// Questions returns the questions that belong beside a step: the one that the
// next request answers, and the one that this step has answered. They are about the
// flows that the lesson compares: without those there is none.
func (in *BenchInput) Questions(next NextView) []PredictView {
	if !in.Compares() {
		return nil
	}
	var out []PredictView
	for _, p := range in.Predictions {
		here := p.Step == in.Step
		sends := plot.Valid(p.Step) && in.Steps[p.Step].Sends
		switch {
		case here && !sends:
			_, answered := in.Answers[p.Slug]
			out = append(out, p.On(in, answered))
		case here && (in.Sent(p.Step) || in.BeingSent(p.Step)):
			out = append(out, p.On(in, true))
		case next.Sends && p.Step == next.Step:
			out = append(out, p.On(in, false))
		}
	}
	return out
}
