package inspect

import (
	"errors"
	"net/http"
	"time"

	"authlab/lab/cookie"
	"authlab/lab/site/web"
)

// CookieJSON is POST /api/inspect/cookie: a cookie.Input in, a
// cookie.Answer out, both as JSON. Without now, the cookies come now. Nothing is
// kept.
func (p *Pages) CookieJSON(w http.ResponseWriter, r *http.Request) error {
	var in cookie.Input
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Now.IsZero() {
		in.Now = time.Now()
	}
	answer, err := cookie.Inspect(in)
	if wrong, ok := errors.AsType[*cookie.FieldError](err); ok {
		return &web.VisitorError{Status: http.StatusBadRequest, Heading: "That cannot be inspected", Text: wrong.Text, Field: wrong.Field, Cause: err}
	}
	if err != nil {
		return err
	}
	return web.AnswerJSON(w, http.StatusOK, answer)
}
