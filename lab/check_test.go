package lab_test

import (
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// checker is a client that goes through the self-check and drops some cookies, as
// a browser does for a reason of its own.
type checker struct {
	*visitor
	cookies map[string]string
	drops   func(line string) bool
	adds    http.Header
}

// ask sends a request with the cookies that are held for the check, and keeps or
// drops those of the answer.
func (c *checker) ask(t *testing.T, method, path string, header http.Header, body string) answer {
	t.Helper()
	all := http.Header{}
	maps.Copy(all, header)
	maps.Copy(all, c.adds)
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(c.cookies)) {
		pairs = append(pairs, name+"="+c.cookies[name])
	}
	if len(pairs) > 0 {
		all.Set("Cookie", strings.Join(pairs, "; "))
	}
	got := c.send(t, method, path, all, body)
	for _, line := range got.header["Set-Cookie"] {
		set, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !strings.HasPrefix(set.Path, "/check/") || set.MaxAge > 60 || set.MaxAge == 0 || set.Domain != "" {
			t.Errorf("the check sets %q", line)
		}
		if set.MaxAge < 0 {
			delete(c.cookies, set.Name)
		} else if !c.drops(line) {
			c.cookies[set.Name] = set.Value
		}
	}
	return got
}

// run goes through a check without scripts and returns its path.
func (c *checker) run(t *testing.T) string {
	t.Helper()
	at, form := "/check", formHeader.Clone()
	if c.adds.Get("Origin") == "" {
		form.Set("Origin", c.w.origin())
	}
	for _, want := range []int{http.StatusTemporaryRedirect, http.StatusSeeOther} {
		got := c.ask(t, "POST", at, form, "")
		if got.status != want {
			t.Fatalf("POST %s: %d %s", at, got.status, got.body)
		}
		at = got.header.Get("Location")
	}
	if len(c.cookies) > 0 {
		t.Errorf("after the check the browser holds %v", c.cookies)
	}
	return at
}

// trials reads the rows of a check's page: the state of each by its id.
func (c *checker) trials(t *testing.T, path string) (map[string]string, string) {
	t.Helper()
	got := c.ask(t, "GET", path, nil, "")
	doc, err := html.Parse(strings.NewReader(got.body))
	if err != nil || got.status != 200 {
		t.Fatalf("GET %s: %d, %v", path, got.status, err)
	}
	states := map[string]string{}
	for _, n := range cascadia.QueryAll(doc, cascadia.MustCompile(".trial")) {
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
		}
		states[attrs["id"]] = attrs["data-state"]
	}
	return states, got.body
}

func newChecker(t *testing.T, w *world) *checker {
	client := w.client(t)
	client.Jar = nil
	return &checker{visitor: &visitor{w: w, client: client}, cookies: map[string]string{}, drops: properly, adds: http.Header{}}
}

// properly is a browser that refuses what it must over TLS and on this machine.
func properly(line string) bool { return strings.HasPrefix(line, "__Host-") }

// plainly is a browser on plain http.
func plainly(line string) bool { return strings.Contains(line, "; Secure") }

var scripted = []string{"context", "hidden", "bearer", "session-storage", "local-storage", "frame", "popover", "clipboard", "events", "clock"}

// TestCheckWithoutScripts has each row that forms and redirects can show, in both
// outcomes.
func TestCheckWithoutScripts(t *testing.T) {
	t.Parallel()
	plain, secured := startLab(t, lifted, answersFor("192.168.7.20")), startLab(t, lifted, overTLS(t))
	cookies := []string{"cookie", "httponly", "strict", "lax", "none", "secure", "secure-prefix", "host-prefix"}
	without := func(name string) func(string) bool {
		return func(line string) bool { return properly(line) || strings.HasPrefix(line, name+"=") }
	}
	fetch := http.Header{"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}}
	lan := http.Header{"Host": {"192.168.7.20:8080"}, "Origin": {"http://192.168.7.20:8080"}}
	for name, c := range map[string]struct {
		w     *world
		drops func(string) bool
		adds  http.Header
		fails []string // metadata fails where the client sends none
	}{
		"this machine":              {plain, properly, fetch, nil},
		"over TLS":                  {secured, properly, fetch, nil},
		"a local network":           {plain, plainly, lan, []string{"transport", "none", "secure", "secure-prefix", "host-prefix", "metadata"}},
		"no cookies":                {plain, func(string) bool { return true }, fetch, cookies},
		"no plain cookie":           {plain, without("check-plain"), fetch, []string{"cookie"}},
		"no HttpOnly":               {plain, without("check-httponly"), fetch, []string{"httponly"}},
		"no Strict":                 {plain, without("check-strict"), fetch, []string{"strict"}},
		"no Lax":                    {plain, without("check-lax"), fetch, []string{"lax"}},
		"no None":                   {plain, without("check-none"), fetch, []string{"none"}},
		"no Secure":                 {secured, without("check-secure"), fetch, []string{"secure", "host-prefix"}},
		"no __Secure-":              {plain, without("__Secure-check"), fetch, []string{"secure-prefix"}},
		"__Host- means nothing":     {plain, func(string) bool { return false }, fetch, []string{"host-prefix"}},
		"another Origin by a proxy": {plain, properly, http.Header{"Origin": {"http://lab.test"}, "Sec-Fetch-Site": {"same-origin"}}, []string{"origin"}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newChecker(t, c.w)
			k.drops, k.adds = c.drops, c.adds
			k.client.Transport = hostTransport{k.client.Transport}
			path := k.run(t)
			got, body := k.trials(t, path)
			want := map[string]string{"transport": "works", "metadata": "works", "origin": "works"}
			for _, id := range cookies {
				want[id] = "works"
			}
			for _, id := range scripted {
				want[id] = "untried"
			}
			for _, id := range c.fails {
				want[id] = "fails"
			}
			if !maps.Equal(got, want) {
				for id := range want {
					if got[id] != want[id] {
						t.Errorf("%s %s, want that it %s", id, got[id], want[id])
					}
				}
			}
			if again, _ := k.trials(t, path); !maps.Equal(again, got) {
				t.Error("the page says something else the second time")
			}
			if !strings.Contains(body, "Set-Cookie: check-plain=") {
				t.Error("the page does not show what was set")
			}
		})
	}
}

// hostTransport sends the Host that a test names among the fields.
type hostTransport struct{ next http.RoundTripper }

func (h hostTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	return h.next.RoundTrip(r)
}

// TestCheckByScript has each row that a script finds out, in both outcomes. What
// a script says is taken as data.
func TestCheckByScript(t *testing.T) {
	t.Parallel()
	const bearer = "Bearer check.of.AuthLab-_~+/="
	w := startLab(t, lifted)
	good := map[string]string{
		"seen": "true", "hidden": "false", "session": "true", "local": "true", "frame": "true", "popover": "true", "context": "true",
		"subtle": "true", "clipboard": "true", "opened": "true", "first": "12", "gap": "498", "ahead": "-3", "trip": "8",
	}
	for _, c := range []struct {
		say    map[string]string // where it differs from good
		bearer string
		drops  func(string) bool
		fails  []string
		shows  string
	}{
		{nil, bearer, properly, nil, "the second 498.0 ms after it"},
		{map[string]string{"ahead": "7000"}, bearer, properly, []string{"clock"}, "7.00 s ahead of the lab"},
		{map[string]string{"ahead": "-86400000"}, bearer, properly, []string{"clock"}, "behind the lab"},
		{map[string]string{"ahead": "99999999999999999999"}, bearer, properly, []string{"clock"}, "ahead of the lab"},
		{map[string]string{"gap": "3"}, bearer, properly, []string{"events"}, "the second 3.00 ms after it"},
		{map[string]string{"gap": "0"}, bearer, properly, []string{"events"}, "no second one"},
		{map[string]string{"opened": "false"}, bearer, properly, []string{"events"}, "no event"},
		{map[string]string{"gap": "<script>", "first": "x", "trip": ""}, bearer, properly, []string{"events"}, "no second one"},
		{map[string]string{"session": "false"}, bearer, properly, []string{"session-storage"}, ""},
		{map[string]string{"local": "no"}, bearer, properly, []string{"local-storage"}, ""},
		{map[string]string{"frame": "false"}, bearer, properly, []string{"frame"}, ""},
		{map[string]string{"popover": "false"}, bearer, properly, []string{"popover"}, ""},
		{map[string]string{"clipboard": "false"}, bearer, properly, []string{"clipboard"}, ""},
		{map[string]string{"context": "false", "subtle": "false"}, bearer, properly, []string{"context"}, ""},
		{map[string]string{"hidden": "true"}, bearer, properly, []string{"hidden"}, "the HttpOnly one: seen by the script"},
		{map[string]string{"seen": "false"}, bearer, properly, []string{"hidden"}, ""},
		{nil, bearer, func(line string) bool { return properly(line) || strings.HasPrefix(line, "check-hidden=") }, []string{"hidden"}, "not sent to the lab"},
		{nil, "", properly, []string{"bearer"}, ""},
		{nil, "Basic PHNjcmlwdD4=<script>\u202e", properly, []string{"bearer"}, "&lt;script&gt;"},
	} {
		k := newChecker(t, w)
		k.drops = c.drops
		path := k.run(t)
		form := url.Values{}
		for name, value := range good {
			form.Set(name, value)
		}
		for name, value := range c.say {
			form.Set(name, value)
		}
		k.tells(t, path, c.bearer, form)
		if len(k.cookies) > 0 {
			t.Errorf("%v: afterwards the browser holds %v", c.say, k.cookies)
		}
		states, body := k.trials(t, path)
		for _, id := range scripted {
			want := "works"
			if slices.Contains(c.fails, id) {
				want = "fails"
			}
			if states[id] != want {
				t.Errorf("%v, %q: %s %s, want that it %s", c.say, c.bearer, id, states[id], want)
			}
		}
		if !strings.Contains(body, c.shows) || strings.Contains(body, "<script>\u202e") || strings.Contains(body, "data-check") {
			t.Errorf("%v, %q: the page does not show %q as it should", c.say, c.bearer, c.shows)
		}
	}
}

// tells asks and says what a check's script does: for the echo, with what it puts
// into Authorization, and what it found.
func (c *checker) tells(t *testing.T, path, bearer string, form url.Values) {
	t.Helper()
	origin := http.Header{"Origin": {c.w.origin()}}
	if bearer != "" {
		origin.Set("Authorization", bearer)
	}
	if got := c.ask(t, "POST", path+"/echo", origin, ""); got.status != 200 || !strings.HasPrefix(got.body, `{"now":`) {
		t.Fatalf("echo: %d %q", got.status, got.body)
	}
	found := formHeader.Clone()
	found.Set("Origin", c.w.origin())
	if got := c.ask(t, "POST", path+"/found", found, form.Encode()); got.status != 204 {
		t.Fatalf("found: %d %q", got.status, got.body)
	}
}

// TestCheckEventsComeApart reads the stream of a check as it arrives.
func TestCheckEventsComeApart(t *testing.T) {
	t.Parallel()
	k := newChecker(t, startLab(t, lifted))
	path := k.run(t)
	c := k.w.dial(t)
	c.send(lines("GET "+path+"/events HTTP/1.1", "Host: a", "Accept-Encoding: gzip"))
	got := c.answer(t, "GET")
	if want := "event: first\ndata: {}\n\nevent: second\ndata: {}\n\n"; got.body != want || got.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("the stream is %q, want %q", got.body, want)
	}
}

// TestCheckRefuses checks that are over, requests of other sites, and GETs that
// would change something.
func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	k := newChecker(t, startLab(t, lifted))
	path := k.run(t)
	evil := http.Header{"Origin": {"https://evil.test"}, "Sec-Fetch-Site": {"cross-site"}}
	for _, c := range []struct {
		method, path string
		header       http.Header
		want         int
	}{
		{"GET", "/check", nil, 200}, {"GET", path, nil, 200}, {"GET", path + "/frame", nil, 200},
		{"GET", "/check/nobody", nil, 404}, {"GET", "/check/nobody/frame", nil, 404}, {"GET", "/check/nobody/events", nil, 404},
		{"POST", "/check/nobody/cookies", nil, 404}, {"POST", "/check/nobody/echo", nil, 404}, {"POST", "/check/nobody/found", nil, 404},
		{"GET", path + "/cookies", nil, 405}, {"GET", path + "/echo", nil, 405}, {"GET", path + "/found", nil, 405},
		{"POST", "/check", evil, 403}, {"POST", path + "/cookies", evil, 403}, {"POST", path + "/echo", evil, 403}, {"POST", path + "/found", evil, 403},
	} {
		got := k.send(t, c.method, c.path, c.header, "")
		if got.status != c.want || got.header["Set-Cookie"] != nil {
			t.Errorf("%s %s: %d with %q, want %d and no cookie", c.method, c.path, got.status, got.header["Set-Cookie"], c.want)
		}
	}
}

// TestChecksAreBounded forgets the oldest of very many.
func TestChecksAreBounded(t *testing.T) {
	t.Parallel()
	k := newChecker(t, startLab(t, lifted))
	first := k.run(t)
	for range 1000 {
		if got := k.send(t, "POST", "/check", nil, ""); got.status != 307 {
			t.Fatalf("POST /check: %d", got.status)
		}
	}
	if got := k.get(t, first); got.status != 404 || !strings.Contains(got.body, "This check is over") {
		t.Errorf("the oldest check: %d", got.status)
	}
}

// lanName is a name that a test's browser takes for this machine and trusts no more
// than any other.
const lanName = "lab.lan.test"

// untrusted are the hosts by which a browser reaches this machine as it reaches
// another: a name, and its address on a local network where it has one.
func untrusted(t *testing.T) []string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return []string{lanName, n.IP.String()}
		}
	}
	return []string{lanName}
}
