package explain

import (
	"encoding/json"
	"net/http"
	"strings"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// The names of the token app's cookies, where its tokens are kept in cookies.
const (
	AccessCookie  = "access_token"
	RefreshCookie = "refresh_token"
)

// TokenInCookie reports whether the token app keeps its tokens in cookies, as the
// settings have it.
func TokenInCookie(s settings.Settings) bool { return s.Token.Storage == "cookie" }

// tokenSettings are those that an exchange met; one that was not made on a bench
// met those of the lesson's configuration.
func tokenSettings(x *journal.Exchange) settings.Token {
	if x.Settings == (settings.Settings{}) {
		return settings.Default(false).Token
	}
	return x.Settings.Token
}

// tokenOf reads a request's access token as the token app does.
func tokenOf(r *http.Request, s settings.Settings) head.Bearer {
	if !TokenInCookie(s) {
		return head.BearerOf(r.Header["Authorization"])
	}
	c, err := r.Cookie(AccessCookie)
	if err != nil || c.Value == "" {
		return head.Bearer{}
	}
	b := head.Bearer{Fields: 1, Scheme: "Bearer"}
	b.Read(c.Value, "The value of the cookie "+AccessCookie)
	return b
}

// grant is the answer to a login or a refresh (RFC 6749, section 5.1), as far as
// the client can use it.
type grant struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// grantOf is what a response gave the client. A token in a cookie that browsers
// do not store was not given.
func grantOf(x *journal.Exchange, r *http.Request, resp *http.Response) (g grant) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/token/login") && !strings.HasSuffix(r.URL.Path, "/token/refresh") {
		return g
	}
	if resp.StatusCode != http.StatusOK {
		return g
	}
	if !TokenInCookie(x.Settings) {
		if json.NewDecoder(resp.Body).Decode(&g) != nil {
			return grant{}
		}
		return g
	}
	for name, value := range map[string]*string{AccessCookie: &g.Access, RefreshCookie: &g.Refresh} {
		if c, ok := lastCookie(x, resp, name); ok && !c.Deletes {
			*value = c.Value
		}
	}
	return g
}
