package web

import (
	"errors"
	"net"
	"net/http"
	"regexp"

	"authlab/lab/explain/client"
)

// form reads the form that a request carries, so that h finds all of it or is
// not called.
func form(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := r.ParseForm()
		if err == nil {
			err = r.ParseMultipartForm(maxForm)
		}
		_, tooLarge := errors.AsType[*http.MaxBytesError](err)
		switch {
		case tooLarge:
			return &VisitorError{
				Status: http.StatusRequestEntityTooLarge, Heading: "That form is too large", Cause: err,
				Text: "The lab's own forms are smaller than 64 KiB. Nothing was changed; use the controls on the bench's page.",
			}
		case err != nil && !errors.Is(err, http.ErrNotMultipart):
			return BadRequest("The form could not be read, and nothing was changed. Use the controls on the bench's page.", err)
		}
		return h(w, r)
	}
}

// pageName is how a page calls itself.
var pageName = regexp.MustCompile(`^[0-9a-f]{16,32}$`)

// Viewer is who sends a request to a page of the lab's own.
func Viewer(r *http.Request) client.Client {
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		peer = r.RemoteAddr
	}
	name := r.FormValue("page")
	if !pageName.MatchString(name) {
		name = ""
	}
	return client.Viewer(r, peer, name)
}
