package content

import (
	"fmt"
	"regexp"
	"slices"

	"authlab/lab/plot"
)

// Note is for instructors, at one step.
type Note struct {
	Step    int
	Minutes int // planned for the step
	Body    Passage

	// Source is the file and line of the step's number, as "file:line".
	Source string
}

var noteFile = regexp.MustCompile(`^notes/([0-9]{2})\.md$`)

func (l *loader) note(name string) Note {
	n := Note{Step: plot.NoStep}
	s := l.open(name, noteForm)
	found := noteFile.FindStringSubmatch(name)
	if found == nil {
		s.errorf(1, "the file's name must be the step's number in two digits: 00.md")
		s.lost = true
	}
	if s.lost {
		return n
	}
	if fm := readFrontMatter(s, "step", "minutes"); fm != nil {
		line, ok := fm.field(s, "step", whole{&n.Step, plot.First, plot.Last})
		n.Source = fmt.Sprintf("%s:%d", s.name, line)
		if found[1] != fmt.Sprintf("%02d", n.Step) && ok {
			s.errorf(line, "the note for step %d is in a file named %s.md: make them the same", n.Step, found[1])
		}
		fm.field(s, "minutes", whole{&n.Minutes, 1, 60})
	}
	doc, _ := l.parse(s)
	checkSaysSomething(s, doc)
	n.Body = l.set(s, slices.Collect(children(doc))...)
	return n
}
