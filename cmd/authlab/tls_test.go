package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pair writes a certificate for localhost and its key to files.
func pair(t *testing.T, until time.Time) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool = x509.NewCertPool()
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		b := pem.EncodeToMemory(block)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		pool.AppendCertsFromPEM(b)
	}
	return certFile, keyFile, pool
}

func tomorrow() time.Time { return time.Now().Add(24 * time.Hour) }

func TestCertificateRefuses(t *testing.T) {
	certFile, keyFile, _ := pair(t, tomorrow())
	_, otherKey, _ := pair(t, tomorrow())
	for name, c := range map[string]struct{ cert, key, err string }{
		"no key":         {certFile, "", "-tls-cert needs -tls-key"},
		"no certificate": {"", keyFile, "-tls-key needs -tls-cert"},
		"no such file":   {certFile, keyFile + "x", "no such file"},
		"another's key":  {certFile, otherKey, "does not match"},
		"swapped":        {keyFile, certFile, "both are files in PEM"},
	} {
		args := []string{"-addr", "localhost:0", "-tls-cert", c.cert, "-tls-key", c.key}
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", name, err, c.err)
		}
	}
}

func TestCertificateWarns(t *testing.T) {
	certFile, keyFile, _ := pair(t, tomorrow())
	c, err := certificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	both := []string{"https://localhost:8080", "https://127.0.0.1:8080"}
	for _, test := range []struct {
		at        time.Duration // from now
		addresses []string
		want      []string // what each line has in it
	}{
		{0, both, nil},
		{48 * time.Hour, both, []string{"expired"}},
		{-48 * time.Hour, both, []string{"not valid yet"}},
		{0, []string{"https://192.168.7.20:8080", both[0], "https://[fd00::2]:8080"}, []string{"address=https://192.168.7.20:8080", "address=https://[fd00::2]:8080"}},
	} {
		var log bytes.Buffer
		warn(slog.New(slog.NewTextHandler(&log, nil)), c.Leaf, test.addresses, time.Now().Add(test.at))
		lines := strings.FieldsFunc(log.String(), func(r rune) bool { return r == '\n' })
		if len(lines) != len(test.want) {
			t.Errorf("%s from now at %q: %q", test.at, test.addresses, lines)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], "level=WARN") {
				t.Errorf("%q, want %q in it", lines[i], want)
			}
		}
	}
}

// TestRunSpeaksTLS starts the program with a certificate, with and without a
// class, and reaches it at the first address that it prints.
func TestRunSpeaksTLS(t *testing.T) {
	certFile, keyFile, pool := pair(t, tomorrow())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	for _, more := range [][]string{{"-addr", "localhost:0"}, {"-lan=localhost.test", "-addr", ":0"}} {
		ctx, stop := context.WithCancel(t.Context())
		out, printed := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- run(ctx, append(more, "-tls-cert", certFile, "-tls-key", keyFile), printed, io.Discard)
			printed.Close()
		}()
		lines := bufio.NewReader(out)
		line, err := lines.ReadString('\n')
		url, ok := strings.CutPrefix(strings.TrimSpace(line), "AuthLab is at ")
		if err != nil || !ok || !strings.HasPrefix(url, "https://localhost:") {
			t.Fatalf("it prints %q, %v", line, err)
		}
		got, err := client.Get(url + "/healthz")
		if err != nil || got.StatusCode != http.StatusOK || got.ProtoMajor != 1 {
			t.Errorf("%v: %+v, %v", more, got, err)
		}
		client.CloseIdleConnections()
		if strings.HasPrefix(more[0], "-lan") {
			want := "Your class reaches it at https://localhost.test:" + url[strings.LastIndex(url, ":")+1:] + "\n"
			if line, err := lines.ReadString('\n'); line != want {
				t.Errorf("for the class it prints %q, %v; want %q", line, err, want)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("%v: stopped with %v", more, err)
		}
	}
}
