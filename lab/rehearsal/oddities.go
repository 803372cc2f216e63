package rehearsal

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/wire"
)

// Oddities sends what the lesson does not: requests that are refused, cut off,
// too long or unpleasant.
func (s *Client) Oddities(ctx context.Context) (Cast, error) {
	var cast Cast
	guess := url.Values{"email": {bench.Logins[0].Email}, "password": {"a guess"}}.Encode()
	long := "email=" + strings.Repeat("a", wire.DefaultLimit)
	for _, odd := range []struct {
		shown **journal.Exchange
		send  func() (*journal.Exchange, error)
	}{
		{&cast.Page, func() (*journal.Exchange, error) {
			return s.request(ctx, journal.Session, http.MethodGet, "login", "", nil)
		}},
		{&cast.Later, func() (*journal.Exchange, error) {
			if err := s.logins(ctx); err != nil {
				return nil, err
			}
			if err := s.bench.MoveClock(time.Minute); err != nil {
				return nil, err
			}
			return s.request(ctx, journal.Session, http.MethodGet, "profile", "", nil)
		}},
		{&cast.Truncated, func() (*journal.Exchange, error) {
			return s.request(ctx, journal.Session, http.MethodPost, "login", formType, []byte(long))
		}},
		{&cast.Forged, func() (*journal.Exchange, error) {
			s.bearer[journal.Token] = forged(s.bearer[journal.Token])
			return s.request(ctx, journal.Token, http.MethodGet, "profile", "", nil)
		}},
		{&cast.Interim, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Session, http.MethodPost, "login", len(guess), guess, "Expect: 100-continue")
		}},
		{&cast.CutOff, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Session, http.MethodPost, "login", len(guess), guess[:10])
		}},
		{&cast.Nasty, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Token, http.MethodGet, "profile", 0, "", "X-Note: <b>\u202etxt.exe\u200b\u0085\xff</b>", "Authorization: Bearer \u202e.\xff.<script>")
		}},
		{&cast.Public, func() (*journal.Exchange, error) { return s.signedByPair(ctx) }},
	} {
		x, err := odd.send()
		if err != nil {
			return cast, err
		}
		*odd.shown = x
	}
	return cast, nil
}

// signedByPair sends a token that was signed with the private half of a pair of
// keys.
func (s *Client) signedByPair(ctx context.Context) (*journal.Exchange, error) {
	to, err := s.bench.Settings().With("token.alg", "ES256")
	if err != nil {
		return nil, err
	}
	if err := s.bench.Change(to); err != nil {
		return nil, err
	}
	if err := s.logins(ctx); err != nil {
		return nil, err
	}
	return s.request(ctx, journal.Token, http.MethodGet, "profile", "", nil)
}

// forged is a token with another first character in its signature.
func forged(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	first := "A"
	if strings.HasPrefix(token[at:], first) {
		first = "B"
	}
	return token[:at] + first + token[at+1:]
}

// raw sends bytes that net/http's client would not, over a connection of their
// own: a head that promises length bytes of content, and the content.
func (s *Client) raw(ctx context.Context, flow journal.Flow, method, path string, length int, content string, fields ...string) (*journal.Exchange, error) {
	notices, end := s.bench.Listen()
	defer end()
	var dial net.Dialer
	conn, err := dial.DialContext(ctx, s.addr.Network(), s.addr.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // it may be closed already
	head := append([]string{
		method + " " + s.bench.Base(flow) + path + " HTTP/1.1", "Host: " + s.host, "Connection: close",
		"Content-Type: " + formType, "Content-Length: " + strconv.Itoa(length),
	}, fields...)
	if _, err := io.WriteString(conn, strings.Join(head, "\r\n")+"\r\n\r\n"+content); err != nil {
		return nil, err
	}
	if len(content) == length {
		_, err = io.Copy(io.Discard, conn) // the answer, to its end
	} else {
		err = conn.Close() // in the middle of the content
	}
	if err != nil {
		return nil, err
	}
	return s.recorded(ctx, notices)
}
