package lab_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/room"
	"authlab/lab/share"
)

// from is a visitor at an address of its own, without a bench yet.
func (w *world) from(t testing.TB, address string) *visitor {
	t.Helper()
	v := &visitor{w: w, client: w.client(t)}
	v.client.Transport.(*http.Transport).DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext
	return v
}

// begin makes the visitor's bench.
func (v *visitor) begin(t testing.TB) *visitor {
	t.Helper()
	got := v.send(t, "POST", "/bench", nil, "")
	id, ok := strings.CutPrefix(got.header.Get("Location"), "/bench/")
	if !ok {
		t.Fatalf("POST /bench: %d, %.300q", got.status, got.body)
	}
	v.id = id
	return v
}

// TestEachKindHasItsAllowance: what is over it is refused in words, before it is
// done, and another client goes on.
func TestEachKindHasItsAllowance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind share.Kind
		path func(v *visitor) (method, path string)
	}{
		{"new benches", func(*visitor) (string, string) { return "POST", "/bench" }},
		{"new classes", func(*visitor) (string, string) { return "POST", "/room" }},
		{"new classes", func(v *visitor) (string, string) { return "POST", v.path("/present") }},
		{"changes of settings", func(v *visitor) (string, string) { return "POST", v.path("/settings") }},
		{"changes of settings", func(v *visitor) (string, string) { return "POST", v.path("/reset") }},
		{"logins", func(v *visitor) (string, string) { return "POST", v.path("/session/login") }},
		{"logins", func(v *visitor) (string, string) { return "POST", v.path("/token/login") }},
		{"things to inspect", func(*visitor) (string, string) { return "POST", "/inspect/cookie" }},
		{"things to inspect", func(*visitor) (string, string) { return "POST", "/api/inspect/token" }},
		{"checks of a browser", func(*visitor) (string, string) { return "POST", "/check" }},
		{"exports", func(v *visitor) (string, string) { return "GET", v.path("/journal.json") }},
		{"exports", func(v *visitor) (string, string) { return "GET", v.path("/handout") }},
		{"requests", func(*visitor) (string, string) { return "GET", "/" }},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			few := map[share.Kind]share.Allowance{c.kind: {Rate: 0.01, Burst: 3}}
			w := startLab(t, bench.Limits{}, func(config *lab.Config) { config.Allowances = few })
			loop := w.from(t, "127.0.0.2").begin(t) // which is one of three
			other := w.from(t, "127.0.0.3").begin(t)
			method, path := c.path(loop)
			var last answer
			for range 4 {
				last = loop.send(t, method, path, nil, "")
			}
			if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
				t.Fatalf("the fourth is answered with %d, %v", last.status, last.header)
			}
			for _, want := range []string{"Too many " + string(c.kind), "takes 3 of them at once, and one every 100 seconds", "Nothing was changed"} {
				if !strings.Contains(strings.ToLower(last.body), strings.ToLower(want)) {
					t.Errorf("the refusal does not say %q: %.1500q", want, last.body)
				}
			}
			if last.header.Get("Content-Security-Policy") == "" || last.header.Get("Set-Cookie") != "" {
				t.Errorf("the refusal is no page of the lab's own: %v", last.header)
			}
			benches := w.lab.Benches().Len()
			loop.send(t, method, path, nil, "")
			if n := w.lab.Benches().Len(); n != benches {
				t.Errorf("a refused request changed the number of benches from %d to %d", benches, n)
			}
			method, path = c.path(other)
			if got := other.send(t, method, path, nil, ""); got.status == http.StatusTooManyRequests {
				t.Errorf("another client is refused, too: %.300q", got.body)
			}
			w.log.mu.Lock()
			said := w.log.text.String()
			w.log.mu.Unlock()
			if n := strings.Count(said, "a client is held back"); n < 2 || !strings.Contains(said, "127.0.0.2") {
				t.Errorf("the log has %d lines about it: %s", n, said)
			}
		})
	}
}

// TestRefusedLoginsLeaveNoTrace: nothing is handled that is not recorded.
func TestRefusedLoginsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	few := map[share.Kind]share.Allowance{"logins": {Rate: 0.01, Burst: 2}}
	w := startLab(t, bench.Limits{}, func(config *lab.Config) { config.Allowances = few })
	v := w.visit(t)
	for range 2 {
		v.post(t, v.path("/session/login"), "email", reader.Email, "password", reader.Password)
	}
	v.await(t, 2)
	if got := v.post(t, v.path("/session/login"), "email", reader.Email, "password", reader.Password); got.status != http.StatusTooManyRequests || got.header.Get("Set-Cookie") != "" {
		t.Errorf("a login over the allowance is answered with %d, %v", got.status, got.header)
	}
	if got := v.get(t, v.path("/session/profile")); got.status != http.StatusOK {
		t.Errorf("the profile is answered with %d", got.status)
	}
	v.await(t, 3)
	if n := len(v.bench(t).State("session").Records); n != 1 {
		t.Errorf("the server remembers %d sessions", n)
	}
}

// TestTheLogIsBounded however many are refused, and counts those that it leaves out.
func TestTheLogIsBounded(t *testing.T) {
	t.Parallel()
	few := map[share.Kind]share.Allowance{"requests": {Rate: 1e-6, Burst: 1}}
	w := startLab(t, bench.Limits{}, func(config *lab.Config) { config.Allowances = few })
	v := w.from(t, "127.0.0.2")
	for range 200 {
		v.get(t, "/")
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	if n := strings.Count(w.log.text.String(), "\n"); n > 10 {
		t.Errorf("200 refusals make %d lines", n)
	}
}

// TestWhoFillsBenchesLosesTheirOwn: the oldest, told in words, and nobody else's.
func TestWhoFillsBenchesLosesTheirOwn(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{Bytes: 2 << 20})
	honest := w.from(t, "127.0.0.3").begin(t)
	honest.logIn(t, reader)
	first := w.from(t, "127.0.0.2").begin(t)
	long := "email=" + strings.Repeat("a", 60<<10) + "&password=x"
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for range 8 {
		loop := w.from(t, "127.0.0.2").begin(t)
		for range 6 {
			loop.send(t, "POST", loop.path("/session/login"), form, long)
		}
	}
	if got := first.get(t, first.path("")); got.status != http.StatusGone || !strings.Contains(got.body, "ended to make room") {
		t.Errorf("the oldest bench is answered with %d, %.300q", got.status, got.body)
	}
	if got := first.get(t, first.path("?fragment=live")); got.status != http.StatusGone || !strings.Contains(got.body, "held more bytes than may be held from one") {
		t.Errorf("its open page is told %d, %q", got.status, got.body)
	}
	if got := honest.get(t, honest.path("/session/profile")); got.status != http.StatusOK {
		t.Errorf("another client's bench is answered with %d", got.status)
	}
	if m := w.lab.Benches().Memory(); m.Bytes > m.Budget || m.Evicted == 0 {
		t.Errorf("the benches hold %+v", m)
	}
}

// TestOneBenchThatHoldsAll is refused more in words, and a reset helps.
func TestOneBenchThatHoldsAll(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{Bytes: 1 << 20, Rate: lifted.Rate, Burst: lifted.Burst})
	v := w.from(t, "127.0.0.2").begin(t)
	long := "email=" + strings.Repeat("a", 60<<10) + "&password=x"
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	var last answer
	sent := 0
	for ; sent < 50 && last.status != http.StatusTooManyRequests; sent++ {
		last = v.send(t, "POST", v.path("/session/login"), form, long)
	}
	if sent < 5 || sent == 50 || !strings.Contains(last.body, "Your share of the memory is used up") {
		t.Fatalf("after %d requests: %d, %.300q", sent, last.status, last.body)
	}
	if got := w.from(t, "127.0.0.3").begin(t); got.id == "" {
		t.Error("another client gets no bench")
	}
	v.administer(t, "reset")
	if got := v.get(t, v.path("/session/profile")); got.status != http.StatusSeeOther {
		t.Errorf("after the reset the app answers %d", got.status)
	}
}

// TestOperator sees who holds what and who is held back; nobody from elsewhere does.
func TestOperator(t *testing.T) {
	t.Parallel()
	few := map[share.Kind]share.Allowance{"new classes": {Rate: 0.01, Burst: 1}}
	w := startLab(t, bench.Limits{}, func(config *lab.Config) { config.Allowances, config.Operator = few, true })
	if got := w.from(t, "127.0.0.2").get(t, "/operator"); !strings.Contains(got.body, "There are no benches") || !strings.Contains(got.body, "There are no classes") || !strings.Contains(got.body, "Nobody was refused anything") {
		t.Errorf("a lab that nobody uses shows the operator %d, %.2000q", got.status, got.body)
	}
	v := w.from(t, "127.0.0.2").begin(t)
	v.logIn(t, reader)
	v.send(t, "POST", "/room", nil, "")
	v.send(t, "POST", "/room", nil, "")
	got := v.get(t, "/operator")
	for _, want := range []string{"Goroutines", "127.0.0.2", "new classes", "Held by benches", "a class follows it", "512.0 MiB"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the operator is not shown %q: %d", want, got.status)
		}
	}
	if strings.Contains(got.body, v.id) {
		t.Error("the operator's page has the id of a bench")
	}
	for name, value := range map[string]string{"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1", "Via": "1.1 proxy"} {
		if got := v.send(t, "GET", "/operator", http.Header{name: {value}}, ""); got.status != http.StatusForbidden {
			t.Errorf("with %s it is answered with %d", name, got.status)
		}
	}
	if got := startLab(t, bench.Limits{}).visit(t).get(t, "/operator"); got.status != http.StatusNotFound {
		t.Errorf("a lab that is not asked for it answers %d", got.status)
	}
}

// TestOneClientsClasses are a quarter of all that a lab holds: another client finds
// room for its own.
func TestOneClientsClasses(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	loop := w.from(t, "127.0.0.2")
	for n := range room.MaxRooms / 4 {
		if got := loop.send(t, "POST", "/room", nil, ""); got.status != http.StatusSeeOther {
			t.Fatalf("class %d is answered with %d", n+1, got.status)
		}
	}
	benches := w.lab.Benches().Len()
	if got := loop.send(t, "POST", "/room", nil, ""); got.status != http.StatusTooManyRequests || !strings.Contains(got.body, "Too many classes from your network address") {
		t.Errorf("one more is answered with %d, %.300q", got.status, got.body)
	}
	if n := w.lab.Benches().Len(); n != benches {
		t.Errorf("a class that was refused leaves a bench behind: %d, then %d", benches, n)
	}
	if got := w.from(t, "127.0.0.3").send(t, "POST", "/room", nil, ""); got.status != http.StatusSeeOther {
		t.Errorf("another client's class is answered with %d", got.status)
	}
}

// TestAClassIsInItsOpenersShare: what it remembers of devices and votes counts, and
// where the share is used up one more is refused in words.
func TestAClassIsInItsOpenersShare(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{Bytes: 80 << 10}) // one class fits into four fifths of it, and little more
	c := w.present(t)
	slug := c.voting(t)
	student := w.from(t, "127.0.0.3")
	before := w.lab.Benches().Memory().Bytes
	var last answer
	for range 200 {
		if last = student.post(t, c.room+"/vote", "device", c.join(t, student), "slug", slug, "round", "1", "option", "1", "quiet", "1"); last.status != http.StatusNoContent {
			break
		}
	}
	if m := w.lab.Benches().Memory(); m.Bytes <= before || m.Bytes > m.Budget {
		t.Errorf("the class holds %d bytes, and then %d of %d", before, m.Bytes, m.Budget)
	}
	if last.status != http.StatusTooManyRequests || !strings.Contains(last.body, "memory is used up") {
		t.Errorf("in the end a device is answered with %d, %.300q", last.status, last.body)
	}
}
