package jose

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// claimless says that there are no claims to look at, where that is so.
func (j *judge) claimless() (finding, bool) {
	octets := j.t.Payload.Decoded
	switch {
	case j.t.Form != Compact || octets == nil || j.t.Payload.Missing:
		return wait("There is no payload that could be read."), true
	case j.t.Nested && !isObject(octets):
		return none("The payload is a token; its own claims are looked at when it is inspected itself."), true
	case !isObject(octets) && !j.saysJWT():
		return none("The payload is %s that are no JSON object: a JWS, not a JWT.", plural(len(octets), "octet")), true
	}
	return finding{}, false
}

// saysJWT reports whether typ promises claims (RFC 7519, section 5.1; RFC 8725,
// section 3.11).
func (j *judge) saysJWT() bool {
	typ := strings.ToLower(text(j.t.Params, "typ"))
	return strings.TrimPrefix(typ, "application/") == "jwt" || strings.HasSuffix(typ, "+jwt")
}

func (j *judge) claimsUTF8() finding {
	if f, stop := j.claimless(); stop {
		return f
	}
	if at, bad := notUTF8(j.t.Payload.Decoded); bad {
		return fail("The octet %#02x at offset %d of the payload is not UTF-8.", j.t.Payload.Decoded[at], at)
	}
	return pass("%s of UTF-8.", plural(len(j.t.Payload.Decoded), "octet"))
}

func (j *judge) claimsJSON() finding {
	if f, stop := j.claimless(); stop {
		return f
	}
	switch p := j.t.Claims.Problem; {
	case p == nil:
		return pass("An object with %s.", plural(len(j.t.Claims.Members), "member"))
	case !isObject(j.t.Payload.Decoded):
		return fail("typ says that this is a JWT, and the payload is no JSON object.")
	default:
		return fail("The payload cannot be read: %s, at octet %d.", p.Text, p.At)
	}
}

// unclaimed says that the claims could not be read, where that is so.
func (j *judge) unclaimed() (finding, bool) {
	if f, stop := j.claimless(); stop {
		return f, true
	}
	if j.t.Claims.Problem != nil {
		return wait("The claims could not be read."), true
	}
	return finding{}, false
}

func (j *judge) claimsUnique() finding {
	if f, stop := j.unclaimed(); stop {
		return f
	}
	if name, twice := j.t.Claims.Repeated(); twice {
		return fail("The payload names %s twice; a lenient reader takes the last, another the first.", quoted(name))
	}
	return pass("No name comes twice.")
}

// dates are the claims that are NumericDates.
var dates = []string{"exp", "nbf", "iat"}

func (j *judge) dateTypes() finding {
	if f, stop := j.unclaimed(); stop {
		return f
	}
	var there []string
	for _, name := range dates {
		m, ok := j.t.Claims.Get(name)
		if !ok {
			continue
		}
		there = append(there, name)
		if _, isNumber := number(m.Value); !isNumber {
			return fail("%s is %s, which is no number.", name, brief(m.Value))
		}
	}
	if len(there) == 0 {
		return none("There is none of exp, nbf and iat.")
	}
	return pass("%s: numbers.", capital(strings.Join(there, ", ")))
}

// number reads a JSON number.
func number(value string) (float64, bool) {
	if value == "" || value[0] != '-' && (value[0] < '0' || value[0] > '9') {
		return 0, false
	}
	n, err := strconv.ParseFloat(value, 64)
	return n, err == nil || math.IsInf(n, 0)
}

// date is a claim that is a NumericDate, with what stops a check of it.
func (j *judge) date(name string) (seconds float64, f finding, stop bool) {
	if f, stop := j.unclaimed(); stop {
		return 0, f, true
	}
	m, ok := j.t.Claims.Get(name)
	if !ok {
		return 0, none("There is no %s.", name), true
	}
	seconds, isNumber := number(m.Value)
	if !isNumber {
		return 0, wait("%s is no number.", name), true
	}
	if j.o.Time.IsZero() {
		return 0, none("%s is %s. No time was given to hold it against.", name, when(seconds)), true
	}
	return seconds, finding{}, false
}

// now is the time in seconds since 1970.
func (j *judge) now() float64 {
	return float64(j.o.Time.Unix()) + float64(j.o.Time.Nanosecond())/1e9
}

func (j *judge) exp() finding {
	seconds, f, stop := j.date("exp")
	if stop {
		if f.result == NotApplicable && f.text == "There is no exp." {
			f.text += " The token never expires; RFC 7519 allows it, most servers should not."
		}
		return f
	}
	if j.now() < seconds+j.o.Leeway.Seconds() {
		return pass("exp is %s; it is %s%s.", when(seconds), when(j.now()), j.leeway())
	}
	return fail("The token expired: exp is %s, and it is %s%s.", when(seconds), when(j.now()), j.leeway())
}

func (j *judge) nbf() finding {
	seconds, f, stop := j.date("nbf")
	if stop {
		return f
	}
	if j.now() >= seconds-j.o.Leeway.Seconds() {
		return pass("nbf is %s; it is %s%s.", when(seconds), when(j.now()), j.leeway())
	}
	return fail("The token is not valid yet: nbf is %s, and it is %s%s.", when(seconds), when(j.now()), j.leeway())
}

func (j *judge) iat() finding {
	seconds, f, stop := j.date("iat")
	if stop {
		return f
	}
	if seconds > j.now() {
		return pass("iat is %s, which is still to come: a clock is wrong, or the token was made up.", when(seconds))
	}
	return pass("iat is %s.", when(seconds))
}

func (j *judge) leeway() string {
	if j.o.Leeway == 0 {
		return ""
	}
	return ", with a leeway of " + j.o.Leeway.String()
}

// when writes a NumericDate as a date, or as a number where no calendar has it.
func when(seconds float64) string {
	if math.IsNaN(seconds) || seconds < -62135596800 || seconds > 253402300799 {
		return "beyond any calendar"
	}
	return time.Unix(int64(math.Floor(seconds)), 0).UTC().Format("2006-01-02 15:04:05 UTC")
}
