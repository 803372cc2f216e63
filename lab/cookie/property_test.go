package cookie_test

import (
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"authlab/lab/cookie"
)

// pieces are what lines are made of, so that generated ones are not only noise.
var pieces = []string{
	"a", "=", ";", " ", "\t", `"`, "sid", "Path", "/x", "Domain", "shop.example", ".", "Max-Age", "-1", "60", "Expires", "Fri, 01 Jan 2038 00:00:00 GMT",
	"Secure", "HttpOnly", "SameSite", "None", "Lax", "__Host-", "__Secure-", "Partitioned", "\x01", "\xff", "é",
}

func anyLine(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 20).Draw(t, "line"), "")
}

// Whatever comes, the answer is whole: the deciding step is there, a rejected
// cookie was rejected by it, and what is sent is stored.
func TestAnyLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(anyLine), 1, 4).Draw(t, "lines")
		a, err := cookie.Inspect(cookie.Input{URL: "https://shop.example/x/y", SetCookies: lines, Now: now, Request: &cookie.Request{URL: "https://shop.example/x/y"}})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, a)
	})
}

// fatal is what testing.T and rapid.T have in common here.
type fatal interface{ Fatalf(string, ...any) }

func whole(t fatal, a cookie.Answer) {
	for _, o := range a.Lines {
		if o.Decided != len(o.Steps) || o.Decided == 0 {
			t.Fatalf("%q: step %d of %d decided", o.Line, o.Decided, len(o.Steps))
		}
		last := o.Steps[o.Decided-1].Result
		if o.Stored != (last != cookie.Rejected) || o.Stored != (o.Cookie != nil) {
			t.Fatalf("%q: stored %v, and the last step says %s", o.Line, o.Stored, last)
		}
		if o.Stored && (len(o.Cookie.Name)+len(o.Cookie.Value) > cookie.MaxPair || strings.Contains(o.Cookie.Value, ";")) {
			t.Fatalf("%q is stored with %q", o.Line, o.Cookie.Value)
		}
	}
	if a.Sending == nil {
		return
	}
	if len(a.Sending.Cookies) != len(a.Jar) {
		t.Fatalf("%d cookies are looked at, and %d are stored", len(a.Sending.Cookies), len(a.Jar))
	}
	sent := 0
	for _, c := range a.Sending.Cookies {
		if c.Sent {
			sent++
		}
	}
	if (sent == 0) != (a.Sending.Line == "") {
		t.Fatalf("%d cookies are sent, and the line is %q", sent, a.Sending.Line)
	}
}

// A cookie that net/http writes is stored with the same name and value, and sent
// back to where it came from.
func TestStandardCookiesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := http.Cookie{
			Name:  rapid.StringMatching(`[A-Za-z0-9!#$%&'*+.^|~][A-Za-z0-9!#$%&'*+.^|~-]{0,20}`).Draw(t, "name"),
			Value: rapid.StringMatching(`[A-Za-z0-9!#$%&'()*+./:<=>?@^{|}~-]{0,40}`).Draw(t, "value"),
			Path:  rapid.SampledFrom([]string{"", "/", "/x"}).Draw(t, "path"), Secure: true,
			HttpOnly: rapid.Bool().Draw(t, "http only"), MaxAge: rapid.IntRange(0, 1<<30).Draw(t, "max age"),
			SameSite: rapid.SampledFrom([]http.SameSite{0, http.SameSiteLaxMode, http.SameSiteStrictMode, http.SameSiteNoneMode}).Draw(t, "same site"),
		}
		a, err := cookie.Inspect(cookie.Input{URL: "https://shop.example/x/y", SetCookies: []string{k.String()}, Now: now, Request: &cookie.Request{URL: "https://shop.example/x/y"}})
		if err != nil || a.Sending.Line != k.Name+"="+k.Value {
			t.Fatalf("%s comes back as %+v, %v", k.String(), a.Sending, err)
		}
	})
}

// Two sets of the same cookie leave one; the last value is sent; and a line that
// deletes it leaves none.
func TestSetTwiceIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[a-z]{1,9}`)
		one, two := value.Draw(t, "one"), value.Draw(t, "two")
		path := rapid.SampledFrom([]string{"", "; Path=/", "; Path=/x"}).Draw(t, "path")
		in := cookie.Input{URL: "https://shop.example/x/y", SetCookies: []string{"a=" + one + path, "a=" + two + path}, Now: now, Request: &cookie.Request{URL: "https://shop.example/x/y"}}
		a, err := cookie.Inspect(in)
		if err != nil || len(a.Jar) != 1 || a.Sending.Line != "a="+two {
			t.Fatalf("%+v, %v", a.Jar, err)
		}
		in.SetCookies = append(in.SetCookies, "a=; Max-Age=0"+path)
		if a, err = cookie.Inspect(in); err != nil || len(a.Jar) != 0 || a.Sending.Line != "" {
			t.Fatalf("after deleting: %+v, %v", a.Jar, err)
		}
	})
}

// No HttpOnly cookie is ever read by a script, no Secure one sent over http by
// the draft, and no Strict one with a request of another site.
func TestPromisesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := cookie.Request{
			URL:       rapid.SampledFrom([]string{"https://shop.example/x", "http://shop.example/x", "https://a.shop.example/"}).Draw(t, "url"),
			Kind:      rapid.SampledFrom(cookie.Kinds).Draw(t, "kind"),
			Initiator: rapid.SampledFrom([]string{"same-origin", "same-site", "cross-site", "null"}).Draw(t, "initiator"),
			Method:    rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method"),
			After:     rapid.IntRange(0, 1000).Draw(t, "after"),
		}
		line := "a=b; Domain=shop.example; Path=/; Max-Age=500" + strings.Join(rapid.SliceOfDistinct(rapid.SampledFrom([]string{"; Secure", "; HttpOnly", "; SameSite=Strict", "; SameSite=Lax"}), rapid.ID).Draw(t, "attributes"), "")
		a, err := cookie.Inspect(cookie.Input{URL: "https://shop.example/", SetCookies: []string{line}, Now: now, Request: &r})
		if err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{a.Sending.Line, a.Browsers[0].Cookie, a.Browsers[1].Cookie, a.Browsers[2].Cookie} {
			c := a.Jar[0]
			other := r.Initiator == "cross-site" || r.Initiator == "null"
			if sent != "" && (c.HTTPOnly && r.Kind == cookie.Script || c.Secure && strings.HasPrefix(r.URL, "http:") || c.SameSite == cookie.Strict && other || r.After >= 500) {
				t.Fatalf("%s is sent with %+v", line, r)
			}
		}
	})
}
