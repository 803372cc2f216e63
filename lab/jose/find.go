package jose

import "strings"

// another reports whether a whole token is followed by one more.
func another(first, rest string) bool {
	return strings.Count(first, ".") == 2 && !strings.HasSuffix(first, ".") && looksLikeToken(strings.TrimLeft(rest, " \t\r\n"))
}

const base64Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="

// findToken finds the first run in a text that looks like a token.
func findToken(s string) (at, n int) {
	for at < len(s) {
		start := strings.IndexByte(s[at:], 'e')
		if start < 0 {
			return 0, 0
		}
		start += at
		run := s[start:]
		run = run[:len(run)-len(strings.TrimLeft(run, base64Characters[:64]+"."))]
		if (start == 0 || s[start-1] != '.' && !isBase64URL(s[start-1])) && looksLikeToken(run) {
			return start, len(run)
		}
		at = start + max(len(run), 1)
	}
	return 0, 0
}

// looksLikeToken reports whether a text begins as a header does and has a dot.
func looksLikeToken(s string) bool {
	dot := strings.IndexByte(s, '.')
	return dot > 3 && startsAsHeader(s) && strings.Trim(s[:dot], base64Characters) == ""
}

func containsToken(s string) bool { _, n := findToken(s); return n > 0 }

// until is the offset of the first of some characters, or the length.
func until(s, any string) int {
	if at := strings.IndexAny(s, any); at >= 0 {
		return at
	}
	return len(s)
}

// brief cuts a name that a note quotes.
func brief(s string) string {
	if len(s) <= 40 {
		return s
	}
	return s[:40] + "…"
}
