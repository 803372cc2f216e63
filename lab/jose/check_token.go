package jose

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

func (j *judge) compact() finding {
	switch t := j.t; t.Form {
	case Compact:
		switch {
		case t.Payload.Missing:
			return fail("It has one part; payload and signature are missing.")
		case t.Signature.Missing:
			return fail("It has two parts; the signature is missing, and the dot before it.")
		case t.Header.Encoded == "":
			return fail("The header is empty.")
		}
		return pass("Three parts: %d, %d and %d characters.", len(t.Header.Encoded), len(t.Payload.Encoded), len(t.Signature.Encoded))
	case Detached:
		return fail("The payload is empty: a JWS with detached content (RFC 7515, appendix F), whose payload travels elsewhere.").as(Unverifiable)
	case JSONFlattened, JSONGeneral:
		return fail("This is a %s serialization. It is recognised, and not verified here: JWTs are compact.", t.Form).as(Unverifiable)
	case JWECompact, JWEJSON:
		return fail("This is an encrypted token (%s). It has no signature to verify, and nothing is decrypted here.", t.Form).as(Unverifiable)
	case Empty:
		return fail("There is no token.")
	default:
		return fail("It has %d parts; a compact JWS has three.", t.Parts)
	}
}

func (j *judge) unbroken() finding {
	if n := len(j.t.Spaces); n > 0 {
		return fail("White space stands inside the token in %s, first at byte %d. What follows looks at the token without it.", plural(n, "place"), j.t.Spaces[0].Start)
	}
	for _, p := range j.named() {
		if at := strings.IndexAny(p.part.Encoded, "\r\n"); at >= 0 && !j.t.unencoded() {
			return fail("There is a line break in the %s, at its offset %d.", p.name, at)
		}
	}
	return pass("Not one.")
}

// part is a part with its name.
type part struct {
	name string
	part Part
}

func (j *judge) named() []part {
	return []part{{"header", j.t.Header}, {"payload", j.t.Payload}, {"signature", j.t.Signature}}
}

func (j *judge) base64url() finding {
	for _, p := range j.named() {
		if len(p.part.Problems) > 0 && (p.name == "header" || j.t.Form != JWECompact) {
			return fail("The %s is no strict base64url: %s.", p.name, p.part.Problems[0])
		}
	}
	switch {
	case j.t.Header.Missing && j.t.Form != Compact:
		return none("There are no encoded parts to look at.")
	case j.t.Form == JWECompact:
		return pass("The header decodes: %d octets. The other four parts are encrypted, or lead to the key.", len(j.t.Header.Decoded))
	}
	return pass("All parts decode: %d, %d and %d octets.", len(j.t.Header.Decoded), len(j.t.Payload.Decoded), len(j.t.Signature.Decoded))
}

// unread says that the header could not be decoded, where that is so.
func (j *judge) unread() (finding, bool) {
	if j.t.Header.Decoded == nil || j.t.Header.Encoded == "" {
		return wait("The header could not be decoded."), true
	}
	return finding{}, false
}

// unparsed says that the header is no JSON object, where that is so.
func (j *judge) unparsed() (finding, bool) {
	if f, stop := j.unread(); stop {
		return f, true
	}
	if j.t.Params.Problem != nil {
		return wait("The header could not be read."), true
	}
	return finding{}, false
}

func (j *judge) headerUTF8() finding {
	if f, stop := j.unread(); stop {
		return f
	}
	if at, bad := notUTF8(j.t.Header.Decoded); bad {
		return fail("The octet %#02x at offset %d of the header is not UTF-8.", j.t.Header.Decoded[at], at)
	}
	return pass("%s of UTF-8.", plural(len(j.t.Header.Decoded), "octet"))
}

func (j *judge) headerJSON() finding {
	if f, stop := j.unread(); stop {
		return f
	}
	if p := j.t.Params.Problem; p != nil {
		return fail("The header cannot be read: %s, at octet %d.", p.Text, p.At)
	}
	return pass("An object with %s.", plural(len(j.t.Params.Members), "member"))
}

func (j *judge) headerUnique() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	if name, twice := j.t.Params.Repeated(); twice {
		return fail("The header names %s twice.", quoted(name))
	}
	return pass("No name comes twice.")
}

func (j *judge) typ() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	m, ok := j.t.Params.Get("typ")
	if !ok {
		return none("There is no typ. Nothing but its claims keeps this token from being taken for one of another kind.")
	}
	s, isString := asString(m.Value)
	switch {
	case !isString:
		return fail("typ is %s, which is no string.", brief(m.Value))
	case strings.EqualFold(s, "JWT") && s != "JWT":
		return pass("typ is %s; written JWT, in capitals, more software knows it (RFC 7519, section 5.1).", quoted(s))
	}
	return pass("typ is %s.", quoted(s))
}

func (j *judge) cty() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	m, ok := j.t.Params.Get("cty")
	if !ok {
		return none("There is no cty.")
	}
	s, isString := asString(m.Value)
	switch {
	case !isString:
		return fail("cty is %s, which is no string.", brief(m.Value))
	case strings.EqualFold(s, "JWT") && isObject(j.t.Payload.Octets()):
		return pass("cty is %s, but no token lies within this one: the payload is claims.", quoted(s))
	}
	return pass("cty is %s.", quoted(s))
}

// ours are the parameters that RFC 7515 and 7518 define, which crit must not
// name.
var ours = []string{
	"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
	"enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c",
}

func (j *judge) crit() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	m, ok := j.t.Params.Get("crit")
	if !ok {
		return none("There is no crit.")
	}
	var names []string
	if err := json.Unmarshal([]byte(m.Value), &names); err != nil || m.Value == "null" {
		return fail("crit is %s, which is no list of names.", brief(m.Value))
	}
	if len(names) == 0 {
		return fail("crit is an empty list, which it must not be.")
	}
	seen := map[string]bool{}
	for _, name := range names {
		_, there := j.t.Params.Get(name)
		switch {
		case seen[name]:
			return fail("crit names %s twice.", quoted(name))
		case slices.Contains(ours, name):
			return fail("crit names %s, which every verifier knows and crit must not name.", quoted(name))
		case !there:
			return fail("crit names %s, which is not in the header.", quoted(name))
		case name != "b64":
			return fail("crit names %s, which is not understood here.", quoted(name))
		}
		seen[name] = true
	}
	return pass("crit names b64 alone, which is understood (RFC 7797, section 6).")
}

func (j *judge) b64() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	m, ok := j.t.Params.Get("b64")
	crit, _ := j.t.Params.Get("crit")
	named := strings.Contains(crit.Value, `"b64"`)
	switch {
	case !ok:
		return none("There is no b64; the payload is base64url.")
	case m.Value == "true":
		return pass("b64 is true, which it is anyway.")
	case m.Value != "false":
		return fail("b64 is %s, which is neither true nor false (RFC 7797, section 3).", brief(m.Value))
	case !named:
		return fail("b64 is false and crit does not name it, as it must (RFC 7797, section 6); nor may a JWT use it.")
	}
	return fail("b64 is false: the payload stands in the token as it is, which JWTs must not do.")
}

func (j *judge) references() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	var there []string
	for _, name := range []string{"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"} {
		if _, ok := j.t.Params.Get(name); ok {
			there = append(there, name)
		}
	}
	if len(there) == 0 {
		return none("The header brings no key and points to none.")
	}
	return pass("The header has %s. Nothing was fetched, and no key was taken from it.", strings.Join(there, ", "))
}

// isObject reports whether a text begins as a JSON object.
func isObject(octets []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(octets, " \t\r\n"), []byte("{"))
}

// quoted writes a stranger's string, cut, between marks.
func quoted(s string) string { return fmt.Sprintf("%q", brief(s)) }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
