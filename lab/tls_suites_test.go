package lab_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"authlab/lab"
	"authlab/lab/listen"
)

// rsaCertificate is certificate with an RSA key, for the suites that need one.
func rsaCertificate(t testing.TB) *tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
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

// everySuite is what net/http's TLS can speak before TLS 1.3, good and bad.
func everySuite() (list []*tls.CipherSuite) {
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if s.SupportedVersions[0] != tls.VersionTLS13 {
			list = append(list, s)
		}
	}
	return list
}

// fits reports whether a suite can be had with the kind of key.
func fits(s *tls.CipherSuite, kind string) bool {
	if !strings.Contains(s.Name, "_ECDHE_") {
		return kind == "RSA"
	}
	return strings.Contains(s.Name, "_"+kind+"_")
}

// TestCipherSuites offers the lab one suite after the other over TLS 1.2, with
// a certificate of either kind of key.
func TestCipherSuites(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]*tls.Certificate{"ECDSA": certificate(t), "RSA": rsaCertificate(t)} {
		w := startLab(t, lifted, func(config *lab.Config) { config.Certificate = c })
		spoken := 0
		for _, s := range everySuite() {
			good := strings.Contains(s.Name, "_ECDHE_") && (strings.Contains(s.Name, "_GCM_") || strings.Contains(s.Name, "_CHACHA20_"))
			conn, err := tls.Dial("tcp", w.addr, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{s.ID}})
			if want := good && fits(s, kind); (err == nil) != want {
				t.Errorf("with a key of the kind %s, %s: %v, want spoken %t", kind, s.Name, err, want)
			}
			if err == nil {
				spoken++
				conn.Close()
			}
		}
		if spoken != 3 {
			t.Errorf("with a key of the kind %s the lab speaks %d suites, want 3", kind, spoken)
		}
	}
}

// TestVersionsOfTLS speaks 1.2 and 1.3, and no older one.
func TestVersionsOfTLS(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, overTLS(t))
	var all []uint16
	for _, s := range everySuite() {
		all = append(all, s.ID)
	}
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", w.addr, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version, CipherSuites: all})
		if (err == nil) != want {
			t.Errorf("%s: %v, want spoken %t", tls.VersionName(version), err, want)
		}
		if err != nil {
			continue
		}
		_, _ = io.WriteString(conn, lines("GET /healthz HTTP/1.1", "Host: a", "Connection: close"))
		if got, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 200 ") {
			t.Errorf("over %s: %.60q, %v", tls.VersionName(version), got, err)
		}
		conn.Close()
	}
}

// TestTheLabsOwnClientsSpeakNoCBC reads what the lab itself offers when it sends a
// replay: its hello comes to a server that would take anything.
func TestTheLabsOwnClientsSpeakNoCBC(t *testing.T) {
	t.Parallel()
	own := certificate(t)
	config, err := listen.ClientTLS(own)
	if err != nil {
		t.Fatal(err)
	}
	var offered []uint16
	server := &tls.Config{
		Certificates: []tls.Certificate{*own},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			offered = hello.CipherSuites
			return nil, nil
		},
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = http.Serve(ln, http.NotFoundHandler()) // until the listener is closed
	}()
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: guard}, "tcp", ln.Addr().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	ln.Close()
	<-done
	if len(offered) == 0 {
		t.Fatal("no hello came")
	}
	for _, id := range offered {
		name := tls.CipherSuiteName(id)
		if !strings.Contains(name, "_GCM_") && !strings.Contains(name, "_CHACHA20_") && id != 0x00ff { // which stands for secure renegotiation
			t.Errorf("the lab's clients offer %s", name)
		}
	}
}
