package class

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/explain/client"
	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/share"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
)

// Uses is what the pages of a class need of others.
type Uses struct {
	// Steps are what the content says of each step, by number.
	Steps []panes.StepText
	// Predictions are the content's questions.
	Predictions []content.Prediction
	// BenchAt gathers what a bench's pages are made from, for a step and a view and for
	// who looks.
	BenchAt func(b *bench.Bench, origin string, step int, view string, pins map[journal.Flow]int, who client.Client) (panes.BenchInput, error)
	// Notes are the instructor's, with the values of a bench.
	Notes func(panes.BenchInput) ([]panes.NoteText, error)
	// ExportOf is what exports say of a bench.
	ExportOf func(*bench.Bench, *http.Request) export.Bench
}

// Pages are the windows of a class.
type Pages struct {
	*web.Site
	classes *Classes
	uses    Uses
}

// New makes the pages.
func New(site *web.Site, cs *Classes, uses Uses) *Pages {
	return &Pages{site, cs, uses}
}

// class returns the class that the path names. A code in another spelling leads
// to the one that the room's cookie is scoped to.
func (cl *Pages) class(r *http.Request) (*Class, error) {
	code, ok := room.ParseCode(r.PathValue("code"))
	if !ok {
		return nil, &web.VisitorError{
			Status: http.StatusNotFound, Heading: "That is no join code",
			Text: "A join code is eight letters and digits, like K7QX-3MHP. There is no 0, O, 1, I or L in one. Look at the projector again.",
		}
	}
	c, err := cl.classes.knock(r, code)
	switch {
	case errors.Is(err, errGuesses):
		return nil, &web.VisitorError{
			Status: http.StatusTooManyRequests, Heading: "Too many wrong codes", Cause: err,
			Text: "From this network address too many wrong codes were tried, so for a minute no code is looked up for it but those of classes that it has joined. Wait, look at the projector again, and then try once more.",
		}
	case err != nil:
		return nil, &web.VisitorError{
			Status: http.StatusNotFound, Heading: "There is no such class", Cause: err,
			Text: "A class ends after twelve hours unused, or with a restart of a lab that keeps nothing. Or the code was mistyped: look at the projector again.",
		}
	}
	return c, nil
}

// OneSpelling leads from a code in another spelling to the one that the room's
// cookie is scoped to.
func OneSpelling(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		typed := r.PathValue("code")
		code, ok := room.ParseCode(typed)
		if !ok || typed == string(code) {
			return h(w, r)
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/room/"), "/")
		to := url.URL{Path: path.Join("/room", string(code), rest), RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
		return nil
	}
}

// driveCookie holds the right to drive a room. Its path is the room's, so it never
// reaches a bench, and its value is in no URL.
const driveCookie = "drive"

// setDriveCookie gives a browser the right to drive. A prefix of the name would keep
// other programs on this host from setting one like it, but __Host- forbids a path and
// __Secure- needs TLS, which a class on a local network does not have: driven reads all
// of the name instead.
func (cl *Pages) setDriveCookie(w http.ResponseWriter, r *http.Request, c *Class, secret string) {
	http.SetCookie(w, &http.Cookie{
		Name: driveCookie, Value: secret, Path: "/room/" + string(c.Code()), MaxAge: int(room.RightLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: cl.Secure() || r.TLS != nil,
	})
}

// pass is the right to drive that a request brought.
type pass struct {
	secret string
	number int // of the right, 0 for none
}

// passOf finds the right to drive a class among a request's cookies. tried says that
// there were any of the name. Cookies do not keep to a port, so another program on this
// host may have set any number, and all are looked at: the block of a request's fields
// bounds them, and those that do not have the form of a secret cost nothing.
//
// (net/http itself reads no cookie at all where a request has more than 3,000.)
func passOf(r *http.Request, c *Class) (p pass, tried bool) {
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if name != driveCookie {
				continue
			}
			tried = true
			if number, ok := c.MayDrive(value); ok {
				return pass{value, number}, true
			}
		}
	}
	return pass{}, tried
}

// driven is class for those who may drive it, with the right by which they may.
func (cl *Pages) driven(r *http.Request) (*Class, pass, error) {
	c, err := cl.class(r)
	if err != nil {
		return nil, pass{}, err
	}
	p, tried := passOf(r, c)
	if p.number != 0 {
		c.Used(p.number, window(r, p).Kind)
		return c, p, nil
	}
	f := &web.VisitorError{
		Status: http.StatusForbidden, Heading: "Only the instructor drives this class", Room: string(c.Code()),
		Text: "This browser may watch, and not drive. If it should: open a hand-over link from the instructor’s view, which works once. If it might before, its right was taken back, was a day old, or made way for a newer one. If it may and you came here by a link from elsewhere, load the page again: the browser held the right back.",
	}
	if tried && cl.classes.mistaken(r, kindSecret) != nil {
		f.Status, f.Text = http.StatusTooManyRequests, "Too many wrong rights to drive were tried from this network address. Wait a minute. A right one still works."
	}
	return nil, pass{}, f
}

// Present is POST /room: makes a bench and a class that follows it. Pressed again on
// the same page, because the answer was lost, it leads to the class that it has opened.
func (cl *Pages) Present(w http.ResponseWriter, r *http.Request) error {
	press := web.PagePress(r)
	defer cl.classes.presses.take(press)()
	if c := cl.classes.gave(press); c != nil {
		return cl.drives(w, r, c, press)
	}
	b, err := cl.NewBench(w, r)
	if err != nil {
		return err
	}
	if err = cl.openClass(w, r, b, 0, page.ViewBoth); err != nil {
		cl.Benches().Drop(b.ID())
	}
	return err
}

// PresentBench is POST /bench/{id}/present: opens a class for this bench, at the
// step that is shown. Where there is one it leads back to that: who knows the
// bench may drive its class.
func (cl *Pages) PresentBench(w http.ResponseWriter, r *http.Request) error {
	b, err := cl.Find(r)
	if err != nil {
		return err
	}
	step, err := web.StepValue(r.PostFormValue("step"), b.Journal())
	if err != nil {
		return err
	}
	defer cl.classes.presses.take(web.PagePress(r))()
	return cl.openClass(w, r, b, step, page.ValidView(r.PostFormValue("view"), journal.Lesson))
}

// openClass opens a class and gives this browser the right to drive it. Where there is
// one already, the browser may have that right, and only sends it to the room's own
// path: the press is led on there, as one of a link that hands driving over.
func (cl *Pages) openClass(w http.ResponseWriter, r *http.Request, b *bench.Bench, step int, view string) error {
	if c := share.From(r.Context()); cl.classes.of(b) == nil && cl.classes.openedBy(c) >= maxOwnClasses {
		return &web.VisitorError{
			Status: http.StatusTooManyRequests, Heading: "Too many classes from your network address",
			Text: "There are " + strconv.Itoa(maxOwnClasses) + " that were opened from it, which is its share. End one that is over: it is under End the class in the instructor’s view. A class that nobody uses ends by itself after twelve hours.",
		}
	}
	c, made, err := cl.classes.Open(b, step, view)
	if errors.Is(err, room.ErrRooms) {
		return &web.VisitorError{
			Status: http.StatusServiceUnavailable, Heading: "This lab is full of classes", Cause: err,
			Text: "It holds " + strconv.Itoa(room.MaxRooms) + " at one time. End one that is over, or start a lab of your own: it is one program.",
		}
	}
	if err != nil {
		return err
	}
	cl.classes.guests.welcome(share.From(r.Context()), c.Code())
	if press := web.PagePress(r); made || c.Gave(press) {
		return cl.drives(w, r, c, press)
	}
	token, _ := c.Invite(room.ByBench)
	http.Redirect(w, r, "/room/"+string(c.Code())+"/invite/"+token, http.StatusTemporaryRedirect)
	return nil
}

// drives gives the browser that opens a class the right to drive it, the same for the
// same press, and leads there.
func (cl *Pages) drives(w http.ResponseWriter, r *http.Request, c *Class, press string) error {
	secret, err := c.Grant(room.ByOpening, room.Instructor, press)
	if err := refusedOnly(err); err != nil {
		return err
	}
	cl.setDriveCookie(w, r, c, secret)
	ledOn(w, r, err, "/room/"+string(c.Code())+"/drive")
	return nil
}

// roomInput gathers what a class's pages are made from, at a step of the reader's
// own choice, or with plot.NoStep at the one that is shown.
func (cl *Pages) roomInput(c *Class, r *http.Request, step int) (hall.RoomInput, error) {
	s := c.State()
	in := hall.RoomInput{State: s, Class: c.Class(), Now: time.Now(), Looking: step != plot.NoStep && step != s.Step, Unsaved: cl.Unsaved(), Hide: c.veil.hide}
	if step == plot.NoStep {
		step = s.Step
	}
	var err error
	if in.Bench, err = cl.uses.BenchAt(c.bench, cl.Reach(r), step, s.View, nil, c.sender()); err != nil {
		return in, err
	}
	in.Bench.Class = true
	in.Join, err = cl.join(c, r)
	return in, err
}

// join says how a class joins.
func (cl *Pages) join(c *Class, r *http.Request) (hall.JoinView, error) {
	base, code := cl.Reach(r), string(c.Code())
	_, short, _ := strings.Cut(base, "://")
	v := hall.JoinView{Code: code, Short: short + "/j", URL: base + "/j/" + code}
	var err error
	v.QR, err = page.NewQR(strings.ToUpper(v.URL), "QR code of "+v.URL)
	return v, err
}

// Show is GET /room/{code}: what the class sees, or with step another step
// that was shown; with fragment=live the parts of it that change.
func (cl *Pages) Show(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	key := shelfKey{step: plot.NoStep, whole: r.FormValue("fragment") != "live", base: cl.Reach(r), unsaved: cl.classes.trouble().Err != nil}
	if value := r.FormValue("step"); value != "" {
		if key.step, err = web.StepValue(value, journal.View{}); err != nil {
			return err
		}
	}
	if me := r.FormValue("me"); key.whole && c.Issued(me) {
		key.me = me
	}
	part, err := c.shelf.part(c.State().Seq, key, func() ([]byte, error) { return cl.renderClass(c, r, key) })
	if err != nil {
		return err
	}
	part.answer(w, r)
	return nil
}

// renderClass renders what students see, which tells nothing of who drives and
// where the bench is.
func (cl *Pages) renderClass(c *Class, r *http.Request, key shelfKey) ([]byte, error) {
	in, err := cl.roomInput(c, r, key.step)
	if err != nil {
		return nil, err
	}
	in.Me, in.Class = key.me, room.Class{}
	if !key.unsaved {
		in.Unsaved = nil
	}
	v := NewStudent(in)
	if key.whole {
		return markupOf(Student(v), r)
	}
	return markupOf(StudentLive(v), r)
}

func markupOf(c templ.Component, r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	err := c.Render(context.WithoutCancel(r.Context()), &b)
	return b.Bytes(), err
}
