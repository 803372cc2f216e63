package class

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/room"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// Invite is POST /room/{code}/invite: makes a link that hands the right to drive
// over, once.
func (cl *Pages) Invite(w http.ResponseWriter, r *http.Request) error {
	c, _, err := cl.driven(r)
	if err != nil {
		return err
	}
	token, expires := c.Invite(room.ByInvite)
	code := string(c.Code())
	link := cl.Reach(r) + "/room/" + code + "/invite/" + token
	qr, err := page.NewQR(link, "QR code of the link that hands over driving")
	if err != nil {
		return err
	}
	v := NewInvite(cl.Chrome(""), code, r.PostFormValue("to"), link, qr, expires, time.Now())
	return cl.Render(w, http.StatusOK, Invite(v), r)
}

// AskAccept is GET /room/{code}/invite/{token}: asks whether to drive. It uses
// nothing up, because programs that show previews of links open them.
func (cl *Pages) AskAccept(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	v := NewAccept(cl.Chrome(""), string(c.Code()), r.URL.Path, web.NewPress())
	return cl.Render(w, http.StatusOK, Accept(v), r)
}

// Accept is POST /room/{code}/invite/{token}: press (as its page names it), and goto:
// uses the link up. Pressed again on the same page, because the answer was lost, it gives
// the same right; on any other page the link is used up. A browser that may drive already
// gets no second right: a room has few.
func (cl *Pages) Accept(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	to, kind := "drive", room.Instructor
	if r.PostFormValue("goto") == "clicker" {
		to, kind = "clicker", room.Clicker
	}
	if p, _ := passOf(r, c); p.number != 0 {
		c.UseUp(r.PathValue("token"))
		c.Used(p.number, kind)
		http.Redirect(w, r, "/room/"+string(c.Code())+"/"+to, http.StatusSeeOther)
		return nil
	}
	secret, err := c.Accept(r.PathValue("token"), kind, web.PagePress(r))
	if err := refusedOnly(err); err != nil {
		return cl.notAccepted(c, r, err)
	}
	cl.setDriveCookie(w, r, c, secret)
	ledOn(w, r, err, "/room/"+string(c.Code())+"/"+to)
	return nil
}

// notAccepted says why a link did not give the right to drive.
func (cl *Pages) notAccepted(c *Class, r *http.Request, err error) error {
	f := &web.VisitorError{Status: http.StatusForbidden, Heading: "This link does not work any more", Room: string(c.Code()), Cause: err}
	switch {
	case errors.Is(err, room.ErrInvite) && cl.classes.mistaken(r, kindInvite) != nil:
		f.Status, f.Text = http.StatusTooManyRequests, "Too many links that do not work were tried from this network address. Wait a minute. One that works still does."
	case errors.Is(err, room.ErrInvite):
		f.Text = "A link that hands over driving works once, for ten minutes. Ask for a new one: it is under Hand over in the instructor’s view."
	case errors.Is(err, room.ErrRights):
		f.Status, f.Heading = http.StatusConflict, "No more browsers may drive this class"
		f.Text = "It has " + strconv.Itoa(room.MaxRights) + " with the right to drive, which is its limit, and each has a window open. Close one, or take a right back in the instructor’s view, under Who may drive; then try again."
	default:
		return err
	}
	return f
}
