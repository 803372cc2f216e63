package lab

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
)

// maxInspect is the most that an inspector reads, in bytes: a token of a million
// and its key, and more.
const maxInspect = 4 << 20

var errInspectLarge = &failure{
	status: http.StatusRequestEntityTooLarge, heading: "That is too much to inspect",
	text: "The inspectors read 4 MiB at most. Tokens and cookies of that size work nowhere: servers stop reading a header after some 8 to 32 KiB. Inspect a part of it.",
}

// inspectForm is form for an inspector's own limit. A request that says that it
// is longer is refused before it is read.
func inspectForm(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.ContentLength > maxInspect {
			return errInspectLarge
		}
		err := r.ParseForm()
		if errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return errInspectLarge
		}
		if err != nil {
			return badRequest("The form could not be read. Use the controls of the inspector’s page.", err)
		}
		return h(w, r)
	}
}

// readJSON reads a request's JSON object into v.
func readJSON(r *http.Request, v any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &failure{
			status: http.StatusUnsupportedMediaType, heading: "That is not JSON", cause: err,
			text: "Send an object with Content-Type: application/json.",
		}
	}
	if r.ContentLength > maxInspect {
		return errInspectLarge
	}
	err = json.NewDecoder(r.Body).Decode(v)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return errInspectLarge
	}
	if err != nil {
		return badRequest("The content is not the JSON object that is expected here: "+err.Error()+".", err)
	}
	return nil
}

// adaptJSON is adapt for answers in JSON: what went wrong is {"error": …}.
func (l *Lab) adaptJSON(h handler) http.Handler {
	return l.adapt(func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if f, ok := errors.AsType[*failure](err); ok {
			return answerJSON(w, f.status, map[string]string{"error": f.heading + ". " + f.text})
		}
		return err
	})
}

func answerJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a visitor who has gone is no failure of ours
	return nil
}
