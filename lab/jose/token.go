package jose

import (
	"bytes"
	"strings"
)

// Parse takes a token apart as it stands: nothing is taken off, and every byte
// of it is in one of the parts or a dot between them. It verifies nothing.
func Parse(raw string) Token {
	t := Token{Raw: raw, Range: Range{0, len(raw)}}
	t.split()
	t.Header.decode()
	if t.Header.Octets() != nil {
		t.Params = ReadObject(t.Header.Octets())
	}
	if t.unencoded() {
		t.splitUnencoded()
	} else {
		t.Payload.decode()
	}
	t.Signature.decode()
	if octets := t.Payload.Octets(); octets != nil {
		t.Claims = ReadObject(octets)
		t.Nested = t.nests(octets)
	}
	t.Form = t.form()
	return t
}

// split cuts the token at its first two dots, with the offsets of the parts.
func (t *Token) split() {
	t.Parts = strings.Count(t.Raw, ".") + 1
	encoded := strings.SplitN(t.Raw, ".", 3)
	at := 0
	for i, p := range []*Part{&t.Header, &t.Payload, &t.Signature} {
		if i >= len(encoded) {
			*p = Part{Missing: true, Range: Range{len(t.Raw), len(t.Raw)}}
			continue
		}
		*p = Part{Encoded: encoded[i], Range: Range{at, at + len(encoded[i])}}
		at = p.End + 1
	}
}

// unencoded reports whether the header says that the payload stands in the token
// as it is (RFC 7797, section 3).
func (t *Token) unencoded() bool {
	m, ok := t.Params.Get("b64")
	return ok && m.Value == "false" && t.Parts >= 3
}

// splitUnencoded cuts at the first and the last dot: a payload that is not
// encoded may have any.
func (t *Token) splitUnencoded() {
	first, last := strings.IndexByte(t.Raw, '.'), strings.LastIndexByte(t.Raw, '.')
	t.Payload = Part{Encoded: t.Raw[first+1 : last], Range: Range{first + 1, last}}
	t.Payload.Decoded = []byte(t.Payload.Encoded)
	t.Signature = Part{Encoded: t.Raw[last+1:], Range: Range{last + 1, len(t.Raw)}}
	t.Parts = 3
}

// nests reports whether the payload is a token itself (RFC 7519, section 5.2
// and appendix A.2).
func (t *Token) nests(payload []byte) bool {
	if strings.EqualFold(text(t.Params, "cty"), "JWT") {
		return true
	}
	dots := bytes.Count(payload, []byte("."))
	return (dots == 2 || dots == 4) && startsAsHeader(string(payload))
}

// form says what the token is by its parts.
func (t *Token) form() Form {
	trimmed := strings.TrimLeft(t.Raw, " \t\r\n")
	switch {
	case trimmed == "":
		return Empty
	case trimmed[0] == '{':
		return formOfJSON(ReadObject([]byte(t.Raw)))
	case t.Parts == 5:
		return JWECompact
	case t.Parts > 3:
		return Unknown
	case t.Parts == 3 && t.Payload.Encoded == "" && t.Signature.Encoded != "" && t.Params.Problem == nil && len(t.Params.Members) > 0:
		return Detached
	}
	return Compact
}

// formOfJSON recognises the JSON serializations by their members.
func formOfJSON(o Object) Form {
	has := func(name string) bool { _, ok := o.Get(name); return ok }
	switch {
	case has("ciphertext"):
		return JWEJSON
	case has("signatures"):
		return JSONGeneral
	case has("signature") && (has("protected") || has("header") || has("payload")):
		return JSONFlattened
	}
	return Unknown
}

// startsAsHeader reports whether a text begins as the base64url of a JSON object
// does: a brace, and then a quotation mark, white space or the closing brace.
func startsAsHeader(s string) bool {
	if len(s) < 3 || s[0] != 'e' {
		return false
	}
	switch c := s[2]; s[1] {
	case 'y':
		return c >= 'I' && c <= 'L' || c >= 'A' && c <= 'D'
	case 'w':
		return c >= 'k' && c <= 'r' || c >= '0' && c <= '3'
	}
	return s[:3] == "e30"
}

// fromJSON fills in the parts of a JSON serialization, for showing: the payload
// and the first signature.
func (t *Token) fromJSON() {
	t.Header, t.Payload, t.Signature = Part{Missing: true}, Part{Missing: true}, Part{Missing: true}
	t.Params, t.Claims = Object{}, Object{}
	o, base := ReadObject([]byte(t.Raw)), t.Start
	t.Payload = partOf(o, "payload", base)
	if list, ok := o.Get("signatures"); ok {
		inner := strings.IndexByte(list.Value, '{')
		if inner < 0 {
			return
		}
		_, end := scanMembers([]byte(list.Value), inner+1)
		if end == 0 {
			return
		}
		o, base = ReadObject([]byte(list.Value[inner:end])), base+list.Start+inner
	}
	t.Header, t.Signature = partOf(o, "protected", base), partOf(o, "signature", base)
	if octets := t.Header.Octets(); octets != nil {
		t.Params = ReadObject(octets)
	}
	if m, ok := t.Params.Get("b64"); ok && m.Value == "false" {
		t.Payload.Decoded, t.Payload.Problems = []byte(t.Payload.Encoded), nil // RFC 7797, section 3
	}
	if octets := t.Payload.Octets(); octets != nil {
		t.Claims = ReadObject(octets)
	}
}

// partOf is the part that a member of a JSON serialization holds. base is where
// the object starts in the text as it was given.
func partOf(o Object, name string, base int) Part {
	m, ok := o.Get(name)
	s, isString := asString(m.Value)
	if !ok || !isString {
		return Part{Missing: true}
	}
	p := Part{Encoded: s, Range: Range{base + m.Start + 1, base + m.End - 1}}
	p.decode()
	return p
}
