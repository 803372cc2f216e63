package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"
)

// certificate reads the files of -tls-cert and -tls-key. It returns nil where
// neither is named.
func certificate(certFile, keyFile string) (*tls.Certificate, error) {
	switch {
	case certFile == "" && keyFile == "":
		return nil, nil
	case keyFile == "":
		return nil, errors.New("-tls-cert needs -tls-key with the file of the certificate's private key")
	case certFile == "":
		return nil, errors.New("-tls-key needs -tls-cert with the file of the key's certificate")
	}
	c, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("-tls-cert %s -tls-key %s: both are files in PEM, and the key is the certificate's: %w", certFile, keyFile, err)
	}
	return &c, nil
}

// warn says what browsers will have against a certificate at the addresses where
// it is served. None of it is a reason not to start: a visitor can accept it.
func warn(log *slog.Logger, c *x509.Certificate, addresses []string, now time.Time) {
	switch {
	case now.After(c.NotAfter):
		log.Warn("the certificate has expired; browsers will warn", "since", c.NotAfter)
	case now.Before(c.NotBefore):
		log.Warn("the certificate is not valid yet; browsers will warn", "until", c.NotBefore)
	}
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err == nil && c.VerifyHostname(u.Hostname()) != nil {
			log.Warn("the certificate does not name this address; browsers will warn there", "address", a)
		}
	}
}
