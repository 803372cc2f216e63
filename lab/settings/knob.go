package settings

import "slices"

// Group is what a knob belongs to.
type Group string

// The groups: one for each flow, and what both share.
const (
	BothFlows   Group = "both"
	SessionFlow Group = "session"
	TokenFlow   Group = "token"
)

// Knob is one thing that can be varied.
type Knob struct {
	Group   Group
	Name    string // of the form's field: session.same_site
	Label   string // in words
	Choices []Choice
	at      func(*Settings) *string
}

// Choice is one value of a knob.
type Choice struct {
	Value string
	Label string
	// Meaning is one sentence on what it does.
	Meaning string
	Advice  Advice
}

// Verdict is what an advice has to say of a value.
type Verdict string

// The verdicts.
const (
	Follows Verdict = "follows" // the advice asks for this
	Breaks  Verdict = "breaks"  // the advice asks for something else
	Open    Verdict = "open"    // no advice is known to us either way
)

// Advice is what a standard or a guide says of a value.
type Advice struct {
	Verdict Verdict
	Source  string // "OWASP Session Management"; "" where open
	URL     string
}

// Choice returns the choice with the given value.
func (k Knob) Choice(value string) (Choice, bool) {
	at := slices.IndexFunc(k.Choices, func(c Choice) bool { return c.Value == value })
	if at < 0 {
		return Choice{}, false
	}
	return k.Choices[at], true
}

func (k Knob) values() []string {
	var out []string
	for _, c := range k.Choices {
		out = append(out, c.Value)
	}
	return out
}

const (
	owaspSession = "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html"
	owaspHTML5   = "https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html#local-storage"
	rfc6265bis   = "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22"
	rfc6750      = "https://www.rfc-editor.org/rfc/rfc6750.html"
	rfc7518      = "https://www.rfc-editor.org/rfc/rfc7518.html"
	rfc7519      = "https://www.rfc-editor.org/rfc/rfc7519.html"
	rfc8725      = "https://www.rfc-editor.org/rfc/rfc8725.html"
	rfc9700      = "https://www.rfc-editor.org/rfc/rfc9700.html"
)

func follows(source, url string) Advice { return Advice{Follows, source, url} }
func breaks(source, url string) Advice  { return Advice{Breaks, source, url} }

var open = Advice{Verdict: Open}
