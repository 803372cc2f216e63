package cookie_test

import (
	"errors"
	"strings"
	"testing"

	"authlab/lab/cookie"
)

func FuzzSetCookie(f *testing.F) {
	for _, seed := range []string{
		"sid=S1; Path=/; Max-Age=5; Expires=Mon, 23 Nov 2026 09:14:32 GMT; HttpOnly; Secure; SameSite=None; Domain=.shop.example",
		"=\t;;=", "__Host-a=b; Path=/; Secure", "a", "a=b; Max-Age=-99999999999999999999", "a=b; Domain=\xff",
	} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, line string, script bool) {
		api := cookie.HTTP
		if script {
			api = cookie.ByPage
		}
		if len(line) > cookie.MaxLine {
			return
		}
		a, err := cookie.Inspect(cookie.Input{URL: "http://www.shop.example/a/b", SetCookies: []string{"a=1; Path=/", line}, API: api, Now: now, Request: &cookie.Request{URL: "http://www.shop.example/a/b"}})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, a)
	})
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"Mon, 23 Nov 2026 09:14:32 GMT", "9:1:2x 23rd november 94", "31 Feb 2026 00:00:00", "1601 1 jan 0:0:0", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		d, why := cookie.ParseDate(value)
		if d.IsZero() != (why != "") {
			t.Fatalf("%q is %s, because %q", value, d, why)
		}
		if why != "" {
			return
		}
		if again, why := cookie.ParseDate(d.Format("Mon, 02 Jan 2006 15:04:05 GMT")); why != "" || !again.Equal(d) {
			t.Fatalf("%q is %s, which is read again as %s, %q", value, d, again, why)
		}
	})
}

// A request is understood or refused with the name of a field, whatever its
// description says.
func FuzzRequest(f *testing.F) {
	f.Add("https://shop.example/", "GET", "none", "", "navigation", 0)
	f.Add("http://[::1]:8080/a%20b?c", "POST", "https://news.example", "https://news.example/", "form", 121)
	f.Add("//", "\x00", "null", "\xff", "script", -1)
	f.Fuzz(func(t *testing.T, url, method, initiator, top, kind string, after int) {
		r := cookie.Request{URL: url, Method: method, Initiator: initiator, TopLevel: top, Kind: cookie.Kind(kind), After: after}
		a, err := cookie.Inspect(cookie.Input{URL: url, SetCookies: []string{"a=1; Path=/", "b=2; Secure; SameSite=None"}, Now: now, Request: &r})
		if err == nil {
			whole(t, a)
			return
		}
		wrong, ok := errors.AsType[*cookie.FieldError](err)
		if !ok || wrong.Field == "" || !strings.HasSuffix(wrong.Text, ".") {
			t.Fatalf("%+v: %v", r, err)
		}
	})
}

// FuzzPaste holds that what is pasted never turns into more than it was.
func FuzzPaste(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n")
	f.Add("\"a=b\"\n'set-cookie: x'")
	f.Fuzz(func(t *testing.T, text string) {
		lines, notes := cookie.Paste(text)
		total := 0
		for _, l := range lines {
			total += len(l)
			if strings.Contains(l, "\n") {
				t.Fatalf("%q is one line", l)
			}
		}
		if total > len(text) || len(notes) > 2 {
			t.Fatalf("%q turns into %q with %q", text, lines, notes)
		}
	})
}

// BenchmarkInspect is the inspector's throughput: one ordinary line and a later
// request, by the draft and by three browsers.
func BenchmarkInspect(b *testing.B) {
	in := cookie.Input{
		URL: "https://shop.example/login", SetCookies: []string{"sid=hlp80cTKX61EPn1jgl7FdA0BAm924hYQAt93Z09jFaA; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=3600"},
		Now: now, Request: &cookie.Request{URL: "https://shop.example/cart", Initiator: "cross-site"},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cookie.Inspect(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse is taking one line apart, as the bench does for each exchange.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cookie.Parse("sid=hlp80cTKX61EPn1jgl7FdA0BAm924hYQAt93Z09jFaA; Path=/; HttpOnly; Secure; SameSite=Lax", now)
	}
}
