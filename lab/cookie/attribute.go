package cookie

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Attribute is one attribute of a Set-Cookie line.
type Attribute struct {
	Name  string `json:"name"` // as written
	Value string `json:"value"`
	// Known is the attribute's name as the draft writes it, "" for one that
	// browsers ignore. Partitioned is known, though draft 22 does not have it.
	Known string `json:"known"`
	// Dropped says why it has no effect, "" where it has one.
	Dropped string `json:"dropped"`

	text string    // what it means: a domain, a path ("" for the default), an enforcement
	at   time.Time // for Expires and Max-Age, when the cookie is over
}

// earliest stands for "the earliest representable date": the smallest that the
// algorithm for dates lets through.
var earliest = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)

// rules of the attributes that are known, in the order of section 5.6.
var attributes = []struct {
	name, section string
	read          func(a *Attribute, now time.Time) (found string)
}{
	{"Expires", "5.6.1", readExpires},
	{"Max-Age", "5.6.2", readMaxAge},
	{"Domain", "5.6.3", readDomain},
	{"Path", "5.6.4", readPath},
	{"Secure", "5.6.5", readFlag},
	{"HttpOnly", "5.6.6", readFlag},
	{"SameSite", "5.6.7", readSameSite},
}

// attributes takes the cookie-avs apart that follow the pair. Of many, all are read
// but only the first are explained, and those later ones that can have an effect:
// the last of each known name.
func (p *Parsed) attributes(rest string, now time.Time) {
	late := map[lateKey]Attribute{}
	for more := true; more; {
		var av string
		av, rest, more = strings.Cut(rest, ";")
		name, value, _ := strings.Cut(av, "=")
		a := Attribute{Name: trim(name), Value: trim(value)}
		switch {
		case a.Name == "" && a.Value == "":
		case len(p.Attributes) < MaxExplained:
			p.attribute(a, now)
		default:
			p.Unexplained++
			if known := a.known(); known != "" {
				late[lateKey{known, len(a.Value) > MaxAttribute}] = a
			}
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(late), lateKey.compare) {
		p.Unexplained--
		p.attribute(late[key], now)
	}
	if p.Unexplained > 0 {
		p.step("5.6, attributes", "Do the same with the others",
			fmt.Sprintf("%d more attributes, of unknown names or with a later one of their name, change nothing and are not listed", p.Unexplained), Noted)
	}
}

// lateKey is what tells apart those of many attributes that are read last: a known
// name, and whether the value is too long to count.
type lateKey struct {
	known   string
	tooLong bool
}

func (k lateKey) compare(other lateKey) int {
	if k.tooLong != other.tooLong {
		return map[bool]int{true: -1, false: 1}[k.tooLong] // what has an effect comes last
	}
	return strings.Compare(k.known, other.known)
}

// attribute takes one attribute: the second list of steps in section 5.6.
func (p *Parsed) attribute(a Attribute, now time.Time) {
	section, found := a.read(now)
	result := Noted
	if a.Dropped != "" {
		result, found = Ignored, a.Dropped
	}
	p.step(section, "The attribute "+a.title(), found, result)
	p.Attributes = append(p.Attributes, a)
}

// known is the attribute's name as the draft writes it, "" for one that it does not
// know.
func (a *Attribute) known() string {
	for _, known := range attributes {
		if strings.EqualFold(a.Name, known.name) {
			return known.name
		}
	}
	if strings.EqualFold(a.Name, "Partitioned") {
		return "Partitioned"
	}
	return ""
}

func (a *Attribute) title() string {
	switch {
	case a.Known != "":
		return a.Known
	case a.Name == "":
		return "without a name"
	default:
		return a.Name
	}
}

// read makes sense of the attribute, and says where the rule stands.
func (a *Attribute) read(now time.Time) (section, found string) {
	if strings.EqualFold(a.Name, "Partitioned") {
		a.Known = "Partitioned"
	}
	if len(a.Value) > MaxAttribute {
		a.Dropped = fmt.Sprintf("its value is %d octets, more than %d, so it is ignored", len(a.Value), MaxAttribute)
		return "5.6, attributes, step 6", ""
	}
	for _, known := range attributes {
		if strings.EqualFold(a.Name, known.name) {
			a.Known = known.name
			return known.section, known.read(a, now)
		}
	}
	a.Dropped = "browsers that keep to the draft do not know it"
	if a.Known != "" {
		a.Dropped = "draft 22 does not know it; draft-cutler-httpbis-partitioned-cookies does"
	}
	return "5.6, attributes, step 7", ""
}

func readExpires(a *Attribute, now time.Time) string {
	t, why := ParseDate(a.Value)
	if why != "" {
		a.Dropped = "not a cookie-date by section 5.1.1: " + why
		return ""
	}
	a.at = t
	if limit := now.Add(MaxAge); t.After(limit) {
		a.at = limit
		return clock(t) + " is more than 400 days away, so it counts as " + clock(limit) + " (section 5.5)"
	}
	return clock(t)
}

// readMaxAge reads seconds: an optional minus and digits, nothing else.
func readMaxAge(a *Attribute, now time.Time) string {
	digits := strings.TrimPrefix(a.Value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		a.Dropped = "not a whole number of seconds"
		return ""
	}
	if strings.Trim(digits, "0") == "" || digits != a.Value {
		a.at = earliest
		return "zero or less: the cookie is over at once"
	}
	seconds, err := strconv.Atoi(digits)
	if limit := int(MaxAge / time.Second); err != nil || seconds > limit {
		a.at = now.Add(MaxAge)
		return "more than 400 days, so it counts as 400 days (section 5.5): until " + clock(a.at)
	}
	a.at = now.Add(time.Duration(seconds) * time.Second)
	return fmt.Sprintf("%d s from %s: until %s", seconds, clock(now), clock(a.at))
}

func readDomain(a *Attribute, _ time.Time) string {
	a.text = strings.ToLower(strings.TrimPrefix(a.Value, "."))
	switch {
	case a.text == "":
		return "empty, as if there were none"
	case strings.HasPrefix(a.Value, "."):
		return a.text + ", without its leading dot"
	default:
		return a.text
	}
}

func readPath(a *Attribute, _ time.Time) string {
	if !strings.HasPrefix(a.Value, "/") {
		return "it does not start with a slash, so the default-path is taken"
	}
	a.text = a.Value
	return a.Value
}

func readFlag(a *Attribute, _ time.Time) string {
	if a.Value != "" {
		return "set; its value does not matter"
	}
	return "set"
}

func readSameSite(a *Attribute, _ time.Time) string {
	a.text = string(Default)
	for _, s := range []SameSite{None, Strict, Lax} {
		if strings.EqualFold(a.Value, string(s)) {
			a.text = string(s)
			return a.text
		}
	}
	return "none of None, Lax and Strict, so as if there were no SameSite"
}

// overrule marks the attributes that a later one of the same name wins over.
func (p *Parsed) overrule() {
	seen := map[string]bool{}
	for i := len(p.Attributes) - 1; i >= 0; i-- {
		a := &p.Attributes[i]
		if a.Known == "" || a.Dropped != "" {
			continue
		}
		if seen[a.Known] {
			a.Dropped = "a later " + a.Known + " wins"
		}
		seen[a.Known] = true
	}
}

// last is the attribute of a name that counts.
func (p *Parsed) last(known string) (Attribute, bool) {
	for i := len(p.Attributes) - 1; i >= 0; i-- {
		if a := p.Attributes[i]; a.Known == known && a.Dropped == "" {
			return a, true
		}
	}
	return Attribute{}, false
}

// Expiry is when a browser drops the cookie, and the attribute that says so:
// Max-Age wins over Expires (section 5.7, step 6). by is "" for a cookie that
// ends with the browser's session.
func (p *Parsed) Expiry() (at time.Time, by string) {
	for _, known := range []string{"Max-Age", "Expires"} {
		if a, ok := p.last(known); ok {
			return a.at, known
		}
	}
	return time.Time{}, ""
}

// clock writes a moment as texts show it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
