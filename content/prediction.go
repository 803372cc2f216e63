package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	markdown "github.com/yuin/goldmark/ast"

	"authlab/lab/outcome"
	"authlab/lab/plot"
)

const maxOptions = 5

// Prediction is a question that readers answer before they see what happens.
type Prediction struct {
	Slug           string
	Step           int   // where the bench asks it, or plot.NoStep
	Misconceptions []int // numbers of those that it meets
	Question       string
	Options        []string // 2 to 5
	// When says of each option when it is what happened; an empty case is one that no
	// run shows. It is nil without a step.
	When []outcome.Case
	// Answer is the index of the right option, where there is no step whose exchanges
	// say which it is; else -1.
	Answer      int
	Point       *Point // what to select to see it; nil without a step
	Explanation Passage

	// Source is the file, and the line of the question, as "file:line".
	Source string
}

// Point is a thing on the bench that shows the result of a step.
type Point struct {
	Flow  string // "session" or "token"
	Place string // "browser", "wire" or "server"
	At    string // "status", "cookie", "set-cookie", "authorization", "body", "record", "check" or "storage"
}

var (
	predictionFile = regexp.MustCompile(`^predictions/([a-z0-9]+(?:-[a-z0-9]+)*)\.md$`)
	pointsAt       = []string{"status", "cookie", "set-cookie", "authorization", "body", "record", "check", "storage"}
)

func (l *loader) prediction(name string) Prediction {
	p := Prediction{Step: plot.NoStep, Answer: -1}
	s := l.open(name, predictionForm)
	found := predictionFile.FindStringSubmatch(name)
	if found == nil {
		s.errorf(1, "the file's name must be a slug of small letters, digits and hyphens: slug.md")
		s.lost = true
		return p
	}
	p.Slug = found[1]
	if s.lost {
		return p
	}
	if fm := readFrontMatter(s, "step", "misconceptions", "question", "options", "when", "answer", "point"); fm != nil {
		p.readFields(s, fm)
	}
	doc, _ := l.parse(s)
	checkSaysSomething(s, doc)
	p.Explanation = l.set(s, slices.Collect(children(doc))...)
	return p
}

func (p *Prediction) readFields(s *source, fm frontMatter) {
	fm.optional(s, "step", whole{&p.Step, plot.First, plot.Last})
	fm.field(s, "misconceptions", wholes{&p.Misconceptions, 1, LastMisconception})
	line, _ := fm.field(s, "question", &p.Question)
	p.Source = fmt.Sprintf("%s:%d", s.name, line)
	p.readOptions(s, fm)
	p.readPoint(s, fm)
}

func (p *Prediction) readOptions(s *source, fm frontMatter) {
	line, ok := fm.field(s, "options", &p.Options)
	switch twice := firstTwice(p.Options); {
	case !ok:
		return
	case len(p.Options) < 2 || len(p.Options) > maxOptions:
		s.errorf(line, "the number of options is %d: give 2 to %d", len(p.Options), maxOptions)
		return
	case twice != "":
		s.errorf(line, "the option %q is there twice: word one differently", twice)
	}
	if _, atStep := fm["step"]; atStep {
		p.readWhen(s, fm)
	} else {
		p.readAnswer(s, fm)
	}
}

// readWhen reads when each option is right, which a question at a step says instead
// of an answer: what happened decides.
func (p *Prediction) readWhen(s *source, fm frontMatter) {
	if v, given := fm["answer"]; given {
		s.errorf(v.line, "a question at a step has no answer of its own: what was recorded there decides, by “when”")
	}
	line, ok := fm.field(s, "when", cases{s, &p.When})
	if ok && len(p.When) != len(p.Options) {
		s.errorf(line, "when has %d cases and there are %d options: give one for each, “never” for one that no run shows", len(p.When), len(p.Options))
	}
}

func (p *Prediction) readAnswer(s *source, fm frontMatter) {
	if v, given := fm["when"]; given {
		s.errorf(v.line, "there is a “when” and no step to hold it against: add the step, or give the answer")
	}
	answer := 0
	line, ok := fm.field(s, "answer", whole{&answer, 1, maxOptions})
	if p.Answer = answer - 1; ok && answer > len(p.Options) {
		s.errorf(line, "the answer is option %d and there are %d: count from 1", answer, len(p.Options))
	}
}

func firstTwice(texts []string) string {
	for i, text := range texts {
		if slices.Contains(texts[:i], text) {
			return text
		}
	}
	return ""
}

// readPoint reads where to point, which a prediction has at a step only.
func (p *Prediction) readPoint(s *source, fm frontMatter) {
	v, given := fm["point"]
	switch _, atStep := fm["step"]; {
	case !given && atStep:
		s.errorf(1, "the front matter has a step and no point: add “point: {flow: …, place: …, at: …}”, what to select there")
	case given && !atStep:
		s.errorf(v.line, "there is a point and no step to show it: add the step, or remove the point")
	case given:
		p.Point = readPoint(s, v)
	}
}

func readPoint(s *source, v value) *Point {
	mapping, ok := v.node.(*ast.MappingNode)
	if !ok {
		s.errorf(v.line, "point must be {flow: …, place: …, at: …}")
		return nil
	}
	p := new(Point)
	fm := collect(s, mapping, []string{"flow", "place", "at"})
	for _, field := range []struct {
		key string
		to  *string
		is  []string
	}{{"flow", &p.Flow, flows}, {"place", &p.Place, places}, {"at", &p.At, pointsAt}} {
		if _, given := fm[field.key]; !given {
			s.errorf(v.line, "the point has no %s: %s", field.key, oneOf("", field.is))
			continue
		}
		if line, ok := fm.field(s, field.key, field.to); ok && !slices.Contains(field.is, *field.to) {
			s.errorf(line, "%s %q is unknown: %s", field.key, *field.to, oneOf("", field.is))
		}
	}
	return p
}

// checkSaysSomething reports a file without a text.
func checkSaysSomething(s *source, doc markdown.Node) {
	if strings.TrimSpace(plainText(doc, s.markdown())) == "" {
		s.errorf(s.line(0), "there is no text: write it below the front matter")
	}
}
