package content

import (
	"bytes"
	"iter"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"authlab/lab/plot"
)

// block is a passage between a line of :::name and a line of :::.
type block struct {
	ast.BaseBlock
	name   string
	step   int // of a proof: the step that shows it
	closed bool
}

var kindBlock = ast.NewNodeKind("Block")

// Kind implements ast.Node.
func (b *block) Kind() ast.NodeKind { return kindBlock }

// Dump implements ast.Node.
func (b *block) Dump(source []byte, level int) {
	ast.DumpHelper(b, source, level, map[string]string{"Name": b.name}, nil)
}

// blocksOf returns a document's blocks by name, and under "" what stands outside
// them.
func blocksOf(doc ast.Node) map[string][]ast.Node {
	parts := map[string][]ast.Node{}
	for n := range children(doc) {
		name := ""
		if b, ok := n.(*block); ok {
			name = b.name
		}
		parts[name] = append(parts[name], n)
	}
	return parts
}

// inside returns what stands within blocks.
func inside(blocks []ast.Node) (all []ast.Node) {
	for _, b := range blocks {
		all = slices.AppendSeq(all, children(b))
	}
	return all
}

func children(n ast.Node) iter.Seq[ast.Node] {
	return func(yield func(ast.Node) bool) {
		for c := n.FirstChild(); c != nil && yield(c); c = c.NextSibling() {
		}
	}
}

// isSentence reports whether the block is one paragraph of one sentence. A
// sentence ends with a full stop, question or exclamation mark that has a space
// or nothing behind it.
func (b *block) isSentence(markdown []byte) bool {
	p, ok := b.FirstChild().(*ast.Paragraph)
	if !ok || p.NextSibling() != nil {
		return false
	}
	words := strings.Fields(plainText(p, markdown))
	ends := 0
	for _, word := range words {
		if endsSentence(word) {
			ends++
		}
	}
	return ends == 1 && endsSentence(words[len(words)-1])
}

func endsSentence(word string) bool {
	return strings.ContainsAny(word[len(word)-1:], ".?!")
}

// blockParser parses blocks. What is wrong with them goes to the source that it
// finds in the parser's context.
type blockParser struct{}

var sourceKey = parser.NewContextKey()

func sourceOf(pc parser.Context) *source { return pc.Get(sourceKey).(*source) }

// colons is what block fences begin with.
var colons = []byte(":::")

// Trigger implements parser.BlockParser.
func (blockParser) Trigger() []byte { return []byte{':'} }

// Open implements parser.BlockParser. It takes every line that begins with
// ::: so that a mistaken one is reported and never shown as text.
func (blockParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), colons)
	if !ok {
		return nil, parser.NoChildren
	}
	s := sourceOf(pc)
	b := newBlock(s, string(bytes.TrimSpace(rest)), s.line(segment.Start))
	switch n := s.line(segment.Start); {
	case b.name == "":
		s.errorf(n, "this ::: closes nothing: remove it, or name the block that it opens")
		b.closed = true
	case !slices.Contains(s.form.blocks, b.name):
		s.errorf(n, "unknown block %q: %s", b.name, oneOf(":::", s.form.blocks))
	case parent.Kind() != ast.KindDocument:
		s.errorf(n, "block :::%s stands inside something else: close the block before it with :::, and keep blocks out of lists and quotes", b.name)
	}
	skipLine(reader)
	// A block within a block is an error, and followed so that its end is not
	// another. Deeper ones are not: nesting costs.
	if b.closed = b.closed || isNested(parent); b.closed {
		return b, parser.NoChildren
	}
	return b, parser.HasChildren
}

// newBlock makes a block from what stands behind its colons.
func newBlock(s *source, opening string, line int) *block {
	b := &block{name: opening}
	name, step, _ := strings.Cut(opening, " ")
	if name != "proof" || !slices.Contains(s.form.blocks, name) {
		return b
	}
	b.name = name
	var ok bool
	if b.step, ok = stepNumber(strings.TrimSpace(step)); !ok {
		s.errorf(line, "a proof names the step that shows it: write :::proof and %s", plot.Numbers)
	}
	return b
}

func isNested(n ast.Node) bool {
	return n.Kind() == kindBlock && n.Parent().Kind() == kindBlock
}

// Continue implements parser.BlockParser.
func (blockParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	b := node.(*block)
	if b.closed {
		return parser.Close
	}
	if within, ok := b.LastChild().(*block); ok && !within.closed {
		return parser.Continue | parser.HasChildren // its end comes first
	}
	if line, _ := reader.PeekLine(); bytes.Equal(bytes.TrimSpace(line), colons) {
		b.closed = true
		skipLine(reader)
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (blockParser) Close(node ast.Node, _ text.Reader, pc parser.Context) {
	if b := node.(*block); !b.closed {
		s := sourceOf(pc)
		s.errorf(s.line(b.Pos()), "block :::%s is not closed: end it with a line of :::", b.name)
	}
}

// CanInterruptParagraph implements parser.BlockParser.
func (blockParser) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (blockParser) CanAcceptIndentedLine() bool { return false }

// skipLine advances to the end of the line but not beyond its line feed, which
// the parser itself consumes.
func skipLine(reader text.Reader) {
	line, segment := reader.PeekLine()
	reader.Advance(len(util.TrimRightSpace(line)) + segment.Padding)
}

func renderBlock(w *setter, b *block, entering bool) {
	element, class := "aside", b.name
	if b.name == "stateful" || b.name == "stateless" {
		element, class = "div", "only "+b.name
	}
	if entering {
		w.put("<", element, ` class="`, class, "\">\n")
	} else {
		w.put("</", element, ">\n")
	}
}
