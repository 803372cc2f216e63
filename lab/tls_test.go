package lab_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"authlab/lab"
)

// trustAny is for clients that test what is inside of TLS.
var trustAny = &tls.Config{InsecureSkipVerify: true}

// certificate makes a certificate that names nobody and has long expired: the
// lab's own clients must not mind.
func certificate(t testing.TB) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func overTLS(t testing.TB) func(*lab.Config) {
	c := certificate(t)
	return func(config *lab.Config) { config.Certificate = c }
}

// dialTLS is dial for a lab with a certificate.
func (w *world) dialTLS(t testing.TB, config *tls.Config) *raw {
	t.Helper()
	conn, err := tls.Dial("tcp", w.addr, config)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(guard)); err != nil {
		t.Fatal(err)
	}
	c := &raw{Conn: conn}
	c.reader = bufio.NewReader(io.TeeReader(conn, &c.received))
	t.Cleanup(func() { _ = conn.Close() })
	return c
}

// TestJournalIsWhatWasInTLS holds the journal against what a TLS client of its
// own sent and received, byte by byte.
func TestJournalIsWhatWasInTLS(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted, overTLS(t)).visit(t)
	c := v.w.dialTLS(t, trustAny)
	const form = "email=reader%40library.test&password=open-book"
	for _, s := range []sent{
		{"GET BENCH/session/profile HTTP/1.1\r\nhOsT: a.test\r\nx-ODD-case: A\r\nCOOKIE: sid=x\r\n\r\n", 303},
		{"POST BENCH/session/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n14;ext=1\r\n" + form[:20] + "\r\n1a\r\n" + form[20:] + "\r\n0\r\nTrailer: t\r\n\r\n", 303},
		{"HEAD BENCH/session/login HTTP/1.1\nHost: a\n\n", 200},
		{"GET BENCH/session/profile HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n", 400}, // and the connection ends
	} {
		request := strings.ReplaceAll(s.request, "BENCH", v.path(""))
		c.send(request)
		method, _, _ := strings.Cut(request, " ")
		got := c.answer(t, method)
		if got.status != s.status {
			t.Errorf("%.40q is answered with %d, want %d", request, got.status, s.status)
		}
		v.expect(t, request, got.bytes)
		if cookie := got.header.Get("Set-Cookie"); strings.HasPrefix(cookie, "sid=") && !strings.Contains(cookie, "; Secure") {
			t.Errorf("over TLS the session cookie is %q", cookie)
		}
	}
	if rest, err := io.ReadAll(c.reader); err != nil || len(rest) > 0 {
		t.Errorf("the connection ends with %q, %v: not as TLS ends one", rest, err)
	}
	for _, x := range v.bench(t).Journal().Exchanges {
		if x.Scheme != "https" {
			t.Errorf("exchange %d is recorded with the scheme %q", x.Number, x.Scheme)
		}
	}
}

// TestProtocolsOverTLS speaks HTTP/1.1 or not at all.
func TestProtocolsOverTLS(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, overTLS(t))
	for _, c := range []struct {
		offered []string
		got     string
		err     string
	}{
		{nil, "", ""},
		{[]string{"http/1.1"}, "http/1.1", ""},
		{[]string{"h2", "http/1.1"}, "http/1.1", ""},
		{[]string{"h2"}, "", "no application protocol"},
	} {
		conn, err := tls.Dial("tcp", w.addr, &tls.Config{InsecureSkipVerify: true, NextProtos: c.offered})
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("offering %q: %v", c.offered, err)
		}
		if err == nil {
			if got := conn.ConnectionState().NegotiatedProtocol; got != c.got {
				t.Errorf("offering %q: %q, want %q", c.offered, got, c.got)
			}
			conn.Close()
		}
	}
}

// TestPlainHTTPToTheTLSPort is told where to go, and disturbs nobody. Who asks for a
// host that is not the lab's is sent nowhere.
func TestPlainHTTPToTheTLSPort(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, overTLS(t), func(c *lab.Config) { c.Addresses = []string{"https://192.168.7.20:8080"} })
	const own, other = "speaks https", "does not answer for this host name"
	for request, want := range map[string]struct {
		status         int
		location, says string
	}{
		lines("GET /learn?x=1 HTTP/1.1", "Host: 192.168.7.20:8080"):                                      {307, "https://192.168.7.20:8080/learn?x=1", own},
		lines("HEAD / HTTP/1.1", "Host: lab.test"):                                                       {307, "https://lab.test/", own},
		lines("GET / HTTP/1.1", "Host: "+w.addr):                                                         {307, "https://" + w.addr + "/", own},
		lines("GET //evil.test/ HTTP/1.1", "Host: lab.test"):                                             {307, "https://lab.test//evil.test/", own},
		lines("POST /bench HTTP/1.1", "Host: lab.test", "Content-Length: 3") + "a=b":                     {400, "", own},
		lines("GET http://lab.test/ HTTP/1.1", "Host: lab.test"):                                         {400, "", own},
		lines("OPTIONS * HTTP/1.1", "Host: lab.test"):                                                    {400, "", own},
		lines("POST / HTTP/1.1", "Host: lab.test", "Content-Length: 20000") + strings.Repeat("a", 20000): {400, "", own},
		lines("GET / HTTP/1.1", "Host: a@evil.test"):                                                     {421, "", other},
		lines("GET / HTTP/1.1", "Host: lab.test/x"):                                                      {421, "", other},
		lines("GET http://evil.test/ HTTP/1.1", "Host: lab.test"):                                        {421, "", other},
		lines("POST / HTTP/1.1", "Host: evil.test", "Content-Length: 3") + "a=b":                         {421, "", other},
		lines("GET / HTTP/1.0"):                                                                          {421, "", other},
	} {
		got := w.ask(t, request)
		if got.status != want.status || got.header.Get("Location") != want.location {
			t.Errorf("%.60q: %d to %q, want %d to %q", request, got.status, got.header.Get("Location"), want.status, want.location)
		}
		if method, _, _ := strings.Cut(request, " "); method != "HEAD" && !strings.Contains(got.body, want.says) {
			t.Errorf("%.60q: it says %q", request, got.body)
		}
	}
	for _, host := range strangeHosts {
		for _, method := range []string{"GET", "HEAD"} {
			if got := w.ask(t, lines(method+" / HTTP/1.1", "Host: "+host)); got.status != http.StatusMisdirectedRequest || got.header["Location"] != nil {
				t.Errorf("%s for host %q: %d to %q", method, host, got.status, got.header["Location"])
			}
		}
	}
}

// TestBrokenHandshakes leave the lab as it was.
func TestBrokenHandshakes(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, overTLS(t))
	slow := w.dial(t) // says nothing for as long as the test lasts
	defer slow.Close()
	for _, s := range []string{"", "\x16", "\x16\x03\x01\x00\x05hello", "\x16\x03\x01\xff\xff" + strings.Repeat("x", 70000), "\x80\x00\x01", "\r\n\r\n", "GET", strings.Repeat("A", 70000)} {
		c := w.dial(t)
		c.send(s)
		if half, ok := c.Conn.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
		got, err := io.ReadAll(c.reader)
		if err != nil && !isReset(err) {
			t.Errorf("%.20q: %v", s, err)
		}
		if strings.HasPrefix(string(got), "HTTP/") {
			t.Errorf("%.20q is answered with %q", s, got)
		}
	}
	if _, err := tls.Dial("tcp", w.addr, &tls.Config{RootCAs: x509.NewCertPool()}); err == nil {
		t.Error("a client that trusts nobody trusts the lab")
	}
	if got := w.visit(t).get(t, "/healthz"); got.status != 200 {
		t.Errorf("afterwards /healthz answers %d", got.status)
	}
}

// TestReplayOverTLS sends a copied credential over a TLS connection of the lab's
// own, though no name or date of the certificate is right.
func TestReplayOverTLS(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted, overTLS(t)).visit(t)
	v.post(t, v.path("/session/login"), "email", "reader@library.test", "password", "open-book")
	if got := v.post(t, v.path("/replay"), "exchange", "1", "quiet", "1"); got.status != http.StatusNoContent {
		t.Fatalf("replay: %d %s", got.status, got.body)
	}
	x := v.journal(t, 2).numbered(t, 2)
	if scheme := v.bench(t).Journal().Exchanges[1].Scheme; x.By != "replay" || scheme != "https" || x.Verdict.Answered != 200 {
		t.Errorf("the replay is recorded as by %q over %s, answered with %d", x.By, scheme, x.Verdict.Answered)
	}
}

// TestExportsOverTLS say https, and how curl comes to know the certificate.
func TestExportsOverTLS(t *testing.T) {
	t.Parallel()
	for _, options := range [][]func(*lab.Config){nil, {overTLS(t)}} {
		v := startLab(t, lifted, options...).visit(t)
		v.get(t, v.path("/session/profile"))
		v.journal(t, 1)
		curl := v.get(t, v.path("/curl")).body
		if !strings.Contains(curl, "'"+v.w.origin()+v.path("/session/profile")+"'") || strings.Contains(curl, "--cacert") != (options != nil) {
			t.Errorf("over %s: %s", v.w.scheme, curl)
		}
		var har struct {
			Log struct {
				Entries []struct{ Request struct{ URL string } }
			}
		}
		if err := json.Unmarshal([]byte(v.get(t, v.path("/export.har")).body), &har); err != nil || len(har.Log.Entries) != 1 {
			t.Fatalf("%+v, %v", har, err)
		}
		if got := har.Log.Entries[0].Request.URL; got != v.w.origin()+v.path("/session/profile") {
			t.Errorf("the archive says %s", got)
		}
	}
}
