package lab

import (
	"errors"
	"net/http"
	"time"

	"authlab/lab/cookie"
)

// inspectCookieJSON is POST /api/inspect/cookie: a cookie.Input in, a
// cookie.Answer out, both as JSON. Without now, the cookies come now. Nothing is
// kept.
func (l *Lab) inspectCookieJSON(w http.ResponseWriter, r *http.Request) error {
	var in cookie.Input
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Now.IsZero() {
		in.Now = time.Now()
	}
	answer, err := cookie.Inspect(in)
	if wrong, ok := errors.AsType[*cookie.FieldError](err); ok {
		return &failure{status: http.StatusBadRequest, heading: "That cannot be inspected", text: wrong.Text, field: wrong.Field, cause: err}
	}
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, answer)
}
