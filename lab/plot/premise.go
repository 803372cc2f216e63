package plot

import "strings"

// Need is what must be true of both flows before a step is sent.
type Need string

// The needs.
const (
	NoNeed Need = ""
	// Out: the browser holds no credential that is still good, and no token.
	Out Need = "out"
	// In: the browser holds a credential that is still good.
	In Need = "in"
	// InAsStaff is In by an account that is staff, and a token that says so.
	InAsStaff Need = "in as staff"
	// OutAgain: somebody has logged in and then out, and the credential of that
	// login has not ended by itself since.
	OutAgain Need = "out again"
)

// Deed is one thing that is done, in words that a program can follow.
type Deed struct {
	Do       Act    `json:"do"`
	Flow     string `json:"flow,omitempty"`     // of a request
	Exchange int    `json:"exchange,omitempty"` // replay: whose credential is copied
	Account  string `json:"account,omitempty"`  // role: whose
	Role     string `json:"role,omitempty"`     // role: what it becomes
	By       string `json:"by,omitempty"`       // clock: a Go duration
}

// How far the lesson moves the clock: past both limits of the lesson's configuration
// at once; or, staying active, in strides that are shorter than the idle limit and
// together longer than the absolute one.
const (
	PastBoth = "16m"
	Stride   = "14m"
	Strides  = 5
)

// Premise is how a step's need stands on a bench.
type Premise struct {
	// First is what is done to make it true, none where it is.
	First []Deed `json:"first"`
	// Does says in words what First does: "Log in again"; Why says why that is
	// needed, in a sentence. Both are empty where First is.
	Does string `json:"does"`
	Why  string `json:"why"`
	// Until is when it stops being true by itself, in milliseconds of the Unix epoch
	// by the machine's clock; 0 for never.
	Until int64 `json:"until"`
}

// Holds reports whether nothing has to be done first.
func (p Premise) Holds() bool { return len(p.First) == 0 }

// Label puts what First does in front of the words of the control that sends the
// step: "Log in again, then ask for the profile".
func (p Premise) Label(action string) string {
	if p.Holds() || action == "" {
		return action
	}
	first, rest := action[:1], action[1:]
	return p.Does + ", then " + strings.ToLower(first) + rest
}
