package cookie_test

import (
	"fmt"
	"strings"
	"testing"

	"authlab/lab/cookie"
)

// inspect asks about lines that came from a URL in an answer.
func inspect(t *testing.T, in cookie.Input) cookie.Answer {
	t.Helper()
	if in.Now.IsZero() {
		in.Now = now
	}
	a, err := cookie.Inspect(in)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return a
}

// Each case is a step of section 5.7: what the last line comes to, the step that
// decided and, if it is stored, what as. Lines are separated by " | ".
func TestStore(t *testing.T) {
	const shop = "https://www.shop.example/cart/items"
	for _, c := range []struct {
		url, lines string
		api        cookie.API
		section    string
		stored     string // domain, path and flags; "" where it is rejected
	}{
		{shop, "a=b", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "", "", "5.7, step 2", ""},
		{shop, "=", "", "5.7, step 2", ""},
		{shop, "=; Path=/", "", "5.7, step 2", ""},
		{shop, "nameless", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b\x02", "", "5.6, step 1", ""},
		{shop, "a=" + strings.Repeat("v", 4096), "", "5.6, step 5", ""},
		{shop, "a=b; Domain=shop.example", "", "5.7, step 24", "shop.example /cart Default"},
		{shop, "a=b; Domain=.SHOP.example", "", "5.7, step 24", "shop.example /cart Default"},
		{shop, "a=b; Domain=www.shop.example", "", "5.7, step 24", "www.shop.example /cart Default"},
		{shop, "a=b; Domain=example", "", "5.7, step 9", ""},
		{"https://shop.co.uk/", "a=b; Domain=co.uk", "", "5.7, step 9", ""},
		{"https://co.uk/", "a=b; Domain=co.uk", "", "5.7, step 24", "=co.uk / Default"},
		{"http://localhost:8080/", "a=b; Domain=localhost", "", "5.7, step 24", "=localhost / Default"},
		{shop, "a=b; Domain=other.example", "", "5.7, step 10", ""},
		{shop, "a=b; Domain=a.www.shop.example", "", "5.7, step 10", ""},
		{shop, "a=b; Domain=op.example", "", "5.7, step 10", ""},
		{"https://127.0.0.1/", "a=b; Domain=0.0.1", "", "5.7, step 10", ""},
		{"https://127.0.0.1/", "a=b; Domain=127.0.0.1", "", "5.7, step 24", "127.0.0.1 / Default"},
		{"https://[::1]/", "a=b", "", "5.7, step 24", "=[::1] / Default"},
		{shop, "a=b; Domain=schön.example", "", "5.7, step 8", ""},
		{shop, "a=b; Domain=other.example; Domain=", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b; Domain=; Domain=other.example", "", "5.7, step 10", ""},
		{shop, "a=b; Domain=" + strings.Repeat("x", 1025), "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b; Path=/", "", "5.7, step 24", "=www.shop.example / Default"},
		{shop, "a=b; Path=x", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b; Path=/x; Path=", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{"https://shop.example", "a=b", "", "5.7, step 24", "=shop.example / Default"},
		{"https://shop.example/cart", "a=b", "", "5.7, step 24", "=shop.example / Default"},
		{"https://shop.example/a/b/", "a=b", "", "5.7, step 24", "=shop.example /a/b Default"},
		{"http://shop.example/", "a=b; Secure", "", "5.7, steps 12 and 13", ""},
		{"http://localhost/", "a=b; Secure", "", "5.7, steps 12 and 13", ""},
		{"wss://shop.example/", "a=b; Secure", "", "5.7, step 24", "=shop.example / Default secure"},
		{shop, "a=b; HttpOnly; Path=/", "", "5.7, step 24", "=www.shop.example / Default httponly"},
		{shop, "a=b; HttpOnly", cookie.ByPage, "5.7, steps 14 and 15", ""},
		{shop, "a=b; SameSite=lax", "", "5.7, step 24", "=www.shop.example /cart Lax"},
		{shop, "a=b; SameSite=STRICT", "", "5.7, step 24", "=www.shop.example /cart Strict"},
		{shop, "a=b; SameSite=Strict; SameSite=x", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b; SameSite=None", "", "5.7, step 19", ""},
		{shop, "a=b; SameSite=None; Secure", "", "5.7, step 24", "=www.shop.example /cart None secure"},
		{shop, "__Secure-a=b", "", "5.7, step 20", ""},
		{shop, "__SECURE-a=b; Secure", "", "5.7, step 24", "=www.shop.example /cart Default secure"},
		{shop, "__Host-a=b; Path=/", "", "5.7, step 21", ""},
		{shop, "__Host-a=b; Secure", "", "5.7, step 21", ""},
		{shop, "__Host-a=b; Secure; Path=/cart", "", "5.7, step 21", ""},
		{"https://shop.example/", "__Host-a=b; Secure", "", "5.7, step 21", ""},
		{shop, "__host-a=b; Secure; Path=/; Domain=www.shop.example", "", "5.7, step 21", ""},
		{shop, "__Host-a=b; Secure; Path=/", "", "5.7, step 24", "=www.shop.example / Default secure"},
		{shop, "__Http-a=b", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "=__Host-a", "", "5.7, step 22", ""},
		{shop, "__secure-a", "", "5.7, step 22", ""},
		{shop, "a=b; HttpOnly | a=c", "", "5.7, step 24", "=www.shop.example /cart Default"},
		{shop, "a=b | a=; Max-Age=0", "", "5.7, step 24", "deleted"},
	} {
		a := inspect(t, cookie.Input{URL: c.url, SetCookies: strings.Split(c.lines, " | "), API: c.api})
		last := a.Lines[len(a.Lines)-1]
		got := ""
		if last.Cookie != nil {
			got = flags(*last.Cookie)
		}
		if last.Deleted {
			got = "deleted"
		}
		decided := last.Steps[last.Decided-1]
		if got != c.stored || decided.Section != c.section || last.Stored != (c.stored != "") || (decided.Result == cookie.Rejected) == last.Stored {
			t.Errorf("%.70q from %s: %q by %s, %s; want %q by %s", c.lines, c.url, got, decided.Section, decided.Result, c.stored, c.section)
		}
	}
}

func flags(c cookie.Cookie) string {
	s := c.Domain
	if c.HostOnly {
		s = "=" + s
	}
	s += " " + c.Path + " " + string(c.SameSite)
	if c.Secure {
		s += " secure"
	}
	if c.HTTPOnly {
		s += " httponly"
	}
	return s
}

// What is stored before decides about what comes after: overwriting, deleting,
// and leaving Secure cookies alone. The lines come one after the other, but from
// one URL; so a Secure cookie first needs a connection that is one for it.
func TestJarInOrder(t *testing.T) {
	const shop = "https://shop.example/"
	for _, c := range []struct {
		lines []string
		jar   string
	}{
		{[]string{"a=1", "b=2", "a=3"}, "a=3 b=2"},
		{[]string{"a=1; Path=/x", "a=2; Path=/y"}, "a=1 a=2"},
		{[]string{"a=1", "a=2; Domain=shop.example"}, "a=1 a=2"},
		{[]string{"a=1", "A=2"}, "a=1 A=2"},
		{[]string{"a=1", "b=2", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "b=2"},
		{[]string{"a=1; Max-Age=60", "a=2; Max-Age=0", "a=3"}, "a=3"},
		{[]string{"a=1", "a=2\x01"}, "a=1"},
		{[]string{"one", "=two"}, "=two"},
	} {
		var got []string
		for _, k := range inspect(t, cookie.Input{URL: shop, SetCookies: c.lines}).Jar {
			got = append(got, k.Name+"="+k.Value)
		}
		if strings.Join(got, " ") != c.jar {
			t.Errorf("%q leave %q, want %q", c.lines, got, c.jar)
		}
	}
}

// What the browser holds already can be in the way: a Secure cookie of a line
// that comes over http, an HttpOnly one of a script.
func TestEarlierCookies(t *testing.T) {
	for _, c := range []struct {
		url, line, earlier string
		api                cookie.API
		fates, section     string
	}{
		{"http://shop.example/", "a=2", "a=1; Secure", "", "stored rejected", "5.7, step 16"},
		{"http://shop.example/", "a=2", "a=1", "", "stored stored", "5.7, step 24"},
		{"http://shop.example/", "a=2", "__Host-a", "", "rejected stored", "5.7, step 24"},
		{"https://shop.example/", "a=2", "a=1; Secure", "", "stored stored", "5.7, step 24"},
		{"https://shop.example/", "a=; Max-Age=0", "a=1; HttpOnly", cookie.ByPage, "stored rejected", "5.7, step 23"},
		{"https://shop.example/", "a=; Max-Age=0", "a=1; HttpOnly", "", "stored deleted", "5.7, step 24"},
	} {
		a := inspect(t, cookie.Input{URL: c.url, SetCookies: []string{c.line}, Earlier: []string{c.earlier}, API: c.api})
		got := a.Earlier[0] + " " + a.Lines[0].Fate()
		if decided := a.Lines[0].Steps[a.Lines[0].Decided-1].Section; got != c.fates || decided != c.section {
			t.Errorf("%q after %q: %s by %s, want %s by %s", c.line, c.earlier, got, decided, c.fates, c.section)
		}
		for _, row := range a.Browsers {
			if row.Stored[0] != a.Lines[0].Fate() {
				t.Errorf("%q after %q: %s comes to %s", c.line, c.earlier, row.Browser, row.Stored[0])
			}
		}
	}
}

// A cookie is taken for what it is even where the list of steps is long: every
// step has a section, a rule and a finding.
func TestEveryStepSpeaks(t *testing.T) {
	a := inspect(t, cookie.Input{
		URL:        "https://www.shop.example/a",
		SetCookies: []string{"__Host-a=b; Secure; Path=/; HttpOnly; SameSite=None; Max-Age=5; Expires=x; Domain=; z", "x; Domain=shop.example"},
		Request:    &cookie.Request{URL: "https://www.shop.example/", Initiator: "cross-site", Kind: cookie.FetchInclude},
	})
	all := a.Sending.Checks
	for _, l := range a.Lines {
		all = append(all, l.Steps...)
	}
	for _, c := range a.Sending.Cookies {
		all = append(all, c.Checks...)
	}
	for _, s := range all {
		if s.Section == "" || s.Rule == "" || s.Found == "" || s.Result == "" {
			t.Errorf("a step says too little: %s", fmt.Sprintf("%+v", s))
		}
	}
	if len(all) < 50 {
		t.Errorf("%d steps in all; there are more", len(all))
	}
}
