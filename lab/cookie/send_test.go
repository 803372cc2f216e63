package cookie_test

import (
	"errors"
	"strings"
	"testing"

	"authlab/lab/cookie"
)

// The four cookies of the SameSite cases, all Secure so that None is taken.
var four = []string{"strict=1; Secure; SameSite=Strict", "lax=1; Secure; SameSite=Lax", "none=1; Secure; SameSite=None", "plain=1; Secure"}

// Each case is a later request and what it carries, by the draft and by each
// browser; the rows of browsers are their names and lines where they differ.
func TestSend(t *testing.T) {
	const shop = "https://shop.example/"
	const all, crossLax, onlyNone = "strict=1; lax=1; none=1; plain=1", "lax=1; none=1; plain=1", "none=1"
	for _, c := range []struct {
		name     string
		request  cookie.Request
		draft    string
		chromium string
		firefox  string
		safari   string
	}{
		{"typed", cookie.Request{}, all, all, all, all},
		{"link of the same origin", cookie.Request{Initiator: "same-origin"}, all, all, all, all},
		{"link of a sibling", cookie.Request{Initiator: "same-site"}, all, all, all, all},
		{"link of another site", cookie.Request{Initiator: "cross-site"}, crossLax, crossLax, crossLax, crossLax},
		{"link of a named origin", cookie.Request{Initiator: "https://news.example/story"}, crossLax, crossLax, crossLax, crossLax},
		{"link of a sandboxed page", cookie.Request{Initiator: "null"}, crossLax, crossLax, crossLax, crossLax},
		{"link from http", cookie.Request{Initiator: "http://shop.example"}, crossLax, crossLax, all, all},
		{"link of a frame in another site's tab", cookie.Request{Initiator: "same-origin", TopLevel: "https://news.example"}, crossLax, crossLax, crossLax, crossLax},
		{"form of the same origin", cookie.Request{Kind: cookie.Form, Initiator: "same-origin"}, all, all, all, all},
		{"form of another site", cookie.Request{Kind: cookie.Form, Initiator: "cross-site"}, onlyNone, "none=1; plain=1", "none=1; plain=1", "none=1; plain=1"},
		{"form of another site, GET", cookie.Request{Kind: cookie.Form, Initiator: "cross-site", Method: "get"}, crossLax, crossLax, crossLax, crossLax},
		{"form of another site, two minutes", cookie.Request{Kind: cookie.Form, Initiator: "cross-site", After: 120}, onlyNone, "none=1; plain=1", "none=1; plain=1", "none=1; plain=1"},
		{"form of another site, a second later", cookie.Request{Kind: cookie.Form, Initiator: "cross-site", After: 121}, onlyNone, onlyNone, "none=1; plain=1", "none=1; plain=1"},
		{"image on a sibling's page", cookie.Request{Kind: cookie.Subresource, Initiator: "same-site"}, all, all, all, all},
		{"image on another site's page", cookie.Request{Kind: cookie.Subresource, Initiator: "cross-site"}, onlyNone, onlyNone, "", ""},
		{"image of a frame of ours in another site's tab", cookie.Request{Kind: cookie.Subresource, Initiator: "same-origin", TopLevel: "https://news.example"}, onlyNone, onlyNone, "", ""},
		{"image of another site's frame in our tab", cookie.Request{Kind: cookie.Subresource, Initiator: "cross-site", TopLevel: shop}, onlyNone, onlyNone, "none=1; plain=1", "none=1; plain=1"},
		{"frame on another site's page", cookie.Request{Kind: cookie.Frame, Initiator: "cross-site"}, onlyNone, onlyNone, "", ""},
		{"frame on our page", cookie.Request{Kind: cookie.Frame}, all, all, all, all},
		{"fetch by a sibling", cookie.Request{Kind: cookie.FetchSameOrigin, Initiator: "same-site"}, "", "", "", ""},
		{"fetch by ourselves", cookie.Request{Kind: cookie.FetchSameOrigin, Method: "DELETE"}, all, all, all, all},
		{"fetch with credentials by a sibling", cookie.Request{Kind: cookie.FetchInclude, Initiator: "same-site"}, all, all, all, all},
		{"fetch with credentials by another site", cookie.Request{Kind: cookie.FetchInclude, Initiator: "cross-site"}, onlyNone, onlyNone, "", ""},
		{"fetch without credentials", cookie.Request{Kind: cookie.FetchOmit}, "", "", "", ""},
		{"a script of ours", cookie.Request{Kind: cookie.Script}, all, all, all, all},
		{"a script of ours, framed by another site", cookie.Request{Kind: cookie.Script, TopLevel: "https://news.example"}, onlyNone, onlyNone, "", ""},
		{"over http", cookie.Request{URL: "http://shop.example/"}, "", "", "", ""},
		{"to a host below", cookie.Request{URL: "https://www.shop.example/"}, "", "", "", ""},
	} {
		if c.request.URL == "" {
			c.request.URL = shop
		}
		a := inspect(t, cookie.Input{URL: shop, SetCookies: four, Request: &c.request})
		got := []string{a.Sending.Line, a.Browsers[0].Cookie, a.Browsers[1].Cookie, a.Browsers[2].Cookie}
		want := []string{c.draft, c.chromium, c.firefox, c.safari}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
		for i, row := range a.Browsers {
			if row.Same != (row.Cookie == a.Sending.Line) || row.Cookie != a.Sending.Line && len(row.Notes) == 0 {
				t.Errorf("%s: %s says that it is the same: %v, with %d notes", c.name, row.Browser, row.Same, len(a.Browsers[i].Notes))
			}
		}
	}
}

// Hosts, paths, HttpOnly, expiry and the order of the line.
func TestSendOne(t *testing.T) {
	for _, c := range []struct {
		lines, from string
		request     cookie.Request
		want        string
	}{
		{"a=1; Domain=shop.example", "https://shop.example/", cookie.Request{URL: "https://deep.www.shop.example/"}, "a=1"},
		{"a=1; Domain=shop.example", "https://www.shop.example/", cookie.Request{URL: "https://myshop.example/"}, ""},
		{"a=1; Path=/x", "https://shop.example/", cookie.Request{URL: "https://shop.example/x/y"}, "a=1"},
		{"a=1; Path=/x", "https://shop.example/", cookie.Request{URL: "https://shop.example/xy"}, ""},
		{"a=1", "https://shop.example/", cookie.Request{URL: "https://SHOP.example:8443?q#f"}, "a=1"},
		{"a=1; HttpOnly | b=2", "https://shop.example/", cookie.Request{URL: "https://shop.example/", Kind: cookie.Script}, "b=2"},
		{"a=1; Max-Age=60", "https://shop.example/", cookie.Request{URL: "https://shop.example/", After: 59}, "a=1"},
		{"a=1; Max-Age=60", "https://shop.example/", cookie.Request{URL: "https://shop.example/", After: 60}, ""},
		{"a=1 | b=2; Path=/x/y | c=3; Path=/x | d=4; Path=/x/y", "https://shop.example/", cookie.Request{URL: "https://shop.example/x/y"}, "b=2; d=4; c=3; a=1"},
		{"bare | a= ", "https://shop.example/", cookie.Request{URL: "https://shop.example/"}, "bare; a="},
	} {
		a := inspect(t, cookie.Input{URL: c.from, SetCookies: strings.Split(c.lines, " | "), Request: &c.request})
		if a.Sending.Line != c.want {
			t.Errorf("%q, then %s: %q, want %q", c.lines, c.request.URL, a.Sending.Line, c.want)
		}
		for _, k := range a.Sending.Cookies {
			if k.Sent != (k.Checks[k.Decided-1].Result == cookie.Passed) {
				t.Errorf("%q: %s is sent %v, and its deciding check says %s", c.lines, k.Cookie.Name, k.Sent, k.Checks[k.Decided-1].Result)
			}
		}
	}
}

// What a browser does otherwise about storing, line by line.
func TestBrowsersStore(t *testing.T) {
	for _, c := range []struct {
		from, line                         string
		draft, chromium, firefox, safari   string
		chromiumNotes, firefoxNotes, safNs int
	}{
		{"http://localhost:8080/", "a=1; Secure", "rejected", "stored", "stored", "rejected", 1, 1, 1},
		{"http://127.0.0.1/", "a=1; Secure; SameSite=None", "rejected", "stored", "stored", "rejected", 1, 1, 1},
		{"http://shop.example/", "a=1; Secure", "rejected", "rejected", "rejected", "rejected", 0, 0, 0},
		{"https://shop.example/", "a=1; SameSite=None", "rejected", "rejected", "rejected", "stored", 0, 0, 1},
		{"https://shop.example/", "a\tb=1", "stored", "rejected", "stored", "stored", 1, 0, 0},
		{"https://shop.example/", "a=1\t2", "stored", "rejected", "stored", "stored", 1, 0, 0},
		{"https://shop.example/", "=a=b", "stored", "rejected", "rejected", "stored", 1, 1, 0},
		{"https://shop.example/", "__Http-a=1; Secure", "stored", "rejected", "rejected", "stored", 1, 1, 1},
		{"https://shop.example/", "__Http-a=1; Secure; HttpOnly", "stored", "stored", "stored", "stored", 1, 1, 1},
		{"https://shop.example/", "a=1; Partitioned", "stored", "rejected", "rejected", "stored", 1, 1, 1},
		{"https://shop.example/", "a=1; Secure; Partitioned", "stored", "stored", "stored", "stored", 1, 1, 1},
		{"https://shop.example/", "a=1; Domain=.", "stored", "rejected", "rejected", "stored", 1, 1, 0},
		{"https://shop.example/", "a=1; Max-Age=0; Max-Age=x", "deleted", "stored", "stored", "deleted", 1, 1, 0},
		{"https://shop.example/", "a=1; Max-Age=-x", "stored", "stored", "deleted", "stored", 0, 1, 0},
		{"https://shop.example/", "a=1; Max-Age=-x; Max-Age=9", "stored", "stored", "stored", "stored", 0, 0, 0},
		{"https://shop.example/", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=x", "deleted", "deleted", "stored", "deleted", 0, 2, 0},
		{"https://shop.example/", "=a", "stored", "stored", "rejected", "stored", 0, 1, 0},
		{"https://shop.example/", "a", "stored", "stored", "stored", "stored", 0, 1, 0},
		{"https://shop.example/", "__Host-a", "rejected", "rejected", "rejected", "rejected", 0, 1, 0},
		{"https://shop.example/", "__Host-a=1; Secure", "rejected", "rejected", "stored", "rejected", 0, 1, 0},
		{"https://shop.example/x/y", "__Host-a=1; Secure", "rejected", "rejected", "rejected", "rejected", 0, 0, 0},
		{"https://shop.example/", "__Host-a=1; Secure; Path=/", "stored", "stored", "stored", "stored", 0, 0, 0},
	} {
		a := inspect(t, cookie.Input{URL: c.from, SetCookies: []string{c.line}})
		got := []string{a.Lines[0].Fate(), a.Browsers[0].Stored[0], a.Browsers[1].Stored[0], a.Browsers[2].Stored[0]}
		if strings.Join(got, " ") != strings.Join([]string{c.draft, c.chromium, c.firefox, c.safari}, " ") {
			t.Errorf("%q from %s: %q", c.line, c.from, got)
		}
		for i, n := range []int{c.chromiumNotes, c.firefoxNotes, c.safNs} {
			if len(a.Browsers[i].Notes) != n {
				t.Errorf("%q from %s: %s has the notes %+v, want %d", c.line, c.from, a.Browsers[i].Browser, a.Browsers[i].Notes, n)
			}
		}
	}
}

// A Partitioned cookie stays under the site that it was set under, in Chromium;
// a Secure one goes over http to this machine.
func TestChromiumSends(t *testing.T) {
	for _, c := range []struct {
		from, line      string
		request         cookie.Request
		draft, chromium string
	}{
		{"https://shop.example/", "a=1; Secure; SameSite=None; Partitioned", cookie.Request{Kind: cookie.Subresource, Initiator: "cross-site"}, "a=1", ""},
		{"https://shop.example/", "a=1; Secure; SameSite=None; Partitioned", cookie.Request{Kind: cookie.Subresource, Initiator: "same-site"}, "a=1", "a=1"},
		{"https://shop.example/", "a=1; Secure; SameSite=None; Partitioned", cookie.Request{Initiator: "cross-site"}, "a=1", "a=1"},
		{"https://localhost/", "a=1; Secure; SameSite=None; Partitioned", cookie.Request{Kind: cookie.Subresource, Initiator: "http://localhost"}, "a=1", ""},
		{"http://localhost/", "a=1; Secure", cookie.Request{}, "", "a=1"},
		{"http://shop.localhost/", "a=1; Secure", cookie.Request{}, "", "a=1"},
		{"http://[::1]/", "a=1; Secure", cookie.Request{}, "", "a=1"},
		{"http://localhost.example/", "a=1; Secure", cookie.Request{}, "", ""},
	} {
		c.request.URL = c.from
		a := inspect(t, cookie.Input{URL: c.from, SetCookies: []string{c.line}, Request: &c.request})
		if a.Sending.Line != c.draft || a.Browsers[0].Cookie != c.chromium {
			t.Errorf("%q, then %+v: %q by the draft, %q by Chromium", c.line, c.request, a.Sending.Line, a.Browsers[0].Cookie)
		}
	}
}

// What a script sets, Safari keeps for a week.
func TestScriptCap(t *testing.T) {
	a := inspect(t, cookie.Input{URL: "https://shop.example/", SetCookies: []string{"a=1; Max-Age=31536000"}, API: cookie.ByPage,
		Request: &cookie.Request{URL: "https://shop.example/", After: 8 * 24 * 3600}})
	if a.Sending.Line != "a=1" || a.Browsers[0].Cookie != "a=1" || a.Browsers[2].Cookie != "" {
		t.Errorf("%q, %+v", a.Sending.Line, a.Browsers)
	}
}

// What cannot be inspected is refused with the field that is wrong.
func TestRefusedInput(t *testing.T) {
	ok := func(change func(*cookie.Input)) cookie.Input {
		in := cookie.Input{URL: "https://shop.example/", SetCookies: []string{"a=b"}, Request: &cookie.Request{URL: "https://shop.example/"}, Now: now}
		change(&in)
		return in
	}
	for _, c := range []struct {
		field string
		in    cookie.Input
	}{
		{"url", ok(func(in *cookie.Input) { in.URL = "" })},
		{"url", ok(func(in *cookie.Input) { in.URL = "shop.example" })},
		{"url", ok(func(in *cookie.Input) { in.URL = "file:///etc/passwd" })},
		{"url", ok(func(in *cookie.Input) { in.URL = "https://schön.example/" })},
		{"url", ok(func(in *cookie.Input) { in.URL = "https://shop.example/%zz" })},
		{"url", ok(func(in *cookie.Input) { in.URL = "https://shop.example/" + strings.Repeat("a", cookie.MaxURL) })},
		{"api", ok(func(in *cookie.Input) { in.API = "carrier pigeon" })},
		{"set_cookies", ok(func(in *cookie.Input) { in.SetCookies = nil })},
		{"set_cookies", ok(func(in *cookie.Input) { in.SetCookies = make([]string, cookie.MaxLines+1) })},
		{"set_cookies[1]", ok(func(in *cookie.Input) { in.SetCookies = []string{"a=b", strings.Repeat("a", cookie.MaxLine+1)} })},
		{"earlier", ok(func(in *cookie.Input) { in.Earlier = make([]string, cookie.MaxLines+1) })},
		{"earlier[0]", ok(func(in *cookie.Input) { in.Earlier = []string{strings.Repeat("a", cookie.MaxLine+1)} })},
		{"request.url", ok(func(in *cookie.Input) { in.Request.URL = "/cart" })},
		{"request.method", ok(func(in *cookie.Input) { in.Request.Method = "G E T" })},
		{"request.method", ok(func(in *cookie.Input) { in.Request.Method = "PUT" })},
		{"request.kind", ok(func(in *cookie.Input) { in.Request.Kind = "prayer" })},
		{"request.initiator", ok(func(in *cookie.Input) { in.Request.Initiator = "somebody" })},
		{"request.initiator", ok(func(in *cookie.Input) { in.Request.Initiator, in.Request.Kind = "none", cookie.Subresource })},
		{"request.top_level", ok(func(in *cookie.Input) { in.Request.TopLevel = "the news" })},
		{"request.after", ok(func(in *cookie.Input) { in.Request.After = -1 })},
		{"request.after", ok(func(in *cookie.Input) { in.Request.After = 1 << 40 })},
	} {
		_, err := cookie.Inspect(c.in)
		wrong, is := errors.AsType[*cookie.FieldError](err)
		if !is || wrong.Field != c.field || !strings.HasSuffix(wrong.Text, ".") || wrong.Error() == "" {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}
