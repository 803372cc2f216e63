package lab_test

import (
	"encoding/json"
	"net/http"
	"net/url"

	"pgregory.net/rapid"

	"authlab/lab/bench"
)

// The demo logins, the lesson's own first.
var librarian, reader = bench.Logins[0], bench.Logins[1]

// logIn logs in to both apps and keeps what they give.
func (v *visitor) logIn(t rapid.TB, who bench.Login) {
	t.Helper()
	got := v.post(t, v.path("/session/login"), "email", who.Email, "password", who.Password)
	if got.status != http.StatusSeeOther {
		t.Fatalf("session login: %d", got.status)
	}
	v.logInToken(t, who)
}

func (v *visitor) logInToken(t rapid.TB, who bench.Login) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"email": who.Email, "password": who.Password})
	if err != nil {
		t.Fatal(err)
	}
	got := v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, string(body))
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.body), &issued); err != nil || issued.Token == "" {
		t.Fatalf("token login: %d %s", got.status, got.body)
	}
	v.token = issued.Token
}

// sid is the session id that the visitor's browser holds, seal the sealed session.
func (v *visitor) sid() string  { return v.cookie("/session/", "sid") }
func (v *visitor) seal() string { return v.cookie("/sealed/", "sealed") }

// cookie is what the visitor's browser would send under a name to a path of the bench.
func (v *visitor) cookie(path, name string) string {
	at := &url.URL{Scheme: "http", Host: v.w.addr, Path: v.path(path)}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// logInSealed logs in to the sealed app.
func (v *visitor) logInSealed(t rapid.TB, who bench.Login) {
	t.Helper()
	if got := v.post(t, v.path("/sealed/login"), "email", who.Email, "password", who.Password); got.status != http.StatusSeeOther {
		t.Fatalf("sealed login: %d", got.status)
	}
}

// profiles asks both apps for a page and returns both answers.
func (v *visitor) both(t rapid.TB, page string) (session, token answer) {
	t.Helper()
	session = v.get(t, v.path("/session/"+page))
	var proof http.Header // none without a token, as the app's script has it
	if v.token != "" {
		proof = v.bearer()
	}
	token = v.send(t, "GET", v.path("/token/"+page), proof, "")
	return session, token
}

func (v *visitor) bearer() http.Header { return http.Header{"Authorization": {"Bearer " + v.token}} }
