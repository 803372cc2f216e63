package sealed

import (
	"net/http"
	"strings"
	"testing"
)

// Whatever a browser sends for a cookie, it is a stranger's, and nothing breaks.
func FuzzCookie(f *testing.F) {
	w := newWorld(f)
	w.logIn("librarian")
	mine := w.session()
	for _, forge := range forgeries {
		f.Add(forge(mine, w.keys[base]["k1"]))
	}
	f.Add("....")
	f.Fuzz(func(t *testing.T, value string) {
		known := value == mine || trusted(value, w.keys[base]["k1"])
		answer := serve(w.apps[base], base, request(base, "GET", "/desk", http.Header{"Cookie": {"sealed=" + value}}, ""))
		if answer.Code != http.StatusSeeOther && !known {
			t.Errorf("the code is %d", answer.Code)
		}
	})
}

// trusted reports whether somebody sealed a value with the key.
func trusted(value string, key []byte) (opens bool) {
	parts := strings.Split(value, ".")
	if len(parts) != 5 {
		return false
	}
	var octets [5][]byte
	for i, part := range parts {
		octets[i], _ = base64url.DecodeString(part)
	}
	if len(octets[2]) != gcm(key).NonceSize() {
		return false
	}
	_, err := gcm(key).Open(nil, octets[2], append(octets[3], octets[4]...), []byte(parts[0]))
	return err == nil
}
