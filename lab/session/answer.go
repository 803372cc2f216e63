package session

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// policy is the Content-Security-Policy of every page: no script at all, and
// style and forms from this site only.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

var style = asset("style.css", "text/css; charset=utf-8")

// handler answers a request, or returns why it does not.
type handler func(http.ResponseWriter, *http.Request) error

// refusal is an expected failure: its message tells the visitor what to do.
type refusal struct {
	status  int
	message string
}

func (e *refusal) Error() string { return e.message }

var (
	errStranger = errors.New("no session of an account")
	errNoPage   = &refusal{http.StatusNotFound, "There is no such page in this library."}
	errForeign  = &refusal{http.StatusForbidden, "This form was sent from another site. Please use the form on this one."}
	errBroken   = &refusal{http.StatusInternalServerError, "Something broke on our side. Please try again."}
)

// public is a handler that knows no session.
func (a *App) public(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			a.refuse(w, r, err)
		}
	})
}

// crossOrigin tells requests that another site's page made the browser send.
var crossOrigin = http.NewCrossOriginProtection()

// personal is a handler that knows the session: it is loaded before and saved
// after.
//
// The browser attaches the cookie by itself, also to a form post that another
// site started. So each request that changes something must prove that it came
// from our own page: cross-site request forgery is the price of a credential
// that travels by itself.
func (a *App) personal(h handler) http.Handler {
	return a.guarded(a.sessions.LoadAndSave(a.public(h)))
}

// guarded lets through what did not come from another site's page.
func (a *App) guarded(known http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.passes(r.Context(), "same origin", crossOrigin.Check(r) == nil) {
			a.refuse(w, r, errForeign)
			return
		}
		known.ServeHTTP(&oneAnswer{ResponseWriter: w}, r)
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

// frame is what surrounds a page for account, where the zero Account is a
// stranger.
func (a *App) frame(title string, account Account) frame {
	known := account != Account{}
	return frame{Base: a.base, Title: title, LogIn: !known, LogOut: known}
}

// see sends the browser on to another page. 303 makes it ask with GET, so that
// reloading that page does not post the form again.
func (a *App) see(w http.ResponseWriter, r *http.Request, page string) {
	http.Redirect(w, r, a.base+page, http.StatusSeeOther)
}

// refuse answers for a handler that returned an error. A stranger is sent to
// log in.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errStranger) {
		a.see(w, r, "login")
		return
	}
	no, expected := errors.AsType[*refusal](err)
	if !expected {
		a.log.ErrorContext(r.Context(), "request failed", "cause", err)
		no = errBroken
	}
	content := messagePage(frame{Base: a.base, Title: http.StatusText(no.status)}, no.status, no.message)
	if err := a.page(w, r, no.status, content); err != nil {
		a.log.ErrorContext(r.Context(), "error page failed", "cause", err)
	}
}

// oneAnswer keeps a session that cannot be saved from being answered twice: scs
// saves it when the handler begins to write, calls refuseUnsaved if that fails,
// and then lets the handler write its own answer as well.
type oneAnswer struct {
	http.ResponseWriter
	given bool
}

// WriteHeader implements http.ResponseWriter.
func (w *oneAnswer) WriteHeader(status int) {
	if !w.given {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (w *oneAnswer) Write(b []byte) (int, error) {
	if w.given {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// refuseUnsaved is the one answer to a request whose session could not be
// loaded or saved.
func (a *App) refuseUnsaved(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Del("Location") // of a redirect that the handler was about to send
	a.refuse(w, r, fmt.Errorf("load or save session: %w", err))
	w.(*oneAnswer).given = true
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
