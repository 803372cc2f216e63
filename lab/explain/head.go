package explain

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

// headLimit is how many bytes the server reads for a head: 32 KiB, and 4 KiB
// that net/http adds.
const headLimit = 32<<10 + 4<<10

// head is the head of a request, as far as net/http would read it.
type head struct {
	bytes                   []byte
	method, target, version string
	url                     *url.URL
	lineErr                 string
	fields                  textproto.MIMEHeader
	err                     error
}

func readHead(b []byte) *head {
	h := &head{bytes: b}
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(b[:min(len(b), headLimit)])))
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
func (h *head) parseLine(line string) string {
	l := cutLine(line)
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
func (h *head) tooLong() bool {
	return (errors.Is(h.err, io.EOF) || errors.Is(h.err, io.ErrUnexpectedEOF)) && len(h.bytes) >= headLimit
}

func (h *head) line() (string, bool) {
	if h.lineErr != "" && !h.tooLong() {
		return h.lineErr, false
	}
	return "The first line is a request line.", true
}

func (h *head) small() (string, bool) {
	return fmt.Sprintf("The server reads up to %d bytes of head.", headLimit), !h.tooLong()
}

func (h *head) wellFormed() (string, bool) {
	var protocol textproto.ProtocolError
	switch {
	case errors.As(h.err, &protocol):
		return "A field line is malformed.", false
	case h.err != nil:
		return "The head ends before its empty line.", false
	}
	return count(len(h.fields), "field") + ", all well formed.", true
}

// allowed is what net/http asks of names and values once the whole head has
// been read: its parser lets a space in a name pass.
func (h *head) allowed() (string, bool) {
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

// lengthStatus tells an unknown transfer coding (501) from a length that cannot
// be read (400).
func (h *head) lengthStatus() int {
	if h.coding() {
		return http.StatusBadRequest
	}
	return http.StatusNotImplemented
}

// coding reports whether the transfer coding is one that net/http knows. It
// ignores the field in HTTP/1.0.
func (h *head) coding() bool {
	te := h.fields["Transfer-Encoding"]
	return len(te) == 0 || h.version == "HTTP/1.0" || len(te) == 1 && strings.EqualFold(te[0], "chunked")
}

func (h *head) lengthClear() (string, bool) {
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

func (h *head) supported() (string, bool) {
	return "The version is " + h.version + ".", strings.HasPrefix(h.version, "HTTP/1.")
}

func (h *head) oneHost() (string, bool) {
	return fmt.Sprintf("Host is %q.", h.fields["Host"]), len(h.fields["Host"]) <= 1
}

// hostValid does not ask HTTP/1.0 and CONNECT for a Host.
func (h *head) hostValid() (string, bool) {
	hosts := h.fields["Host"]
	if len(hosts) == 0 {
		return "There is no Host field.", h.version == "HTTP/1.0" || h.method == http.MethodConnect
	}
	return fmt.Sprintf("Host is %q.", hosts[0]), httpguts.ValidHostHeader(hosts[0])
}

func (h *head) expectation() (string, bool) {
	expect := h.fields.Get("Expect")
	for token := range strings.FieldsFuncSeq(expect, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if strings.EqualFold(token, "100-continue") {
			return "Expect is " + expect + ".", true
		}
	}
	return fmt.Sprintf("Expect is %q.", expect), expect == ""
}

// tidy reports whether http.ServeMux takes the path as it is. It does not clean
// the paths of CONNECT, but like all others it redirects an app's base that
// lacks its closing slash.
func (h *head) tidy() (string, bool) {
	p := h.url.EscapedPath()
	clean := p
	if h.method != http.MethodConnect {
		clean = path.Clean("/" + p)
		if strings.HasSuffix(p, "/") && clean != "/" {
			clean += "/"
		}
	}
	name := path.Base(clean)
	if strings.Count(clean, "/") == 3 && !strings.HasSuffix(clean, "/") && (name == string(journal.Session) || name == string(journal.Token)) {
		clean += "/" // the app's base is /bench/{id}/{flow}/
	}
	return fmt.Sprintf("The path is %s, its tidy form %s.", p, clean), p == clean
}

// validMethod asks of a method what net/http asks: that it is a token (RFC 9110,
// section 9.1), as the name of a field is one.
func validMethod(method string) bool { return httpguts.ValidHeaderFieldName(method) }
