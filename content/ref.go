package content

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// ref is a run of prose bound to what it means on the bench.
type ref struct {
	ast.BaseInline
	text string
	to   string // what tagsFor knows
}

var kindRef = ast.NewNodeKind("Ref")

// Kind implements ast.Node.
func (r *ref) Kind() ast.NodeKind { return kindRef }

// Dump implements ast.Node.
func (r *ref) Dump(source []byte, level int) {
	ast.DumpHelper(r, source, level, map[string]string{"Text": r.text, "To": r.to}, nil)
}

// targets holds everything but statuses that a reference may be bound to, with
// the opening and the closing tag that show it.
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
	for ref, ink := range map[string]string{"jwe.hdr": "hdr", "jwe.text": "pay", "jwe.tag": "sig", "jwe.role": "pay"} {
		span("ink "+ink, ref)
	}
	span("ink own", "key")
	span("ink own", "own.role")
	for _, parameter := range []string{"alg", "kid", "typ"} {
		span("ink hdr", "hdr."+parameter)
	}
	for _, claim := range []string{"iss", "sub", "aud", "exp", "iat", "jti", "name", "role"} {
		span("ink pay", "pay."+claim)
	}
	for _, attribute := range []string{"domain", "expires", "httponly", "max-age", "path", "samesite", "secure"} {
		span("attr", "attr."+attribute)
	}
	for _, name := range []string{"authorization", "cache-control", "content-type", "cookie", "location", "set-cookie", "vary", "www-authenticate"} {
		t["header."+name] = codeTags("header." + name)
	}
	return t
}

func codeTags(to string) tags {
	return tags{fmt.Sprintf(`<code data-ref="%s">`, to), "</code>"}
}

var statusPattern = regexp.MustCompile(`^status\.([1-5]\d\d)$`)

// tagsFor returns the tags of what a reference is bound to, and whether there
// is such a thing. A status is one that has a name (RFC 9110, section 15, and
// its registry).
func tagsFor(to string) (tags, bool) {
	if found := statusPattern.FindStringSubmatch(to); found != nil {
		code, _ := strconv.Atoi(found[1])
		return codeTags(to), http.StatusText(code) != ""
	}
	t, known := targets[to]
	return t, known
}

// refParser parses [text]{target}, {live NAME} and {yours WORDS|WORDS}.
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
		if n := parseLive(s, reader); n != nil {
			return n
		}
		if n := parseWhose(s, reader); n != nil {
			return n
		}
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
	at := s.line(segment.Start)
	if _, known := tagsFor(r.to); !known {
		s.errorf(at, "unknown reference {%s}: it is one of %s, or status. with the code of a status", r.to, strings.Join(slices.Sorted(maps.Keys(targets)), ", "))
	}
	s.use("ref", r.to, at)
	reader.Advance(len(found[0]))
	return r
}

func renderRef(w *setter, n *ref, entering bool) {
	if entering {
		t, _ := tagsFor(n.to)
		w.put(t.open, html.EscapeString(n.text), t.close)
	}
}
