package content

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Passage is a text, set once: HTML, and between it what depends on who reads it
// and where. The HTML of one part need not be well-formed: an element may begin
// in one part and end in another. With every other part replaced by nothing, by
// text, or by what Part says may stand there, a passage is well-formed. So is the
// passage of a report by itself.
type Passage []Part

// Part is a part of a passage. Exactly one of its fields is set.
type Part struct {
	HTML HTML

	// Within a line of text, where phrasing content may stand.
	Live   string // a live value's name, which SplitLive knows
	Link   *Link
	Whose  *Whose
	Report Passage // the sentences that live values stand in, with nothing left out

	// On a line of their own, where flow content may stand.
	Exchange *ExchangeRef
	Decoded  string // "header" or "payload": that part of the login's token, as JSON
	Code     *CodeRef
	Predict  string // the slug of a prediction
	Diagram  string // "session", "token" or "both"
}

// Link is a link to another text of the site: to a step, a term, or a chapter or
// a place in it. Where that is depends on the page.
type Link struct {
	Step    *int   // of a link to a step
	Term    string // an anchor of the glossary
	Chapter string // a slug
	Anchor  string // in the chapter; may be empty
	Text    HTML   // phrasing content, with nothing in it to select
}

// Href returns where the link leads from a page whose address has only a path
// before its query: a step is one of the same page.
func (l Link) Href() string {
	switch {
	case l.Step != nil:
		return "?step=" + strconv.Itoa(*l.Step)
	case l.Term != "":
		return "/glossary#" + url.PathEscape(l.Term)
	case l.Anchor != "":
		return "/learn/" + url.PathEscape(l.Chapter) + "#" + url.PathEscape(l.Anchor)
	}
	return "/learn/" + url.PathEscape(l.Chapter)
}

// ExchangeRef asks for lines of a real exchange.
type ExchangeRef struct {
	Flow    string   // "session" or "token"
	Step    int      // a step that sends requests
	Side    string   // "request" or "response"
	Headers []string // names of those to show, as written; none for the start line and all of them
	Body    bool     // whether to show the content, too
	// Variant names a run of the lab's own with another setting, whoever reads, ""
	// for the reader's run.
	Variant string
}

// CodeRef asks for a function of an app's real source.
type CodeRef struct {
	Flow string // "session" or "token": the app
	Name string // of a function, "f" or "Type.f"
}

// flat returns a passage whose links lead from where Href says, and whose other
// parts are all HTML.
func (p Passage) flat() HTML {
	var out strings.Builder
	for _, part := range p {
		if part.Link == nil {
			out.WriteString(string(part.HTML))
			continue
		}
		fmt.Fprintf(&out, `<a href="%s">%s</a>`, html.EscapeString(part.Link.Href()), part.Link.Text)
	}
	return HTML(out.String())
}

// setter is what a passage is written to.
type setter struct {
	bytes.Buffer // the HTML since the last part
	passage      Passage
	above        []Passage // those that the passage is a part of
	markdown     []byte
	onOnePage
}

// onOnePage is what is different for a chapter that stands among the others.
type onOnePage struct {
	lower   int    // levels that headings are lower
	anchors string // what anchors begin with
}

// Buffered and Flush, with bytes.Buffer's methods, implement util.BufWriter, so
// that the renderer hands its functions the setter itself.
func (w *setter) Buffered() int { return w.Len() }

// Flush implements util.BufWriter.
func (w *setter) Flush() error { return nil }

func (w *setter) put(texts ...string) {
	for _, text := range texts {
		_, _ = w.WriteString(text)
	}
}

// take returns the HTML since the last part.
func (w *setter) take() HTML {
	html := HTML(w.String())
	w.Reset()
	return html
}

// cut ends the HTML since the last part.
func (w *setter) cut() {
	if html := w.take(); html != "" {
		w.passage = append(w.passage, Part{HTML: html})
	}
}

func (w *setter) add(p Part) {
	w.cut()
	w.passage = append(w.passage, p)
}

// begin begins a passage that will be a part of this one.
func (w *setter) begin() {
	w.cut()
	w.above, w.passage = append(w.above, w.passage), nil
}

// end ends it, and adds the part that it makes.
func (w *setter) end(part func(Passage) Part) {
	w.cut()
	inner, last := w.passage, len(w.above)-1
	w.passage, w.above = w.above[last], w.above[:last]
	w.add(part(inner))
}

// ourRenderer renders the nodes that are ours, and headings and code as we want
// them.
type ourRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (ourRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	register(reg, kindRef, renderRef)
	register(reg, kindLive, renderLive)
	register(reg, kindLink, renderLink)
	register(reg, kindWhose, renderWhose)
	register(reg, kindReport, renderReport)
	register(reg, kindLeaf, renderLeaf)
	register(reg, kindBlock, renderBlock)
	register(reg, ast.KindHeading, renderHeading)
	register(reg, ast.KindFencedCodeBlock, renderCode)
}

func register[N ast.Node](reg renderer.NodeRendererFuncRegisterer, kind ast.NodeKind, render func(*setter, N, bool)) {
	reg.Register(kind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		render(w.(*setter), n.(N), entering)
		return ast.WalkContinue, nil
	})
}
