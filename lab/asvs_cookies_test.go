package lab_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// cookiesOf logs in and opens a class, and returns the credentials that were set.
func cookiesOf(t *testing.T, w *world, knobs ...string) (list []*http.Cookie) {
	t.Helper()
	v := w.visit(t)
	v.turn(t, append([]string{"token.keep", "cookie", "token.refresh", "rotate"}, knobs...)...)
	for _, got := range []answer{
		v.post(t, v.path("/session/login"), "email", librarian.Email, "password", librarian.Password),
		v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian)),
		v.post(t, v.path("/present"), "step", "0", "view", "both"),
	} {
		list = append(list, (&http.Response{Header: got.header}).Cookies()...)
	}
	if len(list) != 4 {
		t.Fatalf("the cookies are %v", list)
	}
	return list
}

// cookiesAreSecure looks at what is set over TLS, and sends along what another program
// on this host could have set beside it.
func cookiesAreSecure(t *testing.T, labs asvsLabs) {
	for _, c := range cookiesOf(t, labs.tls) {
		if !c.Secure {
			t.Errorf("over TLS a cookie is set as %s", c.Raw)
		}
	}
	c := labs.tls.present(t)
	c.client.Jar = nil // what is sent is what is written here
	planted := strings.Repeat("p", 43)
	for cookies, want := range map[string]int{"drive=" + planted: http.StatusForbidden, "drive=" + planted + "; drive=" + c.secret: http.StatusOK} {
		if got := c.send(t, "GET", c.room+"/drive", cookieHeader(cookies), ""); got.status != want {
			t.Errorf("the class's page for %s is answered with %d", cookies, got.status)
		}
	}
	if id := c.sessionLogin(t, planted); id == planted {
		t.Error("a login takes a planted id over")
	}
}

// cookiesAreOfOneSite: the right to drive is for the lab's own pages, so links need
// not carry it; an app can be linked to by those who are logged in.
func cookiesAreOfOneSite(t *testing.T, labs asvsLabs) {
	want := map[string]http.SameSite{"drive": http.SameSiteStrictMode, "sid": http.SameSiteLaxMode, "access_token": http.SameSiteLaxMode, "refresh_token": http.SameSiteLaxMode}
	for _, w := range []*world{labs.plain, labs.tls} {
		for _, c := range cookiesOf(t, w) {
			if c.SameSite != want[c.Name] {
				t.Errorf("a cookie is set as %s", c.Raw)
			}
		}
	}
}

func cookiesCanBeOfThisHost(t *testing.T, labs asvsLabs) {
	found := false
	for _, c := range cookiesOf(t, labs.tls, "session.cookie", "__Host-sid", "session.path", "host") {
		if c.Domain != "" {
			t.Errorf("other hosts get the cookie %s", c.Raw)
		}
		found = found || c.Name == "__Host-sid" && c.Path == "/" && c.Secure
	}
	if !found {
		t.Error("there is no __Host-sid that browsers would take")
	}
}

// secretsAreInCookiesOnly looks for the credentials on the pages of those who hold them.
func secretsAreInCookiesOnly(t *testing.T, labs asvsLabs) {
	for _, c := range cookiesOf(t, labs.tls) {
		if !c.HttpOnly {
			t.Errorf("scripts can read the cookie %s", c.Raw)
		}
	}
	c := labs.plain.present(t)
	for _, path := range []string{"", "/drive", "/drive?fragment=live", "/projector", "/clicker", "/handout", "/export.har"} {
		if got := c.get(t, c.room+path); got.status != http.StatusOK || strings.Contains(got.body, c.secret) {
			t.Errorf("%s%s (%d) shows the secret of the cookie: %t", c.room, path, got.status, strings.Contains(got.body, c.secret))
		}
	}
	c.turn(t, "token.keep", "cookie", "token.refresh", "rotate")
	c.post(t, c.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
	login := c.send(t, "POST", c.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian))
	c.logInSealed(t, librarian)
	secrets := []string{c.sid(), c.seal()}
	for _, cookie := range (&http.Response{Header: login.header}).Cookies() {
		secrets = append(secrets, cookie.Value)
	}
	if len(secrets) != 4 || slices.Contains(secrets, "") {
		t.Fatalf("the credentials are %q", secrets)
	}
	answers := []answer{login}
	for _, page := range []string{"/session/", "/session/profile", "/session/desk", "/session/login", "/token/", "/token/profile", "/token/desk", "/sealed/", "/sealed/profile", "/sealed/desk", "/sealed/login"} {
		answers = append(answers, c.get(t, c.path(page)))
	}
	for _, got := range answers {
		for _, secret := range secrets {
			if strings.Contains(got.body, secret) {
				t.Errorf("a body of an app (%d) has the credential %s", got.status, secret)
			}
		}
	}
}

func cookieValue(t *testing.T, got answer, name string) string {
	t.Helper()
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	t.Fatalf("there is no cookie %s in %q", name, got.header["Set-Cookie"])
	return ""
}

// benchesShareNoCookie has one browser log in on two benches, and looks at what it
// would send where; and at whose scripts run on pages of that host.
func benchesShareNoCookie(t *testing.T, labs asvsLabs) {
	v, other := labs.plain.visit(t), labs.plain.visit(t)
	other.client = v.client
	for _, v := range []*visitor{v, other} {
		v.turn(t, "token.keep", "cookie")
		v.post(t, v.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
		v.token = cookieValue(t, v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian)), "access_token")
	}
	id := v.sid()
	for path, want := range map[string]string{
		v.path("/session/profile"): "sid", v.path("/token/profile"): "access_token", other.path("/session/profile"): "sid", other.path("/token/profile"): "access_token",
		v.path(""): "", v.path("/journal.json"): "", "/": "", "/room/AAAA-AAAA/drive": "",
	} {
		var names []string
		for _, c := range v.client.Jar.Cookies(&url.URL{Scheme: "http", Host: v.w.addr, Path: path}) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s gets the cookies %q, want %q", path, got, want)
		}
	}
	v.client.Jar = nil // what is sent is what is written here
	for who, status := range map[*visitor]int{v: http.StatusOK, other: http.StatusUnauthorized} {
		if got := who.send(t, "GET", who.path("/token/profile"), cookieHeader("access_token="+v.token), ""); got.status != status {
			t.Errorf("a token is answered with %d on bench %s, want %d", got.status, who.id, status)
		}
	}
	v.mustKnow(t, "an id", id)
	other.mustNotKnow(t, "an id of another bench", id)
	for _, a := range labs.both(t, nil) {
		if from := a.directive("script-src"); a.isPage() && from != "'self'" && from != "'none'" {
			t.Errorf("on %s (%d) scripts run from %q", a.name, a.status, from)
		}
	}
}
