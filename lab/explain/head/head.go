// Package head reads the head of a request as the server does: its line, its fields, and
// its bearer token; and says what net/http and the router have against it.
package head

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"authlab/lab/journal"
)

// Limit is how many bytes the server reads for a head: 32 KiB, and 4 KiB
// that net/http adds.
const Limit = 32<<10 + 4<<10

// Head is the head of a request, as far as net/http would read it.
type Head struct {
	bytes                   []byte
	method, target, version string
	url                     *url.URL
	lineErr                 string
	fields                  textproto.MIMEHeader
	err                     error
}

// Read reads the head that bytes begin with, as far as it goes.
func Read(b []byte) *Head {
	h := &Head{bytes: b}
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(b[:min(len(b), Limit)])))
	line, err := r.ReadLine()
	if err != nil {
		h.lineErr, h.err = "The request line never ends.", err
		return h
	}
	h.lineErr = h.parseLine(line)
	h.fields, h.err = r.ReadMIMEHeader()
	return h
}

// parseLine reads the request line and says what is wrong with it, or "".
func (h *Head) parseLine(line string) string {
	l := CutLine(line)
	h.method, h.target, h.version = l.Method, l.Target, l.Version
	if strings.Count(line, " ") < 2 {
		return "The first line does not have three parts."
	}
	if !validMethod(h.method) {
		return fmt.Sprintf("The method %q is not a token.", h.method)
	}
	if _, _, ok := http.ParseHTTPVersion(h.version); !ok {
		return fmt.Sprintf("The version %q is not one.", h.version)
	}
	target := h.target
	if h.method == http.MethodConnect && !strings.HasPrefix(target, "/") {
		target = "http://" + target
	}
	var err error
	if h.url, err = url.ParseRequestURI(target); err != nil {
		return fmt.Sprintf("The target %q is not one: %v.", h.target, errors.Unwrap(err))
	}
	return ""
}

// tooLong reports whether the head goes on beyond the limit.
func (h *Head) tooLong() bool {
	return (errors.Is(h.err, io.EOF) || errors.Is(h.err, io.ErrUnexpectedEOF)) && len(h.bytes) >= Limit
}

// Line says whether the request line is well formed. This and the checks that follow
// return what was found, in a sentence, and whether it passes; net/http makes them in the
// order in which the verdict lists them.
func (h *Head) Line() (string, bool) {
	if h.lineErr != "" && !h.tooLong() {
		return h.lineErr, false
	}
	return "The first line is a request line.", true
}

// Small says whether the head is within Limit.
func (h *Head) Small() (string, bool) {
	return fmt.Sprintf("The server reads up to %d bytes of head.", Limit), !h.tooLong()
}

// WellFormed says whether the field lines can be read.
func (h *Head) WellFormed() (string, bool) {
	var protocol textproto.ProtocolError
	switch {
	case errors.As(h.err, &protocol):
		return "A field line is malformed.", false
	case h.err != nil:
		return "The head ends before its empty line.", false
	}
	if len(h.fields) == 1 {
		return "1 field, all well formed.", true
	}
	return fmt.Sprintf("%d fields, all well formed.", len(h.fields)), true
}

// Allowed is what net/http asks of names and values once the whole head has
// been read: its parser lets a space in a name pass.
func (h *Head) Allowed() (string, bool) {
	for name, values := range h.fields {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Sprintf("The field name %q is not a token.", name), false
		}
		if slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			return fmt.Sprintf("The value of %s contains a control character.", name), false
		}
	}
	return "All names are tokens, and no value holds a control character.", true
}

// LengthStatus tells an unknown transfer coding (501) from a length that cannot
// be read (400).
func (h *Head) LengthStatus() int {
	if h.coding() {
		return http.StatusBadRequest
	}
	return http.StatusNotImplemented
}

// coding reports whether the transfer coding is one that net/http knows. It
// ignores the field in HTTP/1.0.
func (h *Head) coding() bool {
	te := h.fields["Transfer-Encoding"]
	return len(te) == 0 || h.version == "HTTP/1.0" || len(te) == 1 && strings.EqualFold(te[0], "chunked")
}

// LengthClear says whether the length of the content is clear.
func (h *Head) LengthClear() (string, bool) {
	if !h.coding() {
		return fmt.Sprintf("Transfer-Encoding is %q.", h.fields["Transfer-Encoding"]), false
	}
	lengths := h.fields["Content-Length"]
	for _, l := range lengths {
		if _, err := strconv.ParseUint(textproto.TrimString(l), 10, 63); err != nil || textproto.TrimString(l) != textproto.TrimString(lengths[0]) {
			return fmt.Sprintf("Content-Length is %q.", lengths), false
		}
	}
	return fmt.Sprintf("Content-Length is %q, Transfer-Encoding is %q.", lengths, h.fields["Transfer-Encoding"]), true
}

// Supported says whether the version is one that the server speaks.
func (h *Head) Supported() (string, bool) {
	return "The version is " + h.version + ".", strings.HasPrefix(h.version, "HTTP/1.")
}

// OneHost says whether there is no more than one Host field.
func (h *Head) OneHost() (string, bool) {
	return fmt.Sprintf("Host is %q.", h.fields["Host"]), len(h.fields["Host"]) <= 1
}

// HostValid does not ask HTTP/1.0 and CONNECT for a Host.
func (h *Head) HostValid() (string, bool) {
	hosts := h.fields["Host"]
	if len(hosts) == 0 {
		return "There is no Host field.", h.version == "HTTP/1.0" || h.method == http.MethodConnect
	}
	return fmt.Sprintf("Host is %q.", hosts[0]), httpguts.ValidHostHeader(hosts[0])
}

// Expectation says whether Expect is one that the server knows.
func (h *Head) Expectation() (string, bool) {
	expect := h.fields.Get("Expect")
	for token := range strings.FieldsFuncSeq(expect, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if strings.EqualFold(token, "100-continue") {
			return "Expect is " + expect + ".", true
		}
	}
	return fmt.Sprintf("Expect is %q.", expect), expect == ""
}

// Tidy reports whether http.ServeMux takes the path as it is. It does not clean
// the paths of CONNECT, but like all others it redirects an app's base that
// lacks its closing slash.
func (h *Head) Tidy() (string, bool) {
	p := h.url.EscapedPath()
	clean := p
	if h.method != http.MethodConnect {
		clean = path.Clean("/" + p)
		if strings.HasSuffix(p, "/") && clean != "/" {
			clean += "/"
		}
	}
	name := path.Base(clean)
	if strings.Count(clean, "/") == 3 && !strings.HasSuffix(clean, "/") && slices.Contains(journal.Flows, journal.Flow(name)) {
		clean += "/" // the app's base is /bench/{id}/{flow}/
	}
	return fmt.Sprintf("The path is %s, its tidy form %s.", p, clean), p == clean
}

// validMethod asks of a method what net/http asks: that it is a token (RFC 9110,
// section 9.1), as the name of a field is one.
func validMethod(method string) bool { return httpguts.ValidHeaderFieldName(method) }
