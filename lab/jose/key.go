package jose

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeyForm is how a key is written down.
type KeyForm string

// The forms of keys. Auto recognises PEM and JWK by how they begin; anything
// else is a secret, and how its octets are written cannot be seen from outside.
const (
	Auto      KeyForm = "auto"
	Text      KeyForm = "text" // the octets of the text itself, in UTF-8
	Hex       KeyForm = "hex"
	Base64    KeyForm = "base64"
	Base64URL KeyForm = "base64url"
	PEM       KeyForm = "pem"
	JWK       KeyForm = "jwk" // or a JWK Set
)

// KeyForms are the forms in the order in which a form offers them.
var KeyForms = []KeyForm{Auto, Text, Hex, Base64, Base64URL, PEM, JWK}

// Limits of what is read as a key.
const (
	MaxKeyBytes = 64 << 10 // of the text
	MaxRSABits  = 8192     // of a modulus; more is refused before anything is computed with it
	minRSABits  = 2048     // RFC 7518, section 3.3
)

// Key is a key as it was read, and what there is to say about it.
type Key struct {
	Form      KeyForm // how it was read
	Container string  // "SubjectPublicKeyInfo", "X.509 certificate", "JWK Set, key 2 of 3" …
	Kind      Kind
	Curve     string // of EC and OKP keys
	Bits      int    // of the secret, the modulus or the curve
	Exponent  int    // of RSA keys
	Private   bool   // there is a private half, or it is a secret
	// SHA256 is the hash, in hex, of the secret's octets, or of the public key's
	// SubjectPublicKeyInfo in DER (as RFC 7469, section 2.4 pins keys).
	SHA256 string
	// Thumbprint is the JWK thumbprint with SHA-256 (RFC 7638), in base64url.
	Thumbprint string
	// ID, Use, Alg and Ops are what a JWK says of itself (RFC 7517, section 4).
	ID, Use, Alg string
	Ops          []string
	Notes        []string // what is worth knowing: another way to read it, a private half
	// Refused is why nothing is computed with the key, or "".
	Refused string
	// Weak is why the key must not be used though it works, or "".
	Weak string

	secret  []byte
	public  crypto.PublicKey
	private crypto.Signer
	typed   string // the text as it was typed, to recognise a public key that served as a secret
}

// Given reports whether there is a key at all.
func (k Key) Given() bool { return k.Kind != "" }

// Errors of ReadKey. What they wrap says what is wrong and where.
var (
	ErrNoKey    = errors.New("no key was given")
	ErrKeyForm  = errors.New("the key is not written in that form")
	ErrKeyLarge = fmt.Errorf("a key may be %d KiB long at most", MaxKeyBytes>>10)
)

// ReadKey reads a key. kid, where it is not empty, chooses from a JWK Set. It
// fails with ErrNoKey, ErrKeyLarge, or an error that wraps ErrKeyForm. A key
// that can be read but must not be computed with comes back with Refused set.
func ReadKey(typed string, form KeyForm, kid string) (Key, error) {
	trimmed := strings.TrimSpace(typed)
	if trimmed == "" {
		return Key{}, ErrNoKey
	}
	if len(typed) > MaxKeyBytes {
		return Key{}, ErrKeyLarge
	}
	if form == Auto || form == "" {
		form = recognise(trimmed)
	}
	k, err := readers[form].read(typed, kid)
	if err != nil {
		return Key{}, fmt.Errorf("read the key as %s: %w: %w", readers[form].name, ErrKeyForm, err)
	}
	k.Form, k.typed = form, typed
	k.describe()
	return k, nil
}

// recognise tells PEM and JWK by how they begin. Sixty-four or more hex digits
// are taken for hex, everything else for text.
func recognise(trimmed string) KeyForm {
	switch {
	case strings.HasPrefix(trimmed, "-----BEGIN "):
		return PEM
	case trimmed[0] == '{':
		return JWK
	}
	if _, err := hex.DecodeString(trimmed); err == nil && len(trimmed) >= 64 {
		return Hex
	}
	return Text
}

// reader reads keys of one form.
type reader struct {
	name string
	read func(typed, kid string) (Key, error)
}

var readers map[KeyForm]reader

func init() { // here, because readers of keys use readers
	readers = map[KeyForm]reader{
		Text:      {"text", func(typed, _ string) (Key, error) { return secretKey([]byte(typed)), nil }},
		Hex:       {"hex", decoded(readHex)},
		Base64:    {"base64", decoded(readBase64)},
		Base64URL: {"base64url", decoded(readBase64URL)},
		PEM:       {"PEM", readPEM},
		JWK:       {"a JWK or JWK Set", readJWK},
	}
}

// ValidKeyForm returns form if there is such a form, else Auto.
func ValidKeyForm(form string) KeyForm {
	if _, ok := readers[KeyForm(form)]; ok {
		return KeyForm(form)
	}
	return Auto
}

func secretKey(octets []byte) Key {
	return Key{Kind: Octets, Container: "secret", Bits: len(octets) * 8, Private: true, secret: octets}
}

func decoded(read func(string) ([]byte, error)) func(typed, _ string) (Key, error) {
	return func(typed, _ string) (Key, error) {
		octets, err := read(strings.Join(strings.Fields(typed), ""))
		if err != nil {
			return Key{}, err
		}
		return secretKey(octets), nil
	}
}

func readHex(s string) ([]byte, error) {
	s = strings.NewReplacer(":", "", "0x", "").Replace(s)
	return hex.DecodeString(s)
}

func readBase64(s string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}

func readBase64URL(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// readings are the other ways to read a secret whose form was not said, for
// which a signature can be tried.
func (k Key) readings() (others []Key) {
	if k.Kind != Octets || k.Form != Text && k.Form != Hex {
		return nil
	}
	forms := []KeyForm{Text, Hex, Base64URL, Base64}
	for _, form := range forms {
		if form == k.Form {
			continue
		}
		if other, err := ReadKey(k.typed, form, ""); err == nil && len(other.secret) > 0 {
			others = append(others, other)
		}
	}
	return others
}

// describe fills in what follows from the key itself.
func (k *Key) describe() {
	if k.Kind == Octets {
		sum := sha256.Sum256(k.secret)
		k.SHA256 = hex.EncodeToString(sum[:])
		k.remarks()
	} else if k.public != nil {
		k.describePublic()
		if k.Private {
			k.Notes = append(k.Notes, "This is a private key. To verify, its public half is enough, and whoever has more can sign.")
		}
	}
	if k.public != nil || k.Kind == Octets && k.Form == JWK {
		k.Thumbprint = k.thumbprint()
	}
}

// remarks say what is unusual about a secret.
func (k *Key) remarks() {
	if k.Form != Text {
		return
	}
	if strings.Contains(k.typed, "-----BEGIN ") {
		k.Notes = append(k.Notes, "The text is PEM, and its characters are taken as the secret. Nobody should do that: a public key is no secret.")
	}
	if strings.TrimSpace(k.typed) != k.typed {
		k.Notes = append(k.Notes, "White space at the ends is part of this secret.")
	}
}
