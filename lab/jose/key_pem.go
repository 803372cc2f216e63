package jose

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// readPEM reads the first key or certificate of a PEM text (RFC 7468). A text
// whose line breaks were lost, as in environment variables, is read all the same.
func readPEM(typed, _ string) (Key, error) {
	rest := []byte(strings.ReplaceAll(strings.TrimSpace(typed), `\n`, "\n"))
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			return Key{}, errors.New("there is no whole block between BEGIN and END, with base64 in it")
		}
		if block.Type == "EC PARAMETERS" {
			continue // openssl writes them before the key
		}
		k, err := readBlock(block)
		if err == nil && len(strings.TrimSpace(string(rest))) > 0 {
			k.Notes = append(k.Notes, "More follows this block; only the first is used.")
		}
		return k, err
	}
}

// readBlock reads a block by its label.
func readBlock(block *pem.Block) (Key, error) {
	if _, encrypted := block.Headers["DEK-Info"]; encrypted || block.Type == "ENCRYPTED PRIVATE KEY" {
		return Key{}, errors.New("the private key is encrypted; its passphrase is not asked for here")
	}
	switch block.Type {
	case "PUBLIC KEY":
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		return publicKey(public, err, "SubjectPublicKeyInfo")
	case "RSA PUBLIC KEY":
		public, err := x509.ParsePKCS1PublicKey(block.Bytes)
		return publicKey(public, err, "PKCS #1 public key")
	case "CERTIFICATE":
		return readCertificate(block.Bytes)
	case "RSA PRIVATE KEY":
		if k, huge := hugePrivate(block.Bytes); huge {
			return k, nil
		}
		private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		return privateKey(private, err, "PKCS #1 private key")
	case "EC PRIVATE KEY":
		private, err := x509.ParseECPrivateKey(block.Bytes)
		return privateKey(private, err, "SEC 1 private key")
	case "PRIVATE KEY":
		if k, huge := hugePKCS8(block.Bytes); huge {
			return k, nil
		}
		private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		return privateKey(private, err, "PKCS #8 private key")
	}
	return Key{}, fmt.Errorf("a block labelled %q holds no key", brief(block.Type))
}

func publicKey(public any, err error, container string) (Key, error) {
	if err != nil {
		return Key{}, fmt.Errorf("read the %s: %w", container, err)
	}
	k := Key{Container: container}
	return k, k.setPublic(public)
}

func privateKey(private any, err error, container string) (Key, error) {
	if err != nil {
		return Key{}, fmt.Errorf("read the %s: %w", container, err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return Key{}, fmt.Errorf("no JOSE algorithm here takes a key of type %T", private)
	}
	k := Key{Container: container, Private: true, private: signer}
	return k, k.setPublic(signer.Public())
}

// readCertificate takes the key out of a certificate. The certificate itself is
// not checked: nobody asked whose key it is.
func readCertificate(der []byte) (Key, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, fmt.Errorf("read the certificate: %w", err)
	}
	k := Key{Container: "X.509 certificate"}
	k.Notes = append(k.Notes, "The key was taken out of a certificate, whose dates and issuer are not checked here.")
	return k, k.setPublic(cert.PublicKey)
}

// hugePrivate looks at the modulus of a PKCS #1 private key before anything
// computes with it, which reading such a key does.
func hugePrivate(der []byte) (Key, bool) {
	var head struct {
		Version int
		N       *big.Int
		E       int
		Rest    []asn1.RawValue `asn1:"optional"`
	}
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return Key{}, false
	}
	rest, err := asn1.Unmarshal(outer.Bytes, &head.Version)
	if err == nil {
		rest, err = asn1.Unmarshal(rest, &head.N)
	}
	if err != nil || head.N.BitLen() <= MaxRSABits {
		return Key{}, false
	}
	_, _ = asn1.Unmarshal(rest, &head.E) // shown where it can be read
	public := &rsa.PublicKey{N: head.N, E: head.E}
	return Key{
		Container: "RSA private key", Kind: RSA, Bits: head.N.BitLen(), Exponent: head.E, Private: true,
		public: public, Refused: tooManyBits(head.N.BitLen()),
	}, true
}

// hugePKCS8 is hugePrivate for the key within a PKCS #8 structure.
func hugePKCS8(der []byte) (Key, bool) {
	var outer struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return Key{}, false
	}
	return hugePrivate(outer.Key)
}
