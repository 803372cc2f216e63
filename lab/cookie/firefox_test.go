package cookie_test

import (
	"strings"
	"testing"

	"authlab/lab/cookie"
)

// What Firefox 153 sent back after lines that it reads otherwise than the draft:
// each was set by a server on this machine and asked for again.
func TestFirefoxSends(t *testing.T) {
	for _, c := range []struct{ lines, draft, firefox string }{
		{"a", "a", "a="},
		{"a; Secure", "a", "a="},
		{"a=1 | a", "a=1; a", "a="},
		{"=a | b", "b", "b="},
		{"=a=b", "a=b", ""},
		{"=__Http-a", "__Http-a", ""},
		{"__Http-a", "__Http-a", ""},
		{"__Host-Http-a=1; Secure; Path=/", "__Host-Http-a=1", ""},
		{"__Host-Http-a=1; Secure; HttpOnly", "", "__Host-Http-a=1"},
		{"__Host-a=1; Secure; Path=//", "", ""},
		{"a=1; SameSite=None", "", ""},
		{"a=1; SameSite=Lax; SameSite=None", "", ""},
		{"a=1; Domain=other.example; Domain=.", "a=1", ""},
		{"a=1; Max-Age=0; Max-Age=x", "", "a=1"},
		{"a=1; Max-Age=x; Max-Age=0", "", ""},
		{"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=bogus", "", "a=1"},
		{"a=1; Expires=bogus; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "", ""},
		{"a=1; Max-Age=-x", "a=1", ""},
		{"a=1; Partitioned", "a=1", ""},
		{"a=1; Partitioned; Secure", "a=1", "a=1"},
		{"a\tb=1", "a\tb=1", "a\tb=1"},
	} {
		const shop = "https://shop.example/"
		a := inspect(t, cookie.Input{URL: shop, SetCookies: strings.Split(c.lines, " | "), Request: &cookie.Request{URL: shop}})
		if row := a.Browsers[1]; a.Sending.Line != c.draft || row.Cookie != c.firefox || row.Same != (c.draft == c.firefox && row.Stored[0] == a.Lines[0].Fate()) {
			t.Errorf("%q: %q by the draft and %q by Firefox, the same %v", c.lines, a.Sending.Line, row.Cookie, row.Same)
		}
	}
}

// A page over http and its host over https are one site to Firefox 153, but for
// partitions.
func TestFirefoxTellsPartitionsBySchemeToo(t *testing.T) {
	lines := []string{"strict=1; SameSite=Strict", "plain=1", "part=1; Secure; SameSite=None; Partitioned"}
	a := inspect(t, cookie.Input{URL: "https://localhost/", SetCookies: lines, Request: &cookie.Request{
		URL: "https://localhost/", Kind: cookie.Subresource, Initiator: "http://localhost",
	}})
	if row := a.Browsers[1]; row.Cookie != "strict=1; plain=1" || len(row.Notes) != 2 {
		t.Errorf("%q, %+v", row.Cookie, row.Notes)
	}
}

// A row says why its own browser refuses a line, which may not be the draft's reason.
func TestRowSaysWhy(t *testing.T) {
	a := inspect(t, cookie.Input{URL: "http://localhost/", SetCookies: []string{"=a=b", "__Host-a=1; Secure; Path=/x", "a=1; Partitioned", "a=1; Secure"}})
	for i, want := range [][]string{
		{"It refuses a cookie without a name whose value", "Path is not /", "Partitioned needs Secure.", ""},
		{"It refuses a cookie without a name.", "Path is not /", "Partitioned needs Secure.", ""},
		{"", "came over http", "", "came over http"},
	} {
		for n, part := range want {
			if row := a.Browsers[i]; (row.Why[n] == "") != (part == "") || !strings.Contains(row.Why[n], part) {
				t.Errorf("%s refuses line %d, because %q, want %q", row.Browser, n+1, row.Why[n], part)
			}
		}
	}
}
