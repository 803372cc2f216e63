package lab_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"authlab/lab/journal"
)

// nasty are strings that break pages which are careless with them, and how our
// pages show them where it differs.
var nasty = []struct{ text, shown string }{
	{"<script>alert(1)</script>", ""}, {"</script><script>alert(1)</script>", ""}, {"<SCRIPT SRC=//evil.test/x.js>", ""}, {"<scr<script>ipt>", ""},
	{`"><img src=x onerror=alert(1)>`, ""}, {`' onmouseover='alert(1)`, ""}, {"<svg/onload=alert(1)>", ""}, {"<iframe srcdoc='<script>1</script>'>", ""},
	{"</textarea></title></style><b>", ""}, {"<!-- comment", ""}, {"--><b>", ""}, {"]]><b>", ""}, {"<?xml version='1.0'?>", ""}, {"<base href=//evil.test>", ""},
	{"<meta http-equiv=refresh content=0>", ""}, {"<a href=javascript:alert(1)>x</a>", ""}, {"javascript:alert(1)", ""}, {"data:text/html,<b>", ""},
	{"&lt;b&gt;", ""}, {"&#60;b&#62;", ""}, {"&amp;amp;", ""}, {"&notanentity", ""}, {`\u003cscript\u003e`, ""}, {"%3Cscript%3E", ""},
	{"{{.Secret}}", ""}, {"${7*7}", ""}, {"#{7*7}", ""}, {"<%= 7*7 %>", ""}, {"{% raw %}", ""}, {"@raw('<b>')", ""}, {"`${alert(1)}`", ""}, {"[[x]](javascript:1)", ""},
	{"' OR '1'='1", ""}, {"1; DROP TABLE x--", ""}, {"../../../../etc/passwd", ""}, {"$(reboot)", ""}, {"`reboot`", ""}, {"a'b\"c", ""}, {"%s%n%d%99999x", ""}, {"(|(uid=*))", ""},
	{"\u202eevil", `\u{202e}evil`}, {"\u2066a\u2069b", `\u{2066}a\u{2069}b`}, {"\u200etext", `\u{200e}text`}, {"a\u200bb", `a\u{200b}b`}, {"\ufefftext", `\u{feff}text`}, {"a\u00adb", `a\u{00ad}b`},
	{"a\u2028b", `a\u{2028}b`}, {"\u0085x", `\u{0085}x`}, {"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`}, {"a\x07b", `a\x07b`}, {"a\x7fb", `a\x7fb`}, {"a\x00b", `a\x00b`}, {"\ue000x", `\u{e000}x`}, {"\U000e0041x", `\u{e0041}x`},
	{"\xff\xfe", `\xff\xfe`}, {"\xc0\xafx", `\xc0\xafx`}, {"\xed\xa0\x80x", `\xed\xa0\x80x`}, {"a\xe2\x80", `a\xe2\x80`},
	{"שלום עולם", ""}, {"مرحبا", ""}, {"Z̷̡a̶l̴g̵o", ""}, {"👩‍👩‍👧", `👩\u{200d}👩\u{200d}👧`}, {"＜script＞", ""}, {strings.Repeat("A", 4000), ""}, {strings.Repeat("<b>", 800), ""}, {strings.Repeat("é", 1000), ""},
}

// TestNastyStringsAreText sends each string in every field that a visitor
// controls and looks for it on the pages.
func TestNastyStringsAreText(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, n := range nasty {
		if n.shown == "" {
			n.shown = n.text
		}
		v := w.visit(t)
		key := v.bench(t).State(journal.Token).Keys[0].Secret
		for i, request := range []string{
			lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "X-Nasty: "+n.text, "Cookie: "+n.text+"=1; sid="+n.text),
			lines("GET "+v.path("/token/profile")+" HTTP/1.1", "Host: a", "Authorization: Bearer "+nastyToken(key, n.text), "User-Agent: "+n.text),
			"POST " + v.path("/session/login?q="+url.QueryEscape(n.text)) + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
				sized("email="+url.QueryEscape(n.text)+"&password="+url.QueryEscape(n.text)),
			"POST " + v.path("/token/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + sized(quoted(n.text)),
		} {
			if got := w.ask(t, request); got.status >= 500 {
				t.Errorf("%.40q is answered with %d", n.text, got.status)
			}
			v.await(t, i+1) // what net/http refuses is numbered when it is over
		}
		for path, want := range map[string]string{
			"/exchanges/1": "X-Nasty: " + n.shown, "/exchanges/2": n.shown, "/exchanges/3": url.QueryEscape(n.text), "/exchanges/4": "",
			"?session=1&token=2&step=0": n.shown, "?session=1&token=2&fragment=live": n.shown, "?session=3&token=4&step=1": url.QueryEscape(n.text), "/handout": url.QueryEscape(n.text),
		} {
			if path == "/exchanges/2" && len(n.text) > 1000 {
				path += "?fragment=request" // its page shows such a message in parts
			}
			text := pageText(t, v.get(t, v.path(path)).body)
			if !strings.Contains(text, want) {
				t.Errorf("%.40q is not on %s as %.60q", n.text, path, want)
			}
		}
	}
}

// quoted is a JSON login, with nothing escaped that need not be.
func quoted(text string) string {
	return `{"email":` + jsonText(text) + `,"password":"x","` + strings.Trim(jsonText(text), `"`) + `":1}`
}

func jsonText(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always has a JSON text
	return strings.TrimSpace(b.String())
}

// nastyToken is a token signed with the bench's own key that says a text
// wherever it can.
func nastyToken(key []byte, text string) string {
	s := jsonText(text)
	return hs256(`{"alg":"HS256","kid":"k1","typ":`+s+`,`+s+`:1}`, `{"name":`+s+`,"sub":`+s+`,`+s+`:`+s+`}`, key)
}

// pageText returns the visible text of a page, after checking that the page is
// nothing but what the lab's own templates can make.
func pageText(t *testing.T, page string) string {
	t.Helper()
	for i, r := range page {
		if r >= ' ' && r < 0x7f || r == '\n' {
			continue
		}
		_, size := utf8.DecodeRuneInString(page[i:])
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
			t.Fatalf("the page has a raw %U: …%.80q", r, page[max(0, i-40):])
		}
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			text.WriteString(n.Data)
		case html.CommentNode:
			t.Errorf("the page has a comment: %q", n.Data)
		case html.ElementNode:
			ownElement(t, n)
		}
	}
	return text.String()
}

// ownElement fails for an element that no template of ours makes.
func ownElement(t *testing.T, n *html.Node) {
	t.Helper()
	src := ""
	for _, a := range n.Attr {
		if a.Key == "src" {
			src = a.Val
		}
		scheme, _, _ := strings.Cut(strings.ToLower(a.Val), ":")
		link := a.Key == "href" || a.Key == "src" || a.Key == "action"
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || link && (scheme == "javascript" || scheme == "data") {
			t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
		}
	}
	switch n.Data {
	case "script":
		if !strings.HasPrefix(src, "/static/") || n.FirstChild != nil {
			t.Errorf("the page has a script that is not a file of ours: %q", src)
		}
	case "iframe":
		if !strings.HasPrefix(src, "/bench/") {
			t.Errorf("the page has a frame of %q", src)
		}
	case "img", "object", "embed", "base", "style":
		t.Errorf("the page has a <%s>", n.Data)
	case "meta":
		for _, a := range n.Attr {
			if a.Key == "http-equiv" {
				t.Errorf("the page has a <meta http-equiv=%q>", a.Val)
			}
		}
	}
}
