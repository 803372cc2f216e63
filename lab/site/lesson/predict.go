package lesson

import (
	"errors"
	"net/http"
	"strconv"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/plot"
	"authlab/lab/site/web"
)

// Predict is POST /bench/{id}/predict: slug, and option (from 1), skip or found.
// It locks a prediction in, skips it, or notes that its result was seen.
func (le *Pages) Predict(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	p, ok := le.prediction(r.PostFormValue("slug"))
	if !ok {
		return web.BadRequest("There is no such prediction. Use the ones on the bench’s page.", nil)
	}
	if r.PostFormValue("found") != "" {
		err = b.Found(p.Slug)
	} else {
		err = le.lockIn(b, p, r)
	}
	if errors.Is(err, bench.ErrLocked) || errors.Is(err, bench.ErrNoAnswer) {
		return &web.VisitorError{
			Status: http.StatusConflict, Heading: "That prediction stands", Cause: err,
			Text: "A prediction is made once, before the request is sent. Start over to make it again.",
		}
	}
	if err != nil {
		return err
	}
	return back(w, r, b)
}

func (le *Pages) lockIn(b *bench.Bench, p content.Prediction, r *http.Request) error {
	if r.PostFormValue("skip") != "" {
		return b.Predict(p.Slug, 0)
	}
	option, err := strconv.Atoi(r.PostFormValue("option"))
	if err != nil || option < 1 || option > len(p.Options) {
		return web.BadRequest("Choose one of the answers first, or skip the question.", err)
	}
	return b.Predict(p.Slug, option)
}

func (le *Pages) prediction(slug string) (content.Prediction, bool) {
	for _, p := range le.uses.Predictions {
		if p.Slug == slug && p.Step != plot.NoStep {
			return p, true
		}
	}
	return content.Prediction{}, false
}
