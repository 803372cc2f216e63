package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Heading is a line of a text's outline.
type Heading struct {
	Level  int    // 2 or 3
	Anchor string // the id of its element
	Text   string // plain
	Only   string // "stateful" or "stateless" where it is for readers of one flow
}

// heading is a heading of a source, with its place.
type heading struct {
	Heading
	node *ast.Heading
	line int
}

// nameHeadings gives the headings of a source their anchors, and reports those
// that cannot have one or cannot stand where they do.
func nameHeadings(s *source, doc ast.Node) (all []heading) {
	s.anchors = map[string]int{}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		text := plainText(h, s.markdown())
		found := heading{Heading{h.Level, slug(text), text, onlyFor(h)}, h, s.line(position(h))}
		switch was, again := s.anchors[found.Anchor]; {
		case checkHeading(s, found):
		case again:
			s.errorf(found.line, "the anchor #%s is already that of line %d: word one heading differently", found.Anchor, was)
		default:
			s.anchors[found.Anchor] = found.line
			all = append(all, found)
		}
		return ast.WalkSkipChildren, nil
	})
	return all
}

// checkHeading reports whether something is wrong with a heading by itself.
func checkHeading(s *source, h heading) (wrong bool) {
	parent, inBlock := h.node.Parent().(*block)
	switch {
	case len(s.form.headings) == 0:
		s.errorf(h.line, "this file has no headings: write it without them")
	case !slices.Contains(s.form.headings, h.Level):
		s.errorf(h.line, "a heading of level %d: it is one of %s here", h.Level, levels(s.form.headings))
	case inBlock && h.Only == "":
		s.errorf(h.line, "a heading stands in :::%s: put it before", parent.name)
	case !inBlock && h.node.Parent().Kind() != ast.KindDocument:
		s.errorf(h.line, "a heading stands in a list or a quote: put it outside")
	case h.Anchor == "":
		s.errorf(h.line, "the heading has no letter or digit to make its anchor of: give it words")
	default:
		return false
	}
	return true
}

func levels(numbers []int) string {
	var marks []string
	for _, n := range numbers {
		marks = append(marks, strings.Repeat("#", n))
	}
	return strings.Join(marks, " and ")
}

func onlyFor(h *ast.Heading) string {
	if b, ok := h.Parent().(*block); ok && (b.name == "stateful" || b.name == "stateless") {
		return b.name
	}
	return ""
}

// slug returns a text as an anchor: its letters and digits, and a hyphen for
// what is between.
func slug(text string) string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return fold(r) == "" }) {
		if out.Len() > 0 {
			out.WriteByte('-')
		}
		for _, r := range word {
			out.WriteString(fold(r))
		}
	}
	return out.String()
}

// renderHeading sets a heading with its anchor, where it has one.
func renderHeading(w *setter, n *ast.Heading, entering bool) {
	if !entering {
		w.put(fmt.Sprintf("</h%d>\n", n.Level+w.lower))
		return
	}
	anchor := w.anchors + slug(plainText(n, w.markdown))
	w.put(fmt.Sprintf(`<h%d id="%s">`, n.Level+w.lower, anchor))
}

// section is a heading with what stands under it.
type section struct {
	heading *heading // nil for what stands before the first
	nodes   []ast.Node
}

// sections divides nodes at those of the headings that are among them.
func sections(nodes []ast.Node, headings []heading) []section {
	all := []section{{}}
	for _, n := range nodes {
		i := slices.IndexFunc(headings, func(h heading) bool { return ast.Node(h.node) == n })
		if i >= 0 {
			all = append(all, section{heading: &headings[i]})
			continue
		}
		last := &all[len(all)-1]
		last.nodes = append(last.nodes, n)
	}
	return all
}

// text returns what a reader sees of a section.
func (part section) text(s *source) string {
	var out []string
	for _, n := range part.nodes {
		out = append(out, plainText(n, s.markdown()))
	}
	return strings.Join(out, " ")
}
