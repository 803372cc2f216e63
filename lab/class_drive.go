package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/page"
	"authlab/lab/room"
)

// driverPage is GET /room/{code}/drive, /projector or /clicker: a window of
// somebody who may drive; with fragment=live the parts of it that change.
func (l *Lab) driverPage(kind room.Kind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := l.driven(r)
		if f := (&failure{}); errors.As(err, &f) && f.status == http.StatusForbidden {
			v := page.NewNoRight(l.chrome(""), f.room, kind, r.URL.Path)
			return l.render(w, f.status, page.NoRight(v), r)
		}
		if err != nil {
			return err
		}
		in, err := l.roomInput(c, r, room.NoStep)
		if err != nil {
			return err
		}
		if in.Notes, err = l.notes(in.Bench); err != nil {
			return err
		}
		return l.render(w, http.StatusOK, driverMarkup(kind, in, r.FormValue("fragment") == "live"), r)
	}
}

func driverMarkup(kind room.Kind, in page.RoomInput, live bool) templ.Component {
	switch {
	case kind == room.Projector && live:
		return page.ProjectorLive(page.NewProjector(in))
	case kind == room.Projector:
		return page.Projector(page.NewProjector(in))
	case kind == room.Clicker && live:
		return page.ClickerLive(page.NewClicker(in))
	case kind == room.Clicker:
		return page.Clicker(page.NewClicker(in))
	case live:
		return page.DriveLive(page.NewDrive(in))
	default:
		return page.Drive(page.NewDrive(in))
	}
}

// notes sets the instructor's notes with the values of the bench.
func (l *Lab) notes(in page.BenchInput) ([]page.NoteText, error) {
	s := l.benchSetting(in)
	var out []page.NoteText
	for _, n := range l.content.Notes {
		parts, err := s.passage(n.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.Source, err)
		}
		out = append(out, page.NoteText{Step: n.Step, Minutes: n.Minutes, Parts: parts})
	}
	return out, nil
}

// window is the window of an instructor's that a request names. A page without
// scripts has no name for itself: then the browser's right stands for it.
func window(r *http.Request) room.Window {
	w := room.Window{ID: r.FormValue("window"), Kind: room.Instructor, Stage: r.FormValue("stage") != ""}
	for _, kind := range []room.Kind{room.Projector, room.Clicker} {
		if r.FormValue("kind") == string(kind) {
			w.Kind = kind
		}
	}
	if !room.ValidDevice(w.ID) {
		var secret string
		if cookie, err := r.Cookie(driveCookie); err == nil {
			secret = cookie.Value
		}
		sum := sha256.Sum256([]byte("window of " + secret))
		w.ID = hex.EncodeToString(sum[:16])
	}
	return w
}

// drive is POST /room/{code}/drive: act, and what it needs: a move of the
// instructor's.
func (l *Lab) drive(w http.ResponseWriter, r *http.Request) error {
	c, err := l.driven(r)
	if err != nil {
		return err
	}
	if err := l.act(c, window(r), r); err != nil {
		return notDone(c, err)
	}
	if r.PostFormValue("quiet") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	to := map[room.Kind]string{room.Projector: "projector", room.Clicker: "clicker"}[window(r).Kind]
	if to == "" {
		to = "drive"
	}
	http.Redirect(w, r, "/room/"+string(c.Code())+"/"+to, http.StatusSeeOther)
	return nil
}

func (l *Lab) act(c *class, w room.Window, r *http.Request) error {
	switch r.PostFormValue("act") {
	case "sent":
		c.Sent(w.ID, brief(r.PostFormValue("problem"), maxProblem))
		return nil
	case "takeover":
		_, err := c.TakeOver(w)
		return err
	case "handback":
		_, err := c.HandBack(w)
		return err
	case "end":
		return c.End(w)
	}
	move, err := l.move(c, r)
	if err != nil {
		return err
	}
	_, err = c.Drive(w, move)
	return err
}

// maxProblem is how much of a problem that the stage reports is kept, in
// characters.
const maxProblem = 300

func brief(s string, most int) string {
	if list := []rune(s); len(list) > most {
		return string(list[:most]) + "…"
	}
	return s
}

var errNoMove = errors.New("there is no such move")

// move reads the move that a form names.
func (l *Lab) move(c *class, r *http.Request) (func(*room.State) error, error) {
	now := time.Now()
	number, numberErr := strconv.Atoi(r.PostFormValue("step") + r.PostFormValue("by")) // a move has one of them
	moves := map[string]func(*room.State) error{
		"next":   func(s *room.State) error { return l.goOn(c, s, now) },
		"back":   func(s *room.State) error { return s.MoveTo(max(s.Step-1, 0), now) },
		"send":   func(s *room.State) error { return l.sendStep(s, now) },
		"poll":   func(s *room.State) error { return l.poll(s) },
		"reveal": func(s *room.State) error { return l.reveal(c, s, now) },
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
func (l *Lab) goOn(c *class, s *room.State, now time.Time) error {
	in := page.RoomInput{State: *s, Bench: page.BenchInput{Steps: l.steps, Journal: c.bench.Journal()}}
	if slug, _, ok := l.asksAt(s.Step); ok {
		in.Bench.Predictions = []page.PredictionText{{Slug: slug, Step: s.Step}}
	}
	switch page.NewGoOn(in).Deed {
	case page.DeedSend:
		return s.Send(now)
	case page.DeedReveal:
		return l.reveal(c, s, now)
	case page.DeedMove:
		return s.MoveTo(s.Step+1, now)
	default:
		return nil
	}
}

func (l *Lab) sendStep(s *room.State, now time.Time) error {
	if !l.steps[s.Step].Sends {
		return errNothingToSend
	}
	return s.Send(now)
}

// poll opens the vote on the question of the step that is shown, or closes it.
func (l *Lab) poll(s *room.State) error {
	slug, options, ok := l.asksAt(s.Step)
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
func (l *Lab) reveal(c *class, s *room.State, now time.Time) error {
	slug, _, ok := l.asksAt(s.Step)
	if sends, sent := l.sends(c, s.Step); sends && !sent {
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
func notDone(c *class, err error) error {
	f := &failure{status: http.StatusConflict, heading: "That was not done", cause: err, room: string(c.Code())}
	var other room.NotDrivingError
	switch {
	case errors.As(err, &other):
		f.heading, f.takeOver = "Another window drives", true
		f.text = fmt.Sprintf("The %s drives since %s UTC. Take over to drive from here.", other.Driver.Kind, other.Driver.Since.UTC().Format("15:04:05"))
	case errors.Is(err, room.ErrEnded):
		f.text = "This class has ended. Its handout stays for twelve hours."
	case errors.Is(err, room.ErrSending):
		f.text = "The last step is still being sent."
	case errors.Is(err, room.ErrNoStage):
		f.text = "Nothing can be sent: the requests go out from the instructor’s view or the projector, where the two apps are, and no such window is open and in sight. Open one."
	case errors.Is(err, room.ErrNoPoll):
		f.text = "There is no vote to do that with at this step. P opens one where there is a question."
	case errors.Is(err, room.ErrRounds):
		f.text = "The class has voted on this as often as it may: before and after discussion, and not once it has seen the answer."
	case errors.Is(err, errNothingToSend):
		f.text = "This step looks again at what was sent before, so there is nothing to send."
	case errors.Is(err, room.ErrStep), errors.Is(err, room.ErrView), errors.Is(err, room.ErrOverlay), errors.Is(err, errNoMove):
		f.status, f.text = http.StatusBadRequest, "There is no such move. Use the controls on the instructor’s pages."
	case errors.Is(err, room.ErrNobody):
		f.text = "Nobody drove before who is still there, so this window goes on driving."
	default:
		return err
	}
	return f
}

// invite is POST /room/{code}/invite: makes a link that hands the right to drive
// over, once.
func (l *Lab) invite(w http.ResponseWriter, r *http.Request) error {
	c, err := l.driven(r)
	if err != nil {
		return err
	}
	token, expires := c.Invite()
	code := string(c.Code())
	link := l.reach(r) + "/room/" + code + "/invite/" + token
	qr, err := page.NewQR(link, "QR code of the link that hands over driving")
	if err != nil {
		return err
	}
	v := page.NewInvite(l.chrome(""), code, r.PostFormValue("to"), link, qr, expires, time.Now())
	return l.render(w, http.StatusOK, page.Invite(v), r)
}

// askAccept is GET /room/{code}/invite/{token}: asks whether to drive. It uses
// nothing up, because programs that show previews of links open them.
func (l *Lab) askAccept(w http.ResponseWriter, r *http.Request) error {
	c, err := l.class(r)
	if err != nil {
		return err
	}
	v := page.NewAccept(l.chrome(""), string(c.Code()), r.URL.Path)
	return l.render(w, http.StatusOK, page.Accept(v), r)
}

// accept is POST /room/{code}/invite/{token}: uses the link up.
func (l *Lab) accept(w http.ResponseWriter, r *http.Request) error {
	c, err := l.class(r)
	if err != nil {
		return err
	}
	secret, err := c.Accept(r.PathValue("token"))
	if errors.Is(err, room.ErrInvite) {
		f := &failure{
			status: http.StatusForbidden, heading: "This link does not work any more", room: string(c.Code()), cause: err,
			text: "A link that hands over driving works once, for ten minutes. Ask for a new one: it is under Hand over in the instructor’s view.",
		}
		if errors.Is(l.classes.rooms.Guess(err), room.ErrGuesses) {
			f.status, f.text = http.StatusTooManyRequests, "Too many links that do not work were tried. Wait a few seconds. One that works still does."
		}
		return f
	}
	if err != nil {
		return err
	}
	l.setDriveCookie(w, r, c, secret)
	to := "drive"
	if r.PostFormValue("goto") == "clicker" {
		to = "clicker"
	}
	http.Redirect(w, r, "/room/"+string(c.Code())+"/"+to, http.StatusSeeOther)
	return nil
}
