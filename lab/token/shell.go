package token

import (
	"cmp"
	"net/http"
)

// This file is about the one page, on which the client's script runs. The twin,
// which needs none, has html.go instead.

// policy is the Content-Security-Policy of the page: script, style, forms and
// requests from and to this site only, and no text that turns into script. It
// matters more here than with a session, since a script that got in could read
// the token.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

// script is app.js, the other half of this application.
var script = func() http.Handler {
	content, err := Source.ReadFile("app.js")
	if err != nil {
		panic(err) // the list in source.go lacks it
	}
	return asset(content, "text/javascript; charset=utf-8")
}()

// home is GET /: the one page. Who you are is known to its script alone, which
// holds the token, so everybody gets the same page.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	v := shellView{Storage: cmp.Or(a.variant.Storage, "localStorage"), Refresh: a.variant.Refresh != NoRefresh, Logout: "logout"}
	if v.Refresh && v.Storage == InCookie {
		v.Logout = "refresh/logout"
	}
	return a.page(w, r, http.StatusOK, shell(a.base, v, a.logins, a.hashCost))
}
