package lab_test

import (
	"slices"
	"strings"
	"testing"
)

// requirement is one of the OWASP Application Security Verification Standard 5.0.0,
// and what there is to say of it here: what shows that it holds, or that there is
// nothing here that it asks about, or where and why the lab decides otherwise. With a
// departure, what shows how much of the requirement holds, and how far the departure
// goes, stands beside it.
type requirement struct {
	id      string
	level   int
	asks    string // in our words
	holds   func(*testing.T, asvsLabs)
	moot    string
	departs string
}

// asvsLabs are the labs that the requirements are held against.
type asvsLabs struct {
	plain *world // over http, as on one's own machine
	tls   *world // with a certificate
}

// chapter is one chapter of the standard. ids are all of its requirements of level 1
// and 2, as the release has them.
type chapter struct {
	name         string
	ids          string
	requirements []requirement
}

var chapters = []chapter{
	{"V3 Web Frontend Security", "3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.2 3.5.3 3.5.4 3.5.5 3.7.1 3.7.2", asvsFrontend},
	{"V7 Session Management", "7.1.1 7.1.2 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2", asvsSessions},
	{"V9 Self-contained Tokens", "9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 9.2.4", asvsTokens},
}

// TestASVS goes through the chapters on web frontends, sessions and self-contained
// tokens, level 2: each requirement is in the table, and what the table says of it is
// tried on running labs, on the lab's own site and on both apps.
func TestASVS(t *testing.T) {
	t.Parallel()
	labs := asvsLabs{plain: startLab(t, lifted), tls: startLab(t, lifted, overTLS(t))}
	for _, c := range chapters {
		t.Run(strings.Fields(c.name)[0], func(t *testing.T) {
			mustBeWhole(t, c)
			tried, moot, departed := 0, 0, 0
			for _, r := range c.requirements {
				switch {
				case r.moot != "":
					moot++
					continue
				case r.departs != "":
					departed++
					t.Logf("%s (level %d), %s, is departed from: %s", r.id, r.level, r.asks, r.departs)
				}
				tried++
				t.Run(r.id, func(t *testing.T) { r.holds(t, labs) })
			}
			t.Logf("%s: %d requirements; %d are tried, %d of these departed from in part or whole, %d do not apply", c.name, len(c.requirements), tried, departed, moot)
		})
	}
}

// mustBeWhole fails the test if a requirement of the chapter is not in the table, or
// the table says nothing of it, or two things that cannot both be true, or departs from
// it with nothing to show how far.
func mustBeWhole(t *testing.T, c chapter) {
	t.Helper()
	var listed []string
	for _, r := range c.requirements {
		listed = append(listed, r.id)
		if (r.holds == nil) == (r.moot == "") {
			t.Fatalf("%s has to be tried, or to be moot", r.id)
		}
		if r.moot != "" && r.departs != "" {
			t.Errorf("%s is moot, and departed from", r.id)
		}
		if r.asks == "" || r.level < 1 || r.level > 2 {
			t.Errorf("%s asks for %q at level %d", r.id, r.asks, r.level)
		}
	}
	if want := strings.Fields(c.ids); !slices.Equal(listed, want) {
		t.Errorf("the table of %s has %q, want %q", c.name, listed, want)
	}
}
