package lab

import (
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/share"
)

// refusal says which budget was used up and what to do.
func refusal(w http.ResponseWriter, err error, limits bench.Limits) error {
	f := &failure{status: http.StatusTooManyRequests, heading: "Too many requests", cause: err}
	switch {
	case errors.Is(err, journal.ErrFull):
		f.heading = "This bench is full"
		f.text = fmt.Sprintf("It has recorded %d exchanges or actions, which is its limit, so nothing more can be done with it: nothing happens here that is not recorded. Reset it under “Start over” on its page, or make a new bench.", limits.Exchanges)
	case errors.Is(err, bench.ErrBusy):
		w.Header().Set("Retry-After", "1")
		f.text = fmt.Sprintf("A bench answers %g requests a second. Wait a second and send it again; this one was neither handled nor recorded.", limits.Rate)
	case errors.Is(err, bench.ErrMemory):
		f.heading = "Your share of the memory is used up"
		f.text = "The benches that were made from your network address hold as many bytes as may be held from one, and none of them can be ended to make room: a class follows them, or this one holds nearly all of it. Start over on a bench that you do not need, or end a class. This request was neither handled nor recorded; other visitors are served as before."
	case errors.Is(err, bench.ErrStreams):
		w.Header().Set("Retry-After", "5")
		f.text = fmt.Sprintf("This bench is open in %d windows that follow it live, which is its limit. Close one; this one works by reloading.", limits.Streams)
	default:
		return err
	}
	return f
}

// find returns the bench that the path names, errNoBench or errEvicted.
func (s *Site) find(r *http.Request) (*bench.Bench, error) {
	id := r.PathValue("id")
	b, ok := s.benches.Find(id)
	switch {
	case ok:
		return b, nil
	case s.benches.Evicted(id):
		return nil, errEvicted
	}
	return nil, errNoBench
}

// newBench makes a bench for whoever asks, if its share of the memory allows.
func (s *Site) newBench(w http.ResponseWriter, r *http.Request) (*bench.Bench, error) {
	b, err := s.benches.MakeFor(share.From(r.Context()))
	if err != nil {
		return nil, s.refusal(w, r, err)
	}
	return b, nil
}

// refusal is the failure of a request that is over a budget of its bench's.
func (s *Site) refusal(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, bench.ErrMemory) {
		c := share.From(r.Context())
		s.admission.Refused(c, memory)
		s.admission.noteRefusal(&share.SpentError{Client: c, Kind: memory})
	}
	return refusal(w, err, s.benches.Limits())
}

// change changes a bench's settings. To make an RSA key takes long: it waits for its
// turn, so that nobody else's step waits for it.
func (s *Site) change(w http.ResponseWriter, r *http.Request, b *bench.Bench, to settings.Settings) error {
	if b.NeedsRSA(to) {
		leave, err := s.admission.keys.Enter(r.Context(), share.From(r.Context()))
		if err != nil {
			return tooBusy(w, "Making an RSA key takes", err)
		}
		defer leave()
	}
	return b.Change(to)
}
