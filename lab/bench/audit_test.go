package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/store"
	"authlab/lab/token"
)

// broken is a store that can do nothing.
type broken struct {
	store.Store
	err error
}

func (b broken) Find(context.Context, string) (store.Row, store.Missing, error) {
	return store.Row{}, "", b.err
}
func (b broken) Commit(context.Context, string, []byte, time.Time) (bool, error) { return false, b.err }
func (b broken) Delete(context.Context, string) (bool, error)                    { return false, b.err }
func (b broken) All(context.Context) ([]store.Row, error)                        { return nil, b.err }
func (b broken) Update(context.Context, string, func(store.Row) ([]byte, time.Time, bool)) (store.Row, store.Missing, error) {
	return store.Row{}, "", b.err
}

// TestBrokenPartsSaySo asks each part that an app is given for what it cannot do:
// the app hears the cause, and one event says what failed.
func TestBrokenPartsSaySo(t *testing.T) {
	down := errors.New("down")
	late := fmt.Errorf("find a row: %w", context.DeadlineExceeded)
	c := &clock{}
	sessions := func(err error) *sessionStore { return &sessionStore{clock: c, rows: broken{err: err}} }
	refresh := refreshTokens{&kept{Store: broken{err: down}, kind: journal.RefreshRecord}}
	denied := denylist{&kept{Store: broken{err: down}, kind: journal.DeniedRecord}, c}
	for _, tt := range []struct {
		want  string
		cause error
		do    func(context.Context) error
	}{
		{"store find a record fault", down, func(ctx context.Context) error { _, _, err := sessions(down).FindCtx(ctx, "a"); return err }},
		{"store find a record timeout", late, func(ctx context.Context) error { _, _, err := sessions(late).FindCtx(ctx, "a"); return err }},
		{"store write a record fault", down, func(ctx context.Context) error {
			return sessions(down).CommitCtx(ctx, "a", stored(t, "reader"), time.Now())
		}},
		{"store write a record fault", nil, func(ctx context.Context) error { return sessions(down).CommitCtx(ctx, "a", []byte("?"), time.Now()) }},
		{"store delete a record timeout", late, func(ctx context.Context) error { return sessions(late).DeleteCtx(ctx, "a") }},
		{"store write a record fault", down, func(ctx context.Context) error { return refresh.Put(ctx, "a", token.RefreshToken{}) }},
		{"store find a record fault", down, func(ctx context.Context) error { _, err := refresh.Find(ctx, "a"); return err }},
		{"store mark a record as used fault", down, func(ctx context.Context) error { _, err := refresh.Use(ctx, "a", time.Now()); return err }},
		{"store delete a record fault", down, func(ctx context.Context) error { return refresh.End(ctx, "a") }},
		{"store write a record fault", down, func(ctx context.Context) error { return denied.Deny(ctx, "a", time.Now()) }},
		{"store list its records fault", down, func(ctx context.Context) error { _, err := denied.Denied(ctx, "a"); return err }}, // something was written, or tried
		{"accounts raise an account's version fault", ErrNoAccount, func(ctx context.Context) error { return newAccounts().raise(ctx, "nobody") }},
		{"keys find the key to sign with fault", token.ErrNoKey, func(ctx context.Context) error {
			_, _, err := keysOf{newKeys(time.Now()), "ES256"}.Signing(ctx)
			return err
		}},
	} {
		var rec recording
		err := tt.do(withRecording(t.Context(), &rec))
		if err == nil || tt.cause != nil && !errors.Is(err, tt.cause) {
			t.Errorf("%s: the app hears %v", tt.want, err)
		}
		var got []string
		for _, e := range rec.events {
			if e.event.Kind == journal.PartFailed {
				got = append(got, e.event.Field("part")+" "+e.event.Field("doing")+" "+e.event.Field("why"))
			}
		}
		if !slices.Equal(got, []string{tt.want}) {
			t.Errorf("the events say %q, want %q", got, tt.want)
		}
	}
}

// TestAuditNotesChecks in their order.
func TestAuditNotesChecks(t *testing.T) {
	var rec recording
	ctx := withRecording(t.Context(), &rec)
	audit(ctx, "a", true)
	audit(ctx, "b", false)
	audit(ctx, "a", true)
	want := []string{"a true", "b false", "a true"}
	got := rec.since(time.Now())
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i, e := range got {
		if e.Kind != journal.CheckMade || e.Field("check")+" "+e.Field("passed") != want[i] {
			t.Errorf("event %d is %+v, want %s", i, e, want[i])
		}
	}
}
