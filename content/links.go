package content

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"authlab/lab/plot"
)

// link is a link to another text of the site.
type link struct {
	ast.BaseInline
	to Link
}

var kindLink = ast.NewNodeKind("SiteLink")

// Kind implements ast.Node.
func (l *link) Kind() ast.NodeKind { return kindLink }

// Dump implements ast.Node.
func (l *link) Dump(source []byte, level int) {
	ast.DumpHelper(l, source, level, map[string]string{"To": l.to.Href()}, nil)
}

// checkNodes reports what authors may not write: HTML, pictures, links to what
// there is not, links and values where they cannot be, code in languages that we
// do not know. It replaces links to texts of the site by our own.
func checkNodes(s *source, doc ast.Node) {
	var within []*ast.Link
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			s.errorf(s.line(position(n)), "HTML is not allowed: write markdown, or put it in backquotes to show it")
		case *ast.Image:
			s.errorf(s.line(position(n)), "pictures are not supported: remove it, or link to it")
		case *ast.Link:
			checkAlone(s, n, "link")
			within = append(within, n)
		case *ast.AutoLink:
			checkAlone(s, n, "link")
			checkAutoLink(s, n)
		case *live:
			checkAlone(s, n, "live value")
		case *ref:
			checkNotLinked(s, n, "reference")
		case *ast.FencedCodeBlock:
			checkCode(s, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range within {
		checkLink(s, n)
	}
}

// checkAlone reports what stands inside a link or a heading. Neither can hold
// something else to select.
func checkAlone(s *source, n ast.Node, what string) {
	checkNotLinked(s, n, what)
	for above := n.Parent(); above != nil; above = above.Parent() {
		if above.Kind() == ast.KindHeading {
			s.errorf(s.line(position(n)), "a %s stands in a heading: put it in the text below", what)
		}
	}
}

func checkNotLinked(s *source, n ast.Node, what string) {
	for above := n.Parent(); above != nil; above = above.Parent() {
		if above.Kind() == ast.KindLink {
			s.errorf(s.line(position(n)), "a %s stands inside a link: put it before or behind", what)
			return
		}
	}
}

func checkAutoLink(s *source, n *ast.AutoLink) {
	destination := n.URL(s.markdown())
	if n.AutoLinkType == ast.AutoLinkEmail {
		destination = append([]byte("mailto:"), destination...)
	}
	checkAddress(s, written(destination), s.line(position(n)))
}

func checkLink(s *source, n *ast.Link) {
	line := s.line(position(n))
	address := written(n.Destination)
	if to, ours := s.siteLink(address, line); ours {
		replace(n, &link{to: to})
		return
	}
	checkAddress(s, address, line)
}

// written returns an address exactly as the renderer will write it: entities
// and escapes resolved.
func written(destination []byte) string { return string(util.URLEscape(destination, true)) }

func checkAddress(s *source, address string, line int) {
	if !linkAllowed(address) {
		s.errorf(line, "link to %q is not allowed: use https:, http:, step:, term:, chapter:, a relative address or #fragment", address)
		return
	}
	if u, err := url.Parse(address); err == nil && u.IsAbs() {
		s.use("link", address, line)
	}
}

// siteLink returns the text of the site that an address leads to, and whether it
// leads to one. Whether there is such a text is found out when all are known.
func (s *source) siteLink(address string, line int) (Link, bool) {
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain // anchors keep the letters of other scripts
	}
	scheme, name, found := strings.Cut(address, ":")
	switch anchor, here := strings.CutPrefix(address, "#"); {
	case here && len(s.form.headings) > 0:
		s.wants = append(s.wants, want{kind: "anchor", name: s.name, anchor: anchor, line: line})
		return Link{Chapter: s.slug, Anchor: anchor}, s.slug != ""
	case found && scheme == "step":
		return s.stepLink(name, line), true
	case found && scheme == "term":
		s.wants = append(s.wants, want{kind: "term", name: name, line: line})
		return Link{Term: name}, true
	case found && scheme == "chapter":
		slug, anchor, _ := strings.Cut(name, "#")
		s.wants = append(s.wants, want{kind: "chapter", name: slug, anchor: anchor, line: line})
		return Link{Chapter: slug, Anchor: anchor}, true
	}
	return Link{}, false
}

func (s *source) stepLink(number string, line int) Link {
	n, ok := stepNumber(number)
	switch {
	case !ok:
		s.errorf(line, "unknown step %q: it is %s", number, plot.Numbers)
	case !s.form.steps:
		s.errorf(line, "a link to step %d cannot stand here, where there is no bench: link to a chapter", n)
	}
	return Link{Step: &n}
}

// replace puts a node of ours in the place of another, with its children.
func replace(was, by ast.Node) {
	for c := was.FirstChild(); c != nil; c = was.FirstChild() {
		by.AppendChild(by, c)
	}
	was.Parent().ReplaceChild(was.Parent(), was, by)
}

func renderLink(w *setter, n *link, entering bool) {
	if entering {
		w.cut()
		return
	}
	to := n.to
	to.Text = w.take()
	w.add(Part{Link: &to})
}

// linkAllowed also refuses //host: whoever means another site writes its scheme.
func linkAllowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Scheme == "" {
		return address != "" && u.Host == ""
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// position returns where a node begins in the markdown, or, for one that does
// not know, the nearest ancestor that does.
func position(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if p := n.Pos(); p >= 0 {
			return p
		}
	}
	return 0
}
