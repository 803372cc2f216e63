package content

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Whose is words for a run that is the reader's own, and words for the lab's own
// run at start, which readers without a bench are shown.
type Whose struct{ Yours, Sample string }

// whose is such words within a line.
type whose struct {
	ast.BaseInline
	words Whose
}

var kindWhose = ast.NewNodeKind("Whose")

// Kind implements ast.Node.
func (w *whose) Kind() ast.NodeKind { return kindWhose }

// Dump implements ast.Node.
func (w *whose) Dump(source []byte, level int) {
	ast.DumpHelper(w, source, level, map[string]string{"Yours": w.words.Yours, "Sample": w.words.Sample}, nil)
}

// Its words are plain: no brackets, code, emphasis or escapes.
var whosePattern = regexp.MustCompile("^\\{yours[ \t]+([^{}|\\[\\]`*\\\\\n]*[^{}|\\[\\]`*\\\\\\s])[ \t]*\\|[ \t]*([^{}|\\[\\]`*\\\\\\s][^{}|\\[\\]`*\\\\\n]*)\\}")

// parseWhose parses {yours WORDS|WORDS}, or returns nil where there is none.
func parseWhose(s *source, reader text.Reader) ast.Node {
	line, segment := reader.PeekLine()
	found := whosePattern.FindSubmatch(line)
	if found == nil {
		return nil
	}
	reader.Advance(len(found[0]))
	if !s.form.live {
		s.errorf(s.line(segment.Start), "{yours …} cannot stand here: the front page and the steps are for readers with a bench and without")
	}
	return &whose{words: Whose{apostrophes(string(found[1])), apostrophes(string(found[2]))}}
}

func renderWhose(w *setter, n *whose, entering bool) {
	if entering {
		words := n.words
		w.add(Part{Whose: &words})
	}
}
