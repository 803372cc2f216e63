package session

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, test := range []struct {
		name, method, path, mediaType, body string
		code                                int
		allow, says                         string
	}{
		{"no page", "GET", "/nowhere", "", "", 404, "", "There is no such page"},
		{"untidy path", "GET", "//profile", "", "", 404, "", "There is no such page"},
		{"dots", "GET", "/x/../profile", "", "", 404, "", "There is no such page"},
		{"method of home", "POST", "/", form, "", 405, "GET, HEAD", "answers GET, HEAD only"},
		{"method of login", "DELETE", "/login", "", "", 405, "GET, HEAD, POST", "answers GET, HEAD, POST only"},
		{"method of logout", "GET", "/logout", "", "", 405, "POST", "answers POST only"},
		{"unknown method", "BREW", "/profile", "", "", 405, "GET, HEAD", "answers GET, HEAD only"},
		{"no media type", "POST", "/login", "", "email=a&password=b", 415, "", "Please log in with this form."},
		{"multipart", "POST", "/login", "multipart/form-data; boundary=x", "--x--", 415, "", "Please log in with this form."},
		{"empty form", "POST", "/login", form, "", 400, "", "could not be read"},
		{"bad escape", "POST", "/login", form, "email=%z&password=b", 400, "", "could not be read"},
		{"bad query", "POST", "/login?a=%z", form, "email=a&password=b", 400, "", "could not be read"},
		{"two passwords", "POST", "/login", form, "email=a&password=b&password=c", 400, "", "could not be read"},
		{"wrong password", "POST", "/login", form, "email=a&password=b", 422, "", "do not match"},
		{"empty values", "POST", "/login", form, "email=&password=", 422, "", "do not match"},
		{"too large", "POST", "/login", form, "email=" + strings.Repeat("a", maxBody), 413, "", "larger than 1 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{}
			if test.mediaType != "" {
				header.Set("Content-Type", test.mediaType)
			}
			answer := newWorld(t).send(test.method, test.path, header, test.body)
			if answer.Code != test.code {
				t.Errorf("code is %d, want %d", answer.Code, test.code)
			}
			if got := answer.Header().Get("Allow"); got != test.allow {
				t.Errorf("Allow is %q, want %q", got, test.allow)
			}
			if !strings.Contains(answer.Body.String(), test.says) {
				t.Errorf("body lacks %q: %s", test.says, answer.Body)
			}
			if got := answer.Header().Get("Set-Cookie"); got != "" {
				t.Errorf("Set-Cookie is %q, want none", got)
			}
			if got := answer.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q, want no-store", got)
			}
		})
	}
}

// noAnswer is an account database that is down.
type noAnswer struct{}

var errDown = errors.New("secret detail")

func (noAnswer) Check(context.Context, string, string) (Account, error) { return Account{}, errDown }
func (noAnswer) Find(context.Context, string) (Account, error)          { return Account{}, errDown }

// What fails on our side is a 500 that says so and no more.
func TestBroken(t *testing.T) {
	w := newWorld(t)
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	w.send("POST", "/login", header.Clone(), "email=reader@library.test&password=open-book")
	c := config(w)
	c.Accounts = noAnswer{}
	w.apps[base] = New(c)
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/login", "email=reader@library.test&password=open-book"},
		{"GET", "/", ""},
		{"GET", "/login", ""},
		{"GET", "/profile", ""},
		{"GET", "/desk", ""},
	} {
		answer := w.send(test.method, test.path, header.Clone(), test.body)
		if answer.Code != http.StatusInternalServerError {
			t.Errorf("%s %s: code is %d, want 500", test.method, test.path, answer.Code)
		}
		if body := answer.Body.String(); !strings.Contains(body, errBroken.message) || strings.Contains(body, "secret") {
			t.Errorf("%s %s: body is %s", test.method, test.path, body)
		}
	}
}
