package room_test

import (
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"authlab/lab/room"
)

// votes are what a round of the poll "q" is shown as, nil where it is not.
func (o opened) votes(round int) []int { return pollOf(o.State(), "q").Rounds[round-1].Votes }

func TestVoting(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	vote := func(id, slug string, round, option int, want error) {
		t.Helper()
		if err := o.Vote(id, slug, round, option); !is(err, want) {
			t.Errorf("%s, %q %d %d: %v, want %v", id, slug, round, option, err, want)
		}
	}
	vote(device(1), "q", 1, 0, room.ErrNoPoll) // early
	o.must(t, ask("q", 3))
	vote(device(1), "q", 1, 0, nil)
	vote(device(1), "q", 1, 0, nil)
	vote(device(1), "q", 1, 2, nil) // a change of mind
	vote(device(2), "q", 1, 2, nil)
	vote(device(3), "q", 1, 1, nil)
	for _, option := range []int{-1, 3, 1 << 40, -1 << 40} {
		vote(device(4), "q", 1, option, room.ErrOption)
	}
	for _, round := range []int{-1, 0, 2, 3} {
		vote(device(4), "q", round, 0, room.ErrNoPoll)
	}
	for _, slug := range []string{"", "Q", "r", "q ", "<b>"} {
		vote(device(4), slug, 1, 0, room.ErrNoPoll)
	}
	for _, id := range []string{"", "short", "with a space in it", "quoted\"quoted\"quoted", "éééééééééééééééé", device(1) + "\x00"} {
		vote(id, "q", 1, 0, room.ErrDevice)
	}
	if o.Answers() != 3 || o.votes(1) != nil || o.Class().Answers != 3 {
		t.Errorf("while it is open: %d answers, %v", o.Answers(), o.votes(1))
	}
	o.must(t, closePoll)
	first := []int{0, 1, 2}
	if !reflect.DeepEqual(o.votes(1), first) || o.Answers() != 0 {
		t.Errorf("once it is closed: %v, %d", o.votes(1), o.Answers())
	}
	vote(device(5), "q", 1, 0, room.ErrNoPoll) // late
	o.must(t, ask("q", 3))
	vote(device(1), "q", 1, 0, room.ErrNoPoll)
	vote(device(1), "q", 2, 0, nil)
	if !reflect.DeepEqual(o.votes(1), first) || o.votes(2) != nil || o.Answers() != 1 {
		t.Errorf("in the second round: %v, %v, %d", o.votes(1), o.votes(2), o.Answers())
	}
	o.must(t, moveTo(1))
	if !reflect.DeepEqual(o.votes(1), first) || !reflect.DeepEqual(o.votes(2), []int{1, 0, 0}) {
		t.Errorf("after both: %v, %v", o.votes(1), o.votes(2))
	}
	if _, err := o.Drive(window(1), ask("q", 3)); !is(err, room.ErrRounds) {
		t.Errorf("a third round: %v", err)
	}
	if err := o.End(window(1)); err != nil {
		t.Fatal(err)
	}
	vote(device(1), "q", 2, 0, room.ErrEnded)
}

func TestARoomTakesSoManyVotes(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	o.must(t, ask("q", 2))
	for n := range room.MaxDevices {
		if err := o.Vote(device(n), "q", 1, n%2); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Vote(device(room.MaxDevices), "q", 1, 0); !is(err, room.ErrFull) {
		t.Errorf("one too many: %v", err)
	}
	if err := o.Vote(device(0), "q", 1, 1); err != nil {
		t.Errorf("a change of mind in a full room: %v", err)
	}
	o.must(t, closePoll)
	if got := o.votes(1); !reflect.DeepEqual(got, []int{room.MaxDevices/2 - 1, room.MaxDevices/2 + 1}) {
		t.Errorf("the votes are %v", got)
	}
}

// TestVotesThatWereTakenAreCounted lets 64 vote, and change their minds, while the
// driver closes: what was taken counts, and what was not does not.
func TestVotesThatWereTakenAreCounted(t *testing.T) {
	for range 30 {
		o := open(t, nil)
		o.watch(t, window(1))
		o.must(t, ask("q", 4))
		var voters sync.WaitGroup
		var taken [64]int // the last option that was acknowledged, from 1
		var first atomic.Int64
		begin := make(chan struct{})
		for n := range taken {
			voters.Go(func() {
				<-begin
				for i := 0; ; i++ {
					if err := o.Vote(device(n), "q", 1, (n+i)%4); err != nil {
						if !is(err, room.ErrNoPoll) {
							t.Error(err)
						}
						return
					}
					taken[n] = (n+i)%4 + 1
					first.Add(1)
				}
			})
		}
		close(begin)
		for first.Load() < 40 { // while they are at it
			runtime.Gosched()
		}
		s := o.must(t, closePoll)
		at := pollOf(s, "q").Rounds[0]
		voters.Wait()
		want, answers := make([]int, 4), 0
		for _, option := range taken {
			if option > 0 {
				want[option-1]++
				answers++
			}
		}
		if !reflect.DeepEqual(at.Votes, want) || at.Answers != answers || !reflect.DeepEqual(o.votes(1), want) {
			t.Fatalf("%v of %d were counted, and %v of %d taken", at.Votes, at.Answers, want, answers)
		}
	}
}
