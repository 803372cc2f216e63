package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"authlab/lab/outcome"
	"authlab/lab/plot"
)

// Step is the text of one step of the lesson.
type Step struct {
	Number int    // of the plot
	Title  string // as in the list of steps: "How the server decided"
	Sends  bool   // whether the step sends requests, or looks again at recorded ones, as the plot has it
	Action string // the Send button's words; empty where Sends is false
	Place  string // where to look: "browser", "wire" or "server"
	Look   string // what to look at there, one or two sentences of plain text

	Both       HTML            // for readers of either flow
	Of         map[string]HTML // for one flow, by its name: what stands in its block
	Difference HTML            // one paragraph of one sentence, about those of the lesson

	// Expect is what the text takes for granted of the run. Where it was otherwise,
	// the text must not be told as what happened.
	Expect outcome.Case

	// Source is the file and line of the step's number, as "file:line", for
	// errors about the step.
	Source string

	text string // all of it, plain, for the index
}

var (
	places = []string{"browser", "wire", "server"}
	flows  = []string{"session", "token", "sealed"}
)

// flowBlocks are the blocks of a step for readers of one flow, by the flow's name.
var flowBlocks = map[string]string{"session": "stateful", "token": "stateless", "sealed": "sealed"}

func (l *loader) step(name string) Step {
	step := Step{Number: plot.NoStep}
	s := l.open(name, stepForm)
	if s.lost {
		return step
	}
	if fm := readFrontMatter(s, "step", "title", "place", "look", "action", "expect"); fm != nil {
		step.readFields(s, fm)
	}
	doc, _ := l.parse(s)
	parts := blocksOf(doc)
	checkDifference(s, parts["difference"])
	step.Both = l.set(s, parts[""]...).flat()
	step.Of = map[string]HTML{}
	for flow, block := range flowBlocks {
		if len(parts[block]) == 0 {
			continue
		}
		step.Of[flow] = l.set(s, inside(parts[block])...).flat()
	}
	step.Difference = l.set(s, inside(parts["difference"])...).flat()
	step.text = plainText(doc, s.markdown())
	return step
}

func (step *Step) readFields(s *source, fm frontMatter) {
	line, _ := fm.field(s, "step", whole{&step.Number, plot.First, plot.Last})
	step.Source = fmt.Sprintf("%s:%d", s.name, line)
	fm.field(s, "title", &step.Title)
	fm.field(s, "look", &step.Look)
	if line, ok := fm.field(s, "place", &step.Place); ok && !slices.Contains(places, step.Place) {
		s.errorf(line, "place %q is unknown: it is one of %s", step.Place, strings.Join(places, ", "))
	}
	fm.field(s, "expect", expected{s, &step.Expect})
	if !plot.Valid(step.Number) {
		return
	}
	step.Sends = plot.At(step.Number).Sends()
	if step.Sends {
		fm.field(s, "action", &step.Action)
	} else if action, ok := fm["action"]; ok {
		s.errorf(action.line, "step %d sends nothing, so it has no Send button: remove the action, or have the plot send something", step.Number)
	}
}

// checkDifference reports a step without exactly one difference, and one that
// is not exactly one sentence.
func checkDifference(s *source, found []ast.Node) {
	if len(found) == 0 {
		s.errorf(1, "the difference is missing: add a :::difference block with one sentence")
		return
	}
	if len(found) > 1 {
		s.errorf(s.line(found[1].Pos()), "a second :::difference: keep one")
	}
	if b := found[0].(*block); !b.isSentence(s.markdown()) {
		s.errorf(s.line(b.Pos()), "the difference must be one paragraph of one sentence: shorten it, and end it with a full stop")
	}
}
