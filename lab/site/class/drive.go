package class

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/class/lectern"
	"authlab/lab/site/class/wall"
	"authlab/lab/site/web"
)

// Window is GET /room/{code}/drive, /projector or /clicker: a window of
// somebody who may drive; with fragment=live the parts of it that change.
func (cl *Pages) Window(kind room.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, p, err := cl.driven(r)
		if f := (&web.VisitorError{}); errors.As(err, &f) && f.Status == http.StatusForbidden {
			v := NewNoRight(cl.Chrome(""), f.Room, kind, r.URL.Path)
			return cl.Render(w, f.Status, NoRight(v), r)
		}
		if err != nil {
			return err
		}
		c.Used(p.number, kind)
		in, err := cl.roomInput(c, r, plot.NoStep)
		if err != nil {
			return err
		}
		in.Right = p.number
		in.Rights, in.Displaced = c.Rights()
		if in.Notes, err = cl.uses.Notes(in.Bench); err != nil {
			return err
		}
		return cl.Render(w, http.StatusOK, driverMarkup(kind, in, r.FormValue("fragment") == "live"), r)
	}
}

func driverMarkup(kind room.Kind, in hall.RoomInput, live bool) templ.Component {
	switch {
	case kind == room.Projector && live:
		return wall.ProjectorLive(wall.NewProjector(in))
	case kind == room.Projector:
		return wall.Projector(wall.NewProjector(in))
	case kind == room.Clicker && live:
		return lectern.ClickerLive(lectern.NewClicker(in))
	case kind == room.Clicker:
		return lectern.Clicker(lectern.NewClicker(in))
	case live:
		return lectern.DriveLive(lectern.NewDrive(in))
	default:
		return lectern.Drive(lectern.NewDrive(in))
	}
}

// window is the window of an instructor's that a request names. A page without
// scripts has no name for itself: then the browser's right stands for it.
func window(r *http.Request, p pass) room.Window {
	w := room.Window{ID: r.FormValue("window"), Kind: room.Instructor, Stage: r.FormValue("stage") != "", Right: p.number}
	for _, kind := range []room.Kind{room.Projector, room.Clicker} {
		if r.FormValue("kind") == string(kind) {
			w.Kind = kind
		}
	}
	if !room.ValidDevice(w.ID) {
		sum := sha256.Sum256([]byte("window of " + p.secret))
		w.ID = hex.EncodeToString(sum[:16])
	}
	w.Press = pressOf(r, w.ID)
	return w
}

// Drive is POST /room/{code}/drive: act, and what it needs: a move of the
// instructor's.
func (cl *Pages) Drive(w http.ResponseWriter, r *http.Request) error {
	c, p, err := cl.driven(r)
	if err != nil {
		return err
	}
	mine := window(r, p)
	err = cl.act(c, mine, r)
	if err := refusedOnly(err); err != nil {
		return notDone(c, err)
	}
	to := map[room.Kind]string{room.Projector: "projector", room.Clicker: "clicker"}[mine.Kind]
	if to == "" {
		to = "drive"
	}
	done(w, r, err, "Done", "/room/"+string(c.Code())+"/"+to)
	return nil
}

func (cl *Pages) act(c *Class, w room.Window, r *http.Request) error {
	switch r.PostFormValue("act") {
	case "sent":
		c.Sent(w, brief(r.PostFormValue("problem"), maxProblem))
		return nil
	case "takeover":
		_, err := c.TakeOver(w)
		return err
	case "handback":
		_, err := c.HandBack(w)
		return err
	case "takeback":
		number, err := strconv.Atoi(r.PostFormValue("right"))
		if err != nil {
			return errNoMove
		}
		return c.TakeBack(w, number)
	case "end":
		return c.End(w)
	}
	move, err := cl.move(c, r)
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
