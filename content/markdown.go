package content

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown renders sources with our blocks and references.
type markdown struct{ goldmark.Markdown }

func newMarkdown() *markdown {
	return &markdown{goldmark.New(
		goldmark.WithExtensions(quotes),
		goldmark.WithParserOptions(
			parser.WithBlockParsers(util.Prioritized(blockParser{}, 50)),
			parser.WithInlineParsers(util.Prioritized(refParser{}, 150)), // before links, which begin alike
		),
		goldmark.WithRendererOptions(
			renderer.WithNodeRenderers(util.Prioritized(refRenderer{}, 500)),
		),
	)}
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

// parts is a rendered source.
type parts struct {
	blocks []*block                 // as they came
	html   map[string]*bytes.Buffer // by block name; "" is what stands outside blocks
}

// of returns the HTML of all blocks of a name.
func (p parts) of(name string) HTML {
	if out, ok := p.html[name]; ok {
		return HTML(out.String())
	}
	return ""
}

// render renders a source's markdown, unless something is wrong with it, which
// it reports.
func (md *markdown) render(s *source) parts {
	pc := parser.NewContext()
	pc.Set(sourceKey, s)
	doc := md.Parser().Parse(text.NewReader(s.markdown()), parser.WithContext(pc))
	checkNodes(s, doc)

	p := parts{html: map[string]*bytes.Buffer{}}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		b, ok := n.(*block)
		if !ok {
			md.add(p, "", s, n)
			continue
		}
		p.blocks = append(p.blocks, b)
		for child := b.FirstChild(); child != nil; child = child.NextSibling() {
			md.add(p, b.name, s, child)
		}
	}
	return p
}

// add appends a node's HTML to a part.
func (md *markdown) add(p parts, name string, s *source, n ast.Node) {
	if len(s.wrong) > 0 {
		return
	}
	if p.html[name] == nil {
		p.html[name] = new(bytes.Buffer)
	}
	if err := md.Renderer().Render(p.html[name], s.markdown(), n); err != nil {
		s.errorf(s.line(position(n)), "cannot be rendered: %w", err)
	}
}
