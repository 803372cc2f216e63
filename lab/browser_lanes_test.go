package lab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/labtest"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

// sealedBeats are the lesson as the sealed flow plays it: what its lane shows at each
// step, and what the step sends.
var sealedBeats = []struct {
	shows string
	sends []string
}{
	0: {"303 See Other; 0 records, 0 B", []string{"GET sealed/profile 303", "GET sealed/login 200"}},
	1: {"303 See Other; 0 records, 0 B", []string{"POST sealed/login 303", "GET sealed/profile 200"}},
	2: {"303 See Other; 0 records, 0 B", nil},
	3: {"303 See Other; 0 records, 0 B", nil},
	4: {"303 See Other; 0 records, 0 B", nil},
	5: {"200 OK; 0 records, 0 B", []string{"GET sealed/profile 200"}},
	6: {"200 OK; 0 records, 0 B", nil},
	7: {"200 OK; 0 records, 0 B", []string{"GET sealed/profile 200"}},
	8: {"303 See Other; 0 records, 0 B", []string{"POST sealed/logout 303", "GET sealed/ 200"}},
	9: {"200 OK; 0 records, 0 B", []string{"copy: GET sealed/profile 200"}},
	10: {"303 See Other; 0 records, 0 B", []string{
		"GET sealed/login 200", "POST sealed/login 303", "GET sealed/profile 200", "GET sealed/profile 303", "GET sealed/login 200",
	}},
}

// inLane is what a step shows and sends in one lane.
func inLane(flow journal.Flow, step int) (shows string, sends []string) {
	all := lesson[step].sends
	switch flow {
	case journal.Sealed:
		return sealedBeats[step].shows, sealedBeats[step].sends
	case journal.Session:
		shows = lesson[step].session
	case journal.Token:
		shows = lesson[step].token
	}
	return shows, of(flow, all)
}

// of are the requests to one app, in their order.
func of(flow journal.Flow, sent []string) []string {
	return slices.DeleteFunc(slices.Clone(sent), func(s string) bool { return !strings.Contains(s, " "+string(flow)+"/") })
}

// The lesson by pressing Next only, with the sealed flow beside another, with all three
// and with one by itself: each lane sends and shows what it would beside any other.
func TestLessonInLanes(t *testing.T) {
	t.Parallel()
	sets := [][]journal.Flow{
		{journal.Session, journal.Sealed}, journal.Flows,
		{journal.Token, journal.Sealed}, {journal.Sealed}, {journal.Sealed, journal.Session}, {journal.Token},
	}
	b := startLab(t, bench.Limits{}).browser(t)
	for _, lanes := range sets[:labtest.Rounds(t, 2, len(sets))] {
		t.Run(page.WriteLanes(lanes), func(t *testing.T) {
			b.t = t
			b.start()
			b.open(eval[string](b, "location.pathname") + "?lanes=" + page.WriteLanes(lanes))
			b.live()
			for step := range plot.Count {
				before := b.recorded()
				b.pressNext()
				shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
				for _, flow := range lanes {
					want, _ := inLane(flow, step)
					b.when(func() bool { return strings.HasPrefix(b.lane(string(flow)), want) }, func() string {
						return string(flow) + " at step " + page.Itoa(step) + " to show " + want + "; it shows " + b.lane(string(flow)) + "\n" + b.seen()
					})
				}
				b.settled()
				sent := b.sentSince(before)
				for _, flow := range journal.Flows {
					_, want := inLane(flow, step)
					if !slices.Contains(lanes, flow) {
						want = nil
					}
					if got := of(flow, sent); !slices.Equal(got, want) {
						t.Errorf("step %d sent %q to the %s app, want %q", step, got, flow, want)
					}
				}
				if eval[bool](b, "Boolean(document.querySelector('[data-otherwise]'))") {
					t.Errorf("step %d is said to have gone otherwise: %s", step, eval[string](b, text(onPage, "[data-otherwise]")))
				}
				if got := eval[string](b, "location.search"); !strings.Contains(got, "lanes=") {
					t.Errorf("at step %d the address is %s", step, got)
				}
			}
		})
	}
}

// What the lesson says of both flows, asks and tells apart stands only where both are.
func TestTheLessonsWordsNeedItsLanes(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for _, c := range []struct {
		lanes  string
		status int
		views  []string
		has    []string
		lacks  []string
	}{
		{"", 200, []string{"Stateful", "Both", "Stateless"}, []string{`data-frame="session"`, `data-frame="token"`, "In each request, the one line"}, []string{`data-frame="sealed"`, "these lanes are others"}},
		{"session,sealed", 200, []string{"Stateful", "Both", "Sealed"}, []string{`data-frame="session"`, `data-frame="sealed"`, "these lanes are others"}, []string{`data-frame="token"`, "In each request, the one line", "data-lock"}},
		{"sealed,token", 200, []string{"Sealed", "Both", "Stateless"}, []string{`data-frame="sealed"`}, []string{`data-frame="session"`}},
		{"session,token,sealed", 200, []string{"Stateful", "Stateless", "Sealed", "All"}, []string{`data-frame="sealed"`, "In each request, the one line", "data-lock"}, []string{"these lanes are others"}},
		{"sealed", 200, nil, []string{`data-view="sealed"`}, []string{`data-frame="session"`}},
		{"sealed,sealed", 400, nil, []string{"stands there twice"}, nil},
		{"session,leaf", 400, nil, []string{"there is no flow &#34;leaf&#34;"}, nil},
		{",", 400, nil, []string{"there is no flow"}, nil},
		{"session,token,sealed,session", 400, nil, []string{"stands there twice"}, nil},
	} {
		got := v.get(t, v.path("?step=5&lanes="+c.lanes))
		if got.status != c.status {
			t.Errorf("lanes %q: %d", c.lanes, got.status)
		}
		for _, want := range c.has {
			if !strings.Contains(got.body, want) {
				t.Errorf("lanes %q: the page lacks %s", c.lanes, want)
			}
		}
		for _, no := range c.lacks {
			if strings.Contains(got.body, no) {
				t.Errorf("lanes %q: the page has %s", c.lanes, no)
			}
		}
		var views []string
		for _, n := range all(tree(t, got.body), "#toggle a") {
			views = append(views, words(n))
		}
		if !slices.Equal(views, c.views) {
			t.Errorf("lanes %q: the views are %q, want %q", c.lanes, views, c.views)
		}
	}
	// A form brings its page's lanes back, whatever else it does.
	got := v.post(t, v.path("/clock"), "by", "1m", "lanes", "token,sealed", "view", "sealed", "step", "3")
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.Contains(to, "lanes=token%2Csealed") || !strings.Contains(to, "view=sealed") {
		t.Errorf("a form leads to %d %s", got.status, to)
	}
}
