package lab_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"authlab/lab/bench"
)

// fullBench fills a bench of production's limits: every exchange that it may
// record, with messages as long as are kept, in the head and in the content, and
// a record for each of many logins.
func fullBench(t testing.TB) *visitor {
	t.Helper()
	w := startLab(t, bench.Limits{Rate: lifted.Rate, Burst: lifted.Burst})
	v := w.visit(t)
	v.logIn(t, librarian)
	v.both(t, "profile")
	v.await(t, 4)
	head := strings.Repeat("h", 30<<10)
	email := strings.Repeat("e", 60<<10)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	document := http.Header{"Content-Type": {"application/json"}}
	cookies := http.Header{"Cookie": {"other=" + head + "; sid=" + v.sid()}}
	bearer := http.Header{"Authorization": {"Bearer " + v.token}, "X-Long": {head}}
	for n := 4; n < 200; n++ {
		switch n % 6 {
		case 0:
			v.send(t, "POST", v.path("/session/login"), form, url.Values{"email": {email}, "password": {"a guess"}}.Encode())
		case 1:
			v.send(t, "POST", v.path("/token/login"), document, `{"email":"`+email+`","password":"a guess"}`)
		case 2, 4:
			v.send(t, "GET", v.path("/session/profile"), cookies, "")
		case 3:
			v.send(t, "GET", v.path("/token/profile"), bearer, "")
		case 5:
			long := http.Header{"Content-Type": form["Content-Type"], "Cookie": {"other=" + head}}
			v.send(t, "POST", v.path("/session/login"), long, "email="+librarian.Email+"&password="+url.QueryEscape(librarian.Password)+"&rest="+head)
		}
	}
	v.await(t, 200)
	return v
}

// BenchmarkFullBench is what each page and each export of a full bench costs: the
// time and the allocations are those of the whole lab and of a reader that keeps
// nothing.
func BenchmarkFullBench(b *testing.B) {
	v := fullBench(b)
	for _, c := range []struct{ name, path string }{
		{"page/both", "?view=both"},
		{"page/stateful", "?view=stateful"},
		{"page/stateless", "?view=stateless"},
		{"live", "?fragment=live"},
		{"step1", "?step=1"},
		{"exchange", "/exchanges/150"},
		{"journal", "/journal.json"},
		{"har", "/export.har"},
		{"http", "/export.http"},
		{"curl", "/curl"},
		{"zip", "/export.zip"},
		{"handout", "/handout"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var size int64
			for b.Loop() {
				size = v.drain(b, c.path)
			}
			b.ReportMetric(float64(size), "answer-bytes")
		})
	}
}

// BenchmarkFullClass is what a class costs that is shown a full bench: a state of it
// that has not been rendered yet, and its handout and HAR file.
func BenchmarkFullClass(b *testing.B) {
	v := fullBench(b)
	class := strings.TrimSuffix(v.post(b, v.path("/present"), "step", "1").header.Get("Location"), "/drive")
	state := 0
	show := func(b *testing.B) {
		state++
		got := v.post(b, class+"/drive", "act", "step", "step", []string{"1", "4"}[state%2], "quiet", "1")
		if got.status != http.StatusNoContent {
			b.Fatalf("show a step: %d, %s", got.status, got.body)
		}
	}
	for _, c := range []struct {
		name, path string
		before     func(*testing.B)
	}{
		{"live", "?fragment=live", show},
		{"page", "", show},
		{"handout", "/handout", func(*testing.B) {}},
		{"har", "/export.har", func(*testing.B) {}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var size int64
			for b.Loop() {
				c.before(b)
				size = v.drainFrom(b, class+c.path)
			}
			b.ReportMetric(float64(size), "answer-bytes")
		})
	}
}

// drain asks for something of the bench, drops the content and returns how long
// it was.
func (v *visitor) drain(b *testing.B, path string) int64 {
	b.Helper()
	return v.drainFrom(b, v.path(path))
}

// drainFrom is drain for something of the lab's.
func (v *visitor) drainFrom(b *testing.B, path string) int64 {
	b.Helper()
	got, err := v.client.Get(v.w.origin() + path)
	if err != nil {
		b.Fatal(err)
	}
	defer got.Body.Close()
	n, err := io.Copy(io.Discard, got.Body)
	if err != nil || got.StatusCode != http.StatusOK {
		b.Fatalf("%s answers %d: %v", path, got.StatusCode, err)
	}
	return n
}
