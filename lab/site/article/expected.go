package article

import (
	"errors"
	"fmt"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/panes"
)

// holdTexts holds what the texts say of each step against the lab's own run of the
// lesson, and notes which answer to each question is right there. A text that takes
// for granted what does not happen, or a question to which not exactly one answer is
// right, is reported with its file and line.
func (a *Pages) holdTexts() error {
	in := panes.BenchInput{
		Lanes:   journal.Flows,
		Journal: a.Sample, Steps: a.steps, Sending: plot.NoStep, LogsIn: bench.LogsIn, Shows: bench.Shows,
		PageOf: func(*journal.Exchange) string { return "" },
	}
	var errs []error
	for _, s := range a.content.Steps {
		if other := in.Otherwise(s.Number); other != "" {
			errs = append(errs, fmt.Errorf("%s: step %d expects what does not happen in the lesson's own run: %s", s.Source, s.Number, other))
		}
	}
	a.Right = map[string]int{}
	for _, p := range a.content.Predictions {
		if p.Step == plot.NoStep {
			continue
		}
		options := in.Happened(panes.PredictionText{Step: p.Step, When: p.When})
		if len(options) != 1 {
			errs = append(errs, fmt.Errorf("%s: of the answers, %d are right in the lesson's own run: let exactly one case of “when” hold there", p.Source, len(options)))
			continue
		}
		a.Right[p.Slug] = options[0]
	}
	return errors.Join(errs...)
}
