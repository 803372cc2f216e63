package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote writes s as one word of a POSIX shell. Plain text stands in single
// quotes; text with characters that a terminal would act on, that cannot be
// seen, or that are not UTF-8 is printed by the shell from octal escapes. No
// shell can carry a NUL in a word: there, s ends.
func Quote(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	if plain(s) {
		return single(s)
	}
	// A command substitution drops the line feeds at its end, so they stand
	// after it.
	body := strings.TrimRight(s, "\n")
	word := `"$(` + printf(body) + `)"`
	if rest := s[len(body):]; rest != "" {
		word += single(rest)
	}
	return word
}

// single is s in single quotes, in which only the quote itself is special
// (POSIX.1, XCU 2.2.2).
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// printf is a command that prints any bytes. Its format has three octal digits
// for whatever is not a plain letter of ASCII (POSIX.1, XCU printf), also for
// "!", which an interactive shell may take for a reference to its history, and
// for a hyphen at the beginning, which would make an option of it.
func printf(s string) string {
	var b strings.Builder
	b.WriteString("printf '")
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20, c >= 0x7f, c == '%', c == '\\', c == '\'', c == '!', i == 0 && c == '-':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// plain reports whether s can be shown and pasted as it is: UTF-8 without
// control, formatting or private characters. Line feeds are plain.
func plain(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !visible(r) })
}

// visible reports whether a character has a form of its own. Of white space
// only the space has.
func visible(r rune) bool {
	return unicode.IsPrint(r) && r != utf8.RuneError && r != '\u115f' && r != '\u1160' && r != '\u3164' && r != '\uffa0' && !unicode.Is(unicode.Mn, r)
}
