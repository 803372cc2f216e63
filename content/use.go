package content

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/plot"
)

// Use is a name that a text uses, with its place. Those of what is outside this
// package are for its callers to check.
type Use struct {
	// Kind is "ref", "live", "code", "exchange", "header", "decoded" or "link".
	Kind string
	// Name is what is used: the target of a reference, the name of a live value,
	// "session login" for code, "session 1 response" for an exchange, "session 1
	// response Set-Cookie" for a header of it, with the name of a variant before
	// it, "header" or "payload" of a token, an address for a link.
	Name string
	File string
	Line int
}

// use notes that something is used.
func (s *source) use(kind, name string, line int) {
	s.uses = append(s.uses, Use{kind, name, s.name, line})
}

func (l *loader) uses() (all []Use) {
	for _, s := range l.sources {
		slices.SortStableFunc(s.uses, func(a, b Use) int { return a.Line - b.Line })
		all = append(all, s.uses...)
	}
	return all
}

// Check reports the uses of functions that the apps' source does not have.
// function tells whether the app of a flow has one of a name.
func (c *Content) Check(function func(flow, name string) bool) error {
	var errs []error
	for _, u := range c.Uses {
		if flow, name, _ := strings.Cut(u.Name, " "); u.Kind == "code" && !function(flow, name) {
			errs = append(errs, fmt.Errorf("%s:%d: the %s app has no function %s: name one of its source", u.File, u.Line, flow, name))
		}
	}
	return errors.Join(errs...)
}

// want is a thing that must be there for a text to be right.
type want struct {
	// kind is "prediction", "chapter", "term", "anchor" in the file of that
	// name, or "exchange" at the step of that number.
	kind, name, anchor string
	line               int
}

// check reports what texts want and no text has, and what none of them uses.
func (l *loader) check(c *Content) {
	k := known{
		files: map[string]*source{}, chapters: map[string]*source{},
		predictions: map[string]string{}, steps: map[string]Step{},
	}
	for _, s := range l.sources {
		k.files[s.name] = s
		if s.slug != "" {
			if was := k.chapters[s.slug]; was != nil {
				s.errorf(1, "the slug %q is already that of %s: rename one of the files", s.slug, was.name)
			}
			k.chapters[s.slug] = s
		}
	}
	for _, p := range c.Predictions {
		k.predictions[p.Slug] = ""
	}
	for _, s := range c.Steps {
		k.steps[strconv.Itoa(s.Number)] = s
	}
	for _, s := range l.sources {
		for _, w := range s.wants {
			k.check(s, w)
		}
	}
	k.checkReading()
	l.checkPredictions(c, k)
	l.checkMisconceptions(c)
}

// known is what there is to be wanted.
type known struct {
	files       map[string]*source // by name
	chapters    map[string]*source // by slug
	predictions map[string]string  // by slug, where each is asked in a chapter
	steps       map[string]Step    // by number
}

func (k known) check(s *source, w want) {
	switch w.kind {
	case "prediction":
		k.checkPrediction(s, w)
	case "chapter":
		k.checkChapter(s, w)
	case "term":
		k.checkAnchor(s, w.line, k.files["glossary.md"], w.name, "term")
	case "anchor":
		k.checkAnchor(s, w.line, s, w.anchor, "anchor")
	case "exchange":
		if step, ok := k.steps[w.name]; ok && !step.Sends && step.Title != "" {
			s.errorf(w.line, "step %s sends nothing, so there is no exchange of it: name a step that sends", w.name)
		}
	}
}

func (k known) checkPrediction(s *source, w want) {
	place := fmt.Sprintf("%s:%d", s.name, w.line)
	switch was, ok := k.predictions[w.name]; {
	case !ok:
		s.errorf(w.line, "unknown prediction %q: %s", w.name, oneOf("", slices.Sorted(maps.Keys(k.predictions))))
	case was != "":
		s.errorf(w.line, "the prediction %q is already in %s: ask it once", w.name, was)
	default:
		k.predictions[w.name] = place
	}
}

func (k known) checkChapter(s *source, w want) {
	chapter, ok := k.chapters[w.name]
	switch {
	case !ok:
		s.errorf(w.line, "unknown chapter %q: %s", w.name, oneOf("", slices.Sorted(maps.Keys(k.chapters))))
	case w.anchor != "":
		k.checkAnchor(s, w.line, chapter, w.anchor, "anchor")
	}
}

// checkAnchor reports an anchor that a file does not have. Of a file that could
// not be parsed nothing is known.
func (k known) checkAnchor(s *source, line int, in *source, anchor, what string) {
	if _, ok := in.anchors[anchor]; !ok && in.anchors != nil {
		s.errorf(line, "unknown %s %q in %s: %s", what, anchor, in.name, oneOf("", slices.Sorted(maps.Keys(in.anchors))))
	}
}

// checkReading reports anchors of the further reading that terms have, because
// both stand on one page.
func (k known) checkReading() {
	reading, ok := k.files["reading.md"]
	if !ok {
		return
	}
	for anchor, line := range reading.anchors {
		if at, taken := k.files["glossary.md"].anchors[anchor]; taken {
			reading.errorf(line, "the anchor #%s is already that of glossary.md:%d, which is on the same page: word the heading differently", anchor, at)
		}
	}
}

// checkPredictions reports those that nobody will be asked.
func (l *loader) checkPredictions(c *Content, k known) {
	if l.lost("chapters") || len(c.Chapters) == 0 {
		return
	}
	for _, p := range c.Predictions {
		s := k.files["predictions/"+p.Slug+".md"]
		if s != nil && len(s.wrong) == 0 && p.Step == plot.NoStep && k.predictions[p.Slug] == "" {
			s.errorf(1, "no step and no chapter asks this: add “step: …”, or a line of ::predict %s to a chapter", p.Slug)
		}
	}
}

// checkMisconceptions reports those that the content does not meet.
func (l *loader) checkMisconceptions(c *Content) {
	if l.lost("chapters") || l.lost("predictions") || len(c.Predictions) == 0 {
		return
	}
	met := map[int]bool{}
	for _, p := range c.Predictions {
		for _, n := range p.Misconceptions {
			met[n] = true
		}
	}
	for _, chapter := range c.Chapters {
		for _, n := range chapter.Misconceptions {
			met[n] = true
		}
	}
	var missing []string
	for n := 1; n <= LastMisconception; n++ {
		if !met[n] {
			missing = append(missing, strconv.Itoa(n))
		}
	}
	if len(missing) > 0 {
		l.errorf("predictions: nothing meets the misconceptions %s: add them to the misconceptions of a prediction or a chapter", strings.Join(missing, ", "))
	}
}
