package bench

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// Deed is what a request asks an app for, as far as the lesson is concerned.
type Deed string

// The deeds.
const (
	OtherDeed   Deed = ""
	ProfileDeed Deed = "profile" // GET profile or desk
	LoginDeed   Deed = "login"   // POST login
	LogoutDeed  Deed = "logout"  // POST logout
	RefreshDeed Deed = "refresh" // POST refresh, which shows no step
)

// DeedOf tells what an exchange asked an app for, by its request line.
func DeedOf(x *journal.Exchange) Deed {
	line := head.LineOf(x.Request.Bytes)
	path := line.Path()
	is := func(method, page string) bool { return line.Method == method && strings.HasSuffix(path, page) }
	switch {
	case is("GET", "/profile"), is("GET", "/desk"):
		return ProfileDeed
	case is("POST", "/login"):
		return LoginDeed
	case is("POST", "/logout"):
		return LogoutDeed
	case is("POST", "/refresh"):
		return RefreshDeed
	default:
		return OtherDeed
	}
}

// deeds are what an app is asked for by each act of the plot. A login has the page
// that follows it with it.
var deeds = map[plot.Act][]Deed{
	plot.DoAsk: {ProfileDeed}, plot.DoLogin: {LoginDeed, ProfileDeed}, plot.DoLogout: {LogoutDeed},
}

// planned reports whether a step asks an app for such a deed. A request of another
// kind that arrives meanwhile counts as what it naturally is.
func planned(step int, d Deed) bool {
	return plot.Valid(step) && slices.ContainsFunc(plot.At(step).Acts, func(a plot.Act) bool { return slices.Contains(deeds[a], d) })
}

// Shows reports whether an exchange shows what a step is about: whether it is of the
// step that this one looks at, and the one of its requests that matters.
func Shows(x *journal.Exchange, step int) bool {
	if x.Step != plot.LooksAt(step) {
		return false
	}
	act := plot.At(step).Shows
	if act == plot.DoReplay {
		return x.By == journal.Replay
	}
	return deeds[act][0] == DeedOf(x)
}

// past is what came before an exchange of the same flow, as far as it tells
// which step the exchange shows.
type past struct {
	login   *journal.Exchange // the latest one that gave a credential, or nil
	deed    *journal.Exchange // the latest one that was a deed, or nil
	actions []journal.Action
}

// arrival is what is known of an exchange when it begins.
type arrival struct {
	cursor    int  // the step that is being sent, or plot.NoStep: then what arrives shows the step that it naturally is
	presented bool // the request carries something in the place of a credential
	restores  bool // it is sent to make true what the step needs, before the step
}

// arrivalOf is the arrival of a request that has just arrived. It looks at the
// fields as net/http read them, because reading the recorded bytes again would
// cost every request more than all else that the lab does for it.
func arrivalOf(r *http.Request, flow journal.Flow, s settings.Settings, cursor int) arrival {
	return arrival{cursor: cursor, presented: explain.FlowOf(flow).Presents(r, s)}
}

// stepOf tells which step of the lesson an exchange shows, given its deed, its arrival and
// what came before, or plot.NoStep.
func stepOf(x *journal.Exchange, d Deed, a arrival, earlier past) int {
	if x.By == journal.Replay {
		return plot.Replay
	}
	if d == OtherDeed || d == RefreshDeed || a.restores {
		return plot.NoStep
	}
	if planned(a.cursor, d) && fits(x, a, earlier) {
		return a.cursor
	}
	return naturalStep(d, a, earlier)
}

// fits reports whether a request of the kind that a step asks for really shows
// that step: a profile that is given to somebody known does not show a stranger,
// and one that is asked for without a credential does not show how a role change
// is noticed. A credential that is no longer good makes nobody known: a browser
// keeps an ended session's cookie, and is a stranger all the same.
//
// The clock may have been moved since the login: a class goes on for an hour.
func fits(x *journal.Exchange, a arrival, earlier past) bool {
	step := plot.At(a.cursor)
	switch {
	case step.Shows != plot.DoAsk || step.Does(plot.DoLogin):
		return true
	case step.Needs == plot.Out:
		return !a.presented || !answeredOK(x)
	}
	afterLogin := earlier.login != nil && earlier.deed != earlier.login
	return a.presented && afterLogin && (!step.Does(plot.DoRole) || since(earlier.actions, earlier.login, journal.RoleChanged))
}

// naturalStep tells what an exchange shows by itself, whatever the visitor was
// about to do.
func naturalStep(d Deed, a arrival, earlier past) int {
	switch d {
	case LoginDeed:
		return plot.Login
	case LogoutDeed:
		return plot.Logout
	}
	login := earlier.login
	if login != nil && earlier.deed == login {
		return login.Step // the page that follows a login belongs to it
	}
	switch {
	case !a.presented:
		return plot.Stranger
	case login != nil && since(earlier.actions, login, journal.ClockMoved):
		return plot.Expire
	case login != nil && since(earlier.actions, login, journal.RoleChanged):
		return plot.Role
	default:
		return plot.AskAgain
	}
}

// LogsIn reports whether an exchange is a login that gave the visitor a
// credential. One that was refused gives none, though its answer may carry the
// cookie of a session that was there already.
func LogsIn(x *journal.Exchange) bool {
	if x.By != journal.Visitor || DeedOf(x) != LoginDeed {
		return false
	}
	read := explain.Read(x)
	_, issued := read.Issued()
	return issued && read.Status() < http.StatusBadRequest
}

// answeredOK reports whether an exchange was answered with 200.
func answeredOK(x *journal.Exchange) bool {
	return bytes.HasPrefix(x.Response.Bytes, []byte("HTTP/1.1 200"))
}

func isDeed(x *journal.Exchange, d Deed) bool {
	return x.By == journal.Visitor && d != OtherDeed && d != RefreshDeed
}

// since reports whether an action of the kind was done after an exchange.
func since(actions []journal.Action, x *journal.Exchange, kind journal.ActionKind) bool {
	for _, a := range actions {
		if a.Kind == kind && a.After >= x.Number {
			return true
		}
	}
	return false
}
