package lab_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sent is one request of a table and the status that answers it.
type sent struct {
	request string
	status  int
}

// TestJournalIsWhatCrossedTheWire holds journal.json against what a TCP client
// of its own sent and received, byte by byte.
func TestJournalIsWhatCrossedTheWire(t *testing.T) {
	t.Parallel()
	const form = "email=reader%40library.test&password=open-book"
	w := startLab(t, lifted)
	for name, requests := range map[string][]sent{
		"odd letter case":   {{"GET BENCH/session/profile HTTP/1.1\r\nhOsT: a.test\r\nx-ODD-case: A\r\nCOOKIE: sid=x\r\n\r\n", 303}},
		"repeated headers":  {{"GET BENCH/token/profile HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nX: 1\r\nX: 2\r\nX: 1\r\n\r\n", 400}},
		"odd order":         {{"GET BENCH/token/ HTTP/1.1\r\nZ: 1\r\nAccept: */*\r\nA: 1\r\nHost: a\r\n\r\n", 200}},
		"odd white space":   {{"GET BENCH/token/ HTTP/1.1\r\nHost:a\r\nX:\t \tv \t\r\nY:\r\n\r\n", 200}},
		"bare line feeds":   {{"GET BENCH/session/ HTTP/1.1\nHost: a\n\n", 200}},
		"odd bytes":         {{"GET BENCH/session/ HTTP/1.1\r\nHost: a\r\nX: \xff\xfe\xe2\x80\xae\r\n\r\n", 200}},
		"chunked":           {{"POST BENCH/session/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n14;ext=1\r\n" + form[:20] + "\r\n1a\r\n" + form[20:] + "\r\n0\r\nTrailer: t\r\n\r\n", 303}},
		"HTTP/1.0":          {{"GET BENCH/session/profile HTTP/1.0\r\nHost: a\r\n\r\n", 303}},
		"HTTP/1.0 kept":     {{"GET BENCH/token/style.css HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", 200}, {"GET BENCH/token/ HTTP/1.0\r\nHost: a\r\n\r\n", 200}},
		"keep-alive":        {{"GET BENCH/session/login HTTP/1.1\r\nHost: a\r\n\r\n", 200}, {"HEAD BENCH/session/login HTTP/1.1\r\nHost: a\r\n\r\n", 200}, {"POST BENCH/token/logout HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 204}},
		"refused by server": {{"GET BENCH/session/profile HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n", 400}},
		"no such page":      {{"PATCH BENCH/session//x HTTP/1.1\r\nHost: a\r\n\r\n", 307}},
		"wrong method":      {{"DELETE BENCH/token/profile HTTP/1.1\r\nHost: a\r\n\r\n", 405}},
	} {
		t.Run(name, func(t *testing.T) {
			v, c := w.visit(t), w.dial(t)
			for _, s := range requests {
				request := strings.ReplaceAll(s.request, "BENCH", v.path(""))
				c.send(request)
				method, _, _ := strings.Cut(request, " ")
				got := c.answer(t, method)
				if got.status != s.status {
					t.Errorf("%.40q is answered with %d, want %d", request, got.status, s.status)
				}
				v.expect(t, request, got.bytes)
			}
		})
	}
}

// expect asserts that the last exchange that the bench has recorded is just this.
func (v *visitor) expect(t rapid.TB, request string, response []byte) {
	t.Helper()
	n := v.told + 1
	v.told = n
	x := v.journal(t, n).numbered(t, n)
	same(t, "request", x.Request, []byte(request))
	same(t, "response", x.Response, response)
}

// same asserts that a message is complete and just these bytes.
func same(t rapid.TB, what string, got message, want []byte) {
	t.Helper()
	if !bytes.Equal(got.Bytes, want) {
		t.Fatalf("%s recorded as %q\nbut it was %q", what, got.Bytes, want)
	}
	if got.Length != int64(len(want)) || got.Truncated {
		t.Fatalf("%s recorded with length %d, truncated %t; it was %d long", what, got.Length, got.Truncated, len(want))
	}
}

// TestExpectContinueIsPartOfTheAnswer sends a body only once it is asked for.
func TestExpectContinueIsPartOfTheAnswer(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	c := v.w.dial(t)
	body := `{"email":"reader@library.test","password":"open-book"}`
	head := lines("POST "+v.path("/token/login")+" HTTP/1.1", "Host: a", "Content-Type: application/json",
		fmt.Sprintf("Content-Length: %d", len(body)), "Expect: 100-continue")
	c.send(head)
	const interim = "HTTP/1.1 100 Continue\r\n\r\n"
	if got, err := c.reader.Peek(len(interim)); err != nil || string(got) != interim {
		t.Fatalf("before the body came %q, %v", got, err)
	}
	c.send(body)
	got := c.answer(t, "POST")
	if got.status != http.StatusOK || !bytes.HasPrefix(got.bytes, []byte(interim)) {
		t.Fatalf("%d: %q", got.status, got.bytes)
	}
	v.expect(t, head+body, got.bytes)
}

// TestPipelinedRequestsAreRecordedApart writes three requests at once.
func TestPipelinedRequestsAreRecordedApart(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	requests := []string{
		lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a"),
		lines("POST "+v.path("/token/logout")+" HTTP/1.1", "Host: a", "Content-Length: 2") + "hi",
		lines("GET "+v.path("/token/profile")+" HTTP/1.1", "host: a"),
	}
	c := v.w.dial(t)
	c.send(strings.Join(requests, ""))
	var got []response
	for _, r := range requests {
		method, _, _ := strings.Cut(r, " ")
		got = append(got, c.answer(t, method))
	}
	for i, want := range []int{303, 204, 401} {
		if got[i].status != want {
			t.Errorf("request %d is answered with %d, want %d", i+1, got[i].status, want)
		}
	}
	j := v.journal(t, len(requests))
	for i, r := range requests {
		same(t, "request", j.Exchanges[i].Request, []byte(r))
		same(t, "response", j.Exchanges[i].Response, got[i].bytes)
	}
}

// TestHalfClosedConnection ends the sending side in the middle of a body and
// still reads the answer.
func TestHalfClosedConnection(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	c := v.w.dial(t)
	request := lines("POST "+v.path("/token/login")+" HTTP/1.1", "Host: a", "Content-Type: application/json",
		"Content-Length: 100") + `{"email":`
	c.send(request)
	if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got := c.answer(t, "POST")
	if got.status != http.StatusBadRequest {
		t.Errorf("half a body is answered with %d, want 400", got.status)
	}
	v.expect(t, request, got.bytes)
	if x := v.journal(t, 1).Exchanges[0]; x.Request.Complete || !x.Response.Complete {
		t.Errorf("request complete %t, response complete %t; want false, true", x.Request.Complete, x.Response.Complete)
	}
}

// TestLongMessagesAreCutWithTheirTrueLength sends more than is kept.
func TestLongMessagesAreCutWithTheirTrueLength(t *testing.T) {
	t.Parallel()
	const kept = 64 << 10
	v := startLab(t, lifted).visit(t)
	body := strings.Repeat("x", 3*kept)
	request := lines("POST "+v.path("/token/login")+" HTTP/1.1", "Host: a", "Content-Type: application/json",
		fmt.Sprintf("Content-Length: %d", len(body))) + body
	got := v.w.ask(t, request)
	x := v.journal(t, 1).Exchanges[0]
	if !bytes.Equal(x.Request.Bytes, []byte(request)[:kept]) {
		t.Errorf("kept are %d bytes that are not the first %d", len(x.Request.Bytes), kept)
	}
	if x.Request.Length != int64(len(request)) || !x.Request.Truncated || !x.Request.Complete {
		t.Errorf("length %d, truncated %t, complete %t; want %d, true, true",
			x.Request.Length, x.Request.Truncated, x.Request.Complete, len(request))
	}
	if got.status != http.StatusBadRequest {
		t.Errorf("answered with %d, want 400", got.status)
	}
	same(t, "response", x.Response, got.bytes)
}
