package page

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// pieces writes the pieces of a line one after the other. It is Go and not a
// template because a template may put white space between elements, and here
// every byte between two pieces would be read as a byte of the message.
func pieces(list []Piece) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, p := range list {
			p.write(&b)
		}
		_, err := io.WriteString(w, b.String())
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
		return classes("word", long(p))
	default:
		return classes("ink", p.Ink, long(p))
	}
}

// long marks what may break anywhere: a value too long for a narrow column.
func long(p Piece) string {
	if p.Bytes == "" && len(p.Text) > 24 {
		return "long"
	}
	return ""
}
