package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"authlab/lab/explain"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
)

// Field is one header field, spelled as it was on the wire.
type Field struct{ Name, Value string }

// message is a captured message in its parts.
type message struct {
	start   string  // the start line
	fields  []Field // in order; a line without a colon has no name
	head    int64   // bytes from the start line to the end of the empty line, -1 where that is missing
	body    []byte  // what follows, as it crossed the connection
	content []byte  // body with its chunks put together
	broken  bool    // body says that it is chunked and is not
	folded  bool    // a field goes on over several lines, which is obsolete
	// stray is true where a line of the head is no field.
	stray bool
}

// take takes a message apart along the lines that package explain found, so that
// exports and pages read it alike. Interim responses are left out.
func take(m journal.Message, lines []explain.Line) message {
	out := message{head: -1}
	from := 0
	for _, l := range lines {
		text := string(m.Bytes[l.Start:l.Text])
		switch l.Kind {
		case explain.StartLine:
			out.start, from = text, l.Start
		case explain.HeaderLine:
			out.field(text)
		case explain.BlankLine:
			if out.start != "" {
				out.head = int64(l.End - from)
			}
		case explain.BodyLine:
			out.body = m.Bytes[l.Start:l.End]
		}
	}
	out.content = out.body
	if out.chunked() {
		out.join()
	}
	return out
}

func (m *message) field(text string) {
	if text[0] == ' ' || text[0] == '\t' {
		m.folded = true
		if n := len(m.fields); n > 0 {
			m.fields[n-1].Value += "\r\n" + text
		}
		return
	}
	name, value, found := strings.Cut(text, ":")
	if !found {
		m.stray = true
		m.fields = append(m.fields, Field{Value: text})
		return
	}
	m.fields = append(m.fields, Field{name, strings.Trim(value, " \t")})
}

// join puts chunks together (RFC 9112, section 7.1).
func (m *message) join() {
	content, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(m.body)))
	m.content, m.broken = content, err != nil
}

func (m *message) chunked() bool {
	codings := m.values("Transfer-Encoding")
	return len(codings) == 1 && strings.EqualFold(codings[0], "chunked")
}

// values returns the values of the fields of a name, in order.
func (m *message) values(name string) []string {
	var list []string
	for _, f := range m.fields {
		if strings.EqualFold(f.Name, name) {
			list = append(list, f.Value)
		}
	}
	return list
}

// value returns the first value of a field, or "".
func (m *message) value(name string) string {
	if list := m.values(name); len(list) > 0 {
		return list[0]
	}
	return ""
}

// requestOf and responseOf take the two messages of an exchange apart.
func requestOf(x *journal.Exchange) message { return take(x.Request, explain.Request(x).Lines) }

func responseOf(x *journal.Exchange) message { return take(x.Response, explain.Response(x).Lines) }

// statusLine splits a status line (RFC 9112, section 4); without one, status
// is 0.
func statusLine(line string) (version string, status int, reason string) {
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(version, "HTTP/") {
		return "", 0, ""
	}
	return version, status, reason
}

// Request is a request to be sent, complete and well formed.
type Request struct {
	Method, Target, Version string
	Fields                  []Field // in order, those that frame the content included
	Content                 []byte  // without chunks
}

// ReadRequest returns the request of an exchange. Where no ordinary client
// could send it again, the error says why, in words of ours alone. Whether it is
// whole is told by its own framing: net/http stops reading what it refuses, so
// the tap cannot say.
func ReadRequest(x *journal.Exchange) (Request, error) {
	m := requestOf(x)
	line := head.LineOf([]byte(m.start))
	r := Request{Method: line.Method, Target: line.Target, Version: line.Version, Fields: m.fields, Content: m.content}
	switch {
	case x.Request.Truncated:
		return r, fmt.Errorf("only the first %d of its %d bytes were kept", len(x.Request.Bytes), x.Request.Length)
	case m.head < 0:
		return r, errors.New("it was cut off before its end")
	case !httpguts.ValidHeaderFieldName(r.Method) || r.Target == "" || strings.ContainsAny(r.Target, " \t\r\x00") || r.Version != "HTTP/1.0" && r.Version != "HTTP/1.1":
		return r, errors.New("its first line is no request line of HTTP/1.1 or HTTP/1.0")
	case m.folded:
		return r, errors.New("a field goes on over several lines")
	case m.stray:
		return r, errors.New("a line of its head is no field")
	}
	if err := r.wellFormed(); err != nil {
		return r, err
	}
	return r, framed(m, r.Version)
}

func (r Request) wellFormed() error {
	for _, f := range r.Fields {
		if !httpguts.ValidHeaderFieldName(f.Name) {
			return errors.New("the name of a field is no token")
		}
		if strings.ContainsAny(f.Value, "\r\x00") {
			return errors.New("the value of a field holds a byte that would end it")
		}
	}
	switch hosts := r.values("Host"); {
	case len(hosts) > 1:
		return errors.New("it has more than one Host")
	case len(hosts) == 1 && hosts[0] == "":
		return errors.New("its Host is empty")
	}
	return nil
}

// framed reports whether the content is exactly as long as the head says.
func framed(m message, version string) error {
	lengths, codings := m.values("Content-Length"), m.values("Transfer-Encoding")
	switch {
	case len(codings) > 0 && (!m.chunked() || m.broken || len(lengths) > 0 || version != "HTTP/1.1"):
		return errors.New("its transfer coding is broken, or is none that HTTP/1.1 has")
	case len(codings) > 0:
		return nil
	case len(lengths) > 1:
		return errors.New("it has more than one Content-Length")
	case len(lengths) == 1 && lengths[0] != strconv.Itoa(len(m.body)), len(lengths) == 0 && len(m.body) > 0:
		return errors.New("its content is not as long as its head says")
	}
	return nil
}

func (r Request) values(name string) []string {
	m := message{fields: r.Fields}
	return m.values(name)
}
