package content

import (
	"fmt"
	"slices"
)

// Term is an entry of the glossary.
type Term struct {
	Anchor string // of its place in /glossary, and the name in term: links
	Name   string
	Body   Passage

	// Source is the file and line of the term, as "file:line".
	Source string

	text string // plain, for the index
}

func (l *loader) glossary() (terms []Term) {
	s := l.open("glossary.md", glossaryForm)
	if s.lost {
		return nil
	}
	doc, headings := l.parse(s)
	parts := sections(slices.Collect(children(doc)), headings)
	if first := parts[0]; len(first.nodes) > 0 {
		s.errorf(s.line(position(first.nodes[0])), "this stands before the first term: put it under a ## heading, or remove it")
	}
	for _, part := range parts[1:] {
		h := part.heading
		if len(part.nodes) == 0 {
			s.errorf(h.line, "the term %q has no text: say below in one to three sentences what it is", h.Text)
		}
		terms = append(terms, Term{
			Anchor: h.Anchor, Name: h.Text, Body: l.set(s, part.nodes...), text: part.text(s),
			Source: fmt.Sprintf("%s:%d", s.name, h.line),
		})
	}
	if len(terms) == 0 {
		s.errorf(1, "the glossary has no terms: begin each with a ## heading")
	}
	return terms
}
