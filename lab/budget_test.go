package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab/bench"
)

// TestAFullBenchSaysSo uses up a bench's exchanges. What is answered then is
// answered by the lab, unrecorded, and a reset helps.
func TestAFullBenchSaysSo(t *testing.T) {
	t.Parallel()
	const limit = 6
	w := startLab(t, bench.Limits{Exchanges: limit, Rate: lifted.Rate, Burst: lifted.Burst})
	v, other := w.visit(t), w.visit(t)
	v.logIn(t, reader)
	for range limit - 2 {
		v.get(t, v.path("/session/profile"))
	}
	v.await(t, limit)
	for _, page := range []string{"/session/profile", "/token/profile", "/session/"} {
		got := v.get(t, v.path(page))
		if got.status != http.StatusTooManyRequests || !strings.Contains(got.body, "full") || !strings.Contains(got.body, "Reset") {
			t.Errorf("%s on a full bench: %d, %.200q", page, got.status, got.body)
		}
		if got.header.Get("Content-Security-Policy") == "" || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s on a full bench: not a page of the lab's own: %v", page, got.header)
		}
	}
	if got := v.post(t, v.path("/replay"), "exchange", "1"); got.status != http.StatusTooManyRequests || !strings.Contains(got.body, "full") {
		t.Errorf("replay on a full bench: %d, %.200q", got.status, got.body)
	}
	if j := v.journal(t, limit); j.Bench.TurnedAway != 4 {
		t.Errorf("%d requests counted as turned away, want 4", j.Bench.TurnedAway)
	}
	for _, page := range []string{"", "/exchanges/6", "/journal.json"} {
		if got := v.get(t, v.path(page)); got.status != http.StatusOK {
			t.Errorf("%q of a full bench: %d", page, got.status)
		}
	}
	if got := other.get(t, other.path("/session/login")); got.status != http.StatusOK {
		t.Errorf("another bench answers %d", got.status)
	}
	v.administer(t, "reset")
	if got := v.get(t, v.path("/session/profile")); got.status != http.StatusSeeOther {
		t.Errorf("after the reset the old session is answered with %d, want 303", got.status)
	}
	if j := v.journal(t, 1); j.Bench.TurnedAway != 0 || j.Exchanges[0].Number != 1 {
		t.Errorf("after the reset the first exchange is number %d, turned away %d", j.Exchanges[0].Number, j.Bench.TurnedAway)
	}
}

// TestTooManyRequests sends more than a bench's rate.
func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{Exchanges: 1000, Rate: 1e-9, Burst: 5})
	v, other := w.visit(t), w.visit(t)
	for i := range 10 {
		got := v.get(t, v.path("/token/style.css"))
		want, retry := http.StatusOK, ""
		if i >= 5 {
			want, retry = http.StatusTooManyRequests, "1"
		}
		if got.status != want || got.header.Get("Retry-After") != retry {
			t.Errorf("request %d: %d, Retry-After %q; want %d, %q", i+1, got.status, got.header.Get("Retry-After"), want, retry)
		}
	}
	if got := v.post(t, v.path("/replay"), "exchange", "1"); got.status != http.StatusBadRequest {
		t.Errorf("replay of a style sheet: %d, want 400", got.status)
	}
	if j := v.journal(t, 5); j.Bench.TurnedAway != 5 {
		t.Errorf("%d turned away, want 5", j.Bench.TurnedAway)
	}
	if got := other.get(t, other.path("/token/")); got.status != http.StatusOK {
		t.Errorf("another bench answers %d", got.status)
	}
	if got := v.get(t, v.path("")); got.status != http.StatusOK {
		t.Errorf("the bench page answers %d; the budget is the apps'", got.status)
	}
}

// TestTooManyStreams opens more event streams than a bench may have.
func TestTooManyStreams(t *testing.T) {
	t.Parallel()
	limits := lifted
	limits.Streams = 2
	v := startLab(t, limits).visit(t)
	request := lines("GET "+v.path("/events")+" HTTP/1.1", "Host: a")
	for range limits.Streams {
		c := v.w.dial(t)
		c.send(request)
		c.until(t, "retry:")
	}
	got := v.w.ask(t, request)
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "5" || !strings.Contains(got.body, "2 windows") {
		t.Errorf("one stream too many: %d, Retry-After %q, %.200q", got.status, got.header.Get("Retry-After"), got.body)
	}
	if got := v.send(t, "HEAD", v.path("/events"), nil, ""); got.status != http.StatusTooManyRequests {
		t.Errorf("HEAD of a stream too many: %d", got.status)
	}
	v.administer(t, "reset") // ends the streams
	if got := v.get(t, v.path("")); got.status != http.StatusOK {
		t.Errorf("the bench page: %d", got.status)
	}
}
