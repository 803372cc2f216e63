package jose

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// ReadObject reads a JSON object with its members in their order and with
// duplicates, as far as it can be read. A text of n octets takes time of the
// order of n, whatever is in it.
func ReadObject(octets []byte) Object {
	at := skipSpace(octets, 0)
	if at == len(octets) || octets[at] != '{' {
		return Object{Problem: &Problem{Text: "it is not a JSON object", At: min(at, len(octets)), Decoded: true}}
	}
	members, end := scanMembers(octets, at+1)
	whole := octets
	if end > 0 {
		whole = octets[:end]
	}
	o := Object{Members: members}
	if offset, broken := brokenAt(whole); broken {
		o.Problem = &Problem{Text: "its JSON is broken", At: min(max(offset-1, 0), len(octets)), Decoded: true}
		o.Members = before(octets, members, offset)
	} else if rest := skipSpace(octets, end); rest < len(octets) {
		o.Problem = &Problem{Text: "something follows its JSON object", At: rest, Decoded: true}
	}
	if at, bad := notUTF8(octets); bad && o.Problem == nil {
		o.Problem = &Problem{Text: "it is not UTF-8", At: at, Decoded: true}
	}
	markRepeated(o.Members)
	return o
}

// brokenAt returns how many octets were read when JSON turned out to be broken.
func brokenAt(octets []byte) (int, bool) {
	if json.Valid(octets) {
		return 0, false
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(octets, new(json.RawMessage)); errors.As(err, &syntax) {
		return int(syntax.Offset), true
	}
	return 0, true
}

// before keeps the members that end before the offset at which JSON breaks.
func before(octets []byte, members []Member, broken int) []Member {
	for i, m := range members {
		if m.End > broken || !json.Valid(octets[m.Start:m.End]) {
			return members[:i]
		}
	}
	return members
}

// scanMembers splits an object into members, whose values may be anything. It
// returns them with the offset after the closing brace, 0 where there is none.
func scanMembers(b []byte, at int) (members []Member, end int) {
	all := string(b) // once, so that names and values are parts of it
	for {
		at = skipSpace(b, at)
		if at < len(b) && b[at] == '}' {
			return members, at + 1
		}
		nameEnd := stringEnd(b, at)
		if nameEnd == 0 {
			return members, 0
		}
		name := unquote(all[at:nameEnd])
		at = skipSpace(b, nameEnd)
		if at == len(b) || b[at] != ':' {
			return members, 0
		}
		start := skipSpace(b, at+1)
		next := valueEnd(b, start)
		stop := start + len(bytes.TrimRight(b[start:next], " \t\r\n"))
		members = append(members, Member{Name: name, Value: all[start:stop], Range: Range{start, stop}})
		if next == len(b) {
			return members, 0
		}
		at = next
		if b[at] == ',' {
			at++
		}
	}
}

// valueEnd returns the offset of the comma or brace after the value at from, or
// the end of the text.
func valueEnd(b []byte, from int) int {
	depth := 0
	for at := from; at < len(b); at++ {
		switch b[at] {
		case '"':
			end := stringEnd(b, at)
			if end == 0 {
				return len(b)
			}
			at = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
	}
	return len(b)
}

// stringEnd returns the offset after the string that starts at from, 0 where
// none does or it does not end.
func stringEnd(b []byte, from int) int {
	if from >= len(b) || b[from] != '"' {
		return 0
	}
	for at := from + 1; at < len(b); at++ {
		switch b[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return 0
}

// unquote reads a JSON string. One without escapes is taken as it is, so that
// octets which are not UTF-8 stay what they are.
func unquote(quoted string) string {
	if strings.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	if json.Unmarshal([]byte(quoted), &s) != nil {
		return quoted[1 : len(quoted)-1]
	}
	return s
}

func markRepeated(members []Member) {
	seen := make(map[string]bool, len(members))
	for i := range members {
		members[i].Duplicate = seen[members[i].Name]
		seen[members[i].Name] = true
	}
}

func skipSpace(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\r' || b[at] == '\n') {
		at++
	}
	return at
}

// notUTF8 returns the offset of the first octet that is not UTF-8.
func notUTF8(b []byte) (int, bool) {
	if utf8.Valid(b) {
		return 0, false
	}
	for at := 0; at < len(b); {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			return at, true
		}
		at += n
	}
	return 0, false
}

// text is the string value of a member, "" where it has none.
func text(o Object, name string) string {
	m, ok := o.Get(name)
	if !ok {
		return ""
	}
	s, _ := asString(m.Value)
	return s
}

// asString reads a JSON text as a string.
func asString(value string) (string, bool) {
	if len(value) < 2 || value[0] != '"' || !json.Valid([]byte(value)) {
		return "", false
	}
	return unquote(value), true
}
