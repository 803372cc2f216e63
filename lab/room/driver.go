package room

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// Kind is what sort of a window of the instructor's it is.
type Kind string

// The kinds of windows with the right to drive.
const (
	Instructor Kind = "instructor view"
	Projector  Kind = "projector"
	Clicker    Kind = "clicker"
)

// Window is one open page of somebody who may drive.
type Window struct {
	ID   string // made by the page, for as long as it is open
	Kind Kind
	// Stage says that it holds the bench's two apps in frames, and can send.
	Stage bool
	// Right is the number of the right that it has, 0 where the caller vouches for it.
	Right int
	// Press names what was pressed in it: a random text, the same for every attempt
	// to tell the room of it. A press of which the room knows is done, and is not done
	// again. "" names none, and is done each time.
	Press string
}

// Driver is the window that drives.
type Driver struct {
	Window string
	Kind   Kind
	Since  time.Time
	Right  int // the number of its right
}

// NotDrivingError is the error of a window that may drive and does not: another does.
type NotDrivingError struct{ Driver Driver }

func (e NotDrivingError) Error() string {
	return fmt.Sprintf("another window drives, the %s, since %s", e.Driver.Kind, e.Driver.Since.UTC().Format("15:04:05"))
}

var (
	// ErrNoStage is returned where nothing can be sent, because no window of the
	// instructor's with the bench's apps in it is open.
	ErrNoStage = errors.New("no window with the bench's apps is open")
	// ErrInvite is returned for a link that was used, has expired or never was.
	ErrInvite = errors.New("this link was used already, or has expired")
)

// hashed is how a secret is kept: whoever reads the server's memory or file finds
// nothing that opens a room. The secrets are random, so a plain hash does.
type hashed [sha256.Size]byte

func hash(secret string) hashed { return sha256.Sum256([]byte(secret)) }

// inviteLife is how long a link to hand over driving works.
const inviteLife = 10 * time.Minute

// maxInvites is how many such links a room remembers; the oldest gives way.
const maxInvites = 16

type invite struct {
	hash    hashed
	origin  Origin // of the right that it gives
	expires time.Time
}

// Invite makes a token, of 130 random bits, that gives the right to drive once, within
// ten minutes. origin is noted with that right.
func (r *Room) Invite(origin Origin) (token string, expires time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	token, expires = rand.Text(), r.now().Add(inviteLife)
	if len(r.invites) == maxInvites {
		r.invites = r.invites[1:]
	}
	r.invites = append(r.invites, invite{hash(token), origin, expires})
	return token, expires
}

// Accept uses a token of Invite up and grants a secret for it, to a window of some
// kind. It returns ErrInvite for a token that does not work, and what Grant does: where
// there is no place for one more, the token still works later. press is as for Grant:
// the browser that used a token up gets its right again, and nobody else does.
func (r *Room) Accept(token string, to Kind, press string) (secret string, err error) {
	return r.grant(to, press, func() (origin Origin, undo func(), err error) {
		v, ok := r.useUp(hash(token))
		if !ok {
			return "", nil, ErrInvite
		}
		return v.origin, func() { r.invites = append(r.invites, v) }, nil
	})
}

// UseUp uses a token of Invite up, if it works, and grants nothing: for a browser that
// may drive already.
func (r *Room) UseUp(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.useUp(hash(token))
}

// useUp takes an invite out, and reports whether it still worked. r.mu must be held.
func (r *Room) useUp(token hashed) (invite, bool) {
	for i, v := range r.invites {
		if v.hash == token {
			r.invites = append(r.invites[:i:i], r.invites[i+1:]...)
			return v, r.now().Before(v.expires)
		}
	}
	return invite{}, false
}

// claim makes w the driver if nobody drives who is still there. r.mu must be held.
func (r *Room) claim(w Window, s *State) error {
	d := s.Driver
	if d.Window == w.ID {
		return nil
	}
	if _, there := r.windows[d.Window]; there {
		return NotDrivingError{d}
	}
	s.Before, s.Driver = d.Window, Driver{Window: w.ID, Kind: w.Kind, Since: r.now(), Right: w.Right}
	return nil
}

// TakeOver makes w the driver, whoever drove before.
func (r *Room) TakeOver(w Window) (State, error) {
	return r.changeBy(w.Press, func(s *State) error {
		if err := r.holds(w); err != nil {
			return err
		}
		if s.Driver.Window != w.ID {
			s.Before = s.Driver.Window
			s.Driver = Driver{Window: w.ID, Kind: w.Kind, Since: r.now(), Right: w.Right}
		}
		r.away = r.now()
		return nil
	})
}

// ErrNobody is returned where there is nobody to hand back to.
var ErrNobody = errors.New("nobody drove before who is still there")

// HandBack gives driving back to the window that drove before. It returns ErrNobody
// where that has gone, and NotDrivingError for a window that does not drive.
func (r *Room) HandBack(w Window) (State, error) {
	return r.changeBy(w.Press, func(s *State) error {
		switch err := r.holds(w); {
		case err != nil:
			return err
		case s.Driver.Window == "":
			return ErrNobody
		case s.Driver.Window != w.ID:
			return NotDrivingError{s.Driver}
		}
		before := r.windows[s.Before]
		if before == nil || s.Before == w.ID {
			return ErrNobody
		}
		s.Before, s.Driver = w.ID, Driver{Window: before.ID, Kind: before.Kind, Since: r.now(), Right: before.Right}
		return nil
	})
}

// Drive makes a move of the driver's. A window that does not drive gets
// NotDrivingError, unless nobody does who is still there: then it begins to. Where move
// returns an error, nothing changes. With UnsavedError the move is made.
func (r *Room) Drive(w Window, move func(*State) error) (State, error) {
	return r.changeBy(w.Press, func(s *State) error {
		if err := r.holds(w); err != nil {
			return err
		}
		if err := r.claim(w, s); err != nil {
			return err
		}
		r.away = r.now() // a page without scripts is never there but when it moves
		return move(s)
	})
}
