package article

import (
	"fmt"
	"html"
	"slices"
	"strconv"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// Setting is what a passage of the article is set for: whose run its live values
// come from, and where its links to steps lead.
type Setting struct {
	article *Pages
	Run     Run
	prefix  string // makes ids unique on the page
	view    string // kept by links to other pages
	step    func(int) string
	asks    bool // the page asks the questions of its steps beside the text
	parts   int  // how many parts with ids there have been

	settings settings.Settings // of the apps whose code is shown; zero is the lesson's
	marked   bool              // the code's lines are marked that they choose
}

// SampleSetting sets the article for readers without a bench.
func (a *Pages) SampleSetting(prefix, view string) *Setting {
	return &Setting{
		article: a, prefix: prefix, view: view,
		Run:  Run{Journal: a.Sample, Sample: true, LogsIn: bench.LogsIn},
		step: func(n int) string { return "/#step-" + strconv.Itoa(n) },
	}
}

// BenchSetting sets the article for a bench, with its own values.
func (a *Pages) BenchSetting(in panes.BenchInput) *Setting {
	return &Setting{
		article: a, prefix: "more", view: in.View, asks: true, settings: in.Settings,
		Run:  Run{Journal: in.Journal, LogsIn: bench.LogsIn},
		step: func(n int) string { return "/bench/" + in.ID + "?step=" + strconv.Itoa(n) + "&view=" + in.View },
	}
}

// Passage sets a passage. What it names was checked when the content was loaded,
// so a name that there is not is a fault of ours.
func (s *Setting) Passage(p content.Passage) ([]page.Part, error) {
	var out []page.Part
	for _, part := range p {
		set, err := s.part(part)
		if err != nil {
			return nil, err
		}
		out = append(out, set...)
	}
	return out, nil
}

func (s *Setting) part(p content.Part) ([]page.Part, error) {
	switch {
	case p.Live != "":
		v, ok := s.Run.Live(p.Live)
		if !ok {
			return nil, fmt.Errorf("the article names the live value %q, which the pages do not know", p.Live)
		}
		return one(page.Part{Live: &v}), nil
	case p.Link != nil:
		return one(page.Part{Link: s.link(*p.Link)}), nil
	case p.Whose != nil:
		return one(page.Part{HTML: page.HTML(html.EscapeString(s.whose(*p.Whose)))}), nil
	case p.Report != nil:
		return s.report(p.Report)
	case p.Exchange != nil:
		return one(page.Part{Excerpt: s.excerpt(*p.Exchange)}), nil
	case p.Decoded != "":
		e := s.Run.NewDecoded(s.id(), p.Decoded)
		s.lead(e.Absent)
		return one(page.Part{Excerpt: &e}), nil
	case p.Code != nil:
		return s.code(*p.Code)
	case p.Predict != "":
		return s.prediction(p.Predict)
	case p.Diagram != "":
		var out []page.Part
		for _, d := range s.Diagrams(p.Diagram) {
			out = append(out, page.Part{Figure: panes.Diagram(d)})
		}
		return out, nil
	default:
		return one(page.Part{HTML: page.HTML(p.HTML)}), nil
	}
}

// code shows a function of an app.
func (s *Setting) code(ref content.CodeRef) ([]page.Part, error) {
	block, ok := s.article.code.SetUp(journal.Flow(ref.Flow), ref.Name, s.settings, s.marked)
	if !ok {
		return nil, fmt.Errorf("the article names the function %s of the %s app, which has none", ref.Name, ref.Flow)
	}
	return one(page.Part{Code: &block}), nil
}

func one(p page.Part) []page.Part { return []page.Part{p} }

func (s *Setting) id() string {
	s.parts++
	return s.prefix + "-" + strconv.Itoa(s.parts)
}

func (s *Setting) link(l content.Link) *page.LinkView {
	v := page.LinkView{Href: page.WithView(l.Href(), s.view), Text: page.HTML(l.Text)}
	if l.Step != nil {
		v.Href, v.Step = s.step(*l.Step), true
	}
	return &v
}

// whose chooses the words that are true of the run.
func (s *Setting) whose(w content.Whose) string {
	if s.Run.Sample {
		return w.Sample
	}
	return w.Yours
}

// report sets sentences that tell of the run. They are left out where the run does
// not have all that they tell.
func (s *Setting) report(p content.Passage) ([]page.Part, error) {
	parts, err := s.Passage(p)
	if err != nil {
		return nil, err
	}
	r := page.Report{Parts: parts, Sample: s.Run.Sample}
	for _, part := range parts {
		if v := part.Live; v != nil && v.Text == "" && !slices.ContainsFunc(r.Absent, func(a page.Absent) bool { return a.Number == v.Step }) {
			r.Absent = append(r.Absent, page.Absent{Number: v.Step, Sent: v.Sent})
		}
	}
	s.lead(r.Absent)
	return one(page.Part{Report: &r}), nil
}

// lead leads from where steps are absent to where they can be sent.
func (s *Setting) lead(list []page.Absent) {
	for i, a := range list {
		list[i].Step = page.LinkView{Href: s.step(a.Number), Step: true, Text: page.HTML(html.EscapeString(fmt.Sprintf("step %d, %s", a.Number, s.article.steps[a.Number].Title)))}
	}
}

func (s *Setting) excerpt(e content.ExchangeRef) *page.ExcerptView {
	run := s.Run
	if e.Variant != "" {
		run = Run{Journal: s.article.Variants[e.Variant], Sample: true, LogsIn: bench.LogsIn}
	}
	x := run.NewExcerpt(s.id(), journal.Flow(e.Flow), e.Step, e.Side == "response", e.Headers, e.Body)
	if e.Variant != "" {
		x.Title += ", " + content.Variants[e.Variant]
	}
	s.lead(x.Absent)
	return &x
}

// prediction sets a question of a chapter, with its answer under a fold. Where
// the page asks it before its step, the chapter must not tell the answer.
func (s *Setting) prediction(slug string) ([]page.Part, error) {
	for _, p := range s.article.content.Predictions {
		if p.Slug != slug {
			continue
		}
		if s.asks && p.Step != plot.NoStep {
			return nil, nil
		}
		text, err := s.PredictionText(p)
		if err != nil {
			return nil, err
		}
		v := text.Reading()
		v.ID = s.prefix + "-" + v.ID
		return one(page.Part{Figure: panes.Predict(v)}), nil
	}
	return nil, fmt.Errorf("the article names the prediction %q, which there is not", slug)
}

// PredictionText sets a question with its explanation.
func (s *Setting) PredictionText(p content.Prediction) (panes.PredictionText, error) {
	explained, err := s.Passage(p.Explanation)
	if err != nil {
		return panes.PredictionText{}, fmt.Errorf("%s: %w", p.Source, err)
	}
	text := panes.PredictionText{
		Slug: p.Slug, Step: p.Step, Question: p.Question, Options: p.Options,
		When: p.When, Answer: p.Answer + 1, Explained: explained,
	}
	if p.Step != plot.NoStep {
		text.Answer = s.article.Right[p.Slug]
	}
	if p.Point != nil {
		text.PointFlow, text.PointAt = p.Point.Flow, p.Point.At
	}
	return text, nil
}

// drawnSteps are the steps of the flow as the article draws it: in, once more,
// out.
var drawnSteps = []int{plot.Login, plot.AskAgain, plot.Logout}

// Diagrams draws the flows that a passage names: session, token or both.
func (s *Setting) Diagrams(which string) []panes.DiagramView {
	var out []panes.DiagramView
	var drawn []*journal.Exchange
	for _, x := range s.Run.Journal.Exchanges {
		if slices.Contains(drawnSteps, x.Step) {
			drawn = append(drawn, x)
		}
	}
	for _, flow := range journal.Lesson {
		if which == "both" || which == string(flow) {
			d := panes.NewDiagram(s.id(), flow, drawn, plot.NoStep, s.Run.Sample)
			if len(d.Rows) == 0 {
				d.Absent = []page.Absent{{Number: drawnSteps[0]}}
				s.lead(d.Absent)
			}
			out = append(out, d)
		}
	}
	return out
}

// chapter sets a chapter; onePage says that all chapters stand on one page.
func (s *Setting) chapter(c content.Chapter, onePage bool) (page.ChapterView, error) {
	body := c.Body
	if onePage {
		body = c.OnePage
	}
	parts, err := s.Passage(body)
	if err != nil {
		return page.ChapterView{}, fmt.Errorf("%s: %w", c.Source, err)
	}
	v := page.ChapterView{
		Number: c.Number, Minutes: c.Minutes(), Slug: c.Slug, Title: c.Title, Summary: c.Summary, Parts: parts,
	}
	for _, h := range c.Outline {
		anchor := h.Anchor
		if onePage {
			anchor = c.Slug + "." + anchor
		}
		v.Outline = append(v.Outline, page.Heading{Level: h.Level, Text: h.Text, Anchor: anchor, Only: h.Only})
	}
	for _, n := range c.Steps {
		v.Steps = append(v.Steps, page.ChapterStep{Number: n, Title: s.article.steps[n].Title, Href: s.step(n)})
	}
	return v, nil
}

// Beside sets what the article says beside a step of a bench: its predictions,
// and the first chapter that belongs to the step.
func (a *Pages) Beside(in *panes.BenchInput, b *bench.Bench) error {
	s := a.BenchSetting(*in)
	for _, p := range a.content.Predictions {
		if p.Step == plot.NoStep {
			continue
		}
		text, err := s.PredictionText(p)
		if err != nil {
			return err
		}
		in.Predictions = append(in.Predictions, text)
	}
	in.Answers = map[string]panes.Answered{}
	for slug, a := range b.Answers() {
		in.Answers[slug] = panes.Answered(a)
	}
	for _, c := range a.content.Chapters {
		for _, n := range c.Steps {
			if n != in.Step {
				continue
			}
			chapter, err := s.chapter(c, false)
			in.Chapter = &chapter
			return err
		}
	}
	return nil
}
