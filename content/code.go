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

// maxCode bounds a block of code, in bytes: lexers are regular expressions that
// go back.
const maxCode = 4 << 10

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
	if len(n.Lines().Value(s.markdown())) > maxCode {
		s.errorf(line, "more than %d KiB of code: show less of it", maxCode>>10)
	}
}

func renderCode(w *setter, n *ast.FencedCodeBlock, entering bool) {
	if !entering {
		return
	}
	language := string(n.Language(w.markdown))
	code := string(n.Lines().Value(w.markdown))
	if language == "" {
		w.put("<pre><code>", html.EscapeString(code), "</code></pre>\n")
		return
	}
	w.put(`<pre class="chroma"><code class="language-`, language, `">`, highlight(languages[language], code), "</code></pre>\n")
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
	var out strings.Builder
	for token := tokens(); token != chroma.EOF; token = tokens() {
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
