// Package plot is the plot of the lesson: its steps in their order, what each of
// them sends, what it looks at, what must be true before, and what it shows.
//
// # A step
//
// The steps are told here and nowhere else: how many there are, which is the first
// and which the last, what is sent at each. Whatever else speaks of steps asks this
// package, by name where it means one step ([Login]) and by what a step is made of
// where it means a kind ([Step.Does]). So a new step costs an entry in the table of
// steps, and its text in content/steps. One that does what no step has done before
// costs an [Act] or a [Sight], too, and what performs or draws that.
//
// # Its premise
//
// A step has a premise. Between two steps a class may talk for an hour, a visitor
// may come back the next day, somebody may have used the apps by hand: then the
// token has expired, say, and what the step is about could not be seen. So before
// a step is sent its [Need] is held against the bench, and what is missing is done
// first, by requests like any others.
package plot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// NoStep stands for no step of the lesson: that of an exchange which shows none, of a
// question that the bench does not ask, of a bench on which nothing is being sent.
const NoStep = -1

// The steps by name, each its number.
const (
	Stranger = iota // nobody is known
	Login           // a credential is given
	Kept            // what the server kept of it
	Issued          // what came back
	Held            // what the browser keeps
	AskAgain        // the credential travels
	Decided         // how the server decided
	Role            // what the credential says is no longer true
	Logout          // it is given back
	Replay          // a copy of it is sent by somebody else
	Expire          // time runs out

	// Count is how many steps there are.
	Count
	// First is the first step.
	First = Stranger
	// Last is the last step.
	Last = Count - 1
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

// Step is one step of the plot.
type Step struct {
	Number int
	// LooksAt is the step whose exchange it shows: itself, or an earlier one.
	LooksAt int
	// Needs is what must be true before it is sent; NoNeed where it sends nothing.
	Needs Need
	// Acts are what is sent, each to all flows shown before the next; none where the
	// step looks again at an earlier one.
	Acts []Act
	// Shows is the act whose exchange shows what the step is about: the profile that
	// is asked for after the clock was moved, say, and not the login before.
	Shows Act
	// Wire, Server and Browser are what a projector shows of that exchange in each
	// place; Nothing where the step is not about the place.
	Wire, Server, Browser Sight
	// Surprise is, by flow, the check in which the step's surprise lies where all of
	// them pass.
	Surprise map[string]string
}

// Sends reports whether the step sends anything.
func (s Step) Sends() bool { return len(s.Acts) > 0 }

// Does reports whether an act is among those of the step.
func (s Step) Does(a Act) bool { return slices.Contains(s.Acts, a) }

// steps are the plot. Each stands at its own number.
var steps = numbered([]Step{
	Stranger: {
		LooksAt: Stranger, Needs: Out, Acts: []Act{DoAsk}, Shows: DoAsk,
		Wire: Unproved,
	},
	Login: {
		LooksAt: Login, Needs: Out, Acts: []Act{DoLogin}, Shows: DoLogin,
		Wire: LoggedIn, Server: Written,
	},
	Kept:   {LooksAt: Login, Shows: DoLogin, Server: Remembered},
	Issued: {LooksAt: Login, Shows: DoLogin, Wire: TakenApart},
	Held:   {LooksAt: Login, Shows: DoLogin, Browser: KeptHere},
	AskAgain: {
		LooksAt: AskAgain, Needs: In, Acts: []Act{DoAsk}, Shows: DoAsk,
		Wire: Carried,
	},
	Decided: {LooksAt: AskAgain, Shows: DoAsk, Server: Judged},
	Role: {
		LooksAt: Role, Needs: InAsStaff, Acts: []Act{DoRole, DoAsk}, Shows: DoAsk,
		Wire: RoleTold, Server: Deciding, Surprise: map[string]string{"session": "account known", "token": "role known", "sealed": "role known"},
	},
	Logout: {
		LooksAt: Logout, Needs: In, Acts: []Act{DoLogout}, Shows: DoLogout,
		Wire: LoggedOut, Server: Deleted, Browser: LeftHere,
	},
	Replay: {
		LooksAt: Replay, Needs: OutAgain, Acts: []Act{DoReplay}, Shows: DoReplay,
		Wire: Presented, Server: Deciding, Surprise: map[string]string{"session": "record found", "token": "not expired", "sealed": "not expired"},
	},
	Expire: {
		LooksAt: Expire, Needs: Out, Acts: []Act{DoLogin, DoClock, DoAsk}, Shows: DoAsk,
		Wire: Presented, Server: Deciding, Surprise: map[string]string{"session": "not idle too long", "token": "not expired", "sealed": "not expired"},
	},
})

func numbered(steps []Step) []Step {
	for n := range steps {
		steps[n].Number = n
	}
	return steps
}

// Steps returns the steps in their order. The slice must not be modified.
func Steps() []Step { return steps }

// At returns a step. n is from First to Last.
func At(n int) Step { return steps[n] }

// LooksAt returns the step whose exchange a step shows: itself, or an earlier one. n
// is from First to Last.
func LooksAt(n int) int { return steps[n].LooksAt }

// Valid reports whether there is a step of that number.
func Valid(n int) bool { return n >= First && n <= Last }

// ErrNumber is that of a text which is no step's number.
var ErrNumber = errors.New("a step is " + Numbers)

// Numbers says what the number of a step is, for sentences.
var Numbers = fmt.Sprintf("a number from %d to %d", First, Last)

// Parse returns the step that a text is the number of, or NoStep and ErrNumber.
func Parse(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || !Valid(n) {
		return NoStep, fmt.Errorf("%q: %w", text, ErrNumber)
	}
	return n, nil
}
