package explain

import (
	"strconv"
	"strings"
)

// This file looks things up; what is known about them stands in the tables of
// the other gloss files, where every sentence names its standard.

// HeaderGloss explains a header field by its name, in any letter case.
func HeaderGloss(name string) (Gloss, bool) { return lookUp(fieldGlosses, name, strings.ToLower(name)) }

// MethodGloss explains a request method. Methods are case-sensitive (RFC 9110,
// section 9.1).
func MethodGloss(name string) (Gloss, bool) { return lookUp(methodGlosses, name, name) }

// StatusGloss explains a status code.
func StatusGloss(code int) (Gloss, bool) {
	text := strconv.Itoa(code)
	return lookUp(statusGlosses, text, text)
}

// AttributeGloss explains an attribute of a Set-Cookie field. What SameSite does
// depends on its value; a value that browsers do not know has no effect.
func AttributeGloss(name, value string) (Gloss, bool) {
	key := strings.ToLower(name)
	if key == "samesite" {
		if g, ok := lookUp(attributeGlosses, name, key+"="+strings.ToLower(value)); ok {
			return g, true
		}
	}
	return lookUp(attributeGlosses, name, key)
}

// ClaimGloss explains a claim of a JWT's payload. Claim names are
// case-sensitive (RFC 7519, section 10.1.1).
func ClaimGloss(name string) (Gloss, bool) { return lookUp(claimGlosses, name, name) }

// ParamGloss explains a parameter of a JOSE header. Their names are
// case-sensitive (RFC 7515, section 4.1).
func ParamGloss(name string) (Gloss, bool) { return lookUp(paramGlosses, name, name) }

// MemberGloss explains a member of the JSON that the token app exchanges.
func MemberGloss(name string) (Gloss, bool) { return lookUp(memberGlosses, name, name) }

// ErrorGloss explains an error code of RFC 6749 or RFC 6750.
func ErrorGloss(code string) (Gloss, bool) { return lookUp(errorGlosses, code, code) }

// valueGloss explains a field's value where it says more than its name: the
// whole of it, or else what comes before a parameter or an argument.
func valueGloss(name, value string) (Gloss, bool) {
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
