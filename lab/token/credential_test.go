package token

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const challenge = `Bearer realm="Corner Library"`

// invalidToken is the challenge for a bad token; what it says is description.
func invalidToken(description string) string {
	return challenge + `, error="invalid_token", error_description="` + description + `"`
}

func invalidRequest(description string) string {
	return challenge + `, error="invalid_request", error_description="` + description + `"`
}

// Every forgery is refused, in these words.
func TestForgeries(t *testing.T) {
	const (
		alg      = "The token is not signed with HS256, which is all that this server accepts. Log in again."
		changed  = "The signature does not match: the token was changed or signed with another key. Log in again."
		noKey    = "The token names no key of this server. Log in again."
		critical = "The token asks for an extension that this server does not know. Log in again."
		strange  = "The token says something that this server does not understand. Log in again."
	)
	lacks := func(claim string) string {
		return "The token lacks a claim that this server requires: " + claim + ". Log in again."
	}
	want := map[string]string{
		"alg-none": alg, "alg-hs384": alg, "alg-madeup": alg, "no-alg": alg,
		"wrong-key": changed, "empty-key": changed, "role-staff": changed, "later-exp": changed,
		"no-kid": noKey, "kid-number": noKey, "unknown-kid": noKey,
		"crit": critical, "b64": critical,
		"no-exp": lacks("exp"), "no-iat": lacks("iat"), "no-jti": lacks("jti"), "no-sub": lacks("sub"), "no-iss": lacks("iss"), "no-aud": lacks("aud"),
		"no-role": strange, "unknown-role": strange,
		"other-iss":  "The token was made by somebody else. Log in here.",
		"other-aud":  "The token was made for another application. Log in here.",
		"text-exp":   "The token is not three base64url parts of a JWT. Send it exactly as you got it.",
		"past-exp":   "The token has expired. Log in again.",
		"future-iat": "The token is from the future. Log in again.",
		"future-nbf": "The token is not valid yet. Log in again.",
	}
	if len(want) != len(forgeries) {
		t.Errorf("%d forgeries, %d expectations", len(forgeries), len(want))
	}
	for name, forgery := range forgeries {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			token := forgery.forge(w.login(t, "reader"), w.keys[base]["k1"])
			for _, path := range []string{"/profile", "/desk"} {
				checkRefusal(t, w, path, []string{"Bearer " + token}, 401, invalidToken(want[name]))
			}
		})
	}
}

// Every way not to send one good token is refused, in these words (RFC 6750,
// section 3.1).
func TestAuthorization(t *testing.T) {
	const (
		several = "There is more than one Authorization field. Send one."
		alone   = "After Bearer there must be one token and nothing else. Send it exactly as you got it."
		long    = "The token is longer than 8 KiB. Send it exactly as you got it."
		notJWT  = "The token is not three base64url parts of a JWT. Send it exactly as you got it."
	)
	w := newWorld(t)
	good := w.login(t, "reader")
	w.token = ""
	header, payload, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(payload, ".")
	for _, test := range []struct {
		name      string
		fields    []string
		code      int
		challenge string
	}{
		{"none", nil, 401, challenge},
		{"empty", []string{""}, 401, challenge},
		{"another scheme", []string{"Basic cmVhZGVyOm9wZW4="}, 401, challenge},
		{"a token without scheme", []string{good}, 401, challenge},
		{"a longer scheme", []string{"Bearers " + good}, 401, challenge},
		{"scheme alone", []string{"Bearer"}, 400, invalidRequest(alone)},
		{"scheme and space", []string{"Bearer "}, 400, invalidRequest(alone)},
		{"two tokens", []string{"Bearer " + good + " " + good}, 400, invalidRequest(alone)},
		{"a list", []string{"Bearer " + good + ", Basic eA=="}, 400, invalidRequest(alone)},
		{"in quotes", []string{`Bearer "` + good + `"`}, 400, invalidRequest(alone)},
		{"two fields", []string{"Bearer " + good, "Bearer " + good}, 400, invalidRequest(several)},
		{"two fields of two schemes", []string{"Basic eA==", "Bearer " + good}, 400, invalidRequest(several)},
		{"line feed inside", []string{"Bearer " + header + "." + payload[:5] + "\n" + payload[5:] + "." + signature}, 400, invalidRequest(alone)},
		{"carriage return inside", []string{"Bearer " + good + "\r"}, 400, invalidRequest(alone)},
		{"tab inside", []string{"Bearer " + header + "\t." + payload + "." + signature}, 400, invalidRequest(alone)},
		{"NUL inside", []string{"Bearer " + good + "\x00"}, 400, invalidRequest(alone)},
		{"too long", []string{"Bearer " + strings.Repeat("a", maxToken+1)}, 400, invalidRequest(long)},
		{"long but not too long", []string{"Bearer " + strings.Repeat("a", maxToken)}, 401, invalidToken(notJWT)},
		{"one part", []string{"Bearer " + header}, 401, invalidToken(notJWT)},
		{"two parts", []string{"Bearer " + header + "." + payload}, 401, invalidToken(notJWT)},
		{"four parts", []string{"Bearer " + good + ".x"}, 401, invalidToken(notJWT)},
		{"dots alone", []string{"Bearer .."}, 401, invalidToken(notJWT)},
		{"padding", []string{"Bearer " + good + "="}, 401, invalidToken(notJWT)},
		{"not JSON", []string{"Bearer eA." + payload + "." + signature}, 401, invalidToken(notJWT)},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkRefusal(t, w, "/profile", test.fields, test.code, test.challenge)
		})
	}
}

// checkRefusal sends Authorization fields. Where the challenge has an error, the
// body must say the same in JSON.
func checkRefusal(t *testing.T, w *world, path string, fields []string, code int, challenge string) {
	t.Helper()
	r := request(base, "GET", path, http.Header{"Authorization": fields}, "")
	answer := serve(w.apps[base], base, r)
	if answer.Code != code {
		t.Errorf("%s: code is %d, want %d", path, answer.Code, code)
	}
	if got := answer.Header().Values("WWW-Authenticate"); len(got) != 1 || got[0] != challenge {
		t.Errorf("%s: WWW-Authenticate is %q, want %q", path, got, challenge)
	}
	if got := answer.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("%s: Content-Type is %q", path, got)
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s: Cache-Control is %q", path, got)
	}
	var said failure
	if err := json.Unmarshal(answer.Body.Bytes(), &said); err != nil || said.Description == "" {
		t.Fatalf("%s: body is %s: %v", path, answer.Body, err)
	}
	no := refusal{code: said.Error, description: said.Description}
	if got := no.wwwAuthenticate(); got != challenge {
		t.Errorf("%s: body says %q, want %q", path, got, challenge)
	}
}

// A member's good token does not open the staff desk.
func TestInsufficientScope(t *testing.T) {
	w := newWorld(t)
	w.login(t, "reader")
	answer := w.send("GET", "/desk", http.Header{}, "")
	want := challenge + `, error="insufficient_scope", error_description="The staff desk is for staff. ` +
		`Your token says that your role is member.", scope="staff"`
	if got := answer.Header().Get("WWW-Authenticate"); answer.Code != 403 || got != want {
		t.Errorf("%d %q, want 403 %q", answer.Code, got, want)
	}
}

// The scheme's case does not matter, nor how many spaces follow it (RFC 9110,
// section 11.4).
func TestScheme(t *testing.T) {
	w := newWorld(t)
	good := w.login(t, "reader")
	for _, value := range []string{"Bearer " + good, "bearer " + good, "BEARER   " + good} {
		r := request(base, "GET", "/profile", http.Header{"Authorization": {value}}, "")
		if answer := serve(w.apps[base], base, r); answer.Code != http.StatusOK {
			t.Errorf("%.10q…: code is %d", value, answer.Code)
		}
	}
}

// then is a moment that no machine's clock shows any more.
var then = time.Date(2001, 11, 23, 14, 32, 1, 999, time.UTC)

// Every claim is there and says what it should.
func TestClaims(t *testing.T) {
	w := newWorld(t)
	c := config(w)
	c.Now = func(context.Context) time.Time { return then }
	app := New(c)
	token, err := app.issue(t.Context(), w.accounts["reader"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := app.verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if got.Issuer != c.Issuer || len(got.Audience) != 1 || got.Audience[0] != c.Audience {
		t.Errorf("iss and aud are %q and %q", got.Issuer, got.Audience)
	}
	if got.Subject != "reader" || got.Name != "Ravi Reader" || got.Role != "member" {
		t.Errorf("sub, name and role are %q, %q and %q", got.Subject, got.Name, got.Role)
	}
	if got.IssuedAt.Unix() != then.Unix() || got.ExpiresAt.Unix() != then.Add(lifetime).Unix() {
		t.Errorf("iat and exp are %v and %v", got.IssuedAt, got.ExpiresAt)
	}
	again, err := app.issue(t.Context(), w.accounts["reader"])
	if err != nil || again == token || len(got.ID) < 26 {
		t.Errorf("jti is %q, the next token is the same: %t, %v", got.ID, again == token, err)
	}
}

// badKeys answers what no Keys should.
type badKeys struct {
	key []byte
	err error
}

func (k badKeys) Signing(context.Context) (string, any, error) { return "k1", k.key, k.err }

func (k badKeys) Verifying(context.Context, string) (any, error) { return k.key, k.err }

// What fails on our side is a 500 that says so and no more: above all no token
// signed with a key that anybody could guess.
func TestBroken(t *testing.T) {
	w := newWorld(t)
	good := w.login(t, "reader")
	login := http.Header{"Content-Type": {"application/json"}}
	for _, test := range []struct {
		name string
		keys badKeys
	}{
		{"no key", badKeys{}},
		{"short key", badKeys{key: make([]byte, minKey-1)}},
		{"no answer", badKeys{err: errors.New("secret detail")}},
	} {
		c := config(w)
		c.Keys = test.keys
		app := New(c)
		for _, r := range []*http.Request{
			request(base, "POST", "/login", login, `{"email":"reader@library.test","password":"open-book"}`),
			request(base, "GET", "/profile", http.Header{"Authorization": {"Bearer " + good}}, ""),
		} {
			answer := serve(app, base, r)
			want := `{"error":"server_error","error_description":"` + errBroken.description + `"}`
			if answer.Code != http.StatusInternalServerError || answer.Body.String() != want {
				t.Errorf("%s: %s: %d %s", test.name, r.URL.Path, answer.Code, answer.Body)
			}
		}
	}
}

// Strict decoding: no character of a token can be another, not even the last of
// the signature, four of whose six bits are used.
func TestOneCharacterChanged(t *testing.T) {
	w := newWorld(t)
	good := w.login(t, "librarian")
	code := func(at int, with byte) int {
		token := good[:at] + string(with) + good[at+1:]
		r := request(base, "GET", "/profile", http.Header{"Authorization": {"Bearer " + token}}, "")
		return serve(w.apps[base], base, r).Code
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(good)-1).Draw(t, "at")
		with := rapid.SampledFrom([]byte(tokenCharacters)).Filter(func(b byte) bool { return b != good[at] }).Draw(t, "with")
		if got := code(at, with); got != http.StatusUnauthorized {
			t.Fatalf("code is %d", got)
		}
	})
	last := len(good) - 1
	for _, with := range []byte(tokenCharacters) {
		if got := code(last, with); (got == http.StatusOK) != (with == good[last]) {
			t.Errorf("%q for the last character: code is %d", with, got)
		}
	}
}

// FuzzAuthorization: no value makes the server fail, and only the good token is
// good.
func FuzzAuthorization(f *testing.F) {
	w := newWorld(f)
	c := config(w)
	c.Now = func(context.Context) time.Time { return then }
	app := New(c)
	good, err := app.issue(context.Background(), w.accounts["reader"])
	if err != nil {
		f.Fatal(err)
	}
	// The fuzzer runs in several processes, which must have the same token.
	good = forgery{claims: map[string]any{"jti": "always the same"}}.forge(good, w.keys[base]["k1"])
	f.Add("")
	f.Add("Bearer")
	f.Add("Bearer " + good)
	f.Add("bearer   " + good)
	for _, forgery := range forgeries {
		f.Add("Bearer " + forgery.forge(good, w.keys[base]["k1"]))
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := request(base, "GET", "/profile", http.Header{"Authorization": {value}}, "")
		answer := serve(app, base, r)
		scheme, token, _ := strings.Cut(value, " ")
		isGood := strings.EqualFold(scheme, "Bearer") && strings.TrimLeft(token, " ") == good
		switch {
		case isGood != (answer.Code == http.StatusOK):
			t.Errorf("code is %d, the good token: %t", answer.Code, isGood)
		case !isGood && answer.Code != http.StatusUnauthorized && answer.Code != http.StatusBadRequest:
			t.Errorf("code is %d", answer.Code)
		case !isGood && answer.Header().Get("WWW-Authenticate") == "":
			t.Error("there is no challenge")
		}
	})
}
