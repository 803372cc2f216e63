package explain

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"authlab/lab/settings"
)

// registered are the claims that the server reads, of those that RFC 7519 defines
// or that this library has agreed on.
var registered = []string{"exp", "iat", "nbf", "iss", "aud", "sub", "jti", "role", "ver"}

// lax says what the server's parser lets pass in these claims, though the standard
// says otherwise. It begins with a space, or is "" where there is nothing to say.
func (p *presented) lax(names ...string) string {
	var out strings.Builder
	for _, name := range names {
		seen := 0
		for _, c := range p.view.Claims {
			if !strings.EqualFold(c.Name, name) { // as encoding/json folds names
				continue
			}
			seen++
			if c.Name != name {
				fmt.Fprintf(&out, " The token calls it %q. RFC 7519, section 7.3: names are compared letter by letter, so that is another claim; golang-jwt, by encoding/json, takes it for %s.", c.Name, name)
			}
			out.WriteString(laxValue(name, c.Value))
		}
		if seen > 1 {
			fmt.Fprintf(&out, " It is there %d times, and the last one counts: RFC 7519, section 4, allows that or to refuse the token.", seen)
		}
	}
	return out.String()
}

// laxValue says what is wrong with a claim's value that the parser took.
func laxValue(name, value string) string {
	var text string
	isText := json.Unmarshal([]byte(value), &text) == nil && value != "null"
	switch {
	case value == "null":
		return fmt.Sprintf(" %s is null. RFC 7519, section 4.1, knows no such value; golang-jwt takes it for a claim that is not there.", name)
	case name == "exp" || name == "iat" || name == "nbf":
		return laxDate(name, value, isText)
	case isText && (name == "iss" || name == "sub" || name == "aud") && strings.Contains(text, ":") && !isURI(text):
		return fmt.Sprintf(" RFC 7519, section 2: a StringOrURI with a colon in it is a URI, and %s is none; golang-jwt does not look.", name)
	}
	return ""
}

// laxDate says what is wrong with a date that the parser took.
func laxDate(name, value string, isText bool) string {
	if isText {
		return fmt.Sprintf(" RFC 7519, section 2: a NumericDate is a JSON number. Here %s is the string %s, and golang-jwt lets it pass.", name, value)
	}
	var seconds float64
	if json.Unmarshal([]byte(value), &seconds) != nil {
		return ""
	}
	if seconds >= math.MaxInt64 || seconds <= math.MinInt64 {
		return fmt.Sprintf(" %s is more seconds than the server can count: what golang-jwt makes of such a number is no date.", name)
	}
	if seconds != math.Trunc(seconds) {
		return fmt.Sprintf(" %s has a fraction, which RFC 7519, section 2, allows; golang-jwt drops it.", name)
	}
	return ""
}

func isURI(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && !strings.ContainsAny(text, " \"<>\\^`{|}")
}

// laxElsewhere says what the parser lets pass in what no later check is on: the
// parts as a whole, and the claims that these settings do not look at.
func (p *presented) laxElsewhere() string {
	var out strings.Builder
	if strings.TrimSpace(string(p.view.Payload.Decoded)) == "null" {
		out.WriteString(" The payload is null. RFC 7519, section 7.2: it must be a JSON object; golang-jwt takes null for an empty one.")
	}
	for _, part := range []struct {
		name string
		part Part
	}{{"header", p.view.Header}, {"payload", p.view.Payload}} {
		if !utf8.Valid(part.part.Decoded) {
			out.WriteString(" The " + part.name + " is not UTF-8, as RFC 7519, section 7.2, demands; golang-jwt puts U+FFFD for what it cannot read.")
		}
	}
	checked := []string{"exp", "iat", "nbf"}
	if p.settings.Require == "all" {
		checked = append(checked, "iss", "aud", "sub", "jti", "ver")
	}
	if p.settings.Role != settings.Off {
		checked = append(checked, "role")
	}
	for _, name := range registered {
		if !slices.Contains(checked, name) {
			out.WriteString(p.lax(name))
		}
	}
	return out.String()
}
