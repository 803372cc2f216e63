package head

import (
	"bytes"
	"strings"
)

// RequestLine is the first line of a request in its three parts (RFC 9112, section 3).
// Of a line that has fewer, those that it lacks are "".
type RequestLine struct{ Method, Target, Version string }

// LineOf cuts the first line of a request, which may be any bytes. It cuts where
// net/http's server does, at the first two spaces; empty lines that a client has left
// over from its last request do not count (RFC 9112, section 2.2).
func LineOf(request []byte) RequestLine { return CutLine(string(FirstLine(request))) }

// CutLine cuts a request line at its first two spaces; what is not there is "".
func CutLine(line string) (l RequestLine) {
	var rest string
	l.Method, rest, _ = strings.Cut(line, " ")
	l.Target, l.Version, _ = strings.Cut(rest, " ")
	return l
}

// Whole reports whether the line has all three parts.
func (l RequestLine) Whole() bool { return l.Method != "" && l.Target != "" && l.Version != "" }

// Path is the target without its query. It is as it was sent: escapes are in it, and
// the origin, where the target has one.
func (l RequestLine) Path() string {
	path, _, _ := strings.Cut(l.Target, "?")
	return path
}

// FirstLine returns the first line that is not empty, without its ending.
func FirstLine(b []byte) []byte {
	b = bytes.TrimLeft(b, "\r\n")
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}
