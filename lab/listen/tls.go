package listen

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// There is no Strict-Transport-Security, on purpose. Browsers ignore it for an
// IP address and where a certificate was waved through (RFC 6797, section 8.1),
// which is what a class has; and where they do not, it would bind a host name,
// localhost with every other server on it among them, to the certificate of one
// lesson. Who serves the lab under a name of its own can set it in front of it.

// ServerTLS is the TLS configuration of the lab's own certificate, nil without
// one. HTTP/1.1 is the only protocol: the frames of HTTP/2 are not the bytes
// that the lesson shows.
func ServerTLS(c *tls.Certificate) *tls.Config {
	if c == nil {
		return nil
	}
	return &tls.Config{Certificates: []tls.Certificate{*c}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12, CipherSuites: suites}
}

// suites are what is spoken over TLS 1.2: keys that are made for the connection
// and encryption that is authenticated with it, as in RFC 9325, section 4.2. There
// is no CBC, whose padding has told attackers what it hides. Those of TLS 1.3 are
// not configurable, and are all of this kind.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// ClientTLS is how the lab's own clients, which send the replays and the sample
// run, speak to the lab itself: they accept its own certificate and no other.
//
// Names and dates are not looked at, because they dial an address that no
// certificate needs to name, and a visitor whose browser accepted an expired
// certificate has a lesson to go on with. What is left is more than a chain of
// authorities would say: the peer must present this very certificate, and TLS
// has it prove that it holds the key (RFC 8446, section 4.4.3), as it does
// whatever InsecureSkipVerify says.
func ClientTLS(own *tls.Certificate) (*tls.Config, error) {
	if own == nil {
		return nil, nil
	}
	leaf, err := leafOf(own)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		InsecureSkipVerify: true, // VerifyConnection does
		MinVersion:         tls.VersionTLS12,
		CipherSuites:       suites,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 || !bytes.Equal(state.PeerCertificates[0].Raw, leaf.Raw) {
				return errors.New("the server has another certificate than this lab")
			}
			return nil
		},
	}, nil
}

// leafOf returns the certificate itself, without those that vouch for it.
func leafOf(c *tls.Certificate) (*x509.Certificate, error) {
	if c.Leaf != nil {
		return c.Leaf, nil
	}
	if len(c.Certificate) == 0 {
		return nil, errors.New("read the lab's certificate: there is none")
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("read the lab's certificate: %w", err)
	}
	return leaf, nil
}

// Secure yields connections that are plain text to who reads them and TLS to the
// client.
type Secure struct {
	net.Listener
	Config *tls.Config
	Log    *slog.Logger
	// Known are what those who speak plain http may be sent to.
	Known Hosts
	// Fields sets the header fields that every answer of the lab's has.
	Fields func(http.Header)
}

// Accept does not shake hands: one slow client must not keep others waiting.
func (l Secure) Accept() (net.Conn, error) {
	under, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	first := &firstByte{Conn: under}
	return &secureConn{Conn: tls.Server(first, l.Config), first: first, lab: l}, nil
}

// secureConn shakes hands when it is first read, with net/http's own goroutine
// for the connection and within the time that it gives a request's head. That
// has to happen below the tap, and net/http has no part in it, because it
// recognises no TLS below a tap.
type secureConn struct {
	*tls.Conn
	first *firstByte
	lab   Secure
	once  sync.Once
	err   error // why there is nothing to read
}

// Read answers io.EOF where the handshake failed: net/http then closes the
// connection without a word, where any other error would have it answer.
func (c *secureConn) Read(p []byte) (int, error) {
	c.once.Do(c.start)
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Read(p)
}

// start shakes hands, or tells a client that speaks plain HTTP where to go.
func (c *secureConn) start() {
	ctx, cancel := context.WithTimeout(context.Background(), HeadTimeout)
	defer cancel()
	hello, err := c.first.isTLS()
	switch {
	case err != nil: // gone, or too slow
	case hello:
		err = c.HandshakeContext(ctx)
	default:
		err = errPlain
		c.lab.answerPlain(c.first)
	}
	if err != nil {
		// No more than a debugging line: the first visit of each browser that does
		// not know the certificate ends here.
		c.lab.Log.Debug("no TLS connection", "remote", c.RemoteAddr(), "err", err)
		c.err = io.EOF
	}
}

var errPlain = errors.New("the client speaks plain http")

// recordHandshake is the first byte of every TLS connection (RFC 8446, section
// 5.1). No HTTP method begins with it.
const recordHandshake = 22

// firstByte is a connection whose first byte can be looked at before it is read.
type firstByte struct {
	net.Conn
	seen []byte // and not read yet
}

func (c *firstByte) isTLS() (bool, error) {
	if err := c.SetReadDeadline(time.Now().Add(HeadTimeout)); err != nil {
		return false, err
	}
	b := make([]byte, 1)
	if _, err := io.ReadFull(c.Conn, b); err != nil {
		return false, err
	}
	c.seen = b
	return b[0] == recordHandshake, nil
}

func (c *firstByte) Read(p []byte) (int, error) {
	if len(c.seen) > 0 && len(p) > 0 {
		n := copy(p, c.seen)
		c.seen = c.seen[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}
