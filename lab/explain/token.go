package explain

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"authlab/lab/explain/gloss"
	"authlab/lab/jose"
	"authlab/lab/journal"
	"authlab/lab/moment"
)

// ParseToken takes a compact JWS apart (RFC 7515, section 7.1) and says what is
// wrong with it. It verifies nothing. The three parts are always given: one
// that is missing is empty and has a Problem. now is what times are measured
// from.
//
// It is the inspector's view of the token, package jose's, with what is known
// about each member.
func ParseToken(raw string, now time.Time) TokenView {
	t := jose.Parse(raw)
	v := TokenView{Raw: raw, Header: newPart(t.Header), Payload: newPart(t.Payload), Signature: newPart(t.Signature)}
	if t.Parts != 3 {
		v.Problems = append(v.Problems, fmt.Sprintf("It has %s, where a compact JWS has three (RFC 7515, section 7.1).", count(t.Parts, "part")))
	}
	v.Params = members(&v.Header, t.Params, now, gloss.Param)
	v.Claims = members(&v.Payload, t.Claims, now, gloss.Claim)
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

// newPart is a part with the first thing that is wrong with it.
func newPart(p jose.Part) Part {
	out := Part{Encoded: p.Encoded, Decoded: p.Decoded}
	switch {
	case p.Missing:
		out.Problem = "it is missing"
	case len(p.Problems) > 0:
		out.Problem = p.Problems[0].Text
	}
	return out
}

// Proof is how a server checks the signature of a token with a key of its own
// (RFC 7515, section 5.2).
type Proof struct {
	Input string // the signing input: header, dot and payload, as they are encoded
	MAC   string // what an HMAC key makes of the input, in base64url; "" for a public key
	Fits  bool   // whether the signature that the token carries is the input's
}

// Prove checks a token's signature with a key: it computes the MAC again, or uses
// the public key. The algorithm is the key's, whatever the token's header says
// (RFC 8725, section 3.1). It reports false for a key that it can do neither with.
func Prove(t TokenView, key journal.Key) (Proof, bool) {
	p := Proof{Input: t.Header.Encoded + "." + t.Payload.Encoded}
	if key.Public != nil {
		p.Fits = signedBy(p.Input, t.Signature.Decoded, key)
		return p, true
	}
	sum, ok := jose.MAC(key.Alg, key.Secret, p.Input)
	if !ok {
		return Proof{}, false
	}
	p.MAC, p.Fits = jose.Encode(sum), hmac.Equal(sum, t.Signature.Decoded)
	return p, true
}

// signedBy reports whether a signature over an input was made with the private
// half of an asymmetric key. It asks the functions that the token app asks, and
// holds the salt of PS256 to the length of the hash, as RFC 7518, section 3.5
// does.
func signedBy(input string, signature []byte, key journal.Key) bool {
	public, err := x509.ParsePKIXPublicKey(key.Public)
	if err != nil {
		return false
	}
	method := jwt.GetSigningMethod(key.Alg)
	if key.Alg == "PS256" {
		method = &jwt.SigningMethodRSAPSS{
			SigningMethodRSA: jwt.SigningMethodPS256.SigningMethodRSA,
			Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
		}
	}
	return method != nil && method.Verify(input, signature, public) == nil
}

// members lists the members of the JSON object in a part with what is known
// about them.
func members(p *Part, o jose.Object, now time.Time, means func(string) (gloss.Gloss, bool)) []Claim {
	if p.Problem != "" {
		return nil
	}
	if o.Problem != nil {
		p.Problem = o.Problem.Text
	}
	return Members(o, now, means)
}

// Members lists the members of a header or of claims with what is known about
// each: means is ParamGloss or ClaimGloss, now what times are measured from.
func Members(o jose.Object, now time.Time, means func(string) (gloss.Gloss, bool)) []Claim {
	var list []Claim
	for _, m := range o.Members {
		c := Claim{Name: m.Name, Value: m.Value, Human: human(m.Name, m.Value, now)}
		c.Gloss, _ = means(m.Name)
		list = append(list, c)
	}
	return list
}

// jsonMembers lists the members of a JSON object, in their order and with
// duplicates, as far as it can be read. What stops it is the part's Problem.
func jsonMembers(p *Part) []Claim {
	o := jose.ReadObject(p.Decoded)
	if o.Problem != nil {
		p.Problem = o.Problem.Text
	}
	return Members(o, time.Time{}, func(string) (gloss.Gloss, bool) { return gloss.Gloss{}, false })
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
	return moment.Full(t, now)
}

// numericDate reads a NumericDate (RFC 7519, section 2) as a moment. It reports
// false for what no clock shows: a date before year 1 or after year 9999.
func numericDate(seconds float64) (time.Time, bool) {
	const earliest, latest = -62135596800, 253402300799
	if math.IsNaN(seconds) || seconds < earliest || seconds > latest {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
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
