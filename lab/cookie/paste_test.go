package cookie_test

import (
	"slices"
	"strings"
	"testing"

	"authlab/lab/cookie"
)

func TestPaste(t *testing.T) {
	for _, c := range []struct {
		text  string
		lines []string
		notes string // a part of each note, joined by " | "
	}{
		{"a=b", []string{"a=b"}, ""},
		{"a=b; Path=/\r\n\r\nc=d\r\n", []string{"a=b; Path=/", "c=d"}, ""},
		{" a = b ", []string{" a = b "}, ""},
		{`a="b"`, []string{`a="b"`}, ""},
		{`"word"`, []string{`"word"`}, ""},
		{`"a=b; Path=/"`, []string{"a=b; Path=/"}, "quotes off 1 line"},
		{`"a"="b"`, []string{`"a"="b"`}, ""},
		{"Set-Cookie: a=b", []string{"a=b"}, "Set-Cookie off 1 line"},
		{"set-cookie:a=b\nSET-COOKIE:  c=d", []string{"a=b", "c=d"}, "Set-Cookie off 2 lines"},
		{"'Set-Cookie: a=b'", []string{"a=b"}, "Set-Cookie off 1 line"},
		{"< Set-Cookie: a=b", []string{"a=b"}, "Set-Cookie off 1 line"},
		{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\n\r\n<p>x</p>", []string{"a=b"}, "Set-Cookie off 1 line | Left out 3 other lines without Set-Cookie, such as “HTTP/1.1 200 OK”"},
		{"Set-Cookie:", []string{""}, "Set-Cookie off 1 line"},
		{"", nil, ""},
	} {
		lines, notes := cookie.Paste(c.text)
		if !slices.Equal(lines, c.lines) || (c.notes == "") != (len(notes) == 0) {
			t.Errorf("%q: %q, %q", c.text, lines, notes)
			continue
		}
		for i, part := range strings.Split(c.notes, " | ") {
			if part != "" && (i >= len(notes) || !strings.Contains(notes[i], part)) {
				t.Errorf("%q: %q, want %q", c.text, notes, part)
			}
		}
	}
}
