package session

import (
	"fmt"
	"net/http"
)

// renewed is a handler to whose requests the session is known: it is loaded before
// and saved after, and that is all that renewing takes.
//
// Where there is an IdleTimeout, each request that belongs to a session has its
// record written again with a new end, and the browser is given the same id once
// more. Without one only what has changed is saved. The Lifetime counts from the
// login, and no request moves it.
func (a *App) renewed(h http.Handler) http.Handler {
	loaded := a.sessions.LoadAndSave(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		loaded.ServeHTTP(&oneAnswer{ResponseWriter: w}, r)
	})
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
