package lab

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// testBudgets are budgets of two kinds, with a clock that is moved by hand.
func testBudgets() (*budgets, *time.Time) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	b := newBudgets(map[string]allowance{"a": {rate: rate.Every(3 * time.Second), burst: 20}, "b": {rate: 1, burst: 5, most: 7}})
	b.now = func() time.Time { return now }
	return b, &now
}

// took counts how many of n are granted.
func (b *budgets) took(n int, client, kind string) (granted int) {
	for range n {
		if b.take(client, kind) {
			granted++
		}
	}
	return granted
}

// TestBudgetsAreOnesOwn spends one client's budget of one kind, and finds all others
// whole.
func TestBudgetsAreOnesOwn(t *testing.T) {
	b, now := testBudgets()
	if n := b.took(100, "x", "a"); n != 20 {
		t.Errorf("%d of 100 at once, want 20", n)
	}
	if other, kind := b.took(100, "y", "a"), b.took(100, "x", "b"); other != 20 || kind != 5 {
		t.Errorf("another client took %d, another kind %d", other, kind)
	}
	*now = now.Add(9 * time.Second)
	if n, most := b.took(100, "x", "a"), b.took(100, "x", "b"); n != 3 || most != 2 {
		t.Errorf("nine seconds later %d, want 3; of seven in all %d more, want 2", n, most)
	}
}

// TestWhatIsGivenBackWasNeverSpent takes and gives back more often than there is, and
// never has more than all in the end.
func TestWhatIsGivenBackWasNeverSpent(t *testing.T) {
	b, _ := testBudgets()
	for range 100 {
		if !b.take("x", "a") {
			t.Fatal("what was given back is gone")
		}
		b.giveBack("x", "a")
	}
	b.giveBack("x", "a")
	if n := b.took(100, "x", "a"); n != 20 {
		t.Errorf("%d in the end, want 20", n)
	}
}

// TestSpendersAreBounded lets many come once: memory is bounded, and who still spends
// is not forgotten.
func TestSpendersAreBounded(t *testing.T) {
	b, _ := testBudgets()
	b.took(100, "busy", "a")
	for i := range 3 * maxSpenders {
		b.take(strconv.Itoa(i), "a")
		if b.take("busy", "a") {
			t.Fatalf("after %d others, what one has spent is forgotten", i)
		}
	}
	if len(b.by) != maxSpenders || b.recent.Len() != maxSpenders {
		t.Errorf("%d are remembered, %d in order", len(b.by), b.recent.Len())
	}
	g := newGuests()
	for i := range 2 * maxGuests {
		g.welcome(strconv.Itoa(i), "AAAA-AAAA")
	}
	if len(g.by) != maxGuests || !g.knows(strconv.Itoa(2*maxGuests-1), "AAAA-AAAA") || g.knows("0", "AAAA-AAAA") {
		t.Errorf("%d guests are remembered", len(g.by))
	}
}

func TestClientOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:99": "fe80::/64", "[::1]:5": "::/64", "@": "@",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = remote
		if got := clientOf(r); got != want {
			t.Errorf("%s is the client %s, want %s", remote, got, want)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://lab.example": "https://lab.example", "http://LAB.example:8080/": "http://lab.example:8080", "http://[fd00::2]:81": "http://[fd00::2]:81",
		"": "", "lab.example": "", "ftp://lab.example": "", "https://": "", "https://a/b": "", "https://a?x=1": "", "https://a#x": "", "https://u:p@a": "",
		"https://a b": "", "https://a:99999": "", "https:a": "", "https://:80": "",
	} {
		got, err := BaseURL(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", text, got, err, want)
		}
	}
}
