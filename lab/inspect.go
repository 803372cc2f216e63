package lab

import (
	"encoding/json"
	"errors"
	"io"
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

// readJSON reads a request's JSON object into v, and refuses what v does not have:
// a name that was mistyped would else be passed over in silence.
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
	if err = decodeOne(r.Body, v); err == nil {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return errInspectLarge
	}
	f := &failure{
		status: http.StatusBadRequest, heading: "That cannot be read", cause: err,
		text: "The content is not the JSON object that is expected here: " + err.Error() + ".",
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		f.field = wrong.Field
	}
	return f
}

// decodeOne reads one JSON value with no field that v does not have, and nothing
// after it.
func decodeOne(from io.Reader, v any) error {
	d := json.NewDecoder(from)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	_, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	}
	return errors.New("something follows the object")
}
