package content

import (
	"net/url"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// checkNodes reports what authors may not write: HTML, pictures, and links to
// anything but http, https, relative and #fragment addresses.
func checkNodes(s *source, doc ast.Node) {
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
			checkLink(s, n, n.Destination)
		case *ast.AutoLink:
			destination := n.URL(s.markdown())
			if n.AutoLinkType == ast.AutoLinkEmail {
				destination = append([]byte("mailto:"), destination...)
			}
			checkLink(s, n, destination)
		}
		return ast.WalkContinue, nil
	})
}

func checkLink(s *source, n ast.Node, destination []byte) {
	// Exactly what the renderer will write: entities and escapes resolved.
	written := string(util.URLEscape(destination, true))
	if !linkAllowed(written) {
		s.errorf(s.line(position(n)), "link to %q is not allowed: use https:, http:, a relative address or #fragment", written)
	}
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
