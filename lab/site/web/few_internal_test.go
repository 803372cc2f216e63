package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"authlab/lab/share"
)

// TestFew lets in as many as it should, and says who is kept out and by which limit.
func TestFew(t *testing.T) {
	t.Parallel()
	f := newFew(2, 3, time.Millisecond, time.Hour)
	enter := func(client share.Client) func() {
		t.Helper()
		p, err := f.enter(t.Context(), client)
		if err != nil {
			t.Fatalf("%s: %v", client, err)
		}
		return func() { f.leave(p) }
	}
	refused := func(client share.Client, why string) {
		t.Helper()
		_, err := f.enter(t.Context(), client)
		said, ok := errors.AsType[*VisitorError](err)
		if !ok || said.Status != http.StatusServiceUnavailable || !strings.Contains(said.Text, why) {
			t.Errorf("%s: %v, want a refusal that says %q", client, err, why)
		}
	}
	first := enter("a")
	enter("a")
	refused("a", "2 long answers at a time to one address")
	second := enter("b")
	refused("c", "3 long answers at a time, ")
	first()
	first() // to leave twice gives no second place
	enter("c")
	refused("d", "3 long answers at a time, ")
	second()
	if len(f.by) != 2 || len(f.taken) != 2 {
		t.Errorf("%d clients in %d places: who has left is still known", len(f.by), len(f.taken))
	}
}

// TestFewWaits gives a place to who waits for it, and lets go of who goes away.
func TestFewWaits(t *testing.T) {
	t.Parallel()
	f := newFew(1, 1, time.Hour, time.Hour)
	first, err := f.enter(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.enter(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone is told %v", err)
	}
	in := make(chan error)
	go func() {
		_, err := f.enter(t.Context(), "b")
		in <- err
	}()
	f.leave(first)
	select {
	case err := <-in:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("a place was given back, and nobody got it")
	}
}

// TestBigSaysWhenToComeBack asks for a big answer where all places are taken.
func TestBigSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	l := &Site{few: newFew(1, 1, time.Millisecond, time.Hour)}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	first, err := l.few.enter(t.Context(), share.From(r.Context()))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	reached := false
	h := l.Big(func(http.ResponseWriter, *http.Request) error { reached = true; return nil })
	if err := h(w, r); err == nil || reached || w.Header().Get("Retry-After") != "30" {
		t.Errorf("reached %v, Retry-After %q, error %v", reached, w.Header().Get("Retry-After"), err)
	}
	l.few.leave(first)
	if err := h(w, r); err != nil || !reached || len(l.few.taken) != 0 {
		t.Errorf("reached %v with %d places taken, error %v", reached, len(l.few.taken), err)
	}
}
