package lab_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// No page and no step violates the policy, throws, writes to the console or asks
// another host. Chromium itself reports answers of 4xx as errors; those that the
// lesson is about are all that it may report.
func TestPagesAreClean(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	w := b.watched()
	b.lessonTo(10)
	base := b.base + "/bench/" + b.id()
	refused := "network: Failed to load resource: the server responded with a status of "
	allowed := []string{
		refused + "401 (Unauthorized) " + base + "/token/profile", // step 0
		refused + "401 (Unauthorized) " + base + "/token/profile", // step 10
	}
	for _, step := range []int{0, 4, 7, 10} {
		b.open(fmt.Sprintf("/bench/%s?step=%d&view=stateful", b.id(), step))
		b.live()
	}
	for n := 1; n <= b.recorded(); n += 3 {
		b.open(fmt.Sprintf("/bench/%s/exchanges/%d", b.id(), n))
	}
	b.open("/bench/" + b.id() + "/journal.json")
	b.open("/bench/" + b.id() + "/handout")
	b.open("/bench/" + b.id() + "/curl")
	b.open("/")
	for _, unknown := range []string{"/nowhere", "/bench/nobody", base[len(b.base):] + "/exchanges/999"} {
		b.open(unknown)
		b.loaded(unknown)
		allowed = append(allowed, refused+"404 (Not Found) "+b.base+unknown)
	}
	complaints, hosts := w.heard()
	if !slices.Equal(complaints, allowed) {
		t.Errorf("the browser complained of\n%s\nallowed is\n%s", strings.Join(complaints, "\n"), strings.Join(allowed, "\n"))
	}
	if !slices.Equal(hosts, []string{b.base}) {
		t.Errorf("the pages asked %q", hosts)
	}
	// The witness would have heard of a style of ours that the policy stops.
	eval[any](b, "document.body.setAttribute('style', 'color: red'), null")
	b.when(func() bool { more, _ := w.heard(); return len(more) > len(complaints) }, func() string { return "the policy to stop an inline style" })
}

// stored is what a script can read of local storage, name by name.
const stored = "Object.keys(localStorage).sort().join(' ')"

// cookies are all of the profile's, whatever their host.
func (b *tab) cookies() []*network.Cookie {
	b.t.Helper()
	got, err := chromedp.CallBrowser(b.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	b.must(err)
	return got.Cookies
}

// The lab keeps nothing in a browser: what is there is the apps'.
func TestLabKeepsNothingInTheBrowser(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.next(0)
	shows(b, stored+" + Object.keys(sessionStorage).join(' ')", "")
	if got := b.cookies(); len(got) != 0 {
		t.Errorf("a stranger's browser holds the cookie %q for %s", got[0].Name, got[0].Path)
	}
	b.next(1)
	shows(b, stored+" + Object.keys(sessionStorage).join(' ')", "/bench/"+b.id()+"/token/access_token")
	got := b.cookies()
	if len(got) != 1 {
		t.Fatalf("the browser holds %d cookies, want one", len(got))
	}
	if c := got[0]; c.Name != "sid" || c.Path != "/bench/"+b.id()+"/session/" || !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax {
		t.Errorf("the browser holds %+v", c)
	}
	for n := range lesson[2:] {
		b.next(n + 2)
	}
	shows(b, stored, "/bench/"+b.id()+"/token/access_token") // step 10 logged in again
	if got := b.cookies(); len(got) > 1 {
		t.Errorf("after the lesson the browser holds %d cookies", len(got))
	}
}

// names are the names of a request's headers, in the order in which they came.
func (x exchange) names() (list []string) {
	head, _, _ := strings.Cut(string(x.Request.Bytes), "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, _, _ := strings.Cut(line, ":")
		list = append(list, name)
	}
	return list
}

// What a frame of the bench sends is what the same app sends in a tab of its
// own, where nothing of the lab runs: the same headers, in the same order.
func TestFramesSendWhatABarePageSends(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(5)
	v := b.visitor()
	byLesson := v.journal(t, b.recorded())

	bare := b.another()
	for _, flow := range []string{inSession, inToken} {
		bare.open("/bench/" + b.id() + "/" + flow + "/")
		bare.until(part(onPage, "main h1"))
		before := b.recorded()
		bare.press(onPage, "nav a[href$=profile]")
		shows(bare, text(onPage, "main h1"), "Lin Librarian")
		v.await(t, before+1)
	}
	both := v.journal(t, b.recorded())
	for _, flow := range []string{inSession, inToken} {
		framed, alone := byLesson.lastProfile(flow), both.lastProfile(flow)
		if framed.Number == alone.Number || !slices.Equal(framed.names(), alone.names()) {
			t.Errorf("%s: a frame sent %q (exchange %d), a tab %q (exchange %d)", flow, framed.names(), framed.Number, alone.names(), alone.Number)
		}
	}
}

// lastProfile is the last exchange that asked a flow's app for the profile.
func (j recorded) lastProfile(flow string) (last exchange) {
	for _, x := range j.Exchanges {
		line, _, _ := strings.Cut(string(x.Request.Bytes), "\r\n")
		if x.Flow == flow && strings.HasPrefix(line, http.MethodGet) && strings.Contains(line, "/profile ") {
			last = x
		}
	}
	return last
}
