package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"authlab/lab/cookie"
)

// maxCookieAPI is the largest content of a request to the cookie inspector's API.
const maxCookieAPI = 1 << 20

// cookieProblemJSON is what the API answers where it cannot inspect.
type cookieProblemJSON struct {
	Field string `json:"field"` // the field that is wrong, as a path: "request.url"; "" for the content as a whole
	Error string `json:"error"` // what is wrong and what to do
}

// cookieAPI is POST /api/inspect/cookie: a cookie.Input in, a cookie.Answer out,
// both as JSON. Without now, the cookies come now. Nothing is kept.
func (l *Lab) cookieAPI(w http.ResponseWriter, r *http.Request) {
	secureHeaders(w)
	w.Header().Set("X-Robots-Tag", "noindex")
	status, answer := inspectJSON(http.MaxBytesReader(w, r.Body, maxCookieAPI), r.Header.Get("Content-Type"), time.Now())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(answer) // a client that has gone is no failure of ours
}

// inspectJSON reads the input and returns the answer with its status.
func inspectJSON(body io.Reader, kind string, now time.Time) (int, any) {
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != "application/json" {
		return http.StatusUnsupportedMediaType, cookieProblemJSON{"", "The content must be JSON. Send it with Content-Type: application/json."}
	}
	var in cookie.Input
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	err := dec.Decode(&in)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something follows the object")
			if _, large := errors.AsType[*http.MaxBytesError](more); large {
				err = more
			}
		}
	}
	if err != nil {
		return unreadable(err)
	}
	if in.Now.IsZero() {
		in.Now = now
	}
	answer, err := cookie.Inspect(in)
	if wrong, ok := errors.AsType[*cookie.FieldError](err); ok {
		return http.StatusBadRequest, cookieProblemJSON{wrong.Field, wrong.Text}
	}
	return http.StatusOK, answer
}

// unreadable says why the content is no input.
func unreadable(err error) (int, any) {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return http.StatusRequestEntityTooLarge, cookieProblemJSON{"", fmt.Sprintf("The content is larger than the limit of %d bytes (1 MiB). Send fewer or shorter lines.", maxCookieAPI)}
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return http.StatusBadRequest, cookieProblemJSON{kind.Field, fmt.Sprintf("The field %s cannot be a JSON %s. It is {url, set_cookies: […], api, earlier: […], now, request: {url, method, initiator, top_level, kind, after}}.", kind.Field, kind.Value)}
	}
	return http.StatusBadRequest, cookieProblemJSON{"", "The content is not the JSON object {url, set_cookies: […], api, earlier: […], now, request: {url, method, initiator, top_level, kind, after}}: " + err.Error() + "."}
}
