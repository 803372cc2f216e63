package bench

import (
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

// The steps of the lesson that cause an exchange.
const (
	StepStranger = 0
	StepLogin    = 1
	StepAskAgain = 5
	StepRole     = 7
	StepLogout   = 8
	StepReplay   = 9
	StepExpire   = 10
	LastStep     = StepExpire
)

// LooksAt returns the step whose exchange a step shows: itself, or the one that
// it looks again at.
func LooksAt(step int) int {
	switch step {
	case 2, 3, 4:
		return StepLogin
	case 6:
		return StepAskAgain
	default:
		return step
	}
}

// NoCursor is the cursor of a visitor who is not being led through a step: what
// arrives shows the step that it naturally is.
const NoCursor = -1

// Deed is what a request asks an app for, as far as the lesson is concerned.
type Deed string

// The deeds.
const (
	OtherDeed   Deed = ""
	ProfileDeed Deed = "profile" // GET profile or desk
	LoginDeed   Deed = "login"   // POST login
	LogoutDeed  Deed = "logout"  // POST logout
)

// DeedOf tells what an exchange asked an app for, by its request line.
func DeedOf(x *journal.Exchange) Deed {
	line, _, _ := strings.Cut(string(x.Request.Bytes[:min(len(x.Request.Bytes), 512)]), "\r\n")
	method, rest, _ := strings.Cut(line, " ")
	path, _, _ := strings.Cut(rest, " ")
	path, _, _ = strings.Cut(path, "?")
	switch {
	case method == "GET" && (strings.HasSuffix(path, "/profile") || strings.HasSuffix(path, "/desk")):
		return ProfileDeed
	case method == "POST" && strings.HasSuffix(path, "/login"):
		return LoginDeed
	case method == "POST" && strings.HasSuffix(path, "/logout"):
		return LogoutDeed
	default:
		return OtherDeed
	}
}

// plan is what each sending step asks the apps for. A request of another kind
// that arrives meanwhile counts as what it naturally is.
var plan = map[int][]Deed{
	StepStranger: {ProfileDeed},
	StepLogin:    {LoginDeed, ProfileDeed},
	StepAskAgain: {ProfileDeed},
	StepRole:     {ProfileDeed},
	StepLogout:   {LogoutDeed},
	StepExpire:   {LoginDeed, ProfileDeed},
}

// stepOf tells which step of the lesson an exchange shows, given the step that
// the visitor was at and what came before, or journal.NoStep.
func stepOf(x *journal.Exchange, cursor int, earlier journal.View) int {
	if x.By == journal.Replay {
		return StepReplay
	}
	d := DeedOf(x)
	if d == OtherDeed {
		return journal.NoStep
	}
	natural := naturalStep(x, d, earlier)
	for _, planned := range plan[cursor] {
		if planned == d && fits(x, cursor, natural) {
			return cursor
		}
	}
	return natural
}

// fits reports whether a request of the kind that a step asks for really shows
// that step: a profile that is asked for with a credential does not show a
// stranger, and one without does not show how a role change is noticed.
func fits(x *journal.Exchange, cursor, natural int) bool {
	_, presented := explain.Presented(x)
	switch cursor {
	case StepStranger:
		return !presented
	case StepRole, StepAskAgain:
		return presented && natural == cursor
	default:
		return true
	}
}

// naturalStep tells what an exchange shows by itself, whatever the visitor was
// about to do.
func naturalStep(x *journal.Exchange, d Deed, earlier journal.View) int {
	switch d {
	case LoginDeed:
		return StepLogin
	case LogoutDeed:
		return StepLogout
	}
	login := earlier.Latest(x.Flow, LogsIn)
	if previous := earlier.Latest(x.Flow, isDeed); login != nil && previous == login {
		return login.Step // the page that follows a login belongs to it
	}
	_, presented := explain.Presented(x)
	switch {
	case !presented:
		return StepStranger
	case login != nil && since(earlier, login, journal.ClockMoved):
		return StepExpire
	case login != nil && since(earlier, login, journal.RoleChanged):
		return StepRole
	default:
		return StepAskAgain
	}
}

// LogsIn reports whether an exchange is a login that gave the visitor a
// credential.
func LogsIn(x *journal.Exchange) bool {
	_, issued := explain.Issued(x)
	return issued && x.By == journal.Visitor && DeedOf(x) == LoginDeed
}

func isDeed(x *journal.Exchange) bool { return x.By == journal.Visitor && DeedOf(x) != OtherDeed }

// since reports whether an action of the kind was done after an exchange.
func since(v journal.View, x *journal.Exchange, kind journal.ActionKind) bool {
	for _, a := range v.Actions {
		if a.Kind == kind && a.After >= x.Number {
			return true
		}
	}
	return false
}
