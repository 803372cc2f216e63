package content

import (
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
)

// Lexers are regular expressions that go back, and take their time.
const (
	maxCode    = 4 << 10  // bytes of a block of code
	maxAllCode = 16 << 10 // and of all in a file
)

// languages are those of code blocks, with chroma's names for them. Text is not
// highlighted.
var languages = map[string]string{
	"text": "", "go": "Go", "http": "HTTP", "json": "JSON", "sql": "SQL",
	"js": "JavaScript", "html": "HTML", "css": "CSS", "sh": "Bash",
}

func checkCode(s *source, n *ast.FencedCodeBlock) {
	line := s.line(position(n))
	language := string(n.Language(s.markdown()))
	if _, known := languages[language]; language != "" && !known {
		s.errorf(line, "code in %q is not known: %s", language, oneOf("", slices.Sorted(maps.Keys(languages))))
	}
	size, before := len(n.Lines().Value(s.markdown())), s.code
	s.code += size
	switch {
	case size > maxCode:
		s.errorf(line, "more than %d KiB of code: show less of it", maxCode>>10)
	case before <= maxAllCode && s.code > maxAllCode:
		s.errorf(line, "more than %d KiB of code in the file: show less of it", maxAllCode>>10)
	}
}

func renderCode(w *setter, n *ast.FencedCodeBlock, entering bool) {
	if entering {
		w.put(codeOf(n, w.markdown))
	}
}

// codeOf returns a block of code as HTML. It keeps it with the node, as chapters
// are set twice.
func codeOf(n *ast.FencedCodeBlock, markdown []byte) string {
	if kept, ok := n.AttributeString("html"); ok {
		return kept.(string)
	}
	language := string(n.Language(markdown))
	code := string(n.Lines().Value(markdown))
	set := "<pre><code>" + html.EscapeString(code)
	if language != "" {
		set = `<pre class="chroma"><code class="language-` + language + `">` + highlight(languages[language], code)
	}
	set += "</code></pre>\n"
	n.SetAttributeString("html", set)
	return set
}

// Go returns Go source as HTML, its tokens with chroma's classes, for code that
// does not stand in a text, line by line. Each line is whole by itself.
func Go(source string) []HTML {
	var out []HTML
	tokens, err := chroma.Coalesce(lexers.Get("Go")).Tokenise(nil, source)
	if err != nil {
		return []HTML{HTML(html.EscapeString(source))}
	}
	for _, line := range chroma.SplitTokensIntoLines(tokens.Tokens()) {
		last := &line[len(line)-1] // a line has a token at least: its end, which may stand in one of white space
		last.Value = strings.TrimSuffix(last.Value, "\n")
		out = append(out, HTML(marked(line)))
	}
	return out
}

// highlight returns code as HTML, its tokens with chroma's classes.
func highlight(language, code string) string {
	lexer := lexers.Get(language)
	if language == "" || lexer == nil {
		return html.EscapeString(code)
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(nil, code)
	if err != nil {
		return html.EscapeString(code)
	}
	return marked(tokens.Tokens())
}

// marked writes tokens as HTML with their classes.
func marked(tokens []chroma.Token) string {
	var out strings.Builder
	for _, token := range tokens {
		if token.Value == "" {
			continue
		}
		if class := classOf(token.Type); class != "" {
			out.WriteString(`<span class="` + class + `">` + html.EscapeString(token.Value) + "</span>")
		} else {
			out.WriteString(html.EscapeString(token.Value))
		}
	}
	return out.String()
}

// classOf returns the class of a token's type, or of the nearest type above it
// that has one.
func classOf(t chroma.TokenType) string {
	for ; t > 0; t = t.Parent() {
		if class, ok := chroma.StandardTypes[t]; ok {
			return class
		}
	}
	return ""
}
