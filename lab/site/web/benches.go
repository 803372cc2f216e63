package web

import (
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/share"
)

// Overdrawn says which budget was used up and what to do.
func Overdrawn(w http.ResponseWriter, err error, limits bench.Limits) error {
	f := &VisitorError{Status: http.StatusTooManyRequests, Heading: "Too many requests", Cause: err}
	switch {
	case errors.Is(err, journal.ErrFull):
		f.Heading = "This bench is full"
		f.Text = fmt.Sprintf("It has recorded %d exchanges or actions, which is its limit, so nothing more can be done with it: nothing happens here that is not recorded. Reset it under “Start over” on its page, or make a new bench.", limits.Exchanges)
	case errors.Is(err, bench.ErrBusy):
		w.Header().Set("Retry-After", "1")
		f.Text = fmt.Sprintf("A bench answers %g requests a second. Wait a second and send it again; this one was neither handled nor recorded.", limits.Rate)
	case errors.Is(err, bench.ErrMemory):
		f.Heading = "Your share of the memory is used up"
		f.Text = "The benches that were made from your network address hold as many bytes as may be held from one, and none of them can be ended to make room: a class follows them, or this one holds nearly all of it. Start over on a bench that you do not need, or end a class. This request was neither handled nor recorded; other visitors are served as before."
	case errors.Is(err, bench.ErrStreams):
		w.Header().Set("Retry-After", "5")
		f.Text = fmt.Sprintf("This bench is open in %d windows that follow it live, which is its limit. Close one; this one works by reloading.", limits.Streams)
	default:
		return err
	}
	return f
}

// Find returns the bench that the path names, errNoBench or errEvicted.
func (s *Site) Find(r *http.Request) (*bench.Bench, error) {
	id := r.PathValue("id")
	b, ok := s.benches.Find(id)
	switch {
	case ok:
		return b, nil
	case s.benches.Evicted(id):
		return nil, errEvicted
	}
	return nil, ErrNoBench
}

// NewBench makes a bench for whoever asks, if its share of the memory allows.
func (s *Site) NewBench(w http.ResponseWriter, r *http.Request) (*bench.Bench, error) {
	b, err := s.benches.MakeFor(share.From(r.Context()))
	if err != nil {
		return nil, s.Refusal(w, r, err)
	}
	return b, nil
}

// Refusal is the failure of a request that is over a budget of its bench's.
func (s *Site) Refusal(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, bench.ErrMemory) {
		c := share.From(r.Context())
		s.admission.Refused(c, memory)
		s.admission.noteRefusal(&share.SpentError{Client: c, Kind: memory})
	}
	return Overdrawn(w, err, s.benches.Limits())
}

// ChangeSettings changes a bench's settings. To make an RSA key takes long: it waits for its
// turn, so that nobody else's step waits for it.
func (s *Site) ChangeSettings(w http.ResponseWriter, r *http.Request, b *bench.Bench, to settings.Settings) error {
	if b.NeedsRSA(to) {
		leave, err := s.admission.keys.Enter(r.Context(), share.From(r.Context()))
		if err != nil {
			return tooBusy(w, "Making an RSA key takes", err)
		}
		defer leave()
	}
	return b.Change(to)
}
