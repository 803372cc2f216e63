package lab

import (
	"fmt"
	"html"
	"slices"
	"strconv"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/settings"
)

// setting is what a passage of the article is set for: whose run its live values
// come from, and where its links to steps lead.
type setting struct {
	lab    *Lab
	run    page.Run
	prefix string // makes ids unique on the page
	view   string // kept by links to other pages
	step   func(int) string
	asks   bool // the page asks the questions of its steps beside the text
	parts  int  // how many parts with ids there have been

	settings settings.Settings // of the apps whose code is shown; zero is the lesson's
	marked   bool              // the code's lines are marked that they choose
}

// sampleSetting sets the article for readers without a bench.
func (l *Lab) sampleSetting(prefix, view string) *setting {
	return &setting{
		lab: l, prefix: prefix, view: view,
		run:  page.Run{Journal: l.sample, Sample: true, LogsIn: bench.LogsIn},
		step: func(n int) string { return "/#step-" + strconv.Itoa(n) },
	}
}

// benchSetting sets the article for a bench, with its own values.
func (l *Lab) benchSetting(in page.BenchInput) *setting {
	return &setting{
		lab: l, prefix: "more", view: in.View, asks: true, settings: in.Settings,
		run:  page.Run{Journal: in.Journal, LogsIn: bench.LogsIn},
		step: func(n int) string { return "/bench/" + in.ID + "?step=" + strconv.Itoa(n) + "&view=" + in.View },
	}
}

// passage sets a passage. What it names was checked when the content was loaded,
// so a name that there is not is a fault of ours.
func (s *setting) passage(p content.Passage) ([]page.Part, error) {
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

func (s *setting) part(p content.Part) ([]page.Part, error) {
	switch {
	case p.Live != "":
		v, ok := s.run.Live(p.Live)
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
		e := s.run.NewDecoded(s.id(), p.Decoded)
		s.lead(e.Absent)
		return one(page.Part{Excerpt: &e}), nil
	case p.Code != nil:
		return s.code(*p.Code)
	case p.Predict != "":
		return s.prediction(p.Predict)
	case p.Diagram != "":
		return s.diagrams(p.Diagram), nil
	default:
		return one(page.Part{HTML: page.HTML(p.HTML)}), nil
	}
}

// code shows a function of an app.
func (s *setting) code(ref content.CodeRef) ([]page.Part, error) {
	flow := journal.Flow(ref.Flow)
	if !s.lab.code.has(ref.Flow, ref.Name) {
		return nil, fmt.Errorf("the article names the function %s of the %s app, which has none", ref.Name, flow)
	}
	block := s.lab.code[flow][ref.Name].block
	if s.marked {
		variant := bench.VariantOf(&journal.Exchange{Flow: flow, Settings: s.settings})
		block = s.lab.code[flow][ref.Name].mark(factsOf(variant, constants))
	}
	if runs, sometimes := runsIf[flow][ref.Name]; sometimes {
		block.Idle = !runs(s.settings)
	}
	return one(page.Part{Code: &block}), nil
}

func one(p page.Part) []page.Part { return []page.Part{p} }

func (s *setting) id() string {
	s.parts++
	return s.prefix + "-" + strconv.Itoa(s.parts)
}

func (s *setting) link(l content.Link) *page.LinkView {
	v := page.LinkView{Href: page.WithView(l.Href(), s.view), Text: page.HTML(l.Text)}
	if l.Step != nil {
		v.Href, v.Step = s.step(*l.Step), true
	}
	return &v
}

// whose chooses the words that are true of the run.
func (s *setting) whose(w content.Whose) string {
	if s.run.Sample {
		return w.Sample
	}
	return w.Yours
}

// report sets sentences that tell of the run. They are left out where the run does
// not have all that they tell.
func (s *setting) report(p content.Passage) ([]page.Part, error) {
	parts, err := s.passage(p)
	if err != nil {
		return nil, err
	}
	r := page.Report{Parts: parts, Sample: s.run.Sample}
	for _, part := range parts {
		if v := part.Live; v != nil && v.Text == "" && !slices.ContainsFunc(r.Absent, func(a page.Absent) bool { return a.Number == v.Step }) {
			r.Absent = append(r.Absent, page.Absent{Number: v.Step, Sent: v.Sent})
		}
	}
	s.lead(r.Absent)
	return one(page.Part{Report: &r}), nil
}

// lead leads from where steps are absent to where they can be sent.
func (s *setting) lead(list []page.Absent) {
	for i, a := range list {
		list[i].Step = page.LinkView{Href: s.step(a.Number), Step: true, Text: page.HTML(html.EscapeString(fmt.Sprintf("step %d, %s", a.Number, s.lab.steps[a.Number].Title)))}
	}
}

func (s *setting) excerpt(e content.ExchangeRef) *page.Excerpt {
	run := s.run
	if e.Variant != "" {
		run = page.Run{Journal: s.lab.variants[e.Variant], Sample: true, LogsIn: bench.LogsIn}
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
func (s *setting) prediction(slug string) ([]page.Part, error) {
	for _, p := range s.lab.content.Predictions {
		if p.Slug != slug {
			continue
		}
		if s.asks && p.Step != content.NoStep {
			return nil, nil
		}
		text, err := s.predictionText(p)
		if err != nil {
			return nil, err
		}
		v := text.Reading()
		v.ID = s.prefix + "-" + v.ID
		return one(page.Part{Predict: &v}), nil
	}
	return nil, fmt.Errorf("the article names the prediction %q, which there is not", slug)
}

func (s *setting) predictionText(p content.Prediction) (page.PredictionText, error) {
	explained, err := s.passage(p.Explanation)
	if err != nil {
		return page.PredictionText{}, fmt.Errorf("%s: %w", p.Source, err)
	}
	text := page.PredictionText{
		Slug: p.Slug, Step: p.Step, Question: p.Question, Options: p.Options,
		When: p.When, Answer: p.Answer + 1, Explained: explained,
	}
	if p.Step != content.NoStep {
		text.Answer = s.lab.right[p.Slug]
	}
	if p.Point != nil {
		text.PointFlow, text.PointAt = p.Point.Flow, p.Point.At
	}
	return text, nil
}

// drawnSteps are the steps of the flow as the article draws it: in, once more,
// out.
var drawnSteps = []int{bench.StepLogin, bench.StepAskAgain, bench.StepLogout}

func (s *setting) diagrams(which string) []page.Part {
	var out []page.Part
	var drawn []*journal.Exchange
	for _, x := range s.run.Journal.Exchanges {
		if slices.Contains(drawnSteps, x.Step) {
			drawn = append(drawn, x)
		}
	}
	for _, flow := range journal.Flows {
		if which == "both" || which == string(flow) {
			d := page.NewDiagram(s.id(), flow, drawn, journal.NoStep, s.run.Sample)
			if len(d.Rows) == 0 {
				d.Absent = []page.Absent{{Number: drawnSteps[0]}}
				s.lead(d.Absent)
			}
			out = append(out, page.Part{Diagram: &d})
		}
	}
	return out
}

// chapter sets a chapter; onePage says that all chapters stand on one page.
func (s *setting) chapter(c content.Chapter, onePage bool) (page.Chapter, error) {
	body := c.Body
	if onePage {
		body = c.OnePage
	}
	parts, err := s.passage(body)
	if err != nil {
		return page.Chapter{}, fmt.Errorf("%s: %w", c.Source, err)
	}
	v := page.Chapter{
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
		v.Steps = append(v.Steps, page.ChapterStep{Number: n, Title: s.lab.steps[n].Title, Href: s.step(n)})
	}
	return v, nil
}

// beside sets what the article says beside a step of a bench: its predictions,
// and the first chapter that belongs to the step.
func (l *Lab) beside(in *page.BenchInput, b *bench.Bench) error {
	s := l.benchSetting(*in)
	for _, p := range l.content.Predictions {
		if p.Step == content.NoStep {
			continue
		}
		text, err := s.predictionText(p)
		if err != nil {
			return err
		}
		in.Predictions = append(in.Predictions, text)
	}
	in.Answers = map[string]page.Answered{}
	for slug, a := range b.Answers() {
		in.Answers[slug] = page.Answered(a)
	}
	for _, c := range l.content.Chapters {
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
