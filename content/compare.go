package content

import (
	"fmt"
	"slices"

	"github.com/yuin/goldmark/ast"
)

// Features is how many features the two flows are compared by.
const Features = 10

// Feature is one of the things that the two flows are compared by.
type Feature struct {
	Anchor    string
	Name      string
	Stateful  Passage // what is true for the session flow
	Stateless Passage // what is true for the token flow
	Always    Passage // what is always true
	Depends   Passage // what it depends on
	Proofs    []Proof // one or more

	// Source is the file and line of the feature, as "file:line".
	Source string
}

// Proof is a step that shows a feature, and what to look at there.
type Proof struct {
	Step int
	Body Passage
}

func (l *loader) compare() (features []Feature) {
	s := l.open("compare.md", compareForm)
	if s.lost {
		return nil
	}
	doc, headings := l.parse(s)
	parts := sections(slices.Collect(children(doc)), headings)
	if first := parts[0]; len(first.nodes) > 0 {
		s.errorf(s.line(position(first.nodes[0])), "this stands before the first feature: put it into a block of one, or remove it")
	}
	for _, part := range parts[1:] {
		features = append(features, l.feature(s, part))
	}
	if len(features) != Features && len(s.wrong) == 0 {
		s.errorf(1, "there are %d features: write %d, each with a ## heading", len(features), Features)
	}
	return features
}

func (l *loader) feature(s *source, part section) Feature {
	h := part.heading
	f := Feature{Anchor: h.Anchor, Name: h.Text, Source: fmt.Sprintf("%s:%d", s.name, h.line)}
	blocks := map[string][]ast.Node{}
	for _, n := range part.nodes {
		b, ok := n.(*block)
		if !ok {
			s.errorf(s.line(position(n)), "this stands outside the blocks of %q: put it into one, or remove it", f.Name)
			continue
		}
		blocks[b.name] = append(blocks[b.name], b)
	}
	for _, name := range s.form.blocks {
		checkBlocks(s, h, name, blocks[name])
	}
	f.Stateful = l.set(s, inside(blocks["stateful"])...)
	f.Stateless = l.set(s, inside(blocks["stateless"])...)
	f.Always = l.set(s, inside(blocks["always"])...)
	f.Depends = l.set(s, inside(blocks["depends"])...)
	for _, n := range blocks["proof"] {
		f.Proofs = append(f.Proofs, Proof{n.(*block).step, l.set(s, slices.Collect(children(n))...)})
	}
	return f
}

// checkBlocks reports a feature without a block of a name, with an empty one,
// and with a second one, unless it is a proof.
func checkBlocks(s *source, h *heading, name string, blocks []ast.Node) {
	if len(blocks) == 0 {
		s.errorf(h.line, "the feature %q has no :::%s: add it", h.Text, name)
	}
	for i, b := range blocks {
		line := s.line(b.Pos())
		if i > 0 && name != "proof" {
			s.errorf(line, "a second :::%s for %q: keep one", name, h.Text)
		}
		if !b.HasChildren() {
			s.errorf(line, "this :::%s is empty: write one or two sentences", name)
		}
	}
}
