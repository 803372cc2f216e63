package lab_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

// member is one name and its JSON text, in the order in which they are written.
type member struct{ name, text string }

func object(members []member) string {
	var parts []string
	for _, m := range members {
		parts = append(parts, fmt.Sprintf("%q:%s", m.name, m.text))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// goodHeader and goodClaims are those of a token that the bench's own app could
// have made at now.
func goodHeader(kid string) []member {
	return []member{{"alg", `"HS256"`}, {"kid", fmt.Sprintf("%q", kid)}, {"typ", `"JWT"`}}
}

func goodClaims(now time.Time) []member {
	return []member{
		{"iss", `"` + bench.Issuer + `"`}, {"sub", `"librarian"`}, {"aud", `["` + bench.Audience + `"]`},
		{"exp", fmt.Sprint(now.Add(usual.Token.LivesFor()).Unix())}, {"iat", fmt.Sprint(now.Unix())},
		{"jti", `"J1"`}, {"name", `"Lin Librarian"`}, {"role", `"staff"`},
	}
}

// odd are values that a claim or parameter can be made of.
func odd(now time.Time) []string {
	at := now.Unix()
	return []string{
		`null`, `true`, `0`, `-1`, `1e300`, `1.5`, `""`, `"x"`, `[]`, `{}`, `[""]`, `["x"]`, `[null]`, `[1]`,
		`"` + bench.Issuer + `"`, `"` + bench.Audience + `"`, `["x","` + bench.Audience + `"]`,
		`"staff"`, `"Staff"`, `"member"`, `"admin"`, `"reader"`, `"HS256"`, `"hs256"`, `"none"`, `"HS512"`, `"RS256"`, `"k1"`, `["exp"]`, `["b64"]`,
		fmt.Sprint(at), fmt.Sprint(at + 3600), fmt.Sprint(at - 3600), fmt.Sprintf("%d.5", at+60), fmt.Sprintf(`"%d"`, at+3600), `1e`, `<script>`, `"\u202e\u0000"`, `99999999999999999999`,
	}
}

// names that members are given, some spelled as no server should take them.
var memberNames = []string{"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "role", "name", "ROLE", "Exp", "alg", "kid", "typ", "crit", "b64", "ALG", "Kid", "zip", "jwk"}

// drawMembers changes none, one or two members.
func drawMembers(t *rapid.T, members []member, now time.Time) []member {
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		i := rapid.IntRange(0, len(members)-1).Draw(t, "member")
		text := rapid.SampledFrom(odd(now)).Draw(t, "text")
		switch rapid.IntRange(0, 3).Draw(t, "change") {
		case 0:
			members = append(members[:i:i], members[i+1:]...)
		case 1:
			members[i].text = text
		case 2:
			members = append(members, member{members[i].name, text})
		default:
			members = append(members, member{rapid.SampledFrom(memberNames).Draw(t, "name"), text})
		}
		if len(members) == 0 {
			return members
		}
	}
	return members
}

// drawToken draws a token for the bench's token app, believable or not.
func (v *visitor) drawToken(t *rapid.T, others ...string) string {
	b := v.bench(t)
	key := b.State(journal.Token).Keys[0]
	now := b.Now()
	switch rapid.IntRange(0, 5).Draw(t, "token") {
	case 0:
		return rapid.SampledFrom(append([]string{v.token}, others...)).Draw(t, "whose")
	case 1:
		return tamper(t, v.token)
	case 2:
		return rapid.SampledFrom([]string{"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30.e30", "bnVsbA.bnVsbA.AA", "é.b.c", "a b",
			strings.Repeat("a", 9000), v.token + ".", v.token + "=", strings.Replace(v.token, ".", "..", 1)}).Draw(t, "malformed")
	default:
		header, claims := goodHeader(key.ID), goodClaims(now)
		if rapid.Bool().Draw(t, "odd header") {
			header = drawMembers(t, header, now)
		}
		return sign(t, object(header), object(drawMembers(t, claims, now)), key.Secret)
	}
}

var encodings = []*base64.Encoding{base64.RawURLEncoding, base64.RawURLEncoding, base64.RawURLEncoding, base64.RawURLEncoding, base64.URLEncoding, base64.RawStdEncoding}

// sign makes a token of two texts, mostly as one does.
func sign(t *rapid.T, header, payload string, key []byte) string {
	enc := rapid.SampledFrom(encodings).Draw(t, "encoding")
	signed := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(payload))
	mac := map[int]func() hash.Hash{8: sha512.New, 9: sha512.New384}[rapid.IntRange(0, 9).Draw(t, "hash")]
	if mac == nil {
		mac = sha256.New
	}
	if rapid.IntRange(0, 9).Draw(t, "key") == 9 {
		key = []byte("another key, of thirty-two octets")
	}
	h := hmac.New(mac, key)
	h.Write([]byte(signed))
	sum := h.Sum(nil)
	if rapid.IntRange(0, 9).Draw(t, "signature") == 9 {
		sum = sum[:rapid.IntRange(0, len(sum)-1).Draw(t, "cut")]
	}
	return signed + "." + enc.EncodeToString(sum)
}

// hs256 makes a token of two texts as one does.
func hs256(header, payload string, key []byte) string {
	enc := base64.RawURLEncoding.EncodeToString
	signed := enc([]byte(header)) + "." + enc([]byte(payload))
	h := hmac.New(sha256.New, key)
	h.Write([]byte(signed))
	return signed + "." + enc(h.Sum(nil))
}

// tamper changes one character of one part.
func tamper(t *rapid.T, token string) string {
	i := rapid.IntRange(0, len(token)-1).Draw(t, "at")
	return token[:i] + rapid.StringMatching(`[A-Za-z0-9_.=+-]`).Draw(t, "character") + token[i+1:]
}

// drawAuthorization draws the Authorization fields that carry a token.
func drawAuthorization(t *rapid.T, token string) []string {
	switch rapid.IntRange(0, 9).Draw(t, "authorization") {
	case 0:
		return nil
	case 1:
		return []string{"Authorization: Bearer " + token, "authorization: Bearer " + token}
	case 2:
		form := rapid.SampledFrom([]string{"bearer %s", "BEARER  %s", "Bearer\t%s", "Bearer %s x", "Bearer %s,x", "Basic %s", "%s", "Bearer%s", "  Bearer   %s  ", "Bearer \"%s\"", "Bearer"}).Draw(t, "form")
		return []string{"Authorization: " + strings.ReplaceAll(form, "%s", token)}
	case 3:
		return []string{"AUTHORIZATION:Bearer " + token, "Cookie: sid=x"}
	default:
		return []string{"Authorization: Bearer " + token}
	}
}

// drawCookies draws the Cookie fields that carry a value under a name.
func drawCookies(t *rapid.T, name, value string) []string {
	form := rapid.SampledFrom([]string{
		"", "Cookie: sid=S", "Cookie: sid=S", "Cookie: sid=S", "cookie:sid=S", "Cookie: sid=\"S\"", "Cookie: sid= S", "Cookie: sid =S", "Cookie: siD=S",
		"Cookie: a=b; sid=S", "Cookie: a=b;sid=S;", "Cookie: a=b, sid=S", "Cookie: sid=x; sid=S", "Cookie: sid=S; sid=x", "Cookie: sid; sid=S", "Cookie: sid=; sid=S",
		"Cookie: a=\x01; sid=S", "Cookie: sid=S\x80", "Cookie: sid=S\\", "Cookie: sid=\"S", "Cookie: sid=S x", "Cookie: $Version=1; sid=S", "Cookie: ;;; sid=S ;",
		"Cookie: a=b\r\nCookie: sid=S", "Cookie: sid=x\r\nCookie: sid=S", "Cookie: =sid; sid=S", "Cookie: sid=S=", "Cookie: sid==S", "Cookie: sid=\tS", "Cookie: sid=S,S",
	}).Draw(t, "cookies")
	if form == "" {
		return nil
	}
	last := len(name) - 1
	form = strings.NewReplacer("sid", name, "siD", name[:last]+strings.ToUpper(name[last:]), "S", value).Replace(form)
	return strings.Split(form, "\r\n")
}
