package cookie

import (
	"fmt"
	"strings"
	"time"
)

// Parsed is what section 5.6 makes of a Set-Cookie line.
type Parsed struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Attributes are as written, in order; of more than MaxExplained those after the
	// first that can have an effect, and Unexplained is how many are not among them.
	Attributes  []Attribute `json:"attributes"`
	Unexplained int         `json:"unexplained"`
	Steps       []Step      `json:"-"`
	// Refused says why the whole line is ignored, "" where it is not.
	Refused string `json:"-"`

	equals bool // the pair has an equals sign
}

// Parse takes a Set-Cookie line apart as a browser does (section 5.6). That is
// more tolerant than the grammar of section 4.1.1, which servers must keep to.
// line is the field's value, without "Set-Cookie:". now is the browser's time,
// from which Max-Age counts.
func Parse(line string, now time.Time) Parsed {
	p := Parsed{Attributes: []Attribute{}}
	if !p.noControls(line) {
		return p
	}
	pair, rest, more := strings.Cut(line, ";")
	p.split(pair, rest, more)
	if !p.fits() {
		return p
	}
	if more {
		p.attributes(rest, now)
	}
	p.overrule()
	return p
}

func (p *Parsed) step(section, rule, found string, result Result) {
	p.Steps = append(p.Steps, Step{section, rule, found, result})
}

func (p *Parsed) refuse(section, rule, why string) bool {
	p.Refused = why
	p.step(section, rule, why, Rejected)
	return false
}

// noControls is step 1: one control character, TAB excepted, and the whole line
// is ignored, wherever it stands.
func (p *Parsed) noControls(line string) bool {
	const rule = "No control character but TAB"
	for i := range len(line) {
		if c := line[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return p.refuse("5.6, step 1", rule, fmt.Sprintf("it contains the control character %#02x", c))
		}
	}
	p.step("5.6, step 1", rule, "none in "+octets(len(line)), Passed)
	return true
}

// split is steps 2 to 4.
func (p *Parsed) split(pair, rest string, more bool) {
	found := "there is none, so the whole line is the pair"
	if more {
		found = fmt.Sprintf("%s before it, %s of attributes after it", octets(len(pair)), octets(len(rest)))
	}
	p.step("5.6, step 2", "Split at the first semicolon", found, Noted)
	name, value, equals := strings.Cut(pair, "=")
	found = "the name is before it, the value after it"
	if !equals {
		name, value = "", pair
		found = "there is none: the name is empty, and all of it is the value"
	}
	p.step("5.6, step 3", "Split the pair at its first equals sign", found, Noted)
	p.Name, p.Value, p.equals = trim(name), trim(value), equals
	found = "there was none"
	if cut := len(name) + len(value) - len(p.Name) - len(p.Value); cut > 0 {
		found = octets(cut) + " cut off"
	}
	if len(p.Value) > 1 && p.Value[0] == '"' && p.Value[len(p.Value)-1] == '"' {
		found += "; the quotes stay, they are part of the value"
	}
	p.step("5.6, step 4", "Cut white space off the ends of name and value", found, Noted)
}

// fits is step 5.
func (p *Parsed) fits() bool {
	const rule = "Name and value are 4,096 octets at most"
	n := len(p.Name) + len(p.Value)
	if n > MaxPair {
		return p.refuse("5.6, step 5", rule, fmt.Sprintf("its name and value are %d octets, more than %d", n, MaxPair))
	}
	p.step("5.6, step 5", rule, octets(n), Passed)
	return true
}

// trim removes what the draft calls WSP from both ends.
func trim(s string) string { return strings.Trim(s, " \t") }

func octets(n int) string {
	if n == 1 {
		return "1 octet"
	}
	return fmt.Sprintf("%d octets", n)
}
