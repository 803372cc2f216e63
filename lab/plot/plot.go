// Package plot is the plot of the lesson: its steps in their order, what each of
// them sends, what it looks at, and what must be true before.
//
// A step has a premise. Between two steps a class may talk for an hour, a visitor
// may come back the next day, somebody may have used the apps by hand: then the
// token has expired, say, and what the step is about could not be seen. So before
// a step is sent its [Need] is held against the bench, and what is missing is done
// first, by requests like any others.
package plot

import "strings"

// The steps of the lesson that cause an exchange.
const (
	Stranger = 0
	Login    = 1
	AskAgain = 5
	Role     = 7
	Logout   = 8
	Replay   = 9
	Expire   = 10

	First = Stranger
	Last  = Expire
)

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

// Act is one kind of thing that is done at a step.
type Act string

// The acts. The first four are requests to an app, of one flow each.
const (
	DoAsk    Act = "ask"    // ask the app for the profile
	DoLogin  Act = "login"  // log in, with the page that follows
	DoLogout Act = "logout" // log out
	DoReplay Act = "replay" // send a copy of the credential by another client
	DoRole   Act = "role"   // change the role of an account
	DoClock  Act = "clock"  // move the bench's clock
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

// Step is one step of the plot.
type Step struct {
	Number int
	// LooksAt is the step whose exchange it shows: itself, or an earlier one.
	LooksAt int
	// Needs is what must be true before it is sent; NoNeed where it sends nothing.
	Needs Need
	// Acts are what is sent, each to both flows before the next; none where the
	// step looks again at an earlier one.
	Acts []Act
	// Shows is the act whose exchange shows what the step is about: the profile that
	// is asked for after the clock was moved, say, and not the login before.
	Shows Act
}

// Sends reports whether the step sends anything.
func (s Step) Sends() bool { return len(s.Acts) > 0 }

var steps = []Step{
	{Number: Stranger, LooksAt: Stranger, Needs: Out, Acts: []Act{DoAsk}, Shows: DoAsk},
	{Number: Login, LooksAt: Login, Needs: Out, Acts: []Act{DoLogin}, Shows: DoLogin},
	{Number: 2, LooksAt: Login, Shows: DoLogin},
	{Number: 3, LooksAt: Login, Shows: DoLogin},
	{Number: 4, LooksAt: Login, Shows: DoLogin},
	{Number: AskAgain, LooksAt: AskAgain, Needs: In, Acts: []Act{DoAsk}, Shows: DoAsk},
	{Number: 6, LooksAt: AskAgain, Shows: DoAsk},
	{Number: Role, LooksAt: Role, Needs: InAsStaff, Acts: []Act{DoRole, DoAsk}, Shows: DoAsk},
	{Number: Logout, LooksAt: Logout, Needs: In, Acts: []Act{DoLogout}, Shows: DoLogout},
	{Number: Replay, LooksAt: Replay, Needs: OutAgain, Acts: []Act{DoReplay}, Shows: DoReplay},
	{Number: Expire, LooksAt: Expire, Needs: Out, Acts: []Act{DoLogin, DoClock, DoAsk}, Shows: DoAsk},
}

// Steps returns the steps in their order. The slice must not be modified.
func Steps() []Step { return steps }

// At returns a step. n is from First to Last.
func At(n int) Step { return steps[n] }

// Valid reports whether there is a step of that number.
func Valid(n int) bool { return n >= First && n <= Last }

// How far the lesson moves the clock at the last step: past both limits of the
// lesson's configuration at once; or, staying active, in strides that are shorter
// than the idle limit and together longer than the absolute one.
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
