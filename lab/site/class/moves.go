package class

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/room"
	"authlab/lab/site/web"
)

var errNoMove = errors.New("there is no such move")

// move reads the move that a form names.
func (cl *Pages) move(c *Class, r *http.Request) (func(*room.State) error, error) {
	now := time.Now()
	number, numberErr := strconv.Atoi(r.PostFormValue("step") + r.PostFormValue("by")) // a move has one of them
	moves := map[string]func(*room.State) error{
		"next":   func(s *room.State) error { return cl.goOn(c, s, now) },
		"back":   func(s *room.State) error { return s.MoveTo(max(s.Step-1, 0), now) },
		"send":   func(s *room.State) error { return cl.sendStep(s, now) },
		"poll":   func(s *room.State) error { return cl.poll(s) },
		"reveal": func(s *room.State) error { return cl.reveal(c, s, now) },
		"view":   func(s *room.State) error { return s.ShowView(r.PostFormValue("view")) },
		"rest": func(s *room.State) error {
			s.Rest = !s.Rest
			return nil
		},
		"overlay": func(s *room.State) error { return s.Toggle(room.Overlay(r.PostFormValue("overlay"))) },
		"step":    func(s *room.State) error { return s.MoveTo(number, now) },
		"size": func(s *room.State) error {
			s.Resize(number)
			return nil
		},
	}
	act := r.PostFormValue("act")
	move, ok := moves[act]
	if !ok || (act == "step" || act == "size") && numberErr != nil {
		return nil, errNoMove
	}
	return move, nil
}

// goOn does what the control that goes on says.
func (cl *Pages) goOn(c *Class, s *room.State, now time.Time) error {
	_, sent := cl.sends(c, s.Step)
	_, _, asks := cl.asksAt(s.Step)
	switch s.GoOn(sent, asks) {
	case room.DeedSend:
		return s.Send(now)
	case room.DeedReveal:
		return cl.reveal(c, s, now)
	case room.DeedMove:
		return s.MoveTo(s.Step+1, now)
	default:
		return nil
	}
}

func (cl *Pages) sendStep(s *room.State, now time.Time) error {
	if !cl.uses.Steps[s.Step].Sends {
		return errNothingToSend
	}
	return s.Send(now)
}

// poll opens the vote on the question of the step that is shown, or closes it.
func (cl *Pages) poll(s *room.State) error {
	slug, options, ok := cl.asksAt(s.Step)
	if !ok {
		return room.ErrNoPoll
	}
	if p := s.OpenPoll(); p != nil && p.Slug == slug {
		return s.Close()
	}
	return s.Ask(slug, options)
}

// reveal shows what happens: by sending the step, where it sends and was not sent.
// Where the class was not asked, it shows what there is to see all the same.
func (cl *Pages) reveal(c *Class, s *room.State, now time.Time) error {
	slug, _, ok := cl.asksAt(s.Step)
	if sends, sent := cl.sends(c, s.Step); sends && !sent {
		return s.Send(now)
	}
	if !ok {
		return room.ErrNoPoll
	}
	if p := s.OpenPoll(); p != nil {
		if err := s.Close(); err != nil {
			return err
		}
	}
	if s.Poll(slug) == nil {
		s.Pass()
		return nil
	}
	return s.Reveal(slug)
}

// notDone says why a move was not made.
func notDone(c *Class, err error) error {
	f := &web.VisitorError{Status: http.StatusConflict, Heading: "That was not done", Cause: err, Room: string(c.Code())}
	var other room.NotDrivingError
	switch {
	case errors.As(err, &other):
		f.Heading, f.TakeOver = "Another window drives", true
		f.Text = fmt.Sprintf("The %s drives since %s UTC. Take over to drive from here.", other.Driver.Kind, other.Driver.Since.UTC().Format("15:04:05"))
	case errors.Is(err, room.ErrEnded):
		f.Text = "This class has ended. Its handout stays for twelve hours."
	case errors.Is(err, room.ErrSending):
		f.Text = "The last step is still being sent."
	case errors.Is(err, room.ErrNoStage):
		f.Text = "Nothing can be sent: the requests go out from the instructor’s view or the projector, where the two apps are, and no such window is open and in sight. Open one."
	case errors.Is(err, room.ErrNoPoll):
		f.Text = "There is no vote to do that with at this step. P opens one where there is a question."
	case errors.Is(err, room.ErrRounds):
		f.Text = "The class has voted on this as often as it may: before and after discussion, and not once it has seen the answer."
	case errors.Is(err, errNothingToSend):
		f.Text = "This step looks again at what was sent before, so there is nothing to send."
	case errors.Is(err, room.ErrStep), errors.Is(err, room.ErrView), errors.Is(err, room.ErrOverlay), errors.Is(err, errNoMove):
		f.Status, f.Text = http.StatusBadRequest, "There is no such move. Use the controls on the instructor’s pages."
	case errors.Is(err, room.ErrOwnRight):
		f.Text = "That is the right of this browser itself. Take it back from another window that may drive, or end the class."
	case errors.Is(err, room.ErrNoRight):
		f.Status, f.Text = http.StatusForbidden, "That right to drive is none any more: it was taken back, was a day old, or made way for a newer one. Load the page again to see who may drive."
	case errors.Is(err, room.ErrNobody):
		f.Text = "Nobody drove before who is still there, so this window goes on driving."
	default:
		return err
	}
	return f
}
