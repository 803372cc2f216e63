package content

import (
	"fmt"
	"slices"

	"github.com/yuin/goldmark/ast"
)

// Pair is a thing that both apps do, each with a function of its own, to be read
// side by side.
type Pair struct {
	Anchor    string
	Name      string
	Both      Passage // what is true for both flows
	Stateful  Passage // the session flow, with the functions of its app
	Stateless Passage // the token flow, with those of its app

	// Source is the file and line of the pair, as "file:line".
	Source string
}

func (l *loader) pairs() (pairs []Pair) {
	s := l.open("pairs.md", pairsForm)
	if s.lost {
		return nil
	}
	doc, headings := l.parse(s)
	parts := sections(slices.Collect(children(doc)), headings)
	if first := parts[0]; len(first.nodes) > 0 {
		s.errorf(s.line(position(first.nodes[0])), "this stands before the first thing that both apps do: put it below a ## heading, or remove it")
	}
	for _, part := range parts[1:] {
		pairs = append(pairs, l.pair(s, part))
	}
	if len(pairs) == 0 && len(s.wrong) == 0 {
		s.errorf(1, "there is nothing that both apps do: write one or more, each with a ## heading")
	}
	return pairs
}

func (l *loader) pair(s *source, part section) Pair {
	h := part.heading
	var both []ast.Node
	blocks := map[string][]ast.Node{}
	for _, n := range part.nodes {
		if b, ok := n.(*block); ok {
			blocks[b.name] = append(blocks[b.name], b)
		} else {
			both = append(both, n)
		}
	}
	for _, name := range s.form.blocks {
		checkBlocks(s, h, name, blocks[name])
	}
	return Pair{
		Anchor: h.Anchor, Name: h.Text, Source: fmt.Sprintf("%s:%d", s.name, h.line),
		Both: l.set(s, both...), Stateful: l.set(s, inside(blocks["stateful"])...), Stateless: l.set(s, inside(blocks["stateless"])...),
	}
}
