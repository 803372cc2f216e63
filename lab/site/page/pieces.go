package page

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"authlab/lab/source"
)

// CodeLine writes a line: its pieces one after the other, in one element. It is
// Go and not a template because a template may put white space between elements,
// and here every byte between two pieces would be read as a byte of the message.
// whole marks the line's own bytes; the others stand for them.
func CodeLine(l LineView, list []Piece, whole bool) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		if whole {
			b.WriteString(`<code class="` + l.Class + `" data-field="` + templ.EscapeString(l.Field) + `"` + scroller(l) + ` data-raw>`)
		} else {
			b.WriteString(`<code class="` + l.Class + ` brief">`)
		}
		for _, p := range list {
			p.write(&b)
		}
		b.WriteString(`</code>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// fits is how many characters of a body are shown without scrolling in the
// narrowest column.
const fits = 400

// scroller lets the keyboard reach a body that is long enough to scroll.
func scroller(l LineView) string {
	var n int
	for _, p := range l.Pieces {
		n += len(p.Text) + fits/20*strings.Count(p.Text, "\n")
	}
	if l.Field != "body" || n <= fits {
		return ""
	}
	return ` tabindex="0" role="group" aria-label="body"`
}

// Preformatted writes code in a block that keeps white space.
func Preformatted(c source.Block) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<pre class="code chroma" tabindex="0" role="group" aria-label="` + templ.EscapeString(c.Name) + `">`)
		for i, line := range c.Lines {
			if c.Marks != nil && c.Marks[i] != "" {
				b.WriteString(`<span class="` + string(c.Marks[i]) + `">` + string(line) + "</span>\n")
			} else {
				b.WriteString(string(line) + "\n")
			}
		}
		b.WriteString(`</pre>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// PreformattedText is a block of text with an id, so that it can be copied.
func PreformattedText(id, name, text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<pre class="command" id="`+templ.EscapeString(id)+`" tabindex="0" role="group" aria-label="`+templ.EscapeString(name)+`">`+templ.EscapeString(text)+`</pre>`)
		return err
	})
}

func (p Piece) write(b *strings.Builder) {
	text := templ.EscapeString(p.Text)
	switch {
	case p.Gloss != "":
		b.WriteString(`<a class="` + inkClass(p) + `" href="#` + templ.EscapeString(p.Gloss) + `" data-gloss`)
		p.writeRef(b)
		b.WriteString(`>` + text + `</a>`)
	case p.Escaped:
		b.WriteString(`<span class="esc" title="cannot be shown as it is">` + text + `</span>`)
	case p.Ink != "":
		b.WriteString(`<span class="` + inkClass(p) + `"`)
		p.writeRef(b)
		b.WriteString(`>` + text + `</span>`)
	default:
		b.WriteString(text)
	}
	if p.Bytes != "" {
		b.WriteString(`<span class="cut">… ` + templ.EscapeString(p.Bytes) + `</span>`)
	}
}

func (p Piece) writeRef(b *strings.Builder) {
	if p.Ref != "" {
		b.WriteString(` data-ref="` + templ.EscapeString(p.Ref) + `"`)
	}
}

// inkClass is the class of a piece's ink.
func inkClass(p Piece) string {
	switch {
	case p.Escaped:
		return "esc"
	case p.Ink == "attr":
		return "attr"
	case p.Ink == "word":
		return Classes("word", long(p))
	default:
		return Classes("ink", p.Ink, long(p))
	}
}

// long marks what may break anywhere: a value too long for a narrow column.
func long(p Piece) string {
	if p.Bytes == "" && len(p.Text) > 24 {
		return "long"
	}
	return ""
}
