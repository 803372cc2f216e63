package lab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab/session"
	"authlab/lab/token"
)

// bothApps are the functions that stand side by side, by section, of the session app
// and of the token app.
var bothApps = map[string][2][]string{
	"issue": {{"issue.go, issue"}, {"issue.go, issue"}},
	"check": {{"check.go, account"}, {"check.go, verify"}},
	"renew": {{"renew.go, renewed"}, {"renew.go, refresh"}},
	"end":   {{"end.go, logout", "end.go, withdraw"}, {"end.go, logout"}},
}

// captions are those of the code in one part of a page.
func captions(root *html.Node, selector string) (list []string) {
	for _, n := range all(root, selector+" figcaption") {
		list = append(list, strings.Join(strings.Fields(words(n)), " "))
	}
	return list
}

// What is shown side by side is the apps' own source, line by line, of both apps and
// for each of the four things that they do.
func TestBothAppsAreShownSideBySide(t *testing.T) {
	got := startLab(t, lifted).article(t).get(t, "/compare/code")
	root := tree(t, got.body)
	if n := len(all(root, ".pair-row")); n != len(bothApps) {
		t.Errorf("there are %d sections, want %d", n, len(bothApps))
	}
	for anchor, functions := range bothApps {
		for i, side := range []string{".flow-session", ".flow-token"} {
			source := session.Source
			if side == ".flow-token" {
				source = token.Source
			}
			shown := all(root, "#"+anchor+" "+side+" pre")
			if len(shown) != len(functions[i]) {
				t.Fatalf("#%s %s shows %d functions, want %d", anchor, side, len(shown), len(functions[i]))
			}
			for n, name := range functions[i] {
				if caption := captions(root, "#"+anchor+" "+side)[n]; !strings.HasPrefix(caption, name+": ") {
					t.Errorf("#%s %s: %q stands over it, want %s", anchor, side, caption, name)
				}
				file, _, _ := strings.Cut(name, ",")
				text, err := source.ReadFile(file)
				if code := codeText(shown[n]); err != nil || !strings.Contains(string(text), strings.TrimSuffix(code, "\n")) || !strings.Contains(code, "\nfunc ") {
					t.Errorf("#%s %s: %s is not in the source: %v\n%s", anchor, side, name, err, code)
				}
			}
		}
	}
	if idle := slices.DeleteFunc(captions(root, ""), func(c string) bool { return !strings.Contains(c, "nothing runs it") }); !slices.Equal(idle, []string{"renew.go, refresh: as the app is set up, nothing runs it"}) {
		t.Errorf("nothing runs %q", idle)
	}
}

// codeText is what stands in a block of code, white space and all.
func codeText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// A bench shows the same as its knobs have it, and leads there from its server.
func TestBothAppsAsTheBenchIsSetUp(t *testing.T) {
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.await(t, 2)
	for anchor := range bothApps {
		links := all(tree(t, v.get(t, v.path("?step=1")).body), ".backstage a[href='"+v.path("/code")+"#"+anchor+"']")
		if len(links) != 2 {
			t.Errorf("%d links lead to #%s, want one for each flow", len(links), anchor)
		}
	}
	idle := func() (list []string) {
		root := tree(t, v.get(t, v.path("/code")).body)
		for _, c := range captions(root, "") {
			if name, _, nothing := strings.Cut(c, ": as the app is set up, nothing runs it"); nothing {
				list = append(list, name)
			}
		}
		return list
	}
	if got := idle(); !slices.Equal(got, []string{"renew.go, refresh"}) {
		t.Errorf("at first nothing runs %q", got)
	}
	marked := func(class string) (list []string) {
		for _, n := range all(tree(t, v.get(t, v.path("/code")).body), "#issue .flow-session ."+class) {
			list = append(list, strings.TrimSpace(words(n)))
		}
		return list
	}
	if got := strings.Join(marked("chosen"), " "); !strings.Contains(got, "RenewToken") || len(marked("skipped")) > 0 {
		t.Errorf("at first the knobs choose %q", got)
	}
	if got := v.post(t, v.path("/settings"), "session.logout", "cookie", "session.renew", "off", "token.refresh", "rotate", "quiet", "1"); got.status != http.StatusNoContent {
		t.Fatalf("settings: %d %s", got.status, got.body)
	}
	if got := idle(); !slices.Equal(got, []string{"end.go, logout", "end.go, withdraw", "end.go, logout"}) {
		t.Errorf("then nothing runs %q", got)
	}
	if got := strings.Join(marked("skipped"), " "); !strings.Contains(got, "RenewToken") || len(marked("chosen")) > 0 {
		t.Errorf("then the knobs pass over %q", got)
	}
	if got := v.get(t, "/bench/AAAAAAAAAAAAAAAAAAAAAAAAAA/code"); got.status != http.StatusNotFound {
		t.Errorf("no bench: %d", got.status)
	}
}
