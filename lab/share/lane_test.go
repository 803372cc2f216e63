package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestLaneTakesTurns between the clients, whatever one of them asks for.
func TestLaneTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(1)
		first, err := l.Enter(t.Context(), "flood")
		if err != nil {
			t.Fatal(err)
		}
		var served []Client
		wait := func(c Client) {
			go func() {
				leave, err := l.Enter(context.Background(), c)
				if err != nil {
					t.Error(err)
					return
				}
				served = append(served, c)
				leave()
				leave() // which does nothing
			}()
			synctest.Wait()
		}
		for range 50 {
			wait("flood")
		}
		wait("anna")
		wait("ben")
		wait("anna")
		if n := l.Waiting(); n != 53 {
			t.Errorf("%d wait", n)
		}
		first()
		synctest.Wait()
		if want := []Client{"flood", "anna", "ben", "flood", "anna", "flood"}; !slices.Equal(served[:6], want) || len(served) != 53 {
			t.Errorf("served %q, in all %d", served[:6], len(served))
		}
		if l.Waiting() != 0 || l.free != 1 {
			t.Errorf("%d wait, %d places are free", l.Waiting(), l.free)
		}
	})
}

// TestLaneIsLeft by who does not want to wait, who has waited for too long and who
// finds too many of its own there; nobody loses a place by that.
func TestLaneIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(2)
		var leave []func()
		for _, c := range []Client{"a", "d"} {
			f, err := l.Enter(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, f)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Enter(ctx, "b"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gives up gets %v", err)
		}
		if _, err := l.Enter(t.Context(), "b"); !errors.Is(err, ErrWait) {
			t.Errorf("who waits for long gets %v", err)
		}
		for range maxWaiting {
			go func() { _, _ = l.Enter(ctx, "c") }()
		}
		// The context has ended: they leave again at once.
		synctest.Wait()
		if l.Waiting() != 0 {
			t.Errorf("%d wait", l.Waiting())
		}
		all, end := context.WithCancel(t.Context())
		for range maxWaiting {
			go func() { _, _ = l.Enter(all, "c") }()
		}
		synctest.Wait()
		if _, err := l.Enter(t.Context(), "c"); !errors.Is(err, ErrCrowd) {
			t.Errorf("one more of a crowd gets %v", err)
		}
		end()
		synctest.Wait()
		for _, f := range leave {
			f()
		}
		if len(l.turn) != 0 || len(l.waiting) != 0 || l.free != 2 {
			t.Errorf("left behind: %q, %v, %d", l.turn, l.waiting, l.free)
		}
	})
}

// TestLaneLeavesHalf of its places to others, whatever one client asks for.
func TestLaneLeavesHalf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(5)
		held := map[Client][]func(){}
		enter := func(c Client) {
			go func() {
				if leave, err := l.Enter(t.Context(), c); err == nil {
					held[c] = append(held[c], leave)
				}
			}()
			synctest.Wait()
		}
		for range 6 {
			enter("flood")
		}
		if n := len(held["flood"]); n != 3 {
			t.Errorf("one client has %d of 5 places", n)
		}
		enter("anna")
		enter("ben")
		enter("carl")
		if len(held["anna"]) != 1 || len(held["ben"]) != 1 || len(held["carl"]) != 0 {
			t.Errorf("the others have %v", held)
		}
		held["anna"][0]()
		synctest.Wait()
		if len(held["flood"]) != 3 || len(held["carl"]) != 1 {
			t.Errorf("a place that comes back goes to %v", held)
		}
		leaves := []func(){held["flood"][0], held["ben"][0]}
		for _, leave := range leaves {
			leave()
		}
		synctest.Wait()
		if n := len(held["flood"]) - 1; n != 3 {
			t.Errorf("the one client has %d places in the end", n)
		}
		if l.free != 1 || l.Waiting() != 2 {
			t.Errorf("%d places are free, %d wait", l.free, l.Waiting())
		}
	})
}

// TestLaneHasClientsRest after their work while somebody else is about, and only then.
func TestLaneHasClientsRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(2)
		among := &Company{}
		// work returns how long a client waits for its place.
		work := func(c Client, length time.Duration) time.Duration {
			asked := time.Now()
			leave, err := l.Enter(With(t.Context(), c, among), c)
			if err != nil {
				t.Fatal(err)
			}
			waited := time.Since(asked)
			time.Sleep(length)
			leave()
			return waited
		}
		for _, c := range []struct {
			seen   Client
			length time.Duration
			waits  time.Duration
			why    string
		}{
			{"flood", 100 * time.Millisecond, 0, "nobody was there before"},
			{"flood", 100 * time.Millisecond, 0, "nobody else is about"},
			{"anna", 100 * time.Millisecond, 0, "it was alone before"},
			{"flood", 300 * time.Millisecond, 200 * time.Millisecond, "anna is about"},
			{"flood", 5 * time.Second, 600 * time.Millisecond, "anna is about"},
			{"flood", 100 * time.Millisecond, 0, "anna has gone long since"},
			{"anna", 999 * time.Millisecond, 0, "it was alone before"},
			{"anna", 0, time.Second, "anna is about, and it has rested for long enough"},
			{"ben", 0, 0, "the last did not take long"},
		} {
			among.Saw(c.seen)
			if got := work("flood", c.length); got != c.waits {
				t.Errorf("with %s about it waits %s, want %s: %s", c.seen, got, c.waits, c.why)
			}
		}
		among.Saw("anna")
		if work("flood", 0); work("anna", time.Second) != 0 || work("flood", 0) != 0 {
			t.Error("a client waits for another's rest")
		}
		time.Sleep(maxRest)
		if len(l.holds) != 0 || l.free != 2 {
			t.Errorf("in the end %v are held, %d are free", l.holds, l.free)
		}
	})
}

// TestAllowances are each client's own, and come back.
func TestAllowances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAllowances(map[Kind]Allowance{"benches": {Rate: 0.5, Burst: 3}})
		for range 3 {
			if err := a.Spend("anna", "benches"); err != nil {
				t.Error(err)
			}
		}
		err := a.Spend("anna", "benches")
		spent, ok := errors.AsType[*SpentError](err)
		if !ok || !errors.Is(err, ErrSpent) || spent.After != 2*time.Second || spent.Client != "anna" {
			t.Errorf("the fourth gets %v", err)
		}
		if err := errors.Join(a.Spend("ben", "benches"), a.Spend("anna", "pages"), a.SpendWithin("anna", "benches", "K7QX")); err != nil {
			t.Errorf("another client, kind or place: %v", err)
		}
		time.Sleep(2 * time.Second)
		if err := a.Spend("anna", "benches"); err != nil {
			t.Errorf("after two seconds: %v", err)
		}
		if got := a.Refusals(); len(got) != 1 || got[0].Count != 1 || got[0].Client != "anna" {
			t.Errorf("refused: %+v", got)
		}
	})
}

// TestMostInAll is all there is, whenever; what is given back was never spent.
func TestMostInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAllowances(map[Kind]Allowance{"names": {Rate: 1, Burst: 5, Most: 7}})
		took := func() (n int) {
			for range 100 {
				if a.SpendWithin("anna", "names", "K7QX") == nil {
					n++
				}
			}
			return n
		}
		if n := took(); n != 5 {
			t.Errorf("%d at once, want 5", n)
		}
		time.Sleep(time.Hour)
		if n := took(); n != 2 {
			t.Errorf("%d an hour later, of seven in all, want 2", n)
		}
		a.Back("anna", "names", "K7QX")
		if n := took(); n != 1 {
			t.Errorf("%d after one was given back, want 1", n)
		}
		for range 100 {
			a.Back("ben", "names", "K7QX")
		}
		for n := range 6 {
			if err := a.SpendWithin("ben", "names", "K7QX"); (err == nil) != (n < 5) {
				t.Errorf("the %d. of one who only gave back: %v", n+1, err)
			}
		}
	})
}

// TestAllowancesForget the clients that were not seen for longest.
func TestAllowancesForget(t *testing.T) {
	a := NewAllowances(map[Kind]Allowance{"x": {Rate: 1e-9, Burst: 1}})
	for n := range maxPurses + 10 {
		c := Client(fmt.Sprint(n))
		if err := a.Spend(c, "x"); err != nil {
			t.Fatal(err)
		}
		_ = a.Spend("0", "x") // which keeps it
	}
	if len(a.purses) != maxPurses || a.recent.Len() != maxPurses {
		t.Errorf("%d purses are kept, %d in the list", len(a.purses), a.recent.Len())
	}
	if a.Spend("0", "x") == nil || a.Spend("1", "x") != nil {
		t.Error("not the one that was unused for longest is forgotten")
	}
}

func TestClientOf(t *testing.T) {
	for address, want := range map[string]Client{
		"192.0.2.7:4711": "192.0.2.7", "192.0.2.7": "192.0.2.7", "[::ffff:192.0.2.7]:1": "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80": "fe80::/64", "[::1]:80": "::/64", "@": "@", "": "local",
	} {
		if got := ClientOf(address); got != want {
			t.Errorf("ClientOf(%q) = %q, want %q", address, got, want)
		}
	}
	if c := From(With(t.Context(), "anna", nil)); c != "anna" || From(t.Context()) != "" {
		t.Errorf("the context is for %q", c)
	}
}
