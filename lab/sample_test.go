package lab

import (
	"testing"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
)

// What the article shows without a bench comes from this run.
func TestSampleShowsEveryStep(t *testing.T) {
	t.Parallel()
	for _, config := range []Config{{}, {Secure: true}, {Hosts: []string{"lab.example", "lab.test"}}, {Limits: bench.Limits{Exchanges: 1, Burst: 1}, KeepBytes: 16}} {
		l, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		sampleShowsEveryStep(t, l)
	}
}

func sampleShowsEveryStep(t *testing.T, l *Lab) {
	t.Helper()
	for _, want := range []struct {
		step           int
		session, token int // the last answer of each flow at that step
	}{
		{0, 303, 401}, {1, 200, 200}, {5, 200, 200}, {7, 200, 200}, {8, 303, 204}, {9, 303, 200}, {10, 303, 401},
	} {
		for flow, status := range map[journal.Flow]int{journal.Session: want.session, journal.Token: want.token} {
			x := l.article.Sample.Latest(flow, func(x *journal.Exchange) bool { return x.Step == want.step })
			if x == nil {
				t.Errorf("step %d has no exchange of the %s flow", want.step, flow)
				continue
			}
			if v := explain.Read(x).Verdict(); v.Answered != status || v.Status != status {
				t.Errorf("step %d, %s: answered %d, explained %d, want %d", want.step, flow, v.Answered, v.Status, status)
			}
		}
	}
	if n := l.Benches().Len(); n != 0 {
		t.Errorf("the sample run left %d benches", n)
	}
}
