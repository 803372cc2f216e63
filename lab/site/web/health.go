package web

import (
	"net/http"
	"time"

	"authlab/lab/site/page"
)

// Icon is GET /favicon.ico, which browsers ask for by themselves.
func (s *Site) Icon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.Redirect(w, r, s.config.Assets+"/icon.svg", http.StatusFound)
	return nil
}

// Healthy is GET /healthz: the process answers.
func (s *Site) Healthy(w http.ResponseWriter, _ *http.Request) error {
	_, err := w.Write([]byte("ok\n"))
	return err
}

// Ready returns GET /readyz: the lab takes new visitors. It says no once it is about to
// stop, and while nothing can be saved, which unsaved tells.
func (s *Site) Ready(unsaved func() *page.Unsaved) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error { return s.ready(w, unsaved()) }
}

func (s *Site) ready(w http.ResponseWriter, u *page.Unsaved) error {
	select {
	case <-s.stopping.Done():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return nil
	default:
	}
	if u != nil {
		http.Error(w, "not saving since "+u.Since.UTC().Format(time.RFC3339)+": "+string(u.Why), http.StatusServiceUnavailable)
		return nil
	}
	_, err := w.Write([]byte("ready\n"))
	return err
}
