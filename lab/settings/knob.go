package settings

import "slices"

// Group is what a knob belongs to.
type Group string

// The groups: one for each flow of the lesson, and what both share; and that of the
// sealed flow, which has no knob of its own (see [Knob.Governs]).
const (
	BothFlows   Group = "both"
	SessionFlow Group = "session"
	TokenFlow   Group = "token"
	SealedFlow  Group = "sealed"
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

// Governs reports whether what a knob is turned to makes a difference to a flow, which
// is named by its group: for its own, for both flows of the lesson where it belongs to
// both, and for the sealed flow where that goes by a knob of one of them.
func (k Knob) Governs(flow Group) bool {
	return k.Group == flow || slices.Contains(beside[flow], k.Name)
}

// beside names the knobs that a flow goes by beside its own. The sealed flow is in a
// cookie and ends as a session does, and it says what a token says; it asks no store for
// anything.
var beside = map[Group][]string{
	SessionFlow: {"store"},
	TokenFlow:   {"store"},
	SealedFlow: {
		"session.cookie", "session.http_only", "session.secure", "session.same_site", "session.path", "session.persist",
		"session.idle", "session.absolute", "token.role", "token.list",
	},
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

// Value is what a knob is turned to.
type Value struct {
	Knob   Knob
	Choice Choice
	// Why says, of a value of the lesson's configuration that goes against an
	// advice, why the lesson has it so; else "".
	Why string
}

// ByAdvice sorts the values of a configuration by what advice says of them, in the
// order of [Knobs].
func ByAdvice(s Settings) map[Verdict][]Value {
	out := map[Verdict][]Value{}
	for _, k := range Knobs {
		c, _ := k.Choice(s.Get(k.Name))
		v := Value{Knob: k, Choice: c}
		if c.Value == Default(false).Get(k.Name) {
			v.Why = lessonWhy[k.Name]
		}
		out[c.Advice.Verdict] = append(out[c.Advice.Verdict], v)
	}
	return out
}

// lessonWhy says why the lesson's configuration goes against an advice.
var lessonWhy = map[string]string{
	"session.secure": "The lab is served over plain http, where browsers drop a Secure cookie, some of them even at this machine’s own addresses.",
	"token.keep":     "The lesson shows what scripts can read, so the token lies where they can.",
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
