// Package gloss says what the words of the wire mean: the names of fields and methods,
// status codes, attributes of cookies, members of tokens. What is known about each is a
// note that names its standard, and is looked up by the word as it was spelled.
package gloss

import (
	"strconv"
	"strings"
)

// This file looks things up; what is known about them stands in the tables of
// the other files, where every sentence names its standard.

// Gloss explains one thing in one or two sentences.
type Gloss struct {
	Title  string // the thing's own name, as it is spelled on the wire
	Text   string // one or two sentences
	Source string // the standard and section, e.g. "RFC 6265, section 4.1.2.6"
	URL    string // where the source can be read
}

// Header explains a header field by its name, in any letter case.
func Header(name string) (Gloss, bool) { return lookUp(fieldGlosses, name, strings.ToLower(name)) }

// Method explains a request method. Methods are case-sensitive (RFC 9110,
// section 9.1).
func Method(name string) (Gloss, bool) { return lookUp(methodGlosses, name, name) }

// Status explains a status code.
func Status(code int) (Gloss, bool) {
	text := strconv.Itoa(code)
	return lookUp(statusGlosses, text, text)
}

// Attribute explains an attribute of a Set-Cookie field. What SameSite does
// depends on its value; a value that browsers do not know has no effect.
func Attribute(name, value string) (Gloss, bool) {
	key := strings.ToLower(name)
	if key == "samesite" {
		if g, ok := lookUp(attributeGlosses, name, key+"="+strings.ToLower(value)); ok {
			return g, true
		}
	}
	return lookUp(attributeGlosses, name, key)
}

// Claim explains a claim of a JWT's payload. Claim names are
// case-sensitive (RFC 7519, section 10.1.1).
func Claim(name string) (Gloss, bool) { return lookUp(claimGlosses, name, name) }

// Param explains a parameter of a JOSE header. Their names are
// case-sensitive (RFC 7515, section 4.1).
func Param(name string) (Gloss, bool) { return lookUp(paramGlosses, name, name) }

// Member explains a member of the JSON that the token app exchanges.
func Member(name string) (Gloss, bool) { return lookUp(memberGlosses, name, name) }

// ErrorCode explains an error code of RFC 6749 or RFC 6750.
func ErrorCode(code string) (Gloss, bool) { return lookUp(errorGlosses, code, code) }

// Auth explains an authentication scheme, or a parameter of a challenge, in any
// letter case (RFC 9110, section 11).
func Auth(name string) (Gloss, bool) { return lookUp(authGlosses, name, strings.ToLower(name)) }

// SealParam explains a parameter of a JWE's header, SealClaim a member of what it says
// inside, as Param and Claim do for a token.
func SealParam(name string) (Gloss, bool) { return lookUp(sealParamGlosses, name, name) }

// SealClaim explains a member of what a sealed session says.
func SealClaim(name string) (Gloss, bool) { return lookUp(sealClaimGlosses, name, name) }

// Part explains a part of a token by its ink: "hdr", "pay" or "sig"; and one of a sealed
// session by its ref: "jwe.hdr", "jwe.key", "jwe.iv", "jwe.text" or "jwe.tag".
func Part(part string) Gloss { return partGlosses[part] }

// Start explains what a start line holds beside a method or a status code: key
// says what it is ("version", "target"), title is how it is spelled there.
func Start(key, title string) Gloss {
	g, _ := lookUp(startGlosses, title, key)
	return g
}

// Value explains a field's value where it says more than its name: the
// whole of it, or else what comes before a parameter or an argument.
func Value(name, value string) (Gloss, bool) {
	key := strings.ToLower(name + ": " + value)
	if g, ok := lookUp(valueGlosses, value, key); ok {
		return g, true
	}
	at := strings.IndexAny(key, ";=")
	if at < 0 {
		return Gloss{}, false
	}
	return lookUp(valueGlosses, value, key[:at])
}

// note is a gloss without its title, which is the thing's name as it was
// spelled.
type note struct{ text, source, url string }

func lookUp(table map[string]note, title, key string) (Gloss, bool) {
	n, ok := table[key]
	if !ok {
		return Gloss{}, false
	}
	return Gloss{Title: title, Text: n.text, Source: n.source, URL: n.url}, true
}

// rfc is a note whose source is a section of an RFC.
func rfc(number int, section, text string) note {
	n := strconv.Itoa(number)
	return note{text, "RFC " + n + ", section " + section, "https://www.rfc-editor.org/rfc/rfc" + n + "#section-" + section}
}

// sameSite is a note on that attribute. RFC 6265 does not know it; its source is
// the draft that browsers follow for cookies.
func sameSite(text string) note {
	return note{text, "RFC 6265bis, section 4.1.2.7", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-4.1.2.7"}
}

// metadata is a note whose source is the W3C's Fetch Metadata Request Headers.
func metadata(section, anchor, text string) note {
	return note{text, "Fetch Metadata Request Headers, section " + section, "https://www.w3.org/TR/fetch-metadata/#" + anchor}
}

// hint is a note whose source is the WICG's User-Agent Client Hints.
func hint(anchor, text string) note {
	return note{text, "User-Agent Client Hints", "https://wicg.github.io/ua-client-hints/#" + anchor}
}

// fetch is a note whose source is WHATWG's Fetch Standard.
func fetch(name, anchor, text string) note {
	return note{text, "Fetch Standard, " + name, "https://fetch.spec.whatwg.org/#" + anchor}
}
