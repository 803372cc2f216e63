package lab_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// TestLessonOverTLS goes through the whole lesson over https by pressing Next,
// with a cookie that only https can have.
func TestLessonOverTLS(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}, overTLS(t)).browser(t, chromedp.Flag("ignore-certificate-errors", true))
	b.lessonTo(len(lesson) - 1)
	x := b.visitor().journal(t, b.recorded()).Exchanges
	secure := slices.ContainsFunc(x, func(x exchange) bool {
		return strings.Contains(string(x.Response.Bytes), "\r\nSet-Cookie: sid=") && strings.Contains(string(x.Response.Bytes), "; Secure")
	})
	if !secure || !strings.Contains(string(x[0].Request.Bytes), "Sec-Fetch-Site: ") {
		t.Errorf("over TLS the cookie is Secure: %t; the browser sent %s", secure, x[0].Request.Bytes)
	}
	if eval[string](b, "document.querySelector('#plain-http')?.innerText ?? ''") != "" {
		t.Error("the page says that it came over plain http")
	}
}
