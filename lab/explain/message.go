package explain

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// shortBody is the size up to which a body is shown at full strength.
const shortBody = 1024

// Request takes an exchange's request apart.
func Request(x *journal.Exchange) Message {
	return newScan(x, x.Request, true).message()
}

// Response takes an exchange's response apart, with any interim responses that
// came before it.
func Response(x *journal.Exchange) Message {
	return newScan(x, x.Response, false).message()
}

// scan takes one message apart, line by line. It accepts any bytes: what is not
// HTTP is still shown, as lines.
type scan struct {
	src      journal.Message
	flow     *Flow
	settings settings.Settings
	started  time.Time // what Set-Cookie's times are measured from: browsers have their own clock
	request  bool
	lines    []Line
	note     string
	method   string // of the exchange's request
	media    string // Content-Type in lower case
	interim  bool   // within an interim response
	previous string // the last field's name, for lines that continue it
}

func newScan(x *journal.Exchange, src journal.Message, request bool) *scan {
	return &scan{src: src, flow: FlowOf(x.Flow), settings: x.Settings, started: x.Started, request: request, method: head.LineOf(x.Request.Bytes).Method}
}

func (s *scan) message() Message {
	at := 0
	for at = s.start(at); at < len(s.src.Bytes); {
		line := s.cut(at)
		at = line.End
		switch {
		case line.Text > line.Start:
			s.field(line)
		case s.interim:
			s.add(line, InterimLine)
			s.interim = false
			at = s.start(at)
		default:
			s.add(line, BlankLine)
			s.body(at)
			at = len(s.src.Bytes)
		}
	}
	return Message{Lines: s.lines, Note: s.remark()}
}

// start reads the start line, after empty lines that a client may have left
// over from its last request (RFC 9112, section 2.2), and returns where the
// fields begin.
func (s *scan) start(at int) int {
	for at < len(s.src.Bytes) {
		line := s.cut(at)
		at = line.End
		if line.Text == line.Start {
			s.add(line, BlankLine)
			continue
		}
		text := string(s.src.Bytes[line.Start:line.Text])
		kind := StartLine
		if _, code, ok := statusOf(text); ok && !s.request && code < 200 && code != 101 {
			s.interim = true
			kind = InterimLine
		}
		line.Notable = kind == StartLine
		line.Spans = s.startSpans(line.Start, text)
		if len(line.Spans) == 0 {
			s.note = "This is not HTTP: its first line is no " + s.kind() + " line."
		}
		s.add(line, kind)
		return at
	}
	return at
}

func (s *scan) field(line Line) {
	text := string(s.src.Bytes[line.Start:line.Text])
	name, value, found := strings.Cut(text, ":")
	switch {
	case text[0] == ' ' || text[0] == '\t':
		// A continued field (RFC 9112, section 5.2).
		line.Name, line.Notable = s.previous, s.notable(s.previous)
	case found:
		line.Name, line.Notable = name, s.notable(name)
		line.Spans = s.fieldSpans(line.Start, name, value)
	}
	s.previous = line.Name
	if strings.EqualFold(name, "Content-Type") {
		s.media = strings.ToLower(trimWhite(value))
	}
	kind := HeaderLine
	if s.interim {
		kind = InterimLine
	}
	s.add(line, kind)
}

func (s *scan) body(at int) {
	end := len(s.src.Bytes)
	if at == end {
		return
	}
	line := Line{Start: at, End: end, Text: end}
	line.Notable = end-at <= shortBody && !strings.HasPrefix(s.media, "text/html")
	line.Spans = s.bodySpans(at, s.src.Bytes[at:])
	s.add(line, BodyLine)
}

// notable reports whether a field belongs to the lesson.
func (s *scan) notable(name string) bool {
	switch strings.ToLower(name) {
	case "cookie", "set-cookie", "authorization", "www-authenticate", "location":
		return true
	case "content-type", "origin", "sec-fetch-site":
		return s.request && s.method == "POST"
	}
	return false
}

// cut finds the line that begins at at. A bare LF ends a line like CR LF does
// (RFC 9112, section 2.2).
func (s *scan) cut(at int) Line {
	l := Line{Start: at, End: len(s.src.Bytes), Text: len(s.src.Bytes)}
	i := bytes.IndexByte(s.src.Bytes[at:], '\n')
	if i < 0 {
		return l
	}
	l.End, l.Text = at+i+1, at+i
	if i > 0 && s.src.Bytes[at+i-1] == '\r' {
		l.Text--
	}
	return l
}

func (s *scan) add(l Line, kind LineKind) {
	if kind == InterimLine {
		l.Notable = false
	}
	l.Kind = kind
	s.lines = append(s.lines, l)
}

func (s *scan) kind() string {
	if s.request {
		return "request"
	}
	return "status"
}

// remark says what is unusual about the message.
func (s *scan) remark() string {
	switch {
	case s.src.Length == 0 && len(s.src.Bytes) == 0:
		return map[bool]string{true: "No request arrived.", false: "There was no response."}[s.request]
	case s.note != "":
		return s.note
	case s.src.Truncated:
		return fmt.Sprintf("Only the first %d of %d bytes were kept.", len(s.src.Bytes), s.src.Length)
	case !s.src.Complete:
		return "The connection was closed before the message ended."
	}
	return ""
}

// trimWhite removes what RFC 6265 calls WSP from both ends.
func trimWhite(s string) string { return strings.Trim(s, " \t") }
