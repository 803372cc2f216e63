package web

import (
	"bytes"
	"context"
	"net/http"

	"github.com/a-h/templ"

	"authlab/lab/share"
	"authlab/lab/site/page"
)

// Chrome is what is around a page with a title.
func (s *Site) Chrome(title string) page.Chrome {
	return page.Chrome{Title: title, Assets: s.config.Assets}
}

// Render answers with a component.
func (s *Site) Render(w http.ResponseWriter, status int, c templ.Component, r *http.Request) error {
	return s.Draw(w, status, r, func() templ.Component { return c })
}

// Draw answers with a component that is made when its client's turn has come: pages
// take a processor for a moment, and nobody's stands behind a hundred of another's.
// It is rendered whole before the first byte is sent, so that a failure still gets an
// error page; it is sent with no turn taken.
func (s *Site) Draw(w http.ResponseWriter, status int, r *http.Request, made func() templ.Component) error {
	b := templ.GetBuffer()
	defer templ.ReleaseBuffer(b)
	// A client that has closed its sending side has cancelled the request's
	// context, and still waits for the answer.
	ctx := context.WithoutCancel(r.Context())
	leave, err := s.admission.drawing.Enter(ctx, share.From(ctx))
	if err != nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "The lab is busy with other pages. Nothing is lost; load this one again in ten seconds.", http.StatusServiceUnavailable)
		return nil
	}
	if err := drawInto(ctx, b, made, leave); err != nil {
		return err
	}
	back, err := s.admission.inFlight.Take(share.From(ctx), int64(b.Len()))
	if err != nil {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "Too many pages wait to be read at your network address. Nothing is lost; load this one again in two seconds.", http.StatusServiceUnavailable)
		return nil
	}
	defer back()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = bytes.NewReader(b.Bytes()).WriteTo(w) // a visitor who has gone is no failure of ours
	return nil
}

func drawInto(ctx context.Context, b *bytes.Buffer, made func() templ.Component, leave func()) error {
	defer leave()
	return made().Render(ctx, b)
}
