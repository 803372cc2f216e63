package jose

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// strict is base64url as RFC 7515, section 2 defines it: no padding and no stray
// bits. Go's decoder also passes over line breaks; decode looks for those itself.
var strict = base64.RawURLEncoding.Strict()

// Encode encodes octets as base64url without padding (RFC 7515, section 2).
func Encode(octets []byte) string { return base64.RawURLEncoding.EncodeToString(octets) }

// decode fills in a part's octets, or what is wrong with its base64url.
func (p *Part) decode() {
	if !strings.ContainsAny(p.Encoded, "\r\n") {
		octets, err := strict.DecodeString(p.Encoded)
		if err == nil {
			p.Decoded = octets
			return
		}
	}
	var clean string
	clean, p.Problems = wash(p.Encoded)
	if len(clean)%4 == 1 {
		p.Problems = append(p.Problems, Problem{At: len(p.Encoded) - 1,
			Text: unwhole, Hint: fmt.Sprintf("its %d characters are one more than a multiple of four", len(clean))})
		clean = clean[:len(clean)-1]
	}
	if _, err := strict.DecodeString(clean); err != nil {
		p.Problems = append(p.Problems, Problem{At: len(p.Encoded) - 1,
			Text: unwhole, Hint: "it has bits that belong to no octet and are not zero"})
	}
	p.Lenient, _ = base64.RawURLEncoding.DecodeString(clean) // washed: it has the alphabet and the length
}

const unwhole = "its last character does not end on a whole octet, as base64url must"

// Decode decodes strict base64url. The error says what is wrong and where.
func Decode(encoded string) ([]byte, error) {
	p := Part{Encoded: encoded}
	p.decode()
	if p.Decoded == nil {
		return nil, fmt.Errorf("read base64url: %s", p.Problems[0])
	}
	return p.Decoded, nil
}

// fault is a kind of character that base64url does not have.
type fault struct {
	is         func(c byte) bool
	text, hint string // text with the octet and its offset
}

const foreign = "the octet %#02x at offset %d is not in the alphabet of base64url"

var faults = []fault{
	{func(c byte) bool { return c == '\r' || c == '\n' }, "there is a line break at offset %d, which base64url does not have", ""},
	{func(c byte) bool { return c == ' ' || c == '\t' }, foreign, "it is white space"},
	{func(c byte) bool { return c == '=' }, foreign, "it is padding, which a JWS leaves off"},
	{func(c byte) bool { return c == '+' || c == '/' }, foreign, "+ and / are of base64, where base64url has - and _"},
	{func(byte) bool { return true }, foreign, ""},
}

func (f fault) describe(c byte, at int) string {
	if f.text == foreign {
		return fmt.Sprintf(foreign, c, at)
	}
	return fmt.Sprintf(f.text, at)
}

// wash rewrites a text in the alphabet of base64url and says what was not: the
// first octet of each kind, with the number of the others.
func wash(encoded string) (clean string, problems []Problem) {
	var b strings.Builder
	var first, count [5]int
	for i := range len(encoded) {
		c := encoded[i]
		if isBase64URL(c) {
			b.WriteByte(c)
			continue
		}
		kind := kindOf(c)
		if count[kind] == 0 {
			first[kind] = i
		}
		count[kind]++
		switch c {
		case '+':
			b.WriteByte('-')
		case '/':
			b.WriteByte('_')
		}
	}
	for kind, n := range count {
		if n == 0 {
			continue
		}
		at := first[kind]
		hint := faults[kind].hint
		if n > 1 {
			hint = strings.TrimPrefix(fmt.Sprintf("%s, and there are %d more of the kind", hint, n-1), ", and ")
		}
		problems = append(problems, Problem{Text: faults[kind].describe(encoded[at], at), Hint: hint, At: at})
	}
	return b.String(), problems
}

func kindOf(c byte) int {
	for i, f := range faults {
		if f.is(c) {
			return i
		}
	}
	return len(faults) - 1
}

func isBase64URL(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}
