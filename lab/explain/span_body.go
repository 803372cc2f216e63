package explain

import (
	"bytes"
	"slices"
	"strings"

	"authlab/lab/explain/gloss"
)

// bodySpans are the spans of a body. The bytes are searched as they crossed the
// wire, chunk lengths and all, so that offsets hold.
func (s *scan) bodySpans(at int, body []byte) []Span {
	switch {
	case strings.HasPrefix(s.media, "application/json"):
		return s.jsonSpans(at, body)
	case strings.HasPrefix(s.media, "application/x-www-form-urlencoded") && s.request:
		return formSpans(at, string(body))
	case strings.HasPrefix(s.media, "text/html") && !s.flow.Client && !s.request:
		return s.roleSpans(at, body)
	}
	return nil
}

// jsonSpans marks the values of the members that the lesson is about. It reads
// no more of JSON than strings and what follows them, so that it marks a broken
// document as far as it goes.
func (s *scan) jsonSpans(at int, body []byte) []Span {
	var spans []Span
	for i := 0; i < len(body); {
		quote := bytes.IndexByte(body[i:], '"')
		if quote < 0 {
			break
		}
		start := i + quote
		end := stringEnd(body, start)
		value := afterColon(body, end)
		if value < 0 {
			i = end
			continue
		}
		i = valueEnd(body, value)
		from, to := value, i
		if body[from] == '"' && to-from >= 2 {
			from, to = from+1, to-1
		}
		spans = append(spans, s.memberSpans(at+from, strings.Trim(string(body[start:end]), `"`), string(body[from:to]))...)
	}
	return spans
}

func (s *scan) memberSpans(at int, name, value string) []Span {
	if value == "" {
		return nil
	}
	switch {
	case name == "access_token":
		return tokenSpans(at, value)
	case name == "role" && !s.request:
		return []Span{s.roleSpan(at, value)}
	case name == "error":
		if means, ok := gloss.ErrorCode(value); ok {
			return []Span{word(at, value, "member.error", means)}
		}
	}
	if means, ok := gloss.Member(name); ok {
		return []Span{word(at, value, "member."+name, means)}
	}
	return nil
}

// stringEnd returns the offset after the JSON string that begins at start.
func stringEnd(body []byte, start int) int {
	for i := start + 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// afterColon returns the offset of the value that follows a name, -1 where none
// follows.
func afterColon(body []byte, i int) int {
	i = skipWhite(body, i)
	if i >= len(body) || body[i] != ':' {
		return -1
	}
	i = skipWhite(body, i+1)
	if i >= len(body) || bytes.IndexByte([]byte("{[,}]"), body[i]) >= 0 {
		return -1
	}
	return i
}

func skipWhite(body []byte, i int) int {
	for i < len(body) && bytes.IndexByte([]byte(" \t\r\n"), body[i]) >= 0 {
		i++
	}
	return i
}

// valueEnd returns the offset after the string, number or word at i.
func valueEnd(body []byte, i int) int {
	if body[i] == '"' {
		return stringEnd(body, i)
	}
	n := bytes.IndexAny(body[i:], ",}] \t\r\n\"")
	if n < 0 {
		return len(body)
	}
	return i + max(n, 1)
}

// formSpans marks the email and the password of a posted form.
func formSpans(at int, body string) []Span {
	var spans []Span
	for pair := range strings.SplitSeq(body, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if means, ok := gloss.Member(name); ok && value != "" && slices.Contains([]string{"email", "password"}, name) {
			spans = append(spans, word(at+len(name)+1, value, "member."+name, means))
		}
		at += len(pair) + 1
	}
	return spans
}

// roleSpans marks the role that a page of an app names in an element of its own.
func (s *scan) roleSpans(at int, body []byte) []Span {
	for _, role := range []string{"member", "staff"} {
		before, _, found := bytes.Cut(body, []byte("<strong>"+role+"</strong>"))
		if found {
			return []Span{s.roleSpan(at+len(before)+len("<strong>"), role)}
		}
	}
	return nil
}

// roleSpan marks a role in an answer by where the app has it from.
func (s *scan) roleSpan(at int, role string) Span {
	span := s.flow.role(s.settings)
	span.Start, span.End = at, at+len(role)
	return span
}

// ownRole is a role that the server has looked up.
var ownRole = Span{Ink: ServerOnly, Ref: "own.role", Gloss: gloss.AccountRole}
