package lab_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"authlab/lab/room"
)

// TestAPartOfAClassCostsWhatItShows renders a state of a class whose bench is full, once
// its recordings have been masked: what is not shown is not copied again. What is kept
// for that is counted beside the bench, and let go with what was recorded.
func TestAPartOfAClassCostsWhatItShows(t *testing.T) {
	v := fullBench(t)
	class := strings.TrimSuffix(v.post(t, v.path("/present"), "step", "1").header.Get("Location"), "/drive")
	counted := func() int64 { return v.w.lab.Benches().Largest(1)[0].Bytes }
	state := func(step string) (allocated int64) {
		t.Helper()
		if got := v.post(t, class+"/drive", "act", "step", "step", step, "quiet", "1"); got.status != http.StatusNoContent {
			t.Fatalf("show step %s: %d, %s", step, got.status, got.body)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := v.get(t, class+"?fragment=live"); got.status != http.StatusOK {
			t.Fatalf("step %s: %d", step, got.status)
		}
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	var requests int64 // each names the bench
	for _, x := range v.bench(t).Journal().Exchanges {
		requests += int64(len(x.Request.Bytes))
	}
	alone := counted()
	first, second := state("4"), state("1")
	t.Logf("a part costs %d KiB, the first %d KiB; the requests have %d KiB", second>>10, first>>10, requests>>10)
	if most := 2 * requests; second > most {
		t.Errorf("a part costs %d KiB, more than %d KiB, as if it copied what it does not show", second>>10, most>>10)
	}
	if grown := counted() - alone; grown < requests || grown > 2*requests {
		t.Errorf("what a class keeps is counted with %d KiB, and holds %d KiB of requests", grown>>10, requests>>10)
	}
	if got := v.post(t, v.path("/reset")); got.status != http.StatusSeeOther {
		t.Fatalf("reset: %d", got.status)
	}
	v.logIn(t, librarian)
	state("4")
	if left := counted(); left > alone/4 {
		t.Errorf("a bench that was reset counts %d KiB, of %d KiB before it had a class", left>>10, alone>>10)
	}
}

// TestWhatAClassHeldIsFreeAgain once the class is forgotten: its bench goes on, and
// counts what it did before.
func TestWhatAClassHeldIsFreeAgain(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.await(t, 2)
	counted := func() int64 { return v.w.lab.Benches().Largest(1)[0].Bytes }
	alone := counted()
	class := strings.TrimSuffix(v.post(t, v.path("/present"), "step", "1").header.Get("Location"), "/drive")
	if got := v.get(t, class); got.status != http.StatusOK || counted() <= alone {
		t.Fatalf("%d; a bench of %d bytes counts %d with a class that was looked at", got.status, alone, counted())
	}
	v.w.lab.ForgetClass(room.Code(strings.TrimPrefix(class, "/room/")))
	if left := counted(); left > alone {
		t.Errorf("a bench that counted %d bytes before its class counts %d after it", alone, left)
	}
}
