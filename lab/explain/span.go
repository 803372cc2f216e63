package explain

import (
	"strconv"
	"strings"

	"authlab/lab/cookie"
	"authlab/lab/explain/gloss"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/moment"
)

// statusOf reads a status line (RFC 9112, section 4): where the code stands and
// what it is.
func statusOf(line string) (at, code int, ok bool) {
	version, rest, found := strings.Cut(line, " ")
	if !found || !strings.HasPrefix(version, "HTTP/") || len(rest) < 3 || len(rest) > 3 && rest[3] != ' ' {
		return 0, 0, false
	}
	code, err := strconv.Atoi(rest[:3])
	if err != nil || code < 100 {
		return 0, 0, false
	}
	return len(version) + 1, code, true
}

// startSpans are the spans of a start line, none where it is not one.
func (s *scan) startSpans(at int, line string) []Span {
	if s.request {
		return requestLineSpans(at, line)
	}
	code, number, ok := statusOf(line)
	if !ok {
		return nil
	}
	status, found := gloss.Status(number)
	if !found {
		status = gloss.Gloss{Title: line[code : code+3], Text: "A status code that is not explained here; its first digit gives its class.",
			Source: "RFC 9110, section 15", URL: "https://www.rfc-editor.org/rfc/rfc9110#section-15"}
	}
	status.Title = strings.TrimRight(line[code:], " ")
	return []Span{
		word(at, line[:code-1], "version", gloss.Start("version", line[:code-1])),
		word(at+code, status.Title, "status."+line[code:code+3], status),
	}
}

// requestLineSpans are the spans of a request line (RFC 9112, section 3).
func requestLineSpans(at int, line string) []Span {
	l := head.CutLine(line)
	method, target, version := l.Method, l.Target, l.Version
	if !l.Whole() || !strings.HasPrefix(version, "HTTP/") {
		return nil
	}
	means, known := gloss.Method(method)
	if !known {
		means = gloss.Gloss{Title: method, Text: "A method that HTTP itself does not define.", Source: "RFC 9110, section 9.1",
			URL: "https://www.rfc-editor.org/rfc/rfc9110#section-9.1"}
	}
	return []Span{
		word(at, method, "method", means),
		word(at+len(method)+1, target, "target", gloss.Start("target", target)),
		word(at+len(method)+1+len(target)+1, version, "version", gloss.Start("version", version)),
	}
}

// fieldSpans are the spans of one field line: its name, where that has a gloss,
// and what its value holds.
func (s *scan) fieldSpans(at int, name, value string) []Span {
	var spans []Span
	if means, ok := gloss.Header(name); ok {
		spans = append(spans, word(at, name, "header."+strings.ToLower(name), means))
	}
	at += len(name) + 1
	switch strings.ToLower(name) {
	case "cookie":
		return append(spans, cookieSpans(at, value)...)
	case "set-cookie":
		return append(spans, s.setCookieSpans(at, value)...)
	case "authorization":
		return append(spans, authorizationSpans(at, value)...)
	case "www-authenticate":
		return append(spans, challengeSpans(at, value)...)
	}
	trimmed := trimWhite(value)
	at += strings.Index(value, trimmed)
	means, ok := gloss.Value(name, trimmed)
	if strings.EqualFold(name, "Location") {
		means, ok = gloss.Gloss{Title: trimmed, Text: "The address to go on to, relative to the one that was asked for.", Source: "RFC 9110, section 10.2.2",
			URL: "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2"}, true
	}
	if ok && trimmed != "" {
		spans = append(spans, word(at, trimmed, "value."+strings.ToLower(name), means))
	}
	return spans
}

// credentialSpans marks the value of a cookie that is one of the apps' own, whichever
// app it was sent to.
func credentialSpans(at int, name, value string) []Span {
	for _, id := range journal.Flows {
		if spans, own := FlowOf(id).marks(name, at, value); own {
			return spans
		}
	}
	return nil
}

// cookieSpans marks the apps' credentials wherever a Cookie field has one.
func cookieSpans(at int, value string) []Span {
	var spans []Span
	for pair := range strings.SplitSeq(value, ";") {
		if name, v, found := strings.Cut(pair, "="); found {
			spans = append(spans, credentialSpans(at+len(name)+1, trimWhite(name), v)...)
		}
		at += len(pair) + 1
	}
	return spans
}

// setCookieSpans marks a credential and each attribute of a Set-Cookie field.
func (s *scan) setCookieSpans(at int, value string) []Span {
	pair, rest, more := strings.Cut(value, ";")
	var spans []Span
	if name, v, found := strings.Cut(pair, "="); found {
		spans = credentialSpans(at+len(name)+1, trimWhite(name), v)
	}
	at += len(pair) + 1
	for more {
		var attribute string
		attribute, rest, more = strings.Cut(rest, ";")
		name, v, _ := strings.Cut(attribute, "=")
		name, v = trimWhite(name), trimWhite(v)
		if means, ok := gloss.Attribute(name, v); ok {
			text := trimWhite(attribute)
			means.Text += s.until(name, v)
			spans = append(spans, Span{Start: at + strings.Index(attribute, text), End: at + strings.Index(attribute, text) + len(text),
				Ink: Rule, Ref: "attr." + strings.ToLower(name), Gloss: means})
		}
		at += len(attribute) + 1
	}
	return spans
}

// until says of Expires and Max-Age which moment they name.
func (s *scan) until(name, value string) string {
	key := strings.ToLower(name)
	if key != "expires" && key != "max-age" {
		return ""
	}
	t := expiry(cookie.Parse("a=b;"+name+"="+value, s.started), s.started)
	if t.IsZero() {
		return " This value cannot be read and has no effect."
	}
	return " Here: " + moment.Full(t, s.started) + "."
}

// word is a span without ink.
func word(at int, text, ref string, means gloss.Gloss) Span {
	return Span{Start: at, End: at + len(text), Ink: Plain, Ref: ref, Gloss: means}
}

// authorizationSpans marks the scheme of an Authorization field and the three
// parts of the token that follows.
func authorizationSpans(at int, value string) []Span {
	text := strings.TrimLeft(value, " \t")
	at += len(value) - len(text)
	scheme, token, _ := strings.Cut(text, " ")
	var spans []Span
	if means, ok := gloss.Auth(scheme); ok {
		spans = append(spans, word(at, scheme, "scheme", means))
	}
	if strings.EqualFold(scheme, "Bearer") {
		spans = append(spans, tokenSpans(at+len(scheme)+1, token)...)
	}
	return spans
}

// tokenSpans marks the parts of a compact JWS, however broken it is.
func tokenSpans(at int, text string) []Span {
	token := trimWhite(text)
	at += strings.Index(text, token)
	var spans []Span
	for i, part := range strings.SplitN(token, ".", 3) {
		ink := []Ink{TokenHeader, TokenPayload, TokenSig}[i]
		if part != "" {
			spans = append(spans, Span{Start: at, End: at + len(part), Ink: ink, Ref: string(ink), Gloss: gloss.Part(string(ink))})
		}
		at += len(part) + 1
	}
	return spans
}

// challengeSpans marks the scheme of a WWW-Authenticate field and its
// parameters (RFC 9110, section 11.6.1; RFC 6750, section 3).
func challengeSpans(at int, value string) []Span {
	text := strings.TrimLeft(value, " \t")
	at += len(value) - len(text)
	scheme, _, _ := strings.Cut(text, " ")
	var spans []Span
	if means, ok := gloss.Auth(scheme); ok {
		spans = append(spans, word(at, scheme, "scheme", means))
	}
	for i := len(scheme); i < len(text); {
		end := i + parameterEnd(text[i:])
		parameter := strings.Trim(text[i:end], " \t")
		if span, ok := parameterSpan(at+i+strings.Index(text[i:end], parameter), parameter); ok {
			spans = append(spans, span)
		}
		i = end + 1
	}
	return spans
}

// parameterEnd finds the comma that ends a parameter, outside of quotes.
func parameterEnd(text string) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ',' && !quoted:
			return i
		}
	}
	return len(text)
}

func parameterSpan(at int, parameter string) (Span, bool) {
	name, value, found := strings.Cut(parameter, "=")
	means, ok := gloss.Auth(name)
	if !found || !ok {
		return Span{}, false
	}
	if strings.EqualFold(name, "error") {
		if g, known := gloss.ErrorCode(strings.Trim(value, `"`)); known {
			means = g
		}
	}
	return word(at, parameter, "auth."+strings.ToLower(name), means), true
}
