package lab

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// redirectPlain answers a plain http request that came to the https port: whoever
// types the address without its scheme often gets http. It is not recorded, as no
// bench was reached.
func redirectPlain(conn *firstByte) {
	if conn.SetDeadline(time.Now().Add(readHeaderTimeout)) != nil {
		return
	}
	head := io.LimitReader(conn, maxHeaderBytes)
	r, err := http.ReadRequest(bufio.NewReader(head))
	if err != nil {
		return // what it was, nobody knows
	}
	answer := plainAnswer(r)
	_ = errors.Join(answer.Write(conn), answer.Body.Close()) // fails where the client has gone
	if half, ok := conn.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		// A close with bytes unread would reset the connection, and the answer
		// with it.
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, maxForm))
	}
}

// plainAnswer sends a request to the same address over https. It is temporary,
// and only for what changes nothing: a form has been read by others already.
func plainAnswer(r *http.Request) *http.Response {
	text := "This lab speaks https at this port. Open the same address with https:// before it.\n"
	answer := &http.Response{
		StatusCode: http.StatusBadRequest, ProtoMajor: 1, ProtoMinor: 1, Close: true, Request: r,
		Header:        http.Header{"Content-Type": {plainText}, "X-Content-Type-Options": {"nosniff"}, "Cache-Control": {"no-store"}, "Content-Security-Policy": {policy}},
		ContentLength: int64(len(text)), Body: io.NopCloser(strings.NewReader(text)),
	}
	if safe := r.Method == http.MethodGet || r.Method == http.MethodHead; !safe {
		return answer
	}
	to, err := url.Parse("https://" + r.Host + r.RequestURI)
	if err != nil || r.Host == "" || to.Host != r.Host || to.User != nil || !strings.HasPrefix(r.RequestURI, "/") {
		return answer
	}
	answer.StatusCode = http.StatusTemporaryRedirect
	answer.Header.Set("Location", to.String())
	return answer
}
