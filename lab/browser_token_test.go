package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"authlab/lab/bench"
	"authlab/lab/plot"
)

// tokenLanes are the answers of the token app at the steps of the lesson; those of
// other steps are their step's.
var tokenLanes = map[int]string{0: "401", 1: "200", 5: "200", 7: "200", 8: "204", 9: "200", 10: "401"}

// The whole lesson by pressing Next only, wherever the client keeps its token and
// whatever becomes of refresh tokens.
func TestLessonByNextForTokenKnobs(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	b := w.browser(t)
	for _, c := range []struct {
		knobs   []string
		expired string // the answer when the token has expired
		cookie  string // what scripts see of cookies
		stored  string // where scripts see the token
	}{
		{[]string{"token.keep", "memory"}, "401", "", ""},
		{[]string{"token.keep", "sessionStorage"}, "401", "", "sessionStorage"},
		{[]string{"token.keep", "localStorage", "token.refresh", "on"}, "200", "", "localStorage"},
		{[]string{"token.keep", "localStorage", "token.refresh", "rotate", "token.alg", "ES256"}, "200", "", "localStorage"},
		{[]string{"token.keep", "memory", "token.refresh", "detect", "token.alg", "RS256"}, "200", "", ""},
		{[]string{"token.keep", "cookie"}, "401", "", ""},
		{[]string{"token.keep", "cookie", "token.refresh", "detect", "token.role", "off"}, "200", "", ""},
	} {
		t.Run(strings.Join(c.knobs, " "), func(t *testing.T) {
			b.t = t
			b.start()
			to := b.bench().Settings()
			for i := 0; i < len(c.knobs); i += 2 {
				var err error
				if to, err = to.With(c.knobs[i], c.knobs[i+1]); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.bench().Change(to); err != nil {
				t.Fatal(err)
			}
			b.open(eval[string](b, "location.pathname"))
			b.live()
			for step := range len(lesson) {
				b.pressNext()
				shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
				want := tokenLanes[step]
				if step == plot.Expire {
					want = c.expired
				}
				if step == 2 || step == 3 || step == 4 || step == 6 {
					want = "200"
				}
				b.when(func() bool { return strings.HasPrefix(b.lane(inToken), want) }, func() string {
					return fmt.Sprintf("step %d to be answered %s; it shows %q\n%s", step, want, b.lane(inToken), b.seen())
				})
				b.settled()
				if step == plot.AskAgain {
					b.readable(c.stored)
				}
			}
			b.until("!document.querySelector('.mismatch')")
		})
	}
}

// notices are what the page says after the steps, without the long list and with it.
var notices = map[string][2]string{
	"off": {"Sent. Step 0", "Sent. Step 1"},
	"on":  {"Sent. Step 0", "The token app does not know you after the login"},
}

// A real browser does not keep a cookie of more than 4,096 bytes: the login is
// answered with 200, and the visitor is a stranger all the same.
func TestLongCookieDoesNotComeBack(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	for list, answer := range map[string]string{"off": "200", "on": "401"} {
		b.start()
		to := b.bench().Settings()
		to.Token.Storage, to.Token.List = "cookie", list
		if err := b.bench().Change(to); err != nil {
			t.Fatal(err)
		}
		b.open(eval[string](b, "location.pathname"))
		b.live()
		for step := range 2 {
			b.pressNext()
			shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
			b.until(fmt.Sprintf("document.getElementById('notice').textContent.startsWith(%q)", notices[list][step]))
			b.settled()
		}
		sent := b.sentSince(0)
		if !slices.Contains(sent, "POST token/login 200") || sent[len(sent)-1] != "GET token/profile "+answer {
			t.Errorf("with the list %s: %q", list, sent)
		}
		kept := slices.ContainsFunc(b.cookies(), func(c *network.Cookie) bool {
			return c.Name == "access_token" && c.HTTPOnly && strings.Contains(c.Path, b.id())
		})
		if kept != (list == "off") {
			t.Errorf("with the list %s the browser keeps the cookie: %t", list, kept)
		}
	}
}

// readable holds what the page says that scripts can read against what they can.
func (b *tab) readable(stored string) {
	b.t.Helper()
	win := "document.querySelector('[data-frame=token]').contentWindow"
	base := eval[string](b, "document.querySelector('[data-frame=token]').getAttribute('src')")
	for _, storage := range []string{"localStorage", "sessionStorage"} {
		held := eval[bool](b, fmt.Sprintf("%s.%s.getItem(%q) !== null", win, storage, base+"access_token"))
		if held != (storage == stored) {
			b.t.Errorf("%s holds the token: %t, want it in %q", storage, held, stored)
		}
	}
	if cookie := eval[string](b, win+".document.cookie"); cookie != "" {
		b.t.Errorf("scripts read the cookie %q", cookie)
	}
	if id := eval[string](b, text(onPage, "#held-token")); !strings.Contains(id, "token") {
		b.t.Errorf("the browser is said to hold %q", id)
	}
}
