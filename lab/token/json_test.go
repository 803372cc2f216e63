package token

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	const form, jsonType = "application/x-www-form-urlencoded", "application/json"
	for _, test := range []struct {
		name, method, path, mediaType, body string
		code                                int
		allow, err, says                    string
	}{
		{"no page", "GET", "/nowhere", "", "", 404, "", "not_found", "There is no such page"},
		{"untidy path", "GET", "//profile", "", "", 404, "", "not_found", "There is no such page"},
		{"dots", "GET", "/x/../profile", "", "", 404, "", "not_found", "There is no such page"},
		{"method of home", "POST", "/", jsonType, "", 405, "GET, HEAD", "method_not_allowed", "answers GET, HEAD only"},
		{"method of login", "GET", "/login", "", "", 405, "POST", "method_not_allowed", "answers POST only"},
		{"method of logout", "GET", "/logout", "", "", 405, "POST", "method_not_allowed", "answers POST only"},
		{"unknown method", "BREW", "/profile", "", "", 405, "GET, HEAD", "method_not_allowed", "answers GET, HEAD only"},
		{"no media type", "POST", "/login", "", `{"email":"a","password":"b"}`, 415, "", "invalid_request", "as application/json"},
		{"a form", "POST", "/login", form, "email=a&password=b", 415, "", "invalid_request", "as application/json"},
		{"nothing", "POST", "/login", jsonType, "", 400, "", "invalid_request", "could not be read"},
		{"not JSON", "POST", "/login", jsonType, `{"email":"a","password":"b"`, 400, "", "invalid_request", "could not be read"},
		{"two objects", "POST", "/login", jsonType, `{"email":"a","password":"b"}{}`, 400, "", "invalid_request", "could not be read"},
		{"no object", "POST", "/login", jsonType, `["email","password"]`, 400, "", "invalid_request", "could not be read"},
		{"null", "POST", "/login", jsonType, `null`, 400, "", "invalid_request", "could not be read"},
		{"two emails", "POST", "/login", jsonType, `{"email":"a","email":"b","password":"c"}`, 400, "", "invalid_request", "could not be read"},
		{"two emails, one escaped", "POST", "/login", jsonType, `{"email":"a","\u0065mail":"b","password":"c"}`, 400, "", "invalid_request", "could not be read"},
		{"two of another name", "POST", "/login", jsonType, `{"email":"a","password":"c","x":1,"x":2}`, 400, "", "invalid_request", "could not be read"},
		{"number for text", "POST", "/login", jsonType, `{"email":1,"password":"b"}`, 400, "", "invalid_request", "could not be read"},
		{"number too large", "POST", "/login", jsonType, `{"email":"a","password":"b","x":1e999}`, 400, "", "invalid_request", "could not be read"},
		{"null for text", "POST", "/login", jsonType, `{"email":null,"password":"b"}`, 400, "", "invalid_request", "could not be read"},
		{"no password", "POST", "/login", jsonType, `{"email":"a"}`, 400, "", "invalid_request", "could not be read"},
		{"names in capitals", "POST", "/login", jsonType, `{"EMAIL":"a","PASSWORD":"b"}`, 400, "", "invalid_request", "could not be read"},
		{"not UTF-8", "POST", "/login", jsonType, "{\"email\":\"\xff\",\"password\":\"b\"}", 400, "", "invalid_request", "could not be read"},
		{"wrong password", "POST", "/login", jsonType, `{"email":"a","password":"b"}`, 400, "", "invalid_grant", "do not match"},
		{"wrong password, charset named", "POST", "/login", jsonType + "; charset=utf-8", `{"email":"a","password":"b"}`, 400, "", "invalid_grant", "do not match"},
		{"unknown names are ignored", "POST", "/login", jsonType, `{"email":"a","password":"b","x":{"y":[1]}}`, 400, "", "invalid_grant", "do not match"},
		{"too large", "POST", "/login", jsonType, `{"email":"` + strings.Repeat("a", maxBody), 413, "", "invalid_request", "larger than 1 MiB"},
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
			var said failure
			if err := json.Unmarshal(answer.Body.Bytes(), &said); err != nil {
				t.Errorf("body is %s: %v", answer.Body, err)
			}
			if said.Error != test.err || !strings.Contains(said.Description, test.says) {
				t.Errorf("body says %q, want %q, %q", said, test.err, test.says)
			}
			if got := answer.Header().Get("WWW-Authenticate"); got != "" {
				t.Errorf("WWW-Authenticate is %q, want none: no token is asked for", got)
			}
			if got := answer.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q, want no-store", got)
			}
		})
	}
}

// noAnswer is an account database that is down. It is not asked for profiles.
type noAnswer struct{}

var errDown = errors.New("secret detail")

func (noAnswer) Check(context.Context, string, string) (Account, error) { return Account{}, errDown }
func (noAnswer) Find(context.Context, string) (Account, error)          { return Account{}, errDown }
func (noAnswer) Raise(context.Context, string) error                    { return errDown }

// A token is all that it takes: while the accounts cannot be read nobody can log
// in, and who has logged in before does not notice.
func TestAccountsAreNotAsked(t *testing.T) {
	w := newWorld(t)
	w.login(t, "librarian")
	c := config(w)
	c.Accounts = noAnswer{}
	w.apps[base] = New(c)
	for _, path := range []string{"/profile", "/desk"} {
		if answer := w.send("GET", path, http.Header{}, ""); answer.Code != http.StatusOK {
			t.Errorf("%s: code is %d, want 200", path, answer.Code)
		}
	}
	header := http.Header{"Content-Type": {"application/json"}}
	answer := w.send("POST", "/login", header, `{"email":"a","password":"b"}`)
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "secret") {
		t.Errorf("login: %d %s", answer.Code, answer.Body)
	}
}
