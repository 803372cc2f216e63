package lab_test

import (
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"authlab/lab/bench"
)

// BenchmarkEvent measures from the response's last byte, as its reader has it,
// to the notice at a listener of the bench.
func BenchmarkEvent(b *testing.B) {
	v := startLab(b, lifted).visit(b)
	c := v.keep(b, "session")
	defer c.conn.Close()
	v.await(b, 2)
	notices, end := v.bench(b).Listen()
	defer end()
	var took []time.Duration
	for b.Loop() {
		c.ask(b, 1)
		began := time.Now()
		<-notices
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "median-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}

// BenchmarkIdleBench measures what a bench that nobody uses keeps in memory.
func BenchmarkIdleBench(b *testing.B) {
	const benches = 2000
	var each float64
	for b.Loop() {
		before := heap()
		all := bench.NewBenches(bench.Limits{}, false, nil, nil)
		for range benches {
			all.Make()
		}
		each = float64(heap()-before) / benches
		runtime.KeepAlive(all)
	}
	b.ReportMetric(each, "bytes/bench")
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkBenchPage renders the bench page, over a connection, of a visitor who
// has been through the whole lesson.
func BenchmarkBenchPage(b *testing.B) {
	v := startLab(b, lifted).visit(b)
	v.lesson(b)
	for b.Loop() {
		if got := v.get(b, v.path("?step=5")); got.status != http.StatusOK {
			b.Fatalf("the bench page answers %d", got.status)
		}
	}
}

// lesson sends every step that sends.
func (v *visitor) lesson(b *testing.B) {
	b.Helper()
	v.both(b, "profile")
	v.logIn(b, librarian)
	v.both(b, "profile")
	v.both(b, "profile")
	v.post(b, v.path("/role"), "account", "librarian", "role", "member")
	v.both(b, "profile")
	v.post(b, v.path("/session/logout"))
	v.send(b, "POST", v.path("/token/logout"), v.bearer(), "")
	v.post(b, v.path("/replay"), "exchange", "3")
	v.post(b, v.path("/replay"), "exchange", "4")
	v.logIn(b, librarian)
	v.post(b, v.path("/clock"), "by", "16m")
	v.both(b, "profile")
	v.await(b, 18)
}

// TestRefusedLoginIsNoLogin tries a wrong password while logged in: the answer
// brings the session's cookie along, as every answer does, and is no login all
// the same.
func TestRefusedLoginIsNoLogin(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.post(t, v.path("/session/login"), "email", librarian.Email, "password", "a guess")
	v.await(t, 3)
	var logins []int
	for _, x := range v.bench(t).Journal().Exchanges {
		if bench.LogsIn(x) {
			logins = append(logins, x.Number)
		}
	}
	if !slices.Equal(logins, []int{1, 2}) {
		t.Errorf("the exchanges %v are logins, want 1 and 2", logins)
	}
}
