package lab_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestZZSurvey(t *testing.T) {
	w := startLab(t, lifted)
	other := w.visit(t)
	other.logIn(t, reader)
	seen := map[string]int{}
	for round := range 40 {
		s := scene{visitor: w.visit(t)}
		s.newSession(t)
		n := 2
		for i := range 150 {
			request := rapid.Custom(func(rt *rapid.T) string { s.change(rt); return s.draw(rt, other) }).Example(round*1000 + i)
			n++
			got := w.ask(t, request)
			s.await(t, n)
			x := s.journal(t, n).Exchanges[n-1]
			failed := ""
			for _, c := range x.Verdict.Checks {
				if c.OK != nil && !*c.OK {
					failed = c.Name
				}
			}
			if x.Verdict.Status != got.status || x.Verdict.Answered != got.status {
				k := fmt.Sprintf("answered %d/%d explained %d failed %q", got.status, x.Verdict.Answered, x.Verdict.Status, failed)
				if seen[k]++; seen[k] == 1 {
					t.Logf("%s\n%.600q\n%.300q\n%v\n%s", k, request, x.Response.Bytes, x.Events, inWords(x.Verdict.Checks))
				}
			}
		}
	}
	t.Log(seen)
}
