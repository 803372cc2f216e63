package head

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// agents are what tells browsers by their User-Agent; the first that fits counts,
// because Chromium says that it is Safari as well.
var agents = []struct{ product, browser string }{{"Firefox/", "Firefox"}, {"Chrome/", "Chromium"}, {"Safari/", "Safari"}}

// Browser names the browser that a User-Agent speaks of: "Firefox", "Chromium" or
// "Safari", "" for none of them.
func Browser(userAgent string) string {
	for _, a := range agents {
		if strings.Contains(userAgent, a.product) {
			return a.browser
		}
	}
	return ""
}

// longAgent is the length in bytes from which a User-Agent is not kept whole.
const longAgent = 1024

// Agent is a User-Agent as clients are told apart by it: of a long one the
// beginning, and a hash of all of it.
func Agent(userAgent string) string {
	if len(userAgent) <= longAgent {
		return userAgent
	}
	sum := sha256.Sum256([]byte(userAgent))
	return strings.Clone(userAgent[:longAgent]) + " " + hex.EncodeToString(sum[:])
}
