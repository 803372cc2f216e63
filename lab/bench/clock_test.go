package bench

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/journal"
)

// TestClockMovesForwardOnly is the bench's clock.
func TestClockMovesForwardOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Limits{}.Defaults(), false, nil, quiet)
		for _, c := range []struct {
			by    time.Duration
			err   error
			ahead time.Duration
		}{
			{0, ErrClock, 0}, {-time.Second, ErrClock, 0}, {time.Hour, nil, time.Hour}, {MaxForward, ErrClock, time.Hour},
			{MaxForward - time.Hour, nil, MaxForward}, {1, ErrClock, MaxForward},
		} {
			if err := b.MoveClock(c.by); !errors.Is(err, c.err) || b.Ahead() != c.ahead {
				t.Errorf("move by %s: %v, then %s ahead; want %v, %s", c.by, err, b.Ahead(), c.err, c.ahead)
			}
		}
		if now := b.Now(); !now.Equal(time.Now().Add(MaxForward)) || now.Location() != time.UTC {
			t.Errorf("it is %s", now)
		}
		actions := b.Journal().Actions
		if len(actions) != 2 || actions[0].Kind != journal.ClockMoved || actions[0].Fields[0].Value != "1h0m0s" {
			t.Errorf("noted are %+v", actions)
		}
		b.Reset()
		if b.Ahead() != 0 || len(b.Journal().Actions) != 0 {
			t.Errorf("after a reset it is %s ahead, with %d actions", b.Ahead(), len(b.Journal().Actions))
		}
	})
}

// TestCodecShiftsDeadlines stores by the bench's clock what scs reckons by the
// machine's, wherever the bench's clock stands when it is read.
func TestCodecShiftsDeadlines(t *testing.T) {
	deadline := time.Date(2026, 5, 6, 7, 8, 9, 123_000_000, time.UTC)
	for _, c := range []struct{ atWrite, atRead time.Duration }{{0, 0}, {time.Hour, time.Hour}, {0, 16 * time.Minute}, {time.Hour, 25 * time.Hour}} {
		var k clock
		k.forward(c.atWrite)
		b, err := codec{&k, new(contents)}.Encode(deadline, map[string]any{"user": "reader"})
		if err != nil {
			t.Fatal(err)
		}
		content, err := decodeRecord(b)
		if err != nil || !content.Deadline.Equal(deadline.Add(c.atWrite)) {
			t.Errorf("%v: stored is %s, %v; want %s", c, content.Deadline, err, deadline.Add(c.atWrite))
		}
		k.forward(c.atRead - c.atWrite)
		got, values, err := codec{&k, new(contents)}.Decode(b)
		if err != nil || !got.Equal(deadline.Add(c.atWrite-c.atRead)) || values["user"] != "reader" {
			t.Errorf("%v: read is %s, %v, %v; want %s", c, got, values, err, deadline.Add(c.atWrite-c.atRead))
		}
	}
	if _, _, err := (codec{&clock{}, new(contents)}).Decode([]byte("x")); err == nil {
		t.Error("what is no record is decoded")
	}
}
