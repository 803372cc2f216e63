package cookie

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A cookie that came over http leaves Secure ones alone (section 5.7, step 16):
// on their path and below, whichever of the two domains is the wider.
func TestLeaveSecureAlone(t *testing.T) {
	at := func(s string) place {
		p, err := parsePlace(s)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		secure, from, line string
		stored             bool
	}{
		{"a=1; Secure; Path=/login", "http://shop.example/", "a=2; Path=/login", false},
		{"a=1; Secure; Path=/login", "http://shop.example/", "a=2; Path=/login/en", false},
		{"a=1; Secure; Path=/login", "http://shop.example/", "a=2; Path=/", true},
		{"a=1; Secure; Path=/login", "http://shop.example/", "a=2; Path=/foo", true},
		{"a=1; Secure; Path=/", "http://shop.example/", "b=2; Path=/", true},
		{"a=1; Secure; Path=/", "http://www.shop.example/", "a=2; Path=/", false},
		{"a=1; Secure; Path=/", "http://www.shop.example/", "a=2; Path=/; Domain=shop.example", false},
		{"a=1; Secure; Path=/", "http://other.example/", "a=2; Path=/", true},
		{"a=1; Path=/", "http://shop.example/", "a=2; Path=/", true},
		{"a=1; Secure; Path=/", "https://shop.example/", "a=2; Path=/", true},
	} {
		jar := &Jar{rules: &draft}
		if !jar.set(c.secure, at("https://shop.example/"), false, now).Stored {
			t.Fatalf("%s is not stored", c.secure)
		}
		got := jar.set(c.line, at(c.from), false, now)
		if got.Stored != c.stored || !c.stored && got.Steps[got.Decided-1].Section != "5.7, step 16" {
			t.Errorf("after %q, %q from %s: stored %v by %+v", c.secure, c.line, c.from, got.Stored, got.Steps[got.Decided-1])
		}
	}
}

// The domains match either way: a cookie for a host below is in the way of one
// for the whole domain.
func TestLeaveSecureAloneBelow(t *testing.T) {
	p, err := parsePlace("https://www.shop.example/")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	jar := &Jar{rules: &draft}
	jar.set("a=1; Secure; Path=/", p, false, now)
	p.scheme = "http"
	if o := jar.set("a=2; Path=/; Domain=shop.example", p, false, now); o.Stored {
		t.Error("a cookie for the whole domain overlays a Secure one of a host below it")
	}
}

// The cookie that takes an old one's place keeps its time of creation (step 23),
// by which cookies are ordered and the exception of two minutes counts.
func TestCreationTimeStays(t *testing.T) {
	p, err := parsePlace("https://shop.example/")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	jar := &Jar{rules: &draft}
	jar.set("a=1", p, false, first)
	jar.set("a=2", p, false, first.Add(time.Hour))
	if c := jar.cookies[0]; len(jar.cookies) != 1 || c.Value != "2" || !c.Created.Equal(first) {
		t.Errorf("the jar has %+v", jar.cookies)
	}
}

// A script neither overwrites nor deletes an HttpOnly cookie (step 23).
func TestScriptLeavesHttpOnlyAlone(t *testing.T) {
	p, err := parsePlace("https://shop.example/")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	jar := &Jar{rules: &draft}
	jar.set("a=1; HttpOnly", p, false, now)
	for _, line := range []string{"a=2", "a=; Max-Age=0"} {
		if o := jar.set(line, p, true, now); o.Stored || o.Steps[o.Decided-1].Section != "5.7, step 23" {
			t.Errorf("a script's %q is stored, or another step decided", line)
		}
	}
	if o := jar.set("a=3; Path=/x", p, true, now); !o.Stored {
		t.Error("a script's cookie for another path is not stored")
	}
	if jar.cookies[0].Value != "1" || len(jar.cookies) != 2 {
		t.Errorf("the jar has %+v", jar.cookies)
	}
}

func TestMatching(t *testing.T) {
	for _, c := range []struct {
		host, domain string
		match        bool
	}{
		{"a.example", "a.example", true}, {"b.a.example", "a.example", true}, {"ba.example", "a.example", false},
		{"a.example", "b.a.example", false}, {"127.0.0.1", "0.0.1", false}, {"127.0.0.1", "127.0.0.1", true}, {"a.example", "", false},
	} {
		if domainMatch(c.host, c.domain) != c.match {
			t.Errorf("domainMatch(%q, %q) is %v", c.host, c.domain, !c.match)
		}
	}
	for _, c := range []struct {
		path, cookie string
		match        bool
	}{
		{"/", "/", true}, {"/a", "/", true}, {"/a", "/a", true}, {"/a/b", "/a", true}, {"/a/b", "/a/", true},
		{"/ab", "/a", false}, {"/a", "/a/", false}, {"/", "/a", false}, {"/a", "/A", false},
	} {
		if pathMatch(c.path, c.cookie) != c.match {
			t.Errorf("pathMatch(%q, %q) is %v", c.path, c.cookie, !c.match)
		}
	}
	for path, want := range map[string]string{"": "/", "/": "/", "/a": "/", "/a/": "/a", "/a/b": "/a", "a/b": "/"} {
		if got := defaultPath(path); got != want {
			t.Errorf("defaultPath(%q) is %q, want %q", path, got, want)
		}
	}
}

// The sites are those that facts about Chromium name: each name below localhost
// is a site of its own, ports do not matter, and http is another site than https.
func TestSites(t *testing.T) {
	for _, c := range []struct {
		a, b                 string
		schemeful, schemeles bool
	}{
		{"https://a.shop.example", "https://b.shop.example", true, true},
		{"https://shop.example", "https://shop.example:8443", true, true},
		{"https://shop.example", "http://shop.example", false, true},
		{"https://a.co.uk", "https://b.co.uk", false, false},
		{"https://a.github.io", "https://b.github.io", false, false},
		{"http://localhost", "http://localhost:1", true, true},
		{"http://localhost", "http://127.0.0.1", false, false},
		{"http://a.localhost", "http://b.localhost", false, false},
		{"http://127.0.0.1", "http://128.0.0.1", false, false},
		{"wss://shop.example", "https://shop.example", true, true},
	} {
		a, errA := parsePlace(c.a)
		b, errB := parsePlace(c.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.sameSite(b, true) != c.schemeful || b.sameSite(a, false) != c.schemeles {
			t.Errorf("%s and %s: same site %v, without regard to the scheme %v", c.a, c.b, a.sameSite(b, true), b.sameSite(a, false))
		}
	}
	if opaque := (place{opaque: true}); opaque.sameSite(opaque, false) || opaque.sameOrigin(opaque) {
		t.Error("an opaque origin is like another")
	}
}

// Each relation that can be named is shown by an origin that has it.
func TestRelations(t *testing.T) {
	for _, target := range []string{"https://shop.example/a", "https://sibling.shop.example/", "http://localhost:8080/", "http://localhost:8443", "http://127.0.0.1/", "https://another-site.example/", "https://co.uk/", "http://[::1]:8443/"} {
		p, err := parsePlace(target)
		if err != nil {
			t.Fatal(err)
		}
		if s := sibling(p); !s.sameSite(p, true) || s.sameOrigin(p) {
			t.Errorf("the sibling of %s is %s", target, s.origin())
		}
		if s := stranger(p); s.sameSite(p, false) {
			t.Errorf("the stranger to %s is %s", target, s.origin())
		}
	}
}

// Every note that the code can leave is one that some browser has, and every
// browser's note can be left.
func TestNotesAreUsed(t *testing.T) {
	left := []string{"tab", "nameless", "scriptCap", "local", "noneInsecure", "httpPrefix", "partitioned", "schemeless", "thirdParty", "defaultNone", "laxPost", "lastMaxAge", "dot",
		"lastExpires", "minusIsPast", "pairIsName", "needsName", "hostDefault", "ownDates"}
	known := map[string]bool{}
	for _, b := range browsers {
		for key, note := range b.notes {
			known[key] = true
			if note.Text == "" || note.Source == "" && note.URL != "" {
				t.Errorf("%s: the note %s is empty, or has a link without a name", b.browser, key)
			}
		}
	}
	for _, key := range left {
		if !known[key] {
			t.Errorf("no browser has the note %s", key)
		}
	}
	if len(known) != len(left) {
		t.Errorf("%d notes are known and %d can be left", len(known), len(left))
	}
}

// Matching is reflexive, holds below what it holds for, and a host never matches
// one below it; a path matches its own default-path.
func TestMatchingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.StringMatching(`[a-z]{1,3}(\.[a-z]{1,3}){0,3}`).Draw(t, "host")
		label := rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "label")
		path := rapid.StringMatching(`(/[a-z.]{0,3}){1,4}`).Draw(t, "path")
		if !domainMatch(host, host) || !domainMatch(label+"."+host, host) || domainMatch(host, label+"."+host) || domainMatch(label+host, host) {
			t.Fatalf("domainMatch of %q and %q", host, label)
		}
		if !pathMatch(path, path) || !pathMatch(path, "/") || !pathMatch(path, defaultPath(path)) || !pathMatch(path+"/"+label, path) {
			t.Fatalf("pathMatch of %q", path)
		}
		if p := (place{scheme: "https", host: host, port: "443"}); !p.sameSite(p, true) || !p.sameOrigin(p) {
			t.Fatalf("%q is another site than itself", host)
		}
	})
}
