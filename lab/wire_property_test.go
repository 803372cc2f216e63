package lab_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAnyRequestIsRecordedAsItWas generates requests to both apps, over
// connections that are kept and new ones, and holds the journal against them.
func TestAnyRequestIsRecordedAsItWas(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	rapid.Check(t, func(rt *rapid.T) {
		v := w.visit(t)
		c := w.dial(rt)
		defer func() { _ = c.Close() }()
		for range rapid.IntRange(1, 5).Draw(rt, "requests") {
			request, method := drawRequest(rt, v.path(""))
			c.send(request)
			got := c.answer(rt, method)
			v.expect(rt, request, got.bytes)
			if got.header.Get("Connection") == "close" {
				_ = c.Close()
				c = w.dial(rt)
			}
		}
	})
}

var (
	drawMethod = rapid.SampledFrom([]string{"GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "get", "X-ODD"})
	drawPage   = rapid.SampledFrom([]string{"", "login", "profile", "desk", "logout", "style.css", "app.js", "nowhere",
		"profile?a=b", "%70rofile", "./profile", "x//y", "profile/", "?q=%zz"})
	drawFlow  = rapid.SampledFrom([]string{"session", "token", "sealed"})
	drawName  = rapid.SampledFrom([]string{"X-A", "x-a", "ACCEPT", "Cookie", "cookie", "Authorization", "User-Agent", "Sec-Fetch-Site", "Origin", "If-None-Match"})
	drawValue = rapid.OneOf(rapid.SampledFrom([]string{"", "sid=abc", "Bearer a.b.c", "none", "cross-site", "same-origin", "a, b;c", `"q"`}),
		rapid.StringMatching(`[ -~]{0,40}`), rapid.StringMatching(`[\x{80}-\x{2fff}]{1,8}`))
	drawMedia = rapid.SampledFrom([]string{"application/x-www-form-urlencoded", "application/json", "text/plain", "bad/"})
	drawBody  = rapid.OneOf(rapid.StringMatching(`[ -~]{0,60}`), rapid.SampledFrom([]string{
		"email=reader%40library.test&password=open-book", `{"email":"reader@library.test","password":"open-book"}`, "email=%zz", `{"email":`, "\x00\xff"}))
)

// drawRequest draws a request that net/http takes for one.
func drawRequest(t *rapid.T, bench string) (request, method string) {
	method = drawMethod.Draw(t, "method")
	head := []string{
		method + " " + bench + "/" + drawFlow.Draw(t, "flow") + "/" + drawPage.Draw(t, "page") + " HTTP/1.1",
		"Host: lab.test",
	}
	for range rapid.IntRange(0, 5).Draw(t, "fields") {
		gap := rapid.SampledFrom([]string{":", ": ", ":\t "}).Draw(t, "gap")
		head = append(head, drawName.Draw(t, "name")+gap+drawValue.Draw(t, "value"))
	}
	body := ""
	if method != "GET" && method != "HEAD" && rapid.Bool().Draw(t, "has body") {
		body = drawBody.Draw(t, "body")
		head = append(head, "Content-Type: "+drawMedia.Draw(t, "media type"))
		if rapid.Bool().Draw(t, "chunked") {
			head = append(head, "Transfer-Encoding: chunked")
			body = inChunks(t, body)
		} else {
			head = append(head, fmt.Sprintf("Content-Length: %d", len(body)))
		}
	}
	return lines(head...) + body, method
}

// inChunks cuts a body into chunks of drawn sizes.
func inChunks(t *rapid.T, body string) string {
	var b strings.Builder
	for len(body) > 0 {
		n := rapid.IntRange(1, len(body)).Draw(t, "chunk")
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}
