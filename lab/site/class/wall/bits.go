package wall

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/site/page"
)

// Bit is a run of a line on the projector: text, and what it is. Values are
// recorded ones, but seldom whole: what is left out is marked.
type Bit struct {
	Text   string // the value, or its beginning
	Ink    string // the ink's class, "" for none
	Ref    string
	Of     int  // how long the whole value is, in bytes, where Text is its beginning; else 0
	Strong bool // what to look at
	Hidden bool // Text stands for the path of the bench, which is not for everybody's eyes
	Escape bool // Text stands for bytes that cannot be shown
}

// words is plain text as bits.
func words(text string) []Bit { return []Bit{{Text: text}} }

// write writes a bit. What is not there is marked for the eye by its ellipsis, and
// said to those who do not see it.
func (b Bit) write(out *strings.Builder) {
	text := templ.EscapeString(b.Text)
	switch {
	case b.Hidden:
		out.WriteString(`<span class="elided">…</span><span class="vh">(the path of the bench, left out) </span>`)
		return
	case b.Escape:
		out.WriteString(`<span class="esc">` + text + `</span>`)
		return
	}
	if b.Of > 0 {
		text += "…"
	}
	if b.Strong {
		text = "<b>" + text + "</b>"
	}
	if b.Ink != "" || b.Of > 0 {
		text = `<span` + b.attributes() + `>` + text + `</span>`
	}
	out.WriteString(text)
	if b.Of > 0 {
		out.WriteString(`<span class="vh"> (shortened, ` + strconv.Itoa(b.Of) + ` B)</span>`)
	}
}

func (b Bit) attributes() string {
	var a string
	switch b.Ink {
	case "":
	case string(explain.Rule):
		a = ` class="attr"`
	default:
		a = ` class="ink ` + b.Ink + `"`
	}
	if b.Ref != "" {
		a += ` data-ref="` + templ.EscapeString(b.Ref) + `"`
	}
	if b.Of > 0 {
		a += ` data-short`
	}
	return a
}

// bits writes a line's bits one after the other. It is Go and not a template
// because a template may put white space between elements, which would be read as
// part of a value.
func bits(list []Bit) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, bit := range list {
			bit.write(&b)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// valueBit is a value of an identity, cut to its first n bytes where it is longer
// by more than an ellipsis.
func valueBit(value, ink, ref string, n int) Bit {
	b := Bit{Text: page.Shown(value), Ink: ink, Ref: ref}
	if len(value) > n+2 {
		b.Text, b.Of = page.Shown(page.CutText(value, n)), len(value)
	}
	return b
}

// How much of a value is shown: enough to know it again, in every place alike.
const (
	idShown   = 6  // of a session id
	partShown = 4  // of each part of a token
	textShown = 48 // of anything else
)

// cutter makes bits of recorded bytes. It hides the path of the bench.
type cutter struct{ bench string }

// line cuts a line of a message into bits, its values shortened.
func (c cutter) line(raw []byte, line explain.Line) []Bit {
	var out []Bit
	at := line.Start
	for _, s := range line.Spans {
		out = append(out, c.text(string(raw[at:s.Start]), "", "")...)
		out = append(out, c.span(string(raw[s.Start:s.End]), s)...)
		at = s.End
	}
	return append(out, c.text(string(raw[at:line.Text]), "", "")...)
}

// span cuts what one span covers. Words that explain themselves on a bench are
// plain here: nobody points at a wall.
func (c cutter) span(text string, s explain.Span) []Bit {
	switch s.Ink {
	case explain.SessionID:
		return []Bit{valueBit(text, string(s.Ink), s.Ref, idShown)}
	case explain.TokenHeader, explain.TokenSig:
		return []Bit{valueBit(text, string(s.Ink), s.Ref, partShown)}
	case explain.TokenPayload:
		if s.Ref == string(s.Ink) {
			return []Bit{valueBit(text, string(s.Ink), s.Ref, partShown)}
		}
	case explain.Rule:
		return []Bit{{Text: page.Shown(page.Brief(strings.ReplaceAll(text, "/bench/"+c.bench, "…"), textShown)), Ink: string(s.Ink), Ref: s.Ref}}
	case explain.Plain:
		return c.text(text, "", "")
	}
	return c.text(text, string(s.Ink), s.Ref)
}

// text makes bits of text that strangers may have sent: the bench's path hidden,
// what cannot be shown escaped, and the rest of a long run left out.
func (c cutter) text(text, ink, ref string) []Bit {
	var out []Bit
	for i, part := range strings.Split(strings.ReplaceAll(text, "/bench/"+c.bench, c.bench), c.bench) {
		if i > 0 {
			out = append(out, Bit{Hidden: true})
		}
		for _, p := range page.Visible(page.CutText(part, textShown), false) {
			b := Bit{Text: p.Text, Escape: p.Escaped}
			if !p.Escaped {
				b.Ink, b.Ref = ink, ref
			}
			out = append(out, b)
		}
		if len(part) > textShown {
			out[len(out)-1].Of = len(part)
		}
	}
	return out
}
