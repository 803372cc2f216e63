package web

import (
	"encoding/json"
	"errors"
	"net/http"
)

// refusalJSON is what an inspector's API answers where it cannot inspect.
type refusalJSON struct {
	Field string `json:"field"` // the field that is wrong, as a path: "request.url"; "" for the content as a whole
	Error string `json:"error"` // what is wrong and what to do
}

// AdaptJSON is adapt for answers in JSON.
func (s *Site) AdaptJSON(h Handler) http.Handler {
	return s.Adapt(func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if f, ok := errors.AsType[*VisitorError](err); ok {
			return AnswerJSON(w, f.Status, refusalJSON{f.Field, f.Heading + ". " + f.Text})
		}
		return err
	})
}

// AnswerJSON answers with a value as JSON. It fails where the value has no JSON.
func AnswerJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a visitor who has gone is no failure of ours
	return nil
}
