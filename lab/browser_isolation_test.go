package lab_test

import (
	"slices"
	"testing"

	"authlab/lab/bench"
)

// Two benches in two tabs of one browser: each has its own cookie and its own
// token, and logging in or out on one changes nothing on the other.
func TestTwoBenchesInTwoTabs(t *testing.T) {
	t.Parallel()
	first := startLab(t, bench.Limits{}).browser(t)
	first.lessonTo(1)
	second := first.another()
	second.start()
	if first.id() == second.id() {
		t.Fatal("two starts led to one bench")
	}
	second.next(0)                                      // a stranger there: 303 and 401
	for _, flow := range []string{inSession, inToken} { // one origin: what the other bench keeps can be read, and is said to be its
		shows(second, readable(flow)+`.replace(/eyJ\S+/, 'TOKEN').replace(/\d+ B/g, 'N B')`, `document.cookie "" localStorage 1 entry, N B /bench/`+
			first.id()[:4]+`…/token/access_token TOKEN N B token app of another bench sessionStorage empty`)
		shows(second, text(onPage, "[data-told="+flow+"]"), "Whose an entry is, its name says: browsers do not note who wrote it.")
	}

	second.next(1)
	first.next(2)
	want := []string{"/bench/" + first.id() + "/session/", "/bench/" + second.id() + "/session/"}
	slices.Sort(want)
	values := map[string]bool{}
	var paths []string
	for _, c := range first.cookies() {
		paths = append(paths, c.Path)
		values[c.Value] = true
	}
	slices.Sort(paths)
	if !slices.Equal(paths, want) || len(values) != 2 {
		t.Errorf("the browser holds cookies for %q with %d values, want for %q", paths, len(values), want)
	}
	a, b := "/bench/"+first.id()+"/token/access_token", "/bench/"+second.id()+"/token/access_token"
	shows(first, stored, min(a, b)+" "+max(a, b))

	first.press(inSession, "nav form button")
	first.arrives("GET session/ 200 OK")
	first.press(inToken, "nav form button")
	first.arrives("POST token/logout 204 No Content")
	for step := 2; step <= 5; step++ {
		second.next(step) // still logged in: 200 and 200
	}
	shows(second, stored, b)
}

// readable is the expression for what the page says that scripts can read.
func readable(flow string) string { return text(onPage, "[data-readable="+flow+"]") }
