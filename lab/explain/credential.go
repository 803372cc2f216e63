package explain

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// Field is the header field that presents a credential, as its flow's settings
// have it.
func (c Credential) Field(s settings.Settings) (name, value string) {
	if cookie := FlowOf(c.Flow).Cookie(s); cookie != "" {
		return "Cookie", cookie + "=" + c.Value
	}
	return "Authorization", "Bearer " + c.Value
}

// presentedIn reads the credential that a request carried, "" for none.
func presentedIn(x *journal.Exchange) string {
	r, err := received(x)
	if err != nil {
		return ""
	}
	return FlowOf(x.Flow).credential(r, x.Settings)
}

// lastCookie is what the response's last cookie of that name that browsers do not
// ignore says, nil for none. Of several the last one stays (6265bis, section 5.7).
func lastCookie(x *journal.Exchange, resp *http.Response, name string) (last *CookieView) {
	for _, field := range resp.Header["Set-Cookie"] {
		if v := ParseSetCookie(field, x.Started); name != "" && v.Name == name && v.Ignored == "" {
			last = &v
		}
	}
	return last
}

// received reads the request as net/http's server did, with the same parser.
// The bytes that were kept are always enough for the head; the body ends where
// they end.
func received(x *journal.Exchange) (*http.Request, error) {
	b := x.Request.Bytes
	if x.Reached {
		// After a POST the server skips up to four octets of line endings that
		// old clients leave over (RFC 9112, section 2.2).
		for i := 0; i < 4 && len(b) > 0 && (b[0] == '\r' || b[0] == '\n'); i++ {
			b = b[1:]
		}
	}
	return http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
}

// answer reads the final response.
func answer(x *journal.Exchange) (*http.Response, error) {
	at, ok := finalResponse(x.Response.Bytes)
	if !ok {
		return nil, io.ErrUnexpectedEOF
	}
	return http.ReadResponse(bufio.NewReader(bytes.NewReader(x.Response.Bytes[at:])), &http.Request{Method: head.LineOf(x.Request.Bytes).Method})
}

// finalResponse finds where the final response begins, after interim ones.
func finalResponse(b []byte) (at int, ok bool) {
	for {
		line, _, _ := bytes.Cut(b[at:], []byte("\n"))
		_, code, ok := statusOf(strings.TrimSuffix(string(line), "\r"))
		if !ok || code >= 200 || code == http.StatusSwitchingProtocols {
			return at, ok
		}
		end := bytes.Index(b[at:], []byte("\r\n\r\n"))
		if end < 0 {
			return 0, false
		}
		at += end + len("\r\n\r\n")
	}
}

// answeredStatus is the code of the final response, 0 where there is none.
func answeredStatus(x *journal.Exchange) int {
	at, ok := finalResponse(x.Response.Bytes)
	if !ok {
		return 0
	}
	_, code, _ := statusOf(strings.TrimSuffix(string(head.FirstLine(x.Response.Bytes[at:])), "\r"))
	return code
}

// clockOf is the server's time during an exchange: what its clock told it, or
// the bench's time when handling began.
func clockOf(x *journal.Exchange) time.Time {
	for _, e := range x.Events {
		if e.Kind != journal.ClockRead {
			continue
		}
		if t, err := time.Parse(time.RFC3339Nano, e.Field("now")); err == nil {
			return t
		}
	}
	return x.Clock
}
