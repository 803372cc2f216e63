package explain

import (
	"strings"

	"authlab/lab/explain/gloss"
)

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
