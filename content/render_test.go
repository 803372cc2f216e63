package content

import (
	"iter"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"authlab/lab/outcome"
)

// ours matches the tags that markdown and our syntax lead to; links go where
// they may go and carry nothing else than a title.
var ours = regexp.MustCompile(`^<(/?(p|em|strong|code|pre|ul|ol|li|blockquote|a|span|table|thead|tbody|tr|th|td)` +
	`|hr|br|ol start="\d+"|/(h[1-6]|div|aside)|code class="language-[a-z]+"|pre class="chroma"` +
	`|h[2-4] id="[\pL\pN.-]+"|div class="only state(ful|less)"|aside class="(note|warning)"` +
	`|t[hd] align="(left|center|right)"|span class="[a-z][a-z0-9]{0,2}"` +
	`|a href="(https?://[^"<>]+|[^":<>]+|[/?#][^"<>]*|[^":<>]*[/?#][^"<>]*)"( title="[^"<>]*")?` +
	`|(span class="(ink [a-z]{3}|attr)"|code) data-ref="[a-z0-9.-]+")>$`)

// tagsOf yields everything in HTML from a < to the next >.
func tagsOf(html string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			_, rest, found := strings.Cut(html, "<")
			if !found {
				return
			}
			tag, rest, _ := strings.Cut(rest, ">")
			if !yield("<" + strings.TrimSuffix(tag, " /") + ">") {
				return
			}
			html = rest
		}
	}
}

func TestRender(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"session id", "[the id]{sid}", `<p><span class="ink sid" data-ref="sid">the id</span></p>`},
		{"token parts", "[h]{hdr}.[p]{pay}.[s]{sig}", `<p><span class="ink hdr" data-ref="hdr">h</span>.<span class="ink pay" data-ref="pay">p</span>.<span class="ink sig" data-ref="sig">s</span></p>`},
		{"record", "[a record]{own}", `<p><span class="ink own" data-ref="own">a record</span></p>`},
		{"role in the accounts", "[a role]{own.role}", `<p><span class="ink own" data-ref="own.role">a role</span></p>`},
		{"key", "[key]{key}", `<p><span class="ink own" data-ref="key">key</span></p>`},
		{"claim", "[exp]{pay.exp}", `<p><span class="ink pay" data-ref="pay.exp">exp</span></p>`},
		{"attribute", "[HttpOnly]{attr.httponly}", `<p><span class="attr" data-ref="attr.httponly">HttpOnly</span></p>`},
		{"header name", "[Set-Cookie]{header.set-cookie}", `<p><code data-ref="header.set-cookie">Set-Cookie</code></p>`},
		{"reference escapes", "[<b>&\"]{sid}", `<p><span class="ink sid" data-ref="sid">&lt;b&gt;&amp;&#34;</span></p>`},
		{"reference with an apostrophe", "[server's]{own}'s", `<p><span class="ink own" data-ref="own">server’s</span>’s</p>`},
		{"reference in emphasis", "*[a]{sid}*", `<p><em><span class="ink sid" data-ref="sid">a</span></em></p>`},
		{"reference in code is code", "`[a]{sid}`", `<p><code>[a]{sid}</code></p>`},
		{"braces escaped", `[a]\{sid}`, `<p>[a]{sid}</p>`},
		{"braces alone", "a {b}", `<p>a {b}</p>`},
		{"link", "[a](https://www.rfc-editor.org/rfc/rfc9110.html#section-3.3)", `<p><a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-3.3">a</a></p>`},
		{"http link", "[a](http://localhost:8080/)", `<p><a href="http://localhost:8080/">a</a></p>`},
		{"autolink", "<https://library.test/>", `<p><a href="https://library.test/">https://library.test/</a></p>`},
		{"relative links", "[a](/learn?view=both) [b](../c) [d](#e)", `<p><a href="/learn?view=both">a</a> <a href="../c">b</a> <a href="#e">d</a></p>`},
		{"quotes", `It's "so" and 'so' -- a...`, `<p>It’s “so” and ‘so’ -- a...</p>`},
		{"HTML in code", "`<b>`", `<p><code>&lt;b&gt;</code></p>`},
		{"colons in prose", "a :::b", `<p>a :::b</p>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Load(lesson(map[string]string{"front.md": test.markdown}))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(string(c.Front)); got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.markdown, got, test.want)
			}
			for tag := range tagsOf(test.want) {
				if !ours.MatchString(tag) {
					t.Errorf("the fuzz test would not know %s", tag)
				}
			}
		})
	}
}

func TestRenderBlocks(t *testing.T) {
	c, err := Load(lesson(map[string]string{"steps/03.md": stepText(3, `One
:::stateful
Two

- [a]{sid}
:::
Three

::: stateless
Four
:::

:::stateful
> Five
:::
Six
`)}))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Steps[3]
	for _, part := range []struct {
		name      string
		got, want HTML
	}{
		{"Both", s.Both, "<p>One</p>\n<p>Three</p>\n<p>Six</p>\n"},
		{"Stateful", s.Of["session"], "<p>Two</p>\n<ul>\n<li><span class=\"ink sid\" data-ref=\"sid\">a</span></li>\n</ul>\n<blockquote>\n<p>Five</p>\n</blockquote>\n"},
		{"Stateless", s.Of["token"], "<p>Four</p>\n"},
		{"Difference", s.Difference, "<p>One sentence.</p>\n"},
	} {
		if part.got != part.want {
			t.Errorf("%s = %q, want %q", part.name, part.got, part.want)
		}
	}
}

func TestFrontMatterIsRead(t *testing.T) {
	c, err := Load(lesson(map[string]string{"steps/03.md": withHead("step: 3\ntitle: \"The server's: own\"\nplace: server\nlook: >-\n  Over two\n  lines.\n" + expects)}))
	if err != nil {
		t.Fatal(err)
	}
	want := Step{Number: 3, Title: "The server’s: own", Place: "server", Look: "Over two lines.", Of: map[string]HTML{}, Difference: "<p>One sentence.</p>\n", Source: "steps/03.md:2", text: "One sentence.", Expect: outcome.Case{"session": {outcome.Status: {"200"}}}}
	if !reflect.DeepEqual(c.Steps[3], want) {
		t.Errorf("step = %+v, want %+v", c.Steps[3], want)
	}
	if s := c.Steps[5]; !s.Sends || s.Action != "Go" {
		t.Errorf("step 5 sends %v by %q, want true by %q", s.Sends, s.Action, "Go")
	}
}
