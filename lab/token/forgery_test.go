package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// forgery is a way to change a good token. Where it says nothing else, the new
// one is signed with the right key.
type forgery struct {
	header, claims map[string]any // to set; nil removes
	method         jwt.SigningMethod
	key            any
	keepSignature  bool
}

var forgeries = map[string]forgery{
	// Attacks on the signature (RFC 8725, sections 2.1 and 2.2).
	"alg-none":   {method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType},
	"alg-hs384":  {method: jwt.SigningMethodHS384},
	"alg-madeup": {header: map[string]any{"alg": "HS257"}},
	"no-alg":     {header: map[string]any{"alg": nil}},
	"wrong-key":  {key: bytes.Repeat([]byte{9}, minKey)},
	"empty-key":  {key: []byte{}},
	"role-staff": {claims: map[string]any{"role": "staff"}, keepSignature: true},
	"later-exp":  {claims: map[string]any{"exp": 4102444800}, keepSignature: true},

	// What only the holder of the key could do, and we must not believe.
	"no-kid":       {header: map[string]any{"kid": nil}},
	"kid-number":   {header: map[string]any{"kid": 1}},
	"unknown-kid":  {header: map[string]any{"kid": "../k1"}},
	"crit":         {header: map[string]any{"crit": []string{"exp"}}},
	"b64":          {header: map[string]any{"crit": []string{"b64"}, "b64": false}},
	"no-exp":       {claims: map[string]any{"exp": nil}},
	"no-iat":       {claims: map[string]any{"iat": nil}},
	"no-jti":       {claims: map[string]any{"jti": nil}},
	"no-sub":       {claims: map[string]any{"sub": nil}},
	"no-iss":       {claims: map[string]any{"iss": nil}},
	"no-aud":       {claims: map[string]any{"aud": nil}},
	"no-role":      {claims: map[string]any{"role": nil}},
	"unknown-role": {claims: map[string]any{"role": "owner"}},
	"other-iss":    {claims: map[string]any{"iss": "https://evil.test"}},
	"other-aud":    {claims: map[string]any{"aud": []string{"https://evil.test"}}},
	"text-exp":     {claims: map[string]any{"exp": "tomorrow"}},
	"past-exp":     {claims: map[string]any{"exp": 1}},
	"future-iat":   {claims: map[string]any{"iat": time.Now().AddDate(1, 0, 0).Unix()}},
	"future-nbf":   {claims: map[string]any{"nbf": time.Now().AddDate(1, 0, 0).Unix()}},
}

// forge changes token, which was signed with key.
func (f forgery) forge(token string, key any) string {
	parts := strings.Split(token, ".")
	method := jwt.SigningMethod(jwt.SigningMethodHS256)
	if f.method != nil {
		method = f.method
	}
	if f.key != nil {
		key = f.key
	}
	alg := map[string]any{"alg": method.Alg()}
	text := changed(parts[0], alg, f.header) + "." + changed(parts[1], f.claims)
	if f.keepSignature {
		return text + "." + parts[2]
	}
	signature, err := method.Sign(text, key)
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func changed(part string, changes ...map[string]any) string {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		panic(err)
	}
	members := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		panic(err)
	}
	for _, change := range changes {
		for name, value := range change {
			members[name] = value
			if value == nil {
				delete(members, name)
			}
		}
	}
	raw, err = json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
