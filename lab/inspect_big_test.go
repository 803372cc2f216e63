package lab_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// longCookies are 50 Set-Cookie lines that are as long as the inspector reads them:
// one with a long value, one with as many attributes as there is room for.
func longCookies() []string {
	const most = 60 << 10
	value := "a=" + strings.Repeat("v", most)
	attributes := "a=b" + strings.Repeat("; x", most/3)
	var list []string
	for n := range 50 {
		list = append(list, []string{value, attributes}[n%2])
	}
	return list
}

// TestLongCookiesGetAShortAnswer says in words what is left out.
func TestLongCookiesGetAShortAnswer(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	const most = 2 << 20
	asked, err := json.Marshal(map[string]any{
		"url": "https://shop.example/login", "set_cookies": longCookies(), "request": map[string]any{"url": "https://shop.example/", "kind": "navigation"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := v.send(t, "POST", "/api/inspect/cookie", http.Header{"Content-Type": {"application/json"}}, string(asked))
	t.Logf("%d bytes in, %d out", len(asked), len(got.body))
	if got.status != http.StatusOK || len(got.body) > most {
		t.Errorf("%d bytes in are answered with %d and %d bytes, more than %d", len(asked), got.status, len(got.body), most)
	}
	for _, said := range []string{"only the first 20 lines are explained", "of each line only the first"} {
		if !strings.Contains(strings.ToLower(got.body), said) {
			t.Errorf("the answer does not say %q", said)
		}
	}
}

// BenchmarkLongCookies is what such lines cost.
func BenchmarkLongCookies(b *testing.B) {
	v := startLab(b, lifted).visit(b)
	asked, err := json.Marshal(map[string]any{"url": "https://shop.example/login", "set_cookies": longCookies(), "request": map[string]any{"url": "https://shop.example/"}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		got := v.send(b, "POST", "/api/inspect/cookie", http.Header{"Content-Type": {"application/json"}}, string(asked))
		b.ReportMetric(float64(len(got.body)), "answer-bytes")
	}
}
