package content

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Step is the text of one step of the lesson.
type Step struct {
	Number int    // 0 to LastStep
	Title  string // as in the list of steps: "How the server decided"
	Sends  bool   // whether the step sends requests, or looks again at recorded ones
	Action string // the Send button's words; empty where Sends is false
	Place  string // where to look: "browser", "wire" or "server"
	Look   string // what to look at there, one or two sentences of plain text

	Both       HTML // for readers of either flow
	Stateful   HTML // for the session flow
	Stateless  HTML // for the token flow
	Difference HTML // one paragraph of one sentence

	// Source is the file and line of the step's number, as "file:line", for
	// errors about the step.
	Source string
}

// unnumbered is the number of a step whose file does not tell it.
const unnumbered = -1

var places = []string{"browser", "wire", "server"}

func loadStep(fsys fs.FS, name string, md *markdown) (Step, error) {
	s, err := open(fsys, name)
	if err != nil {
		return Step{Number: unnumbered}, err
	}
	step := Step{Number: unnumbered}
	if fm := readFrontMatter(s, "step", "title", "sends", "place", "look", "action"); fm != nil {
		step.readFields(s, fm)
	}
	parts := md.render(s)
	checkDifference(s, parts.blocks)
	step.Both, step.Difference = parts.of(""), parts.of("difference")
	step.Stateful, step.Stateless = parts.of("stateful"), parts.of("stateless")
	return step, s.err()
}

func (step *Step) readFields(s *source, fm frontMatter) {
	line, _ := fm.field(s, "step", &step.Number)
	step.Source = fmt.Sprintf("%s:%d", s.name, line)
	fm.field(s, "title", &step.Title)
	fm.field(s, "look", &step.Look)
	if line, ok := fm.field(s, "place", &step.Place); ok && !slices.Contains(places, step.Place) {
		s.errorf(line, "place %q is unknown: it is one of %s", step.Place, strings.Join(places, ", "))
	}
	if _, ok := fm.field(s, "sends", &step.Sends); !ok {
		return
	}
	if step.Sends {
		fm.field(s, "action", &step.Action)
	} else if action, ok := fm["action"]; ok {
		s.errorf(action.line, "a step that sends nothing has no Send button: remove the action, or set sends to true")
	}
}

// checkDifference reports a step without exactly one difference, and one that
// is not exactly one sentence.
func checkDifference(s *source, blocks []*block) {
	var found []*block
	for _, b := range blocks {
		if b.name == "difference" {
			found = append(found, b)
		}
	}
	if len(found) == 0 {
		s.errorf(1, "the difference is missing: add a :::difference block with one sentence")
		return
	}
	if len(found) > 1 {
		s.errorf(s.line(found[1].Pos()), "a second :::difference: keep one")
	}
	if b := found[0]; !b.isSentence(s.markdown()) {
		s.errorf(s.line(b.Pos()), "the difference must be one paragraph of one sentence: shorten it, and end it with a full stop")
	}
}
