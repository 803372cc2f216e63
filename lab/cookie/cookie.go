// Package cookie acts out the cookie rules of RFC 6265bis, step by step: what a
// browser makes of a Set-Cookie line, and which cookies it sends with a later
// request.
//
// It follows draft-ietf-httpbis-rfc6265bis-22: section 5.6 (taking a line
// apart), 5.7 (storing a cookie), 5.8.3 (choosing cookies for a request), 5.2
// (same-site) and the algorithms of 5.1. The parser is our own because net/http
// refuses much of what browsers accept, and because every step leaves an entry
// that says what it found. Sections and steps in entries are those of draft 22.
//
// The names __Http- and __Host-Http- are not among the steps followed here. The
// draft that is to replace it, draft-ietf-httpbis-layered-cookies, has them, and
// Chromium acts on them; see [Browsers].
//
// Everything is a pure function of its input: there is no HTTP client, no clock
// and no file here. The list of public suffixes is the one in golang.org/x/net.
package cookie

import "time"

// Draft is the specification that this package follows.
const Draft = "draft-ietf-httpbis-rfc6265bis-22"

// The limits of sections 5.5 to 5.7: octets of a cookie's name and value
// together, octets of one attribute's value, and how long a cookie may be kept.
const (
	MaxPair      = 4096
	MaxAttribute = 1024
	MaxAge       = 400 * 24 * time.Hour
)

// Result is what came of a step.
type Result string

// The results of a step.
const (
	Passed   Result = "passed"   // nothing to object to
	Noted    Result = "noted"    // it sets something, and cannot fail
	Ignored  Result = "ignored"  // an attribute has no effect; the cookie goes on
	Rejected Result = "rejected" // the cookie is not stored, or not sent
)

// Step is one step that was taken.
type Step struct {
	Section string `json:"section"` // where it stands: "5.7, step 10"
	Rule    string `json:"rule"`    // what the step asks
	Found   string `json:"found"`   // what it found
	Result  Result `json:"result"`
}

// SameSite is a cookie's same-site-flag (section 5.7, step 17).
type SameSite string

// The same-site-flags. Default is that of a cookie that names none, or one that
// is not known.
const (
	Default SameSite = "Default"
	None    SameSite = "None"
	Lax     SameSite = "Lax"
	Strict  SameSite = "Strict"
)

// Cookie is a stored cookie, with the fields of section 5.7.
type Cookie struct {
	Name        string     `json:"name"`
	Value       string     `json:"value"`
	Domain      string     `json:"domain"`
	HostOnly    bool       `json:"host_only"`
	Path        string     `json:"path"`
	Secure      bool       `json:"secure"`
	HTTPOnly    bool       `json:"http_only"`
	SameSite    SameSite   `json:"same_site"`
	Partitioned bool       `json:"partitioned"` // asked for; draft 22 does not know it
	Created     time.Time  `json:"created"`
	Expires     *time.Time `json:"expires"` // null for a cookie of the session
}

// expired reports whether the cookie is over at a moment. One that ends now is
// over: that is how Max-Age=0 deletes.
func (c Cookie) expired(now time.Time) bool { return c.Expires != nil && !c.Expires.After(now) }

// pair is the cookie as the Cookie field shows it (section 5.8.3, step 6).
func (c Cookie) pair() string {
	if c.Name == "" {
		return c.Value
	}
	return c.Name + "=" + c.Value
}

// named is how texts call a cookie.
func named(name string) string {
	if name == "" {
		return "the cookie without a name"
	}
	return name
}
