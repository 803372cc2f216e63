package export

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"authlab/lab/journal"
)

// WriteHTTPFile writes exchanges' requests as an .http file, as the HTTP clients of
// editors read it (REST Client for Visual Studio Code, JetBrains' HTTP Client):
// separated by ###, each with a name of its own. The clients are asked to follow
// no redirect and to add no cookie, because the request has its own. Host and
// the fields that frame the content are left to them. A request that the format
// cannot say exactly is a comment that says why.
//
// An error is w's.
func WriteHTTPFile(w io.Writer, b Bench, xs []*journal.Exchange) error {
	out := lines{w: w}
	out.write("# Recorded by AuthLab. Each request has the credential that it had when it was\n" +
		"# recorded; the lab records what you send as a new exchange of the bench.\n" +
		"# Your client may add fields of its own, such as Accept-Encoding.\n")
	if len(xs) == 0 {
		out.write("# " + nothing + "\n")
	}
	for _, x := range xs {
		if out.err != nil {
			break
		}
		out.write(httpRequest(b, x))
	}
	return out.err
}

// lines writes text until a write fails.
type lines struct {
	w   io.Writer
	err error
}

func (l *lines) write(s string) {
	if l.err == nil {
		_, l.err = io.WriteString(l.w, s)
	}
}

// httpRequest is one exchange in an .http file.
func httpRequest(b Bench, x *journal.Exchange) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n### %s\n", caption(x))
	r, err := ReadRequest(x)
	if err == nil {
		err = r.writable()
	}
	if err != nil {
		fmt.Fprintf(&out, "# This request cannot be said here as it was: %v.\n# Its bytes are at %s/request\n", err, b.address(x))
		return out.String()
	}
	fmt.Fprintf(&out, "# @name exchange%d\n# @no-redirect\n# @no-cookie-jar\n", x.Number)
	r.write(&out, b.Base)
	return out.String()
}

func (r Request) write(out *strings.Builder, base string) {
	fmt.Fprintf(out, "%s %s%s %s\n", r.Method, base, r.Target, r.Version)
	for _, f := range r.Fields {
		if !r.implied(f) && !strings.EqualFold(f.Name, "Transfer-Encoding") {
			fmt.Fprintf(out, "%s: %s\n", f.Name, f.Value)
		}
	}
	if len(r.Content) > 0 {
		fmt.Fprintf(out, "\n%s\n", r.Content)
	}
}

// acted are lines of content that the clients do not send: separators, comments,
// the names of files, and handlers of the response.
var acted = regexp.MustCompile(`(?m)^\s*(#|//|<|>|@)`)

// fieldNames are the names of fields, one a line. They are tokens, and # is a
// character of tokens (RFC 9110, section 5.6.2).
func fieldNames(fields []Field) string {
	var names strings.Builder
	for _, f := range fields {
		names.WriteString(f.Name + "\n")
	}
	return names.String()
}

// writable returns why the format cannot say a request.
func (r Request) writable() error {
	if strings.HasPrefix(r.Method, "#") || acted.MatchString(fieldNames(r.Fields)) {
		return errors.New("its method or the name of a field begins with #, which begins a comment here")
	}
	if !tidy(r.Target) {
		return errors.New("its target is not a plain one")
	}
	if r.Version != "HTTP/1.1" {
		return errors.New("it is not HTTP/1.1")
	}
	for _, f := range r.Fields {
		if strings.Contains(f.Value, "{{") || !utf8.ValidString(f.Value) || strings.ContainsFunc(f.Value, func(c rune) bool { return !visible(c) }) {
			return errors.New("the value of a field holds characters that the clients would change")
		}
	}
	c := string(r.Content)
	switch {
	case !plain(c):
		return errors.New("its content is not plain text")
	case c != strings.TrimSpace(c), strings.Contains(c, "{{"), acted.MatchString(c):
		return errors.New("its content holds what the clients would change")
	}
	return nil
}
