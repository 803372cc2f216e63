package token

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// policy is the Content-Security-Policy of the page: script, style, forms and
// requests from and to this site only, and no text that turns into script. It
// matters more here than with a session, since a script that got in could read
// the token.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

var (
	style  = asset("style.css", "text/css; charset=utf-8")
	script = asset("app.js", "text/javascript; charset=utf-8")
)

// handler answers a request, or returns why it does not.
type handler func(http.ResponseWriter, *http.Request) error

// refusal is an expected failure. Its description tells the client what to do;
// code and description are those of RFC 6749, section 5.2 and RFC 6750, section
// 3.1, both limited to printable ASCII without quotes and backslashes.
type refusal struct {
	status            int
	code, description string
	// challenge says that the answer is about the token, so WWW-Authenticate
	// goes with it; scope is what the token would have to allow.
	challenge bool
	scope     string
}

func (e *refusal) Error() string { return e.description }

var (
	errNoPage = &refusal{
		status: http.StatusNotFound, code: "not_found",
		description: "There is no such page in this library.",
	}
	errForeign = &refusal{
		status: http.StatusForbidden, code: "forbidden",
		description: "This request was sent from another site. Please use the page on this one.",
	}
	errBroken = &refusal{
		status: http.StatusInternalServerError, code: "server_error",
		description: "Something broke on our side. Please try again.",
	}
)

// public is a handler for everybody.
//
// There is no protection against cross-site request forgery here, and none is
// needed: no browser attaches a bearer token by itself, so another site's page
// can make it send a request but not one that counts as yours.
func (a *App) public(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			a.refuse(w, r, err)
		}
	})
}

// page writes a page. It is rendered first, so that a page that cannot be
// rendered does not go out by halves.
func (a *App) page(w http.ResponseWriter, r *http.Request, status int, content templ.Component) error {
	var b bytes.Buffer
	// A client that has said all it will say cancels the request's context, and
	// still waits for the answer.
	if err := content.Render(context.WithoutCancel(r.Context()), &b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.Header().Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who has gone away is not there to be told
	return nil
}

// json writes v as JSON.
func (a *App) json(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // who has gone away is not there to be told
	return nil
}

// failure is the JSON of a refusal.
type failure struct {
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description"`
}

// refuse answers for a handler that returned an error.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	no, expected := errors.AsType[*refusal](err)
	if !expected {
		a.log.ErrorContext(r.Context(), "request failed", "cause", err)
		no = errBroken
	}
	if no.challenge {
		w.Header().Set("WWW-Authenticate", no.wwwAuthenticate())
	}
	if err := a.json(w, no.status, failure{no.code, no.description}); err != nil {
		a.log.ErrorContext(r.Context(), "error answer failed", "cause", err)
	}
}

// wwwAuthenticate is the challenge of RFC 6750, section 3. A request that
// brought no token is told no error code (section 3.1): it did nothing wrong.
func (e *refusal) wwwAuthenticate() string {
	challenge := `Bearer realm="Corner Library"`
	if e.code != "" {
		challenge += fmt.Sprintf(`, error="%s", error_description="%s"`, e.code, e.description)
	}
	if e.scope != "" {
		challenge += fmt.Sprintf(`, scope="%s"`, e.scope)
	}
	return challenge
}

// asset is a file that is the same for everybody, so browsers may keep it.
func asset(name, mediaType string) http.Handler {
	content, err := Source.ReadFile(name)
	if err != nil {
		panic(err) // the list in source.go lacks it
	}
	tag := fmt.Sprintf(`"%.16x"`, sha256.Sum256(content))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}
