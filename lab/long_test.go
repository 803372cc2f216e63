package lab_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab/site/panes"
)

// rawOf is what the elements of a message on a page say that its bytes are.
func rawOf(t *testing.T, page, id string) (text, rest string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range all(doc, "#"+id) {
		for _, line := range all(message, "[data-raw]") {
			text += strings.TrimSuffix(contentOf(line), "\n")
		}
		for _, said := range all(message, ".rest") {
			rest = strings.Join(strings.Fields(contentOf(said)), " ")
		}
	}
	return text, rest
}

func contentOf(n *html.Node) (text string) {
	if n.Type == html.TextNode {
		return n.Data
	}
	for c := range n.ChildNodes() {
		text += contentOf(c)
	}
	return text
}

// TestALongMessageIsShownInParts shows the beginning on the bench's page, says how
// much there is, and leads to every byte: part by part without scripts, and as a
// whole where a script asks.
func TestALongMessageIsShownInParts(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	var long strings.Builder
	for n := range 6_000 {
		long.WriteString(url.QueryEscape(string(rune('a' + n%26))))
	}
	email := strings.Repeat(long.String(), 6) // 36,000 bytes, none of them an escape
	v.post(t, v.path("/session/login"), "email", email+"@a.test", "password", "the end")
	v.await(t, 3)
	x, _ := v.bench(t).Journal().Exchange(3)
	all := strings.ReplaceAll(string(x.Request.Bytes), "\r\n", "")

	page := v.get(t, v.path("?step=1&session=3")).body
	text, rest := rawOf(t, page, "session-req")
	if len(text) > 4<<10 || !strings.HasPrefix(all, text) {
		t.Errorf("the bench's page shows %d bytes, not the beginning of the message", len(text))
	}
	for _, said := range []string{"The first 4,096 B of 35.4 KiB.", "Explained, and not or not wholly in this part:", "password", "The next 16 KiB"} {
		if !strings.Contains(rest, said) {
			t.Errorf("below it stands %q, which does not say %q", rest, said)
		}
	}
	if len(page) > 600<<10 {
		t.Errorf("the page is %d bytes long", len(page))
	}

	var parts string
	for n, at := 0, v.path("/exchanges/3"); at != ""; n++ {
		got := v.get(t, at).body
		part, _ := rawOf(t, got, "session-req")
		parts += part
		if at = next(t, got); n > 3 {
			t.Fatal("the parts do not end")
		}
	}
	if parts != all {
		t.Errorf("the parts are %d bytes together, the message is %d", len(parts), len(all))
	}
	whole, rest := rawOf(t, v.get(t, v.path("/exchanges/3?fragment=request")).body, "session-req")
	if whole != all || rest != "" {
		t.Errorf("the whole is %d bytes, the message %d; below it stands %q", len(whole), len(all), rest)
	}
	for began, status := range map[string]int{panes.Began(x): 200, "1": 404, "x": 404} {
		if got := v.get(t, v.path("/exchanges/3?fragment=request&began="+began)); got.status != status {
			t.Errorf("the one that began at %s: %d, want %d", began, got.status, status)
		}
	}
	for _, bad := range []string{"-1", "99999999", "x", ""} {
		if part, _ := rawOf(t, v.get(t, v.path("/exchanges/3?request="+bad)).body, "session-req"); !strings.HasPrefix(all, part) || part == "" {
			t.Errorf("from %q on it is not the beginning", bad)
		}
	}
}

// next is the address that the link to the next part of a request has, "" for none.
func next(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range all(doc, "#session-req .rest a") {
		if contentOf(link) == "The next 16 KiB" {
			return attribute(link, "href")
		}
	}
	return ""
}
