package jose

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// ordinary is how many generated tokens both verifiers are asked about, in so
// many batches.
const ordinary, batches = 100_000, 4

// public is a key as golang-jwt takes it.
func public(alg string) any {
	if s := keys().signer(alg); s != nil {
		return s.Public()
	}
	return []byte(keys().text)
}

// issued is a token that golang-jwt signed, some of them with a claim changed
// afterwards, expired, or not yet valid.
func issued(t *testing.T, r *rand.Rand, alg string) string {
	t.Helper()
	claims := jwt.MapClaims{"sub": fmt.Sprint(r.IntN(1000)), "role": []string{"member", "staff"}[r.IntN(2)]}
	for _, name := range []string{"exp", "nbf", "iat"} {
		if r.IntN(3) > 0 {
			claims[name] = noon.Unix() + r.Int64N(7) - 3
		}
	}
	if r.IntN(4) == 0 {
		claims["name"] = "Lïn \u2028 <b>\"" + strings.Repeat("x", r.IntN(40))
	}
	var key any = []byte(keys().text)
	if s := keys().signer(alg); s != nil {
		key = s
	}
	token, err := jwt.NewWithClaims(jwt.GetSigningMethod(alg), claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// mangled changes a token a little, or not at all.
func mangled(r *rand.Rand, token string) string {
	at := r.IntN(len(token))
	switch r.IntN(8) {
	case 0: // another character, which may make another base64url or none
		const from = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=."
		return token[:at] + string(from[r.IntN(len(from))]) + token[at+1:]
	case 1:
		return token[:at]
	case 2: // the other role
		parts := strings.Split(token, ".")
		payload, err := Decode(parts[1])
		if err != nil {
			return token
		}
		return parts[0] + "." + Encode([]byte(strings.Replace(string(payload), "member", "staff", 1))) + "." + parts[2]
	}
	return token
}

// TestAgreesWithGolangJWT asks both about the same ordinary tokens: they must
// never disagree on whether to accept. golang-jwt decodes strictly here.
func TestAgreesWithGolangJWT(t *testing.T) {
	for batch := range batches {
		t.Run(fmt.Sprint(batch), func(t *testing.T) {
			t.Parallel()
			agree(t, rand.New(rand.NewPCG(1, uint64(batch))), ordinary/batches) //nolint:gosec // the same tokens each time
		})
	}
}

func agree(t *testing.T, r *rand.Rand, tokens int) {
	t.Helper()
	parser := jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return noon }))
	costly := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512"}
	cheap := strings.Fields(strings.Repeat("HS256 HS384 HS512 ", 5) + "EdDSA")
	ours := map[string]Key{}
	for _, alg := range Algorithms {
		ours[alg] = mustKey(t, keys().pem(t, alg, false), Auto)
	}
	accepted, pool := 0, map[string][]string{}
	for i := range tokens {
		alg := cheap[r.IntN(len(cheap))]
		switch {
		case i%200 == 0:
			alg = costly[r.IntN(len(costly))]
		case i%50 == 1:
			alg = "ES256"
		}
		if len(pool[alg]) < 2000 && (alg[0] == 'H' || len(pool[alg]) < 60) {
			pool[alg] = append(pool[alg], issued(t, r, alg))
		}
		token := mangled(r, pool[alg][r.IntN(len(pool[alg]))])
		_, err := parser.Parse(token, func(got *jwt.Token) (any, error) {
			if got.Method.Alg() != alg {
				return nil, jwt.ErrTokenSignatureInvalid
			}
			return public(alg), nil
		})
		in := Verify(Parse(token), ours[alg], nil, Options{Time: noon})
		if (err == nil) != (in.Verdict == Verified) {
			t.Fatalf("%s\ngolang-jwt says %v, we say %s", token, err, in.Sentence)
		}
		if err == nil {
			accepted++
		}
	}
	if accepted < tokens/10 || accepted > tokens*9/10 {
		t.Errorf("%d of %d were accepted: the tokens test one side only", accepted, tokens)
	}
	t.Logf("%d of %d accepted by both", accepted, tokens)
}
