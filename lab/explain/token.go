package explain

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"authlab/lab/journal"
)

// ParseToken takes a compact JWS apart (RFC 7515, section 7.1) and says what is
// wrong with it. It verifies nothing. The three parts are always given: one
// that is missing is empty and has a Problem. now is what times are measured
// from.
func ParseToken(raw string, now time.Time) TokenView {
	v := TokenView{Raw: raw}
	encoded := strings.SplitN(raw, ".", 3)
	if n := strings.Count(raw, ".") + 1; n != 3 {
		v.Problems = append(v.Problems, fmt.Sprintf("It has %s, where a compact JWS has three (RFC 7515, section 7.1).", count(n, "part")))
	}
	for i, p := range []*Part{&v.Header, &v.Payload, &v.Signature} {
		if i < len(encoded) {
			*p = decodePart(encoded[i])
		} else {
			p.Problem = "it is missing"
		}
	}
	v.Params = members(&v.Header, now, ParamGloss)
	v.Claims = members(&v.Payload, now, ClaimGloss)
	for _, p := range []struct {
		name string
		part Part
	}{{"header", v.Header}, {"payload", v.Payload}, {"signature", v.Signature}} {
		if p.part.Problem != "" {
			v.Problems = append(v.Problems, "The "+p.name+" cannot be read: "+p.part.Problem+".")
		}
	}
	if name := repeated(v.Params); name != "" {
		v.Problems = append(v.Problems, fmt.Sprintf("The header names %q twice; names must be unique (RFC 7515, section 4).", name))
	}
	if name := repeated(v.Claims); name != "" {
		v.Problems = append(v.Problems, fmt.Sprintf("The payload names %q twice; names must be unique, and a lenient reader takes the last (RFC 7519, section 4).", name))
	}
	return v
}

// Proof recomputes a token's signature with a key: the signing input, the MAC
// in base64url, and whether it is the one that the token carries. The
// algorithm is the key's, whatever the token's header says (RFC 8725, section
// 3.1). It reports false, and an empty mac, for a key whose algorithm is no
// HMAC.
func Proof(t TokenView, key journal.Key) (input, mac string, matches bool) {
	input = t.Header.Encoded + "." + t.Payload.Encoded
	algorithms := map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}
	h, ok := algorithms[key.Alg]
	if !ok {
		return input, "", false
	}
	m := hmac.New(h, key.Secret)
	m.Write([]byte(input))
	sum := m.Sum(nil)
	return input, base64.RawURLEncoding.EncodeToString(sum), hmac.Equal(sum, t.Signature.Decoded)
}

// decodePart decodes base64url as RFC 7515, section 2 defines it: no padding,
// no line breaks, and no stray bits after the last octet.
func decodePart(encoded string) Part {
	p := Part{Encoded: encoded}
	if i := strings.IndexAny(encoded, "\r\n"); i >= 0 {
		p.Problem = fmt.Sprintf("there is a line break at offset %d, which base64url does not have", i)
		return p
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	var corrupt base64.CorruptInputError
	switch {
	case err == nil:
		p.Decoded = decoded
	case errors.As(err, &corrupt) && int(corrupt) < len(encoded) && !isBase64URL(encoded[corrupt]):
		p.Problem = fmt.Sprintf("the octet %#02x at offset %d is not in the alphabet of base64url", encoded[corrupt], corrupt)
	default:
		p.Problem = "its last character does not end on a whole octet, as base64url must"
	}
	return p
}

func isBase64URL(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// members lists the members of the JSON object in a part with what is known
// about them.
func members(p *Part, now time.Time, gloss func(string) (Gloss, bool)) []Claim {
	if p.Problem != "" {
		return nil
	}
	list := jsonMembers(p)
	for i, c := range list {
		list[i].Gloss, _ = gloss(c.Name)
		list[i].Human = human(c.Name, c.Value, now)
	}
	return list
}

// jsonMembers lists the members of a JSON object, in their order and with
// duplicates, as far as it can be read. What stops it is the part's Problem.
func jsonMembers(p *Part) []Claim {
	var list []Claim
	d := json.NewDecoder(bytes.NewReader(p.Decoded))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		p.Problem = "it is not a JSON object"
		return nil
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			p.Problem = "its JSON is broken"
			return list
		}
		list = append(list, Claim{Name: name.(string), Value: string(value)})
	}
	p.Problem = ending(d, p.Decoded)
	return list
}

// ending says what is wrong after the last member of an object, or "".
func ending(d *json.Decoder, text []byte) string {
	if _, err := d.Token(); err != nil {
		return "its JSON is broken"
	}
	if _, err := d.Token(); err != io.EOF {
		return "something follows its JSON object"
	}
	if !utf8.Valid(text) {
		return "it is not UTF-8"
	}
	return ""
}

// human says what a claim means beyond its JSON text: a NumericDate's clock and
// distance.
func human(name, value string, now time.Time) string {
	if name != "exp" && name != "nbf" && name != "iat" {
		return ""
	}
	var seconds float64
	if json.Unmarshal([]byte(value), &seconds) != nil || value == "null" {
		return "not a number, so not a date"
	}
	t, ok := numericDate(seconds)
	if !ok {
		return "beyond any calendar"
	}
	return clockAndDistance(t, now)
}

// repeated returns the first name that occurs twice, or "".
func repeated(claims []Claim) string {
	seen := make(map[string]bool, len(claims))
	for _, c := range claims {
		if seen[c.Name] {
			return c.Name
		}
		seen[c.Name] = true
	}
	return ""
}

// count writes a number of things: "1 part", "2 parts".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
