package cookie

import (
	"fmt"
	"strings"
)

// Paste reads Set-Cookie lines out of what people paste: one value a line, with
// or without the field's name, in quotes, or a whole answer as curl -i, curl -v
// or DevTools show it. notes say in sentences what was left out, so that nothing
// is dropped silently.
func Paste(text string) (lines, notes []string) {
	var rest []string
	named := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.Trim(line, " \t") == "" {
			continue
		}
		if value, ok := fieldValue(line); ok {
			lines = append(lines, value)
			named++
			continue
		}
		rest = append(rest, line)
	}
	if named > 0 {
		notes = append(notes, fmt.Sprintf("Took the name Set-Cookie off %s.", count(named, "line")))
		if len(rest) > 0 {
			notes = append(notes, fmt.Sprintf("Left out %s without Set-Cookie, such as “%s”.", count(len(rest), "other line"), short(rest[0])))
		}
		return lines, notes
	}
	quotes := 0
	for i, line := range rest {
		if bare, ok := unquote(line); ok {
			rest[i] = bare
			quotes++
		}
	}
	if quotes > 0 {
		notes = append(notes, fmt.Sprintf("Took the quotes off %s, because they are around all of it.", count(quotes, "line")))
	}
	return rest, notes
}

// fieldValue is the value of a line that is a Set-Cookie field, as it is pasted:
// "Set-Cookie: …", "< set-cookie: …", or the whole field in quotes.
func fieldValue(line string) (string, bool) {
	bare := strings.TrimLeft(line, " \t")
	bare = strings.TrimPrefix(bare, "< ")
	if unquoted, ok := unquote(bare); ok {
		bare = unquoted
	}
	const name = "set-cookie:"
	if !hasPrefix(bare, name) {
		return "", false
	}
	return strings.Trim(bare[len(name):], " \t"), true
}

// unquote takes one pair of quotes off a line, where an equals sign stands
// inside: a lone quoted word is a cookie's value.
func unquote(line string) (string, bool) {
	line = strings.Trim(line, " \t")
	if len(line) < 2 || line[0] != line[len(line)-1] || line[0] != '"' && line[0] != '\'' || !strings.ContainsAny(line, "=:") {
		return "", false
	}
	inside := line[1 : len(line)-1]
	return inside, strings.IndexByte(inside, line[0]) < 0
}

func short(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
