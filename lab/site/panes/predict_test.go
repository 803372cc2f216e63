package panes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/outcome"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

var guess = PredictionText{
	Slug: "guess", Step: 1, Question: "What?", Options: []string{"A", "B", "C"}, Answer: 2,
	When: []outcome.Case{{"token": {outcome.Status: {"400"}}}, {"token": {outcome.Status: {"200"}}}, {}}, PointFlow: "token", PointAt: "body",
	Explained: []page.Part{{HTML: "<p>Because.</p>"}},
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
		{&Answered{Option: 1, At: at}, true, PredictSent, "Not quite: here is what happened.", [3]string{"your prediction", "what happened"}},
		{&Answered{Option: 2, At: at}, true, PredictSent, "You saw it coming.", [3]string{"", "your prediction, and what happened"}},
		{&Answered{Option: 0, At: at}, true, PredictDone, "", [3]string{"", "what happened"}},
		{&Answered{Option: 3, At: at, Found: true}, true, PredictDone, "Not quite: here is what happened.", [3]string{"", "what happened", "your prediction"}},
		{&Answered{Option: 2, At: at, Found: true}, true, PredictDone, "You saw it coming.", [3]string{"", "your prediction, and what happened"}},
		{nil, true, PredictDone, "", [3]string{"", "what happened"}},
	} {
		in := ran(map[journal.Flow]int{journal.Session: 303, journal.Token: 200})
		if !c.sent {
			in = ran(nil)
		}
		if c.answer != nil {
			in.Answers["guess"] = *c.answer
		}
		v := guess.On(&in, c.sent)
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

// ran is a bench on which step 1 was sent, to the flows that have a status.
func ran(statuses map[journal.Flow]int) BenchInput {
	in := BenchInput{
		Lanes: journal.Lesson,
		ID:    "B", View: page.ViewBoth, Answers: map[string]Answered{}, Steps: make([]StepText, 2), Sending: plot.NoStep,
		LogsIn: func(*journal.Exchange) bool { return false },
		Shows:  func(x *journal.Exchange, step int) bool { return x.Step == step },
		PageOf: func(*journal.Exchange) string { return "" },
	}
	for i, flow := range journal.Lesson {
		if status := statuses[flow]; status > 0 {
			in.Journal.Exchanges = append(in.Journal.Exchanges, &journal.Exchange{
				Number: i + 1, Flow: flow, By: journal.Visitor, Step: 1, Reached: true,
				Request:  journal.Message{Bytes: []byte("POST /bench/B/" + string(flow) + "/login HTTP/1.1\r\nHost: a\r\n\r\n"), Complete: true},
				Response: journal.Message{Bytes: fmt.Appendf(nil, "HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n", status), Complete: true},
			})
		}
	}
	return in
}

// What happened is marked by what was recorded: another option than the lesson's,
// none, or nothing where a flow was not asked yet or is being asked.
func TestWhatHappenedIsComputed(t *testing.T) {
	expect := outcome.Case{"session": {outcome.Status: {"303"}}, "token": {outcome.Status: {"200"}}}
	for _, c := range []struct {
		name           string
		session, token int
		sending        int
		state          PredictState
		truth          []bool
		otherwise      string // what is said to have gone otherwise
		wait           string
	}{
		{"as in the lesson", 303, 200, plot.NoStep, PredictDone, []bool{false, true, false}, "", ""},
		{"another answer", 303, 400, plot.NoStep, PredictDone, []bool{true, false, false}, "The token app answered 400 Bad Request.", ""},
		{"no answer", 303, 500, plot.NoStep, PredictDone, []bool{false, false, false}, "None of the answers is what happened. The token app answered 500 Internal Server Error.", ""},
		{"the right answer in a run that went otherwise", 200, 200, plot.NoStep, PredictDone, []bool{false, true, false}, "The session app answered 200 OK.", ""},
		{"one flow only", 303, 0, plot.NoStep, PredictOpen, []bool{false, false, false}, "", "Step 1 was not sent to the token app yet. Send it to both to see what differs."},
		{"nothing", 0, 0, plot.NoStep, PredictOpen, []bool{false, false, false}, "", "Not sent yet. What came of it is told here once it was."},
		{"being sent", 303, 200, 1, PredictOpen, []bool{false, false, false}, "", "It is being sent. What came of it is told once both apps have answered."},
		{"another step is being sent", 303, 200, 5, PredictDone, []bool{false, true, false}, "", ""},
	} {
		in := ran(map[journal.Flow]int{journal.Session: c.session, journal.Token: c.token})
		in.Sending, in.Steps[1].Expect = c.sending, expect
		v, told := guess.On(&in, true), in.Tell(1)
		for i, o := range v.Options {
			if o.Truth != c.truth[i] {
				t.Errorf("%s: option %d is marked %v, want %v", c.name, i+1, o.Truth, c.truth[i])
			}
		}
		if got := strings.Join(v.Otherwise, " "); v.State != c.state || got != c.otherwise {
			t.Errorf("%s: %s, otherwise %q; want %s, %q", c.name, v.State, got, c.state, c.otherwise)
		}
		if told.Wait != c.wait || told.Known != (c.wait == "") || told.Plain() != (c.wait == "" && c.otherwise == "") {
			t.Errorf("%s: it is told that %+v, want to wait for %q", c.name, told, c.wait)
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
