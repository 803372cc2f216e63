package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a run of text, or an escape that stands for bytes that cannot be
// shown as they are.
type piece struct {
	Text    string
	Escaped bool
}

// Visible makes every byte of what a stranger sent visible. Printable text
// stays; control characters, invisible and bidirectional formatting characters
// and bytes that are not UTF-8 become escapes, so that nothing can hide in a
// line, reorder it or end it. Line feeds and tabs stay in content, where lines
// is true.
func Visible(s string, lines bool) []piece {
	var pieces []piece
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			pieces = append(pieces, piece{Text: plain.String()})
			plain.Reset()
		}
	}
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if escape := EscapeOf(r, s[:n], lines); escape != "" {
			flush()
			pieces = append(pieces, piece{Text: escape, Escaped: true})
		} else {
			plain.WriteString(s[:n])
		}
		s = s[n:]
	}
	flush()
	return pieces
}

// EscapeOf returns how a rune is written when it cannot be shown, or "".
func EscapeOf(r rune, raw string, lines bool) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case lines && (r == '\n' || r == '\t'):
		return ""
	case r == '\r':
		return `\r`
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r < 0x80 && unicode.IsControl(r):
		return fmt.Sprintf(`\x%02x`, r)
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), unicode.Is(unicode.Co, r):
		return fmt.Sprintf(`\u{%04x}`, r)
	default:
		return ""
	}
}

// Shown is visible as one string, for where escapes need no mark of their own.
func Shown(s string) string {
	var b strings.Builder
	for _, p := range Visible(s, false) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Hides reports whether a text, which may have several lines, has anything in it
// that cannot be shown as it is.
func Hides(s string) bool {
	for _, p := range Visible(strings.ReplaceAll(s, "\r\n", "\n"), true) {
		if p.Escaped {
			return true
		}
	}
	return false
}
