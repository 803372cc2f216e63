package token

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	base     = "/corner/"
	lifetime = 15 * time.Minute
	minKey   = 32 // bytes: RFC 7518, section 3.2, for HS256
)

// look is the style sheet of both libraries.
const look = "main { color: black }"

// world is what a story happens in: two libraries that share their readers but
// not their keys, and a client that holds a token as app.js does.
type world struct {
	accounts accounts
	keys     map[string]keys
	apps     map[string]*App
	base     string // of the library that the client visits
	token    string
	refresh  string            // the refresh token
	jar      map[string]string // cookies by name
	tokens   *tokens
	denied   list
	copies   map[string]string
	broken   bool // never: there is nothing that could be
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		accounts: newAccounts(), base: base, copies: map[string]string{},
		keys: map[string]keys{}, apps: map[string]*App{},
		jar: map[string]string{}, tokens: newTokens(), denied: list{},
	}
	for i, b := range []string{base, "/other/"} {
		w.keys[b] = keys{"k1": bytes.Repeat([]byte{byte(i + 1)}, minKey)}
		c := config(w)
		c.Base, c.Keys = b, w.keys[b]
		w.apps[b] = New(c)
	}
	return w
}

// config is that of the library at base.
func config(w *world) Config {
	return Config{
		Base:     base,
		Accounts: w.accounts,
		Now:      func(context.Context) time.Time { return time.Now() },
		Logins:   []Login{{Email: "reader@library.test", Password: "open-book", Role: "member"}},
		HashCost: 8,
		Style:    []byte(look),
		Keys:     w.keys[base],
		Lifetime: lifetime,
		Issuer:   "https://library.test/issuer",
		Audience: "https://library.test/api",
	}
}

// keys are keys by id, of which k1 signs.
type keys map[string][]byte

func (k keys) Signing(context.Context) (string, any, error) { return "k1", k["k1"], nil }

func (k keys) Verifying(_ context.Context, kid string) (any, error) {
	key, found := k[kid]
	if !found {
		return nil, ErrNoKey
	}
	return key, nil
}

func (w *world) copied(name string) string { return w.copies[name] }

// send sends a request as app.js and a browser do: with the token, if there is one
// and the story sends no other credential.
func (w *world) send(method, path string, header http.Header, body string) *httptest.ResponseRecorder {
	if path != "/login" && w.token != "" && header.Get("Authorization") == "" {
		header.Set("Authorization", "Bearer "+w.token)
	}
	for name, value := range w.jar {
		if name == accessCookie || strings.HasPrefix(path, "/refresh") {
			header.Add("Cookie", name+"="+value)
		}
	}
	answer := serve(w.apps[w.base], w.base, request(w.base, method, path, header, body))
	w.keep(answer)
	return answer
}

// keep takes what an answer gives.
func (w *world) keep(answer *httptest.ResponseRecorder) {
	var got issued
	if json.Unmarshal(answer.Body.Bytes(), &got) == nil {
		w.token, w.refresh = cmp.Or(got.AccessToken, w.token), cmp.Or(got.RefreshToken, w.refresh)
	}
	for _, c := range answer.Result().Cookies() {
		w.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(w.jar, c.Name)
		}
	}
}

// logIn logs in to an account.
func (w *world) logIn(id string) *httptest.ResponseRecorder {
	header := http.Header{"Content-Type": {"application/json"}}
	return w.send("POST", "/login", header, `{"email":"`+id+`@library.test","password":"open-book"}`)
}

// refused reports whether an answer is that of a stranger: the challenge to send a
// token.
func (w *world) refused(answer *httptest.ResponseRecorder) bool {
	return answer.Code == http.StatusUnauthorized && strings.HasPrefix(answer.Header().Get("WWW-Authenticate"), "Bearer realm=")
}

// login returns a fresh token of an account.
func (w *world) login(t *testing.T, id string) string {
	t.Helper()
	if answer := w.logIn(id); answer.Code != http.StatusOK {
		t.Fatalf("login: %d %s", answer.Code, answer.Body)
	}
	return w.token
}

// act does what a story asks for beside requests:
//
//	variant WORDS      goes on with a library that is set up so
//	copy NAME          keeps a copy of the token
//	copy-refresh NAME  … of the refresh token
//	client             goes on as another client, without a token
//	forget             forgets the token, as app.js does at logout
//	visit BASE         goes on at another library
//	clock DURATION     lets time pass
//	role ID ROLE       changes an account's role
//	remove ID          deletes an account
//	forge KIND         changes the token in one of the ways of forgeries
func (w *world) act(verb, rest string) error {
	switch verb {
	case "variant":
		v, err := w.variant(rest)
		if err != nil {
			return err
		}
		c := config(w)
		c.Variant = v
		w.apps[base] = New(c)
	case "copy-refresh":
		w.copies[rest] = cmp.Or(w.refresh, w.jar[refreshCookie])
	case "copy":
		w.copies[rest] = w.token
	case "client", "forget":
		w.token, w.refresh, w.jar = "", "", map[string]string{}
	case "visit":
		w.base = rest
	case "clock":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		time.Sleep(d)
	case "forge":
		f, known := forgeries[rest]
		if !known {
			return fmt.Errorf("no such forgery")
		}
		w.token = f.forge(w.token, w.keys[w.base]["k1"])
	default:
		return w.accounts.act(verb, rest)
	}
	return nil
}
