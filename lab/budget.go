package lab

import (
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/bench"
	"authlab/lab/journal"
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
