package cookie_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"authlab/lab/cookie"
)

// TestLateAttributesCount puts what matters behind more attributes than are
// explained: it has its effect, and is among those that are.
func TestLateAttributesCount(t *testing.T) {
	many := "a=b" + strings.Repeat("; x; Path=/no; Max-Age=0", 2_000)
	a := inspect(t, cookie.Input{URL: "https://shop.example/", SetCookies: []string{
		many + "; Max-Age=60; Path=/late; SECURE; Expires=" + strings.Repeat("9", 2000),
		strings.Replace(many, "a=b", "c=d", 1),
	}})
	if !slices.Equal(a.Fates, []string{"stored", "deleted"}) || len(a.Jar) != 1 {
		t.Fatalf("the lines are %v, %d cookies stay", a.Fates, len(a.Jar))
	}
	if c := a.Jar[0]; c.Path != "/late" || !c.Secure || c.Expires == nil {
		t.Errorf("the cookie is %+v", c)
	}
	first := a.Lines[0]
	if n := len(first.Attributes); n > 2*cookie.MaxExplained || n+first.Unexplained != 6_004 {
		t.Errorf("%d attributes are explained and %d not, of 6004", n, first.Unexplained)
	}
	if last := first.Attributes[len(first.Attributes)-1]; last.Dropped != "" {
		t.Errorf("the last one listed is %+v, which has no effect", last)
	}
}

// TestManyLinesAreAllApplied explains some and tells the fate of each.
func TestManyLinesAreAllApplied(t *testing.T) {
	in := cookie.Input{URL: "https://shop.example/", Request: &cookie.Request{URL: "https://shop.example/", Kind: cookie.Navigation, Method: "GET"}}
	for n := range 30 {
		in.SetCookies = append(in.SetCookies, fmt.Sprintf("c%d=%s", n, strings.Repeat("v", 4000)))
	}
	a := inspect(t, in)
	if len(a.Lines) != cookie.MaxExplained || len(a.Fates) != 30 || len(a.Browsers[0].Stored) != 30 || a.Fates[29] != "stored" {
		t.Errorf("%d lines are explained, and %d have a fate", len(a.Lines), len(a.Fates))
	}
	if len(a.Sending.Cookies) != cookie.MaxExplained || len(a.Jar) != cookie.MaxExplained || !a.Browsers[0].Same {
		t.Errorf("%d cookies are explained and %d listed; the browser does as the draft: %t", len(a.Sending.Cookies), len(a.Jar), a.Browsers[0].Same)
	}
	if len(a.Sending.Line) > cookie.MaxShown+len("…") || len(a.LeftOut) != 4 {
		t.Errorf("the Cookie field is shown with %d octets; left out is %q", len(a.Sending.Line), a.LeftOut)
	}
	few := inspect(t, cookie.Input{URL: "https://shop.example/", SetCookies: []string{"a=b; Path=/"}})
	if len(few.LeftOut) != 0 {
		t.Errorf("of a short line is left out %q", few.LeftOut)
	}
}
