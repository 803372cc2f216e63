package content

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ref is a run of prose bound to what it means on the bench.
type ref struct {
	ast.BaseInline
	text string
	to   string // a key of targets
}

var kindRef = ast.NewNodeKind("Ref")

// Kind implements ast.Node.
func (r *ref) Kind() ast.NodeKind { return kindRef }

// Dump implements ast.Node.
func (r *ref) Dump(source []byte, level int) {
	ast.DumpHelper(r, source, level, map[string]string{"Text": r.text, "To": r.to}, nil)
}

// targets holds everything that a reference may be bound to, with the opening
// and the closing tag that show it.
var targets = newTargets()

type tags struct{ open, close string }

func newTargets() map[string]tags {
	t := map[string]tags{}
	span := func(class, to string) {
		t[to] = tags{fmt.Sprintf(`<span class="%s" data-ref="%s">`, class, to), "</span>"}
	}
	for _, ink := range []string{"sid", "hdr", "pay", "sig", "own"} {
		span("ink "+ink, ink)
	}
	span("ink own", "key")
	span("ink own", "own.role")
	for _, claim := range []string{"iss", "sub", "aud", "exp", "iat", "jti", "name", "role"} {
		span("ink pay", "pay."+claim)
	}
	for _, attribute := range []string{"domain", "expires", "httponly", "max-age", "path", "samesite", "secure"} {
		span("attr", "attr."+attribute)
	}
	for _, name := range []string{"authorization", "cache-control", "content-type", "cookie", "location", "set-cookie", "vary", "www-authenticate"} {
		to := "header." + name
		t[to] = tags{fmt.Sprintf(`<code data-ref="%s">`, to), "</code>"}
	}
	return t
}

// refParser parses [text]{target}.
type refParser struct{}

// A reference's text is plain: no brackets, code, emphasis or escapes.
var refPattern = regexp.MustCompile("^\\[([^\\[\\]`*\\\\\n]+)\\]\\{([^{}\n]*)\\}")

// Trigger implements parser.InlineParser. Whole references are taken at their
// bracket, so a brace behind a bracket is a reference gone wrong.
func (refParser) Trigger() []byte { return []byte{'[', '{'} }

// Parse implements parser.InlineParser.
func (refParser) Parse(_ ast.Node, reader text.Reader, pc parser.Context) ast.Node {
	line, segment := reader.PeekLine()
	s := sourceOf(pc)
	if line[0] == '{' {
		if reader.PrecendingCharacter() == ']' {
			s.errorf(s.line(segment.Start), `this looks like a reference: write [plain text]{name} on one line, or ]\{ where it is none`)
		}
		return nil
	}
	found := refPattern.FindSubmatch(line)
	if found == nil {
		return nil
	}
	r := &ref{text: apostrophes(string(found[1])), to: string(found[2])}
	if _, known := targets[r.to]; !known {
		s.errorf(s.line(segment.Start), "unknown reference {%s}: it is one of %s", r.to, strings.Join(slices.Sorted(maps.Keys(targets)), ", "))
	}
	reader.Advance(len(found[0]))
	return r
}

// refRenderer renders references.
type refRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (refRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindRef, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			r := n.(*ref)
			t := targets[r.to]
			_, _ = w.WriteString(t.open + html.EscapeString(r.text) + t.close)
		}
		return ast.WalkContinue, nil
	})
}
