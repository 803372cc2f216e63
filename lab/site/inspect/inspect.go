package inspect

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/site/web"
)

// Pages are the inspectors' pages and their API.
type Pages struct {
	*web.Site
	sample func() journal.View // the lab's own run of the lesson
}

// New makes the pages. sample returns the lab's own run of the lesson.
func New(site *web.Site, sample func() journal.View) *Pages {
	return &Pages{Site: site, sample: sample}
}

var errInspectLarge = &web.VisitorError{
	Status: http.StatusRequestEntityTooLarge, Heading: "That is too much to inspect",
	Text: "The inspectors read 4 MiB at most. Tokens and cookies of that size work nowhere: servers stop reading a header after some 8 to 32 KiB. Inspect a part of it.",
}

// Form is form for an inspector's own limit. A request that says that it
// is longer is refused before it is read.
func Form(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.ContentLength > web.MaxInspect {
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
			return web.BadRequest("The form could not be read. Use the controls of the inspector’s page.", err)
		}
		return h(w, r)
	}
}

// readJSON reads a request's JSON object into v, and refuses what v does not have:
// a name that was mistyped would else be passed over in silence.
func readJSON(r *http.Request, v any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &web.VisitorError{
			Status: http.StatusUnsupportedMediaType, Heading: "That is not JSON", Cause: err,
			Text: "Send an object with Content-Type: application/json.",
		}
	}
	if r.ContentLength > web.MaxInspect {
		return errInspectLarge
	}
	if err = decodeOne(r.Body, v); err == nil {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return errInspectLarge
	}
	f := &web.VisitorError{
		Status: http.StatusBadRequest, Heading: "That cannot be read", Cause: err,
		Text: "The content is not the JSON object that is expected here: " + err.Error() + ".",
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		f.Field = wrong.Field
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
