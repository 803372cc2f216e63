package lab

import (
	"errors"
	"net/http"
	"time"

	"authlab/lab/page"
	"authlab/lab/room"
)

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
	if err := refusedOnly(err); err != nil {
		return err
	}
	l.setDriveCookie(w, r, c, secret)
	to := "drive"
	if r.PostFormValue("goto") == "clicker" {
		to = "clicker"
	}
	ledOn(w, r, err, "/room/"+string(c.Code())+"/"+to)
	return nil
}
