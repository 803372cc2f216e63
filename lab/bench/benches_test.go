package bench

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// TestBenchesExpire by not being used, and in the end however much they are.
func TestBenchesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{}, false, nil, nil)
		idle, busy := bs.Make(), bs.Make()
		for hour := 1; hour <= 26; hour++ {
			time.Sleep(time.Hour) // synctest's: no time passes
			_, found := bs.Find(busy.ID())
			if want := hour < 24; found != want {
				t.Errorf("after %d hours a bench that is used is there: %t, want %t", hour, found, want)
			}
			if want := hour < 2; idle.expired(time.Now()) == want {
				t.Errorf("after %d hours a bench that is not used has expired: %t", hour, !want)
			}
		}
		if _, found := bs.Find(idle.ID()); found || bs.Len() != 0 {
			t.Errorf("an expired bench is found: %t; %d are left", found, bs.Len())
		}
	})
}

// TestRunSweeps drops what has expired without being asked for it.
func TestRunSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Idle: 10 * time.Minute}, false, nil, nil)
		b := bs.Make()
		notices, end := b.Listen()
		defer end()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { bs.Run(ctx); close(ended) }()
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		if bs.Len() != 1 {
			t.Error("dropped too early")
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if _, open := <-notices; open || bs.Len() != 0 {
			t.Errorf("listeners told: %t; %d benches are left", !open, bs.Len())
		}
		stop()
		<-ended
	})
}

// TestDefaults are those of the design.
func TestDefaults(t *testing.T) {
	want := Limits{Bytes: 1 << 30, Exchanges: 200, Rate: 30, Burst: 60, Streams: 8, Idle: 2 * time.Hour, Life: 24 * time.Hour}
	if got := (Limits{}).Defaults(); got != want {
		t.Errorf("the defaults are %+v, want %+v", got, want)
	}
	own := Limits{1, 2, 3, 4, 5, 6, 7}
	if got := NewBenches(own, false, nil, nil).Limits(); got != own {
		t.Errorf("%+v becomes %+v", own, got)
	}
}

// TestStreamsAreCounted up and down.
func TestStreamsAreCounted(t *testing.T) {
	b := newBench(Limits{Streams: 2}.Defaults(), false, nil, quiet)
	first, err1 := b.OpenStream()
	_, err2 := b.OpenStream()
	if _, err := b.OpenStream(); err1 != nil || err2 != nil || !errors.Is(err, ErrStreams) {
		t.Errorf("three streams: %v, %v, %v; want the third refused", err1, err2, err)
	}
	first()
	if _, err := b.OpenStream(); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

// TestActionsAreBounded like exchanges are.
func TestActionsAreBounded(t *testing.T) {
	b := newBench(Limits{Exchanges: 3}.Defaults(), false, nil, quiet)
	for i, want := range []error{nil, nil, nil, journal.ErrFull} {
		if err := b.ChangeRole("reader", RoleStaff); !errors.Is(err, want) {
			t.Errorf("role change %d: %v, want %v", i+1, err, want)
		}
	}
	if err := b.MoveClock(time.Hour); !errors.Is(err, journal.ErrFull) || b.Ahead() != 0 {
		t.Errorf("clock: %v, then %s ahead", err, b.Ahead())
	}
	b.Reset()
	if err := b.ChangeRole("reader", RoleMember); err != nil {
		t.Errorf("after a reset: %v", err)
	}
}

// TestResetMakesABenchAsNew under the same id, with another key.
func TestResetMakesABenchAsNew(t *testing.T) {
	b := newBench(Limits{}.Defaults(), false, nil, quiet)
	key, id := b.keys.all()[0], b.ID()
	if err := b.ChangeRole("reader", RoleStaff); err != nil {
		t.Fatal(err)
	}
	b.SetCursor(plot.Role)
	notices, end := b.Listen()
	defer end()
	b.Reset()
	if _, open := <-notices; open {
		t.Error("listeners are not told")
	}
	account, _ := b.State(journal.Session).Account("reader")
	if b.ID() != id || b.Cursor() != plot.NoStep || account.Role != RoleMember || string(b.keys.all()[0].Secret) == string(key.Secret) {
		t.Errorf("after a reset: id kept %t, cursor %d, role %s", b.ID() == id, b.Cursor(), account.Role)
	}
	if err := b.ChangeRole("nobody", RoleStaff); !errors.Is(err, ErrNoAccount) {
		t.Errorf("an account that is none: %v", err)
	}
	if err := b.ChangeRole("reader", "root"); !errors.Is(err, ErrRole) {
		t.Errorf("a role that is none: %v", err)
	}
}
