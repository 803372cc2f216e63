package sealed

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

var base64url = base64.RawURLEncoding

// gcm seals and opens with A256GCM as RFC 7518, section 5.3 says, without the
// library that the application uses.
func gcm(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key of a test is 16, 24 or 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return aead
}

// sealed is a JWE in compact serialization, made step by step (RFC 7516, section
// 5.1) with a header as it stands.
func sealed(header string, key, plain []byte) string {
	aead := gcm(key)
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	protected := base64url.EncodeToString([]byte(header))
	both := aead.Seal(nil, nonce, plain, []byte(protected))
	text, tag := both[:len(plain)], both[len(plain):]
	return strings.Join([]string{protected, "", base64url.EncodeToString(nonce), base64url.EncodeToString(text), base64url.EncodeToString(tag)}, ".")
}

// opened is what a session holds (RFC 7516, section 5.2).
func opened(session string, key []byte) (header, plain []byte) {
	parts := strings.Split(session, ".")
	var octets [5][]byte
	for i, part := range parts {
		octets[i], _ = base64url.DecodeString(part)
	}
	plain, err := gcm(key).Open(nil, octets[2], append(octets[3], octets[4]...), []byte(parts[0]))
	if err != nil {
		panic(err) // stories forge what they were given
	}
	return octets[0], plain
}

// usual is the header of a session.
const usual = `{"alg":"dir","enc":"A256GCM","kid":"k1"}`

// forgeries are ways to make another session of one.
var forgeries = map[string]func(session string, key []byte) string{
	"header":     reheaded(`{"alg":"dir","enc":"A256GCM","kid":"k1","x":1}`), // the seal is not over this one
	"alg-none":   reheaded(`{"alg":"none","enc":"A256GCM","kid":"k1"}`),
	"enc-128":    reheaded(`{"alg":"dir","enc":"A128GCM","kid":"k1"}`),
	"no-json":    reheaded(`{"alg":"dir"`),
	"null":       reheaded(`null`),
	"text":       changedPart(3),
	"nonce":      changedPart(2),
	"tag":        changedPart(4),
	"crit":       resealed(`{"alg":"dir","enc":"A256GCM","kid":"k1","crit":["x"],"x":1}`, nil),
	"other-kid":  resealed(`{"alg":"dir","enc":"A256GCM","kid":"k2"}`, nil),
	"no-kid":     resealed(`{"alg":"dir","enc":"A256GCM"}`, nil),
	"number-kid": resealed(`{"alg":"dir","enc":"A256GCM","kid":1}`, nil),
	"same":       resealed(usual, nil),
	"other-key": func(session string, key []byte) string {
		return resealedBy(session, key, bytes.Repeat([]byte{9}, keySize))
	},
	"weak-key":     func(session string, key []byte) string { return resealedBy(session, key, key[:16]) },
	"zip":          zipped,
	"pbes2":        reheaded(`{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","kid":"k1","p2c":2147483647,"p2s":"AAAA"}`),
	"six-parts":    func(session string, _ []byte) string { return session + ".AA" },
	"four-parts":   func(session string, _ []byte) string { return session[:strings.LastIndex(session, ".")] },
	"key-part":     func(session string, _ []byte) string { return strings.Replace(session, "..", ".AAAA.", 1) },
	"padded":       func(session string, _ []byte) string { return session + "==" },
	"last-bits":    lastBits,
	"long":         func(session string, _ []byte) string { return session + strings.Repeat("A", maxCookie) },
	"token":        func(string, []byte) string { return "eyJhbGciOiJIUzI1NiJ9.e30.AAAA" },
	"no-end":       resealed(usual, map[string]any{"exp": nil}),
	"no-subject":   resealed(usual, map[string]any{"sub": ""}),
	"no-role":      resealed(usual, map[string]any{"role": nil}),
	"role-unknown": resealed(usual, map[string]any{"role": "king"}),
	"future":       resealed(usual, map[string]any{"iat": time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix()}),
}

// reheaded keeps all but the header.
func reheaded(header string) func(string, []byte) string {
	return func(session string, _ []byte) string {
		_, rest, _ := strings.Cut(session, ".")
		return base64url.EncodeToString([]byte(header)) + "." + rest
	}
}

// changedPart changes one bit of a part.
func changedPart(n int) func(string, []byte) string {
	return func(session string, _ []byte) string {
		parts := strings.Split(session, ".")
		octets, _ := base64url.DecodeString(parts[n])
		octets[0] ^= 1
		parts[n] = base64url.EncodeToString(octets)
		return strings.Join(parts, ".")
	}
}

// resealed seals what a session says anew, with some claims changed. Whoever does
// that has the key.
func resealed(header string, changes map[string]any) func(string, []byte) string {
	return func(session string, key []byte) string {
		_, plain := opened(session, key)
		said := map[string]any{}
		if err := json.Unmarshal(plain, &said); err != nil {
			panic(err) // it is what the application sealed
		}
		for name, value := range changes {
			said[name] = value
		}
		plain, _ = json.Marshal(said)
		return sealed(header, key, plain)
	}
}

func resealedBy(session string, key, other []byte) string {
	_, plain := opened(session, key)
	return sealed(usual, other, plain)
}

func zipped(session string, key []byte) string {
	_, plain := opened(session, key)
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = w.Write(plain)
	_ = w.Close()
	return sealed(`{"alg":"dir","enc":"A256GCM","kid":"k1","zip":"DEF"}`, key, b.Bytes())
}

// lastBits is the same seal, written in another way: of the last character four
// bits do not count, which a lenient reader would not look at.
func lastBits(session string, _ []byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, session[len(session)-1])
	return session[:len(session)-1] + string(alphabet[last^1])
}

// What is sealed is what RFC 7516 says: it opens step by step, without the library
// that sealed it, and holds no more than it should.
func TestSealIsThatOfTheStandard(t *testing.T) {
	w := newWorld(t)
	w.logIn("librarian")
	header, plain := opened(w.session(), w.keys[base]["k1"])
	if string(header) != usual {
		t.Errorf("the header is %s, want %s", header, usual)
	}
	var said map[string]any
	if err := json.Unmarshal(plain, &said); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"sub": "librarian", "name": "Lin Librarian", "role": "staff"} {
		if said[name] != want {
			t.Errorf("%s is %v, want %v", name, said[name], want)
		}
	}
	issued, ends := said["iat"].(float64), said["exp"].(float64)
	if said["auth_time"] != issued || ends-issued != idleTimeout.Seconds() || len(said) != 6 {
		t.Errorf("it says %v", said)
	}
}

// And the other way round: what is sealed step by step is opened. So what the
// forgeries fail with is what was changed, and not how they are made.
func TestSealOfTheStandardIsOpened(t *testing.T) {
	w := newWorld(t)
	w.logIn("reader")
	if err := w.act("forge", "same"); err != nil {
		t.Fatal(err)
	}
	if answer := w.send("GET", "/profile", http.Header{}, ""); answer.Code != 200 {
		t.Errorf("the code is %d", answer.Code)
	}
}

// Every seal has a nonce of its own: with two that are the same A256GCM would give
// its key away.
func TestNoTwoSealsAreTheSame(t *testing.T) {
	w := newWorld(t)
	met := map[string]bool{}
	for range 1000 {
		w.logIn("reader")
		nonce := strings.Split(w.session(), ".")[2]
		if len(nonce) != 16 || met[nonce] {
			t.Fatalf("the nonce %q is short or comes again", nonce)
		}
		met[nonce] = true
	}
}
