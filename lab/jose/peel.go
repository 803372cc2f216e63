package jose

import (
	"fmt"
	"strings"
)

// reading is a text from which layers are taken until a token is left: what
// stands from start to end in what was given.
type reading struct {
	given      string
	start, end int
	notes      []Note
}

func (r *reading) rest() string { return r.given[r.start:r.end] }

func (r *reading) note(start, end int, format string, args ...any) {
	r.notes = append(r.notes, Note{fmt.Sprintf(format, args...), Range{start, end}})
}

// maxLayers is how many layers are taken off before the rest is taken as it is.
const maxLayers = 16

// peel takes layers off until none is left.
func (r *reading) peel() {
	layers := []func() bool{r.space, r.jsonMember, r.line, r.fieldName, r.quotes, r.scheme, r.address, r.pair, r.word}
	for range maxLayers {
		if !anyOf(layers) {
			return
		}
	}
}

func anyOf(layers []func() bool) bool {
	for _, layer := range layers {
		if layer() {
			return true
		}
	}
	return false
}

// off takes n bytes off the front and m off the end.
func (r *reading) off(n, m int, format string, args ...any) bool {
	if n > 0 {
		r.note(r.start, r.start+n, format, args...)
	} else {
		r.note(r.end-m, r.end, format, args...)
	}
	r.start, r.end = r.start+n, r.end-m
	return true
}

// space takes off white space, a byte order mark and null octets around the text.
func (r *reading) space() bool {
	const outer = " \t\r\n\v\f\x00\u00a0\ufeff\u200b\u2028\u2029"
	s := r.rest()
	n := len(s) - len(strings.TrimLeft(s, outer))
	m := len(s[n:]) - len(strings.TrimRight(s[n:], outer))
	if n+m == 0 {
		return false
	}
	if n > 0 && m > 0 {
		r.note(r.end-m, r.end, "White space after it.")
		r.end -= m
		m = 0
	}
	return r.off(n, m, "White space %s it.", either(n > 0, "before", "after"))
}

func either(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

// jsonMember takes the token out of a JSON object that has one as a member, and
// leaves the JSON serializations of JWS and JWE as they are.
func (r *reading) jsonMember() bool {
	s := r.rest()
	if s == "" || s[0] != '{' {
		return false
	}
	o := ReadObject([]byte(s))
	if formOfJSON(o) != Unknown {
		return false
	}
	for _, m := range o.Members {
		if v, ok := asString(m.Value); ok && looksLikeToken(v) && !strings.Contains(m.Value, `\`) {
			r.note(r.start, r.start+m.Start, "The JSON object around it: it is the member %q.", brief(m.Name))
			r.start, r.end = r.start+m.Start+1, r.start+m.End-1
			return true
		}
	}
	return false
}

// line takes the one line that carries a token out of several field lines: a
// whole request was pasted, or its head.
func (r *reading) line() bool {
	s := r.rest()
	if !strings.Contains(s, "\n") {
		return false
	}
	fields := 0
	var from, to int
	for at := 0; at < len(s); {
		end := at + until(s[at:], "\n")
		if line := s[at:end]; fieldNameLength(line) > 0 || strings.Contains(line, " HTTP/") {
			fields++
			if to == 0 && containsToken(line) {
				from, to = at, end
			}
		}
		at = end + 1
	}
	if to == 0 || fields < 2 {
		return false
	}
	r.note(r.start, r.end, "Several lines of a message: the token is in the one from byte %d to %d.", r.start+from, r.start+to)
	r.start, r.end = r.start+from, r.start+to
	return true
}

// fieldName takes off a field's name, as in a header line, or a member's name
// as in a line of JSON.
func (r *reading) fieldName() bool {
	s := r.rest()
	n := fieldNameLength(s)
	if n == 0 {
		return false
	}
	name := strings.Trim(strings.TrimSpace(s[:n-1]), `"' `)
	if strings.HasPrefix(s, `"`) {
		return r.off(n, 0, "The name of a JSON member, %q.", brief(name))
	}
	return r.off(n, 0, "The name of a header field, %s.", brief(name))
}

// fieldNameLength is the length of a field's name with its colon, 0 where the
// text does not begin with one. A token has no colon.
func fieldNameLength(s string) int {
	colon := strings.IndexByte(s[:min(len(s), 128)], ':')
	if colon < 1 || s[0] == ' ' || strings.HasPrefix(s[colon:], "://") {
		return 0
	}
	name := strings.TrimRight(s[:colon], " ")
	if quote := name[0]; len(name) > 2 && (quote == '"' || quote == '\'') && name[len(name)-1] == quote {
		name = name[1 : len(name)-1]
	}
	for _, c := range []byte(name) {
		if !isBase64URL(c) {
			return 0
		}
	}
	return colon + 1
}

// quotes takes off quotation marks, with the comma or semicolon after them.
func (r *reading) quotes() bool {
	s := r.rest()
	for _, tail := range []string{",", ";"} {
		if strings.HasSuffix(s, tail) {
			return r.off(0, 1, "The %q after it.", tail)
		}
	}
	for _, pair := range [][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"‘", "’"}, {"«", "»"}, {"<", ">"}} {
		opens, closes := strings.HasPrefix(s, pair[0]), strings.HasSuffix(s, pair[1])
		switch {
		case opens && closes && len(s) >= len(pair[0])+len(pair[1]):
			return r.off(len(pair[0]), len(pair[1]), "The marks %s%s around it.", pair[0], pair[1])
		case opens:
			return r.off(len(pair[0]), 0, "The mark %s before it, which nothing closes.", pair[0])
		case closes:
			return r.off(0, len(pair[1]), "The mark %s after it, which nothing opened.", pair[1])
		}
	}
	return false
}

// scheme takes off an authentication scheme (RFC 9110, section 11.1).
func (r *reading) scheme() bool {
	s := r.rest()
	for _, scheme := range []string{"Bearer", "JWT", "DPoP", "Token"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) && (s[len(scheme)] == ' ' || s[len(scheme)] == '\t') {
			return r.off(len(scheme)+1, 0, "The scheme %s.", s[:len(scheme)])
		}
	}
	return false
}

// address takes a token out of the query or the fragment of an address.
func (r *reading) address() bool {
	s := r.rest()
	head := s[:min(len(s), 4096)]
	if at := strings.IndexAny(head, "#?"); at >= 0 && (strings.Contains(head[:at+1], "://") || at == 0 || strings.HasPrefix(head, "/")) {
		part := either(head[at] == '#', "fragment", "query")
		return r.off(at+1, 0, "An address: the token is in its %s. Addresses are kept in histories and logs; a token should not be in one.", part)
	}
	return false
}

// pair takes a token out of pairs of name and value: cookies, a form, a query.
func (r *reading) pair() bool {
	s := r.rest()
	if !strings.Contains(s[:min(len(s), 4096)], "=") {
		return false
	}
	for at := 0; at < len(s); {
		end := at + until(s[at:], ";&")
		name, value, ok := strings.Cut(s[at:end], "=")
		if ok && looksLikeToken(strings.Trim(value, `"' `)) && !looksLikeToken(name) {
			from := at + len(name) + 1
			r.note(r.start, r.start+from, "It is the value of %q.", brief(strings.TrimSpace(name)))
			if end < len(s) {
				r.note(r.start+end, r.end, "What follows that value.")
			}
			r.start, r.end = r.start+from, r.start+end
			return true
		}
		at = end + 1
	}
	return false
}

// word takes the token out of a text that has other words, such as a command.
func (r *reading) word() bool {
	s := r.rest()
	at, n := findToken(s)
	if n == 0 || n == len(s) {
		return false
	}
	if strings.Trim(s, base64Characters+". \t\r\n") == "" && startsAsHeader(s) && !another(s[:n], s[n:]) {
		return false // one token, with white space in it
	}
	if t := Parse(s); t.unencoded() {
		return false
	}
	r.note(r.start, r.end, "Other text around it: the token is from byte %d to %d.", r.start+at, r.start+at+n)
	r.start, r.end = r.start+at, r.start+at+n
	return true
}
