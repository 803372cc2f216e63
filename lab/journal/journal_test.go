package journal_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

func noStep(*journal.Exchange, journal.View) int { return plot.NoStep }

func numbers(v journal.View) (list []int) {
	for _, x := range v.Exchanges {
		list = append(list, x.Number)
	}
	return list
}

// TestExchangesStandInTheOrderInWhichTheyBegan appends in other orders than that
// of the numbers.
func TestExchangesStandInTheOrderInWhichTheyBegan(t *testing.T) {
	for _, c := range []struct {
		appended []int
		want     []int
	}{
		{[]int{1, 2, 3, 4}, []int{1, 2, 3, 4}}, {[]int{4, 3, 2, 1}, []int{1, 2, 3, 4}}, {[]int{2, 1, 4, 3}, []int{1, 2, 3, 4}}, {[]int{3, 1}, []int{1, 3}}, {nil, nil},
	} {
		j := journal.New(4)
		for want := range 4 {
			if n, err := j.Reserve(); n != want+1 || err != nil {
				t.Fatalf("Reserve: %d, %v; want %d", n, err, want+1)
			}
		}
		for _, n := range c.appended {
			j.Append(&journal.Exchange{Number: n}, noStep)
		}
		v := j.View()
		if got := numbers(v); !slices.Equal(got, c.want) {
			t.Errorf("appended %v: the view is %v, want %v", c.appended, got, c.want)
		}
		for n := range 6 {
			x, ok := v.Exchange(n)
			if ok != slices.Contains(c.want, n) || ok && x.Number != n {
				t.Errorf("appended %v: Exchange(%d) is %v, %t", c.appended, n, x, ok)
			}
		}
	}
}

// TestAFullJournalGivesNoNumber counts what was turned away, too.
func TestAFullJournalGivesNoNumber(t *testing.T) {
	for limit, want := range map[int]int{-1: 1, 0: 1, 1: 1, 3: 3} {
		j := journal.New(limit)
		given := 0
		for range want + 2 {
			n, err := j.Reserve()
			if err == nil {
				given++
			} else if !errors.Is(err, journal.ErrFull) || n != 0 {
				t.Errorf("limit %d: Reserve gives %d, %v", limit, n, err)
			}
		}
		j.TurnAway()
		if v := j.View(); given != want || v.Limit != want || j.Limit() != want || v.TurnedAway != 3 {
			t.Errorf("limit %d: %d numbers given, limit %d, %d turned away; want %d, %d, 3", limit, given, v.Limit, v.TurnedAway, want, want)
		}
	}
}

// TestTheTagSeesWhatCameBefore is how a step is named.
func TestTheTagSeesWhatCameBefore(t *testing.T) {
	j := journal.New(9)
	j.Append(&journal.Exchange{Number: 1, Flow: journal.Session}, noStep)
	j.Append(&journal.Exchange{Number: 2, Flow: journal.Token}, noStep)
	var earlier []int
	j.Append(&journal.Exchange{Number: 3, Flow: journal.Session}, func(_ *journal.Exchange, v journal.View) int {
		earlier = numbers(v)
		return 7
	})
	x, _ := j.View().Exchange(3)
	if !slices.Equal(earlier, []int{1, 2}) || x.Step != 7 {
		t.Errorf("the tag saw %v and the step is %d; want [1 2], 7", earlier, x.Step)
	}
	all := func(*journal.Exchange) bool { return true }
	first := func(x *journal.Exchange) bool { return x.Number == 1 }
	none := func(*journal.Exchange) bool { return false }
	v := j.View()
	if v.Latest(journal.Session, all).Number != 3 || v.Latest(journal.Token, all).Number != 2 || v.Latest(journal.Session, first).Number != 1 || v.Latest(journal.Session, none) != nil {
		t.Error("Latest does not find the exchange with the highest number that is wanted")
	}
}

// TestActionsStandBetweenExchanges notes after which exchange each was done.
func TestActionsStandBetweenExchanges(t *testing.T) {
	j := journal.New(9)
	j.Act(journal.Action{Kind: journal.RoleChanged})
	for range 3 {
		_, _ = j.Reserve() // has room
	}
	j.Act(journal.Action{Kind: journal.ClockMoved, After: 99})
	a := j.View().Actions
	if len(a) != 2 || a[0].After != 0 || a[1].After != 3 || a[0].Kind != journal.RoleChanged || a[1].Kind != journal.ClockMoved {
		t.Errorf("the actions are %+v", a)
	}
}

// TestListeners are told of what is appended, until they or the journal end.
func TestListeners(t *testing.T) {
	j := journal.New(9)
	a, endA := j.Listen()
	b, endB := j.Listen()
	j.Append(&journal.Exchange{Number: 1, Flow: journal.Token}, func(*journal.Exchange, journal.View) int { return 5 })
	endA()
	endA() // twice does no harm
	j.Act(journal.Action{Kind: journal.RoleChanged})
	j.Close()
	endB()
	first := journal.Notice{Exchange: 1, Flow: journal.Token, Step: 5}
	for name, c := range map[string]struct {
		notices <-chan journal.Notice
		want    []journal.Notice
	}{"ended": {a, []journal.Notice{first}}, "until the end": {b, []journal.Notice{first, {Step: plot.NoStep}}}} {
		var got []journal.Notice
		for n := range c.notices { // ends because the channel is closed
			got = append(got, n)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: told %v, want %v", name, got, c.want)
		}
	}
	late, end := j.Listen()
	defer end()
	if _, open := <-late; open {
		t.Error("a closed journal tells something")
	}
}

// TestASlowListenerHoldsNobodyUp appends more than a listener has room for.
func TestASlowListenerHoldsNobodyUp(t *testing.T) {
	j := journal.New(1000)
	notices, end := j.Listen()
	for n := range 1000 {
		j.Append(&journal.Exchange{Number: n + 1}, noStep)
	}
	end()
	got := 0
	for n := range notices {
		if got++; n.Exchange != got {
			t.Fatalf("notice %d is of exchange %d", got, n.Exchange)
		}
	}
	if got == 0 || got == 1000 || len(j.View().Exchanges) != 1000 {
		t.Errorf("told %d times of %d exchanges", got, len(j.View().Exchanges))
	}
}

// TestViewsNeverChange reads views while others append, in any order.
func TestViewsNeverChange(t *testing.T) {
	const writers, each = 8, 100
	j := journal.New(writers * each)
	var work sync.WaitGroup
	for range writers {
		work.Go(func() {
			for range each {
				n, err := j.Reserve()
				if err != nil {
					t.Error(err)
					return
				}
				before := j.View()
				seen := numbers(before)
				j.Append(&journal.Exchange{Number: n}, noStep)
				j.Act(journal.Action{})
				if !slices.Equal(numbers(before), seen) || !slices.IsSorted(seen) {
					t.Errorf("a view changed, or was out of order: %v", seen)
				}
			}
		})
	}
	work.Wait()
	v := j.View()
	if len(v.Exchanges) != writers*each || len(v.Actions) != writers*each {
		t.Errorf("%d exchanges and %d actions, want %d of each", len(v.Exchanges), len(v.Actions), writers*each)
	}
	_ = append(v.Exchanges, &journal.Exchange{Number: -1})
	if x := j.View().Exchanges; x[len(x)-1].Number != writers*each {
		t.Error("appending to a view reaches the journal")
	}
}
