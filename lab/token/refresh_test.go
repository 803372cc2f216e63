package token

import (
	"errors"
	"testing"
	"time"
)

// A successor that was being written while its family ended is left behind, and
// worth nothing.
func TestLateSuccessor(t *testing.T) {
	w := newWorld(t)
	c := config(w)
	c.Variant = Variant{Refresh: Rotated, RefreshTokens: w.tokens, RefreshLifetime: time.Hour}
	app := New(c)
	first, err := app.issueRefresh(t.Context(), w.accounts["reader"], nil)
	if err != nil {
		t.Fatal(err)
	}
	used, err := app.use(t.Context(), refreshID(first))
	if err != nil || used.Family != refreshID(first) || !used.Used.IsZero() {
		t.Fatalf("the first use: %+v, %v", used, err)
	}
	if err := w.tokens.End(t.Context(), used.Family); err != nil {
		t.Fatal(err)
	}
	late, err := app.issueRefresh(t.Context(), w.accounts["reader"], &used)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.use(t.Context(), refreshID(late)); !errors.Is(err, errGrant) {
		t.Errorf("the late successor: %v, want it refused", err)
	}
}

// Of two uses at once the one that is second in the records may have read the
// clock first. It is second all the same.
func TestClockReadInAnotherOrder(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name  string
		used  time.Time
		grace time.Duration
		spent bool
	}{
		{"not used", time.Time{}, 0, false},
		{"used in a moment", now.Add(time.Millisecond), 0, true},
		{"used now", now, 0, true},
		{"used in a moment, with grace", now.Add(time.Millisecond), time.Second, false},
		{"just before the end of the grace", now.Add(-time.Second + 1), time.Second, false},
		{"at its end", now.Add(-time.Second), time.Second, true},
	} {
		a := &App{variant: Variant{Refresh: Rotated, Grace: c.grace}}
		if got := a.spent(RefreshToken{Used: c.used}, now); got != c.spent {
			t.Errorf("%s: spent %t, want %t", c.name, got, c.spent)
		}
	}
}
