package bench

import (
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

func from(agent, remote string) *http.Request {
	return &http.Request{RemoteAddr: remote, Header: http.Header{"User-Agent": {agent}}}
}

// What is being sent is not shown until it is over, whoever looks, and what others
// send meanwhile is theirs.
func TestSending(t *testing.T) {
	b := newBench(Limits{}.Defaults(), false, nil, slog.New(slog.DiscardHandler))
	b.journal.Load().Append(&journal.Exchange{Number: reserve(t, b)}, func(*journal.Exchange, journal.View) int { return 0 })
	notices, end := b.Listen()
	defer end()
	b.Begin(7, true, "bw", from("A", "10.0.0.1:1"))
	b.Begin(7, false, "bw", from("A", "10.0.0.1:2"))
	b.journal.Load().Append(&journal.Exchange{Number: reserve(t, b)}, func(*journal.Exchange, journal.View) int { return 7 })
	<-notices
	if n, m := len(b.Shown().Exchanges), len(b.Journal().Exchanges); n != 1 || m != 2 {
		t.Errorf("of %d exchanges %d are shown, want 1 of 2", m, n)
	}
	for _, c := range []struct {
		agent, remote, page string
	}{{"A", "10.0.0.1:9", "bw"}, {"B", "10.0.0.1:9", ""}, {"A", "10.0.0.2:9", ""}} {
		if page, restores := b.sentBy(from(c.agent, c.remote), peerOf(c.remote)); page != c.page || restores {
			t.Errorf("what %s at %s sends is of page %q and restores %v, want %q", c.agent, c.remote, page, restores, c.page)
		}
	}
	b.End()
	if n := <-notices; n.Exchange != 0 || len(b.Shown().Exchanges) != 2 || b.Cursor() != plot.NoStep {
		t.Errorf("after the end %+v is told, %d are shown, the cursor is %d", n, len(b.Shown().Exchanges), b.Cursor())
	}
}

func reserve(t *testing.T, b *Bench) int {
	t.Helper()
	n, err := b.journal.Load().Reserve()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A page that is gone holds nothing back for longer than the lease; one that goes on
// keeps it.
func TestSendingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Limits{}.Defaults(), false, nil, slog.New(slog.DiscardHandler))
		b.Begin(5, false, "", from("A", "a"))
		time.Sleep(sendingLease)
		b.goesOn()
		time.Sleep(sendingLease)
		if _, is := b.Sending(); !is {
			t.Error("it went on, and counts as given up")
		}
		time.Sleep(time.Second)
		if s, is := b.Sending(); is {
			t.Errorf("%+v is still being sent", s)
		}
	})
}

// By hand, the page that has sent an exchange says so; the first one counts, and only
// one of the same place.
func TestClaim(t *testing.T) {
	b := newBench(Limits{}.Defaults(), false, nil, slog.New(slog.DiscardHandler))
	for _, x := range []*journal.Exchange{
		{By: journal.Visitor, Peer: "a"}, {By: journal.Visitor, Peer: "a", Page: "sentby"}, {By: journal.Replay, Peer: "a"},
	} {
		x.Number = reserve(t, b)
		b.journal.Load().Append(x, func(*journal.Exchange, journal.View) int { return 0 })
	}
	b.Claim(1, "", from("A", "a:1"))
	b.Claim(1, "otherplace", from("A", "b:1"))
	b.Claim(1, "firstpage", from("A", "a:1"))
	b.Claim(1, "secondpage", from("A", "a:1"))
	b.Claim(2, "latepage", from("A", "a:1"))
	b.Claim(3, "thiefpage", from("A", "a:1"))
	b.Claim(4, "nonesuch", from("A", "a:1"))
	for n, want := range []string{"firstpage", "sentby", ""} {
		x, _ := b.Journal().Exchange(n + 1)
		if got := b.PageOf(x); got != want {
			t.Errorf("exchange %d is of page %q, want %q", n+1, got, want)
		}
	}
}
