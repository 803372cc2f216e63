package listen

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxRest is how much of what follows a head is read before such a connection ends,
// in bytes.
const maxRest = 64 << 10

// answerPlain answers a plain http request that came to the https port: whoever
// types the address without its scheme often gets http. It is not recorded, as no
// bench was reached.
func (l Secure) answerPlain(conn *firstByte) {
	if conn.SetDeadline(time.Now().Add(HeadTimeout)) != nil {
		return
	}
	head := io.LimitReader(conn, MaxHead)
	r, err := http.ReadRequest(bufio.NewReader(head))
	if err != nil {
		return // what it was, nobody knows
	}
	answer := plainAnswer(r, l.Known.Include(r.Host, conn.LocalAddr()))
	l.Fields(answer.Header)
	_ = errors.Join(answer.Write(conn), answer.Body.Close()) // fails where the client has gone
	if half, ok := conn.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		// A close with bytes unread would reset the connection, and the answer
		// with it.
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, maxRest))
	}
}

// plainAnswer sends a request to the same address over https. It is temporary,
// and only for what changes nothing: a form has been read by others already. Who
// asks for a host that is not the lab's (known is false) is sent nowhere, and told
// what everybody is told who asks for it.
func plainAnswer(r *http.Request, known bool) *http.Response {
	to, err := url.Parse("https://" + r.Host + r.RequestURI)
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case !known:
		return plainWords(r, http.StatusMisdirectedRequest, OtherHost)
	case !safe || err != nil || to.Host != r.Host || to.User != nil || !strings.HasPrefix(r.RequestURI, "/"):
		return plainWords(r, http.StatusBadRequest, speaksTLS)
	}
	answer := plainWords(r, http.StatusTemporaryRedirect, speaksTLS)
	answer.Header.Set("Location", to.String())
	return answer
}

const speaksTLS = "This lab speaks https at this port. Open the same address with https:// before it."

// plainWords is an answer of one text, and the last one on its connection.
func plainWords(r *http.Request, status int, text string) *http.Response {
	answer := &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Close: true, Request: r, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		ContentLength: int64(len(text)) + 1, Body: io.NopCloser(strings.NewReader(text + "\n")),
	}
	return answer
}
