package article

import (
	"fmt"
	"net/http"

	"authlab/content"
	"authlab/lab/journal"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
	"authlab/lab/source"
)

// Rehearsal is what a lab works out of its content at its start, by going through the
// lesson. Nothing in it is changed afterwards, so labs can share one.
type Rehearsal struct {
	// Sample is a run of the whole lesson.
	Sample journal.View
	// Variants are runs with another setting, by content.Variants.
	Variants map[string]journal.View
	// Right is which answer is right in the sample, from 1, by question.
	Right map[string]int

	Published published // the article
}

// Pages are the article's pages, and what it says on others.
type Pages struct {
	*web.Site
	Rehearsal
	content *content.Content
	steps   []panes.StepText
	code    source.Code
}

// New makes the pages. What the article shows of a run is not there before
// [articlePages.Set].
func New(site *web.Site, text *content.Content, steps []panes.StepText, code source.Code) *Pages {
	return &Pages{Site: site, content: text, steps: steps, code: code}
}

// Set holds the texts against what was recorded in Sample, and sets the article with
// it. It fails where a text takes for granted what did not happen.
func (a *Pages) Set() (err error) {
	if err = a.holdTexts(); err != nil {
		return fmt.Errorf("check content: %w", err)
	}
	a.Published, err = a.publish()
	return err
}

// StepTexts are what pages say of each step.
func StepTexts(steps []content.Step) []panes.StepText {
	var out []panes.StepText
	for _, s := range steps {
		of := map[journal.Flow]page.HTML{}
		for flow, text := range s.Of {
			of[journal.Flow(flow)] = page.HTML(text)
		}
		out = append(out, panes.StepText{
			Number: s.Number, Title: s.Title, Action: s.Action, Look: s.Look, Place: s.Place, Sends: s.Sends,
			Both: page.HTML(s.Both), Of: of,
			Difference: page.HTML(s.Difference), Expect: s.Expect,
		})
	}
	return out
}

// Front is GET /: what this is, start here.
func (a *Pages) Front(w http.ResponseWriter, r *http.Request) error {
	c := a.Chrome("AuthLab: log in twice, see everything")
	c.Here, c.PlainHTTP = "start", a.PlainHTTP(r)
	v := FrontView{
		Chrome: c,
		Text:   page.HTML(a.content.Front), Steps: a.steps, Press: web.NewPress(),
	}
	return a.Render(w, http.StatusOK, Front(v), r)
}

// Notes sets the instructor's notes with the values of the bench.
func (a *Pages) Notes(in panes.BenchInput) ([]panes.NoteText, error) {
	s := a.BenchSetting(in)
	var out []panes.NoteText
	for _, n := range a.content.Notes {
		parts, err := s.Passage(n.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.Source, err)
		}
		out = append(out, panes.NoteText{Step: n.Step, Minutes: n.Minutes, Parts: parts})
	}
	return out, nil
}
