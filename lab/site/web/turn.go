package web

import (
	"bytes"
	"io"
	"net/http"

	"authlab/lab/share"
)

// InTurn lets an inspector work when its client's turn has come. What is asked was
// read whole before, and what it answers is written after: nobody waits for somebody
// else's connection.
func (s *Site) InTurn(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		content, err := io.ReadAll(r.Body)
		rest := io.Reader(bytes.NewReader(content))
		if err != nil {
			rest = io.MultiReader(rest, failing{err})
		}
		r.Body = io.NopCloser(rest)
		leave, err := s.admission.inspecting.Enter(r.Context(), share.From(r.Context()))
		if err != nil {
			return tooBusy(w, "Long tokens and many cookies take", err)
		}
		answer := &held{ResponseWriter: w}
		if err := inPlace(leave, h, answer, r); err != nil {
			return err
		}
		return answer.send()
	}
}

// inPlace calls a handler and then gives its place back.
func inPlace(leave func(), h Handler, w http.ResponseWriter, r *http.Request) error {
	defer leave()
	return h(w, r)
}

// failing is a reader that fails.
type failing struct{ err error }

// held keeps an answer until it is to be sent.
type held struct {
	http.ResponseWriter
	status  int
	content bytes.Buffer
}

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func (h *held) WriteHeader(status int) { h.status = status }

func (h *held) Write(b []byte) (int, error) { return h.content.Write(b) }

func (h *held) send() error {
	if h.status != 0 {
		h.ResponseWriter.WriteHeader(h.status)
	}
	_, _ = h.content.WriteTo(h.ResponseWriter) // a visitor who has gone is no failure of ours
	return nil
}
