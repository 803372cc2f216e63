package room

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
)

// A device's name is a random part and what signs it, 80 bits each, in base32.
const (
	deviceRandom = 16 // characters
	deviceSigned = 16
)

// keyLength is that of the key with which a room signs names, in bytes.
const keyLength = 32

func newKey() []byte {
	key := make([]byte, keyLength)
	_, _ = rand.Read(key) // never fails, as its documentation says
	return key
}

// IssueDevice returns a new name for a device of the class: 32 letters and digits,
// which the room has signed. Nothing is kept of it until the device votes or follows.
func (r *Room) IssueDevice() string { return signDevice(r.key, rand.Text()[:deviceRandom]) }

// Issued reports whether a text is a name that this room has issued. The time that
// it takes tells nothing of how close one is.
func (r *Room) Issued(id string) bool {
	if len(id) != deviceRandom+deviceSigned || !ValidDevice(id) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(id), []byte(signDevice(r.key, id[:deviceRandom]))) == 1
}

// signDevice is a random part with its signature: HMAC-SHA256, of which 80 bits are
// kept. Wrong ones can only be tried here, one request each.
func signDevice(key []byte, random string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("device " + random))
	return random + base32.StdEncoding.EncodeToString(mac.Sum(nil))[:deviceSigned]
}
