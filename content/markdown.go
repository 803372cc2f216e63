package content

import (
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newMarkdown returns goldmark with tables and what is ours.
func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			quotes,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), // styles would be inline
		),
		goldmark.WithParserOptions(
			parser.WithBlockParsers(
				util.Prioritized(blockParser{}, 50),
				util.Prioritized(leafParser{}, 51),
			),
			parser.WithInlineParsers(util.Prioritized(refParser{}, 150)), // before links, which begin alike
		),
		goldmark.WithRendererOptions(
			renderer.WithNodeRenderers(util.Prioritized(ourRenderer{}, 100)), // before goldmark's own
		),
	)
}

// quotes sets typewriter quotes as typographic ones, and leaves dashes, dots
// and angles as they were typed.
var quotes = extension.NewTypographer(extension.WithTypographicSubstitutions(
	map[extension.TypographicPunctuation][]byte{
		extension.LeftSingleQuote:  []byte("‘"),
		extension.RightSingleQuote: []byte("’"),
		extension.Apostrophe:       []byte("’"),
		extension.LeftDoubleQuote:  []byte("“"),
		extension.RightDoubleQuote: []byte("”"),
		extension.EnDash:           nil,
		extension.EmDash:           nil,
		extension.Ellipsis:         nil,
		extension.LeftAngleQuote:   nil,
		extension.RightAngleQuote:  nil,
	}))

// parse parses a source's markdown and reports what is wrong with it.
func (l *loader) parse(s *source) (doc ast.Node, headings []heading) {
	pc := parser.NewContext()
	pc.Set(sourceKey, s)
	doc = l.md.Parser().Parse(text.NewReader(s.markdown()), parser.WithContext(pc))
	checkNodes(s, doc)
	gatherReports(s, doc)
	return doc, nameHeadings(s, doc)
}

// set renders nodes of a source, unless something is wrong with it.
func (l *loader) set(s *source, nodes ...ast.Node) Passage {
	return l.setOn(onOnePage{}, s, nodes)
}

func (l *loader) setOn(page onOnePage, s *source, nodes []ast.Node) Passage {
	if len(s.wrong) > 0 {
		return nil
	}
	w := &setter{markdown: s.markdown(), onOnePage: page}
	for _, n := range nodes {
		if err := l.md.Renderer().Render(w, s.markdown(), n); err != nil {
			s.errorf(s.line(position(n)), "cannot be rendered: %w", err)
		}
	}
	w.cut()
	return w.passage
}
