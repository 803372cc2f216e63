package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"authlab/lab"
	"authlab/lab/bench"
)

// browserAt starts a lab and a browser that reaches it by a host: loopback's address
// or one of untrusted.
func browserAt(t *testing.T, host string, limits bench.Limits, options ...func(*lab.Config)) *tab {
	t.Helper()
	certificates := chromedp.Flag("ignore-certificate-errors", true)
	if host != lanName {
		return startLabAt(t, host, limits, options...).browser(t, certificates)
	}
	w := startLab(t, limits, append(options, answersFor(lanName))...)
	b := w.browser(t, certificates, chromedp.Flag("host-resolver-rules", "MAP "+lanName+" 127.0.0.1"))
	b.base = strings.Replace(b.base, "127.0.0.1", lanName, 1)
	return b
}

// checkedIn runs the self-check in a browser and returns what fails.
func checkedIn(b *tab) (failing string) {
	b.t.Helper()
	b.open("/check")
	b.press(onPage, "main form button")
	b.until("document.querySelector('#events:not([data-state=untried])')")
	return eval[string](b, "[...document.querySelectorAll('.trial:not([data-state=works])')].map((e) => e.id).join(' ')")
}

// TestCheckInABrowser runs the self-check on this machine, where all works, over
// TLS, and by hosts that it does not trust, where Secure must come out as refused. It
// leaves no cookie, and none reaches a bench.
func TestCheckInABrowser(t *testing.T) {
	t.Parallel()
	type way struct {
		host    string
		options []func(*lab.Config)
		want    string
	}
	ways := []way{{"127.0.0.1", nil, ""}}
	for _, host := range untrusted(t) {
		ways = append(ways, way{host, []func(*lab.Config){overTLS(t)}, ""},
			way{host, nil, "transport context none secure secure-prefix host-prefix metadata clipboard"})
	}
	for _, c := range ways {
		t.Run(fmt.Sprintf("%s, TLS %t", c.host, len(c.options) > 0), func(t *testing.T) {
			t.Parallel()
			b := browserAt(t, c.host, bench.Limits{}, c.options...)
			if got := checkedIn(b); got != c.want {
				t.Errorf("what does not work is %q, want %q", got, c.want)
			}
			cookies, err := chromedp.Call(b.ctx, storage.GetCookies, storage.GetCookiesParams{})
			if err != nil || len(cookies.Cookies) > 0 {
				t.Errorf("the browser still holds %v, %v", cookies.Cookies, err)
			}
		})
	}
}

// TestLessonOnALocalNetwork goes through the whole lesson over plain http by an
// address that browsers do not trust; then with Secure turned on, where the
// browser refuses the cookie and the page says so.
func TestLessonOnALocalNetwork(t *testing.T) {
	t.Parallel()
	for _, host := range untrusted(t) {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			lessonAt(t, host)
		})
	}
}

func lessonAt(t *testing.T, host string) {
	b := browserAt(t, host, bench.Limits{})
	b.lessonTo(len(lesson) - 1)
	if got := eval[string](b, "document.querySelector('#plain-http summary')?.innerText ?? ''"); !strings.Contains(got, strings.TrimPrefix(b.base, "http://")) {
		t.Errorf("of plain http the page says %q", got)
	}
	if got := eval[bool](b, "isSecureContext"); got {
		t.Fatal("the browser trusts this address, so this test shows nothing")
	}
	b.press(onPage, "#session-res [data-copy]")
	shows(b, notice, "Copied.") // though there is no navigator.clipboard
	v := b.visitor()
	if got := v.post(t, v.path("/settings"), "session.secure", "on", "quiet", "1"); got.status != 204 {
		t.Fatalf("turning the knob: %d %s", got.status, got.body)
	}
	before := b.recorded()
	b.open(fmt.Sprintf("/bench/%s?step=1", b.id()))
	b.live()
	b.press(onPage, "#again")
	b.until("document.getElementById('notice').textContent.includes('the browser did not keep or send what it was given')")
	b.settled()
	if sent := b.sentSince(before); !slices.Contains(sent, "GET session/profile 303") {
		t.Errorf("the login is to be lost; sent was %q", sent)
	}
	b.until("document.body.textContent.includes('Secure over plain http')") // the note beside the knob
}
