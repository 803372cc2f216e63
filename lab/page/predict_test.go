package page

import (
	"fmt"
	"testing"
	"time"
)

var guess = PredictionText{
	Slug: "guess", Step: 1, Question: "What?", Options: []string{"A", "B", "C"}, Answer: 2, PointFlow: "token", PointAt: "body",
	Explained: []Part{{HTML: "<p>Because.</p>"}},
}

// The states of a question, from what the visitor said and whether the request
// was sent. What happened is marked only once it has.
func TestPredictionStates(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 32, 5, 0, time.UTC)
	for _, c := range []struct {
		answer  *Answered
		sent    bool
		state   PredictState
		verdict string
		marks   [3]string
	}{
		{nil, false, PredictOpen, "", [3]string{}},
		{&Answered{Option: 1, At: at}, false, PredictLocked, "Locked in at 14:32:05 UTC. Now send it.", [3]string{"your prediction"}},
		{&Answered{Option: 2, At: at}, false, PredictLocked, "Locked in at 14:32:05 UTC. Now send it.", [3]string{"", "your prediction"}},
		{&Answered{Option: 0, At: at}, false, PredictLocked, "You skipped this one. Send it and see.", [3]string{}},
		{&Answered{Option: 1, At: at}, true, PredictSent, "The wire says otherwise.", [3]string{"your prediction", "what happened"}},
		{&Answered{Option: 2, At: at}, true, PredictSent, "You saw it coming.", [3]string{"", "your prediction, and what happened"}},
		{&Answered{Option: 0, At: at}, true, PredictDone, "", [3]string{"", "what happened"}},
		{&Answered{Option: 3, At: at, Found: true}, true, PredictDone, "The wire says otherwise.", [3]string{"", "what happened", "your prediction"}},
		{&Answered{Option: 2, At: at, Found: true}, true, PredictDone, "You saw it coming.", [3]string{"", "your prediction, and what happened"}},
		{nil, true, PredictDone, "", [3]string{"", "what happened"}},
	} {
		in := BenchInput{ID: "B", View: ViewBoth, Answers: map[string]Answered{}}
		if c.answer != nil {
			in.Answers["guess"] = *c.answer
		}
		v := guess.on(&in, c.sent)
		name := fmt.Sprintf("%+v, sent %v", c.answer, c.sent)
		if v.State != c.state || v.Verdict != c.verdict {
			t.Errorf("%s: %s, %q; want %s, %q", name, v.State, v.Verdict, c.state, c.verdict)
		}
		for i, o := range v.Options {
			if o.Mark != c.marks[i] || o.Truth != (c.sent && i == 1) || o.Chosen != (c.answer != nil && c.answer.Option == i+1) {
				t.Errorf("%s: option %d is %+v, want the mark %q", name, i+1, o, c.marks[i])
			}
		}
		if v.Action != "/bench/B/predict" || v.PointText != "the content of the answer in the stateless flow" || v.Step != 1 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// In the article the answer is under a fold, and nothing is posted.
func TestPredictionInTheArticle(t *testing.T) {
	v := guess.Reading()
	if v.State != PredictReading || v.Action != "" || v.Step != -1 || len(v.Answer) != 1 {
		t.Errorf("%+v", v)
	}
	for i, o := range v.Options {
		if o.Truth != (i == 1) || o.Chosen || o.Mark != "" || o.Text != guess.Options[i] {
			t.Errorf("option %d is %+v", i+1, o)
		}
	}
}

// Every point that content may name has words.
func TestPointsHaveWords(t *testing.T) {
	for _, at := range []string{"status", "cookie", "set-cookie", "authorization", "body", "record", "check", "storage"} {
		if points[at] == "" {
			t.Errorf("nothing says where %s is", at)
		}
	}
}
