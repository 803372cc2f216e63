package lab

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/room"
)

// class returns the class that the path names. A code in another spelling leads
// to the one that the room's cookie is scoped to.
func (l *Lab) class(r *http.Request) (*class, error) {
	code, ok := room.ParseCode(r.PathValue("code"))
	if !ok {
		return nil, &failure{
			status: http.StatusNotFound, heading: "That is no join code",
			text: "A join code is eight letters and digits, like K7QX-3MHP. There is no 0, O, 1, I or L in one. Look at the projector again.",
		}
	}
	c, err := l.classes.find(code)
	switch {
	case errors.Is(err, room.ErrGuesses):
		return nil, &failure{
			status: http.StatusTooManyRequests, heading: "Too many wrong codes", cause: err,
			text: "Somebody tries one code after another, so wrong ones are not looked up for some seconds. A right one still works: look at the projector again.",
		}
	case err != nil:
		return nil, &failure{
			status: http.StatusNotFound, heading: "There is no such class", cause: err,
			text: "A class ends after twelve hours unused, or with a restart of a lab that keeps nothing. Or the code was mistyped: look at the projector again.",
		}
	}
	return c, nil
}

// oneSpelling leads from a code in another spelling to the one that the room's
// cookie is scoped to.
func oneSpelling(h handler) handler {
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

// driveLife is how long a browser keeps the right to drive.
const driveLife = 24 * time.Hour

func (l *Lab) setDriveCookie(w http.ResponseWriter, r *http.Request, c *class, secret string) {
	http.SetCookie(w, &http.Cookie{
		Name: driveCookie, Value: secret, Path: "/room/" + string(c.Code()), MaxAge: int(driveLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: l.config.Secure || r.TLS != nil,
	})
}

// driven is class for those who may drive it.
func (l *Lab) driven(r *http.Request) (*class, error) {
	c, err := l.class(r)
	if err != nil {
		return nil, err
	}
	secret, err := r.Cookie(driveCookie)
	if err == nil && c.MayDrive(secret.Value) {
		return c, nil
	}
	f := &failure{
		status: http.StatusForbidden, heading: "Only the instructor drives this class", room: string(c.Code()),
		text: "This browser may watch, and not drive. If it should: open a hand-over link from the instructor’s view, which works once. If it may and you came here by a link from elsewhere, load the page again: the browser held the right back.",
	}
	if err == nil && errors.Is(l.classes.rooms.Guess(room.ErrNone), room.ErrGuesses) {
		f.status, f.text = http.StatusTooManyRequests, "Too many wrong rights to drive were tried. Wait a few seconds. A right one still works."
	}
	return nil, f
}

// present is POST /room: makes a bench and a class that follows it.
func (l *Lab) present(w http.ResponseWriter, r *http.Request) error {
	return l.openClass(w, r, l.benches.Make(), 0, page.ViewBoth)
}

// presentBench is POST /bench/{id}/present: opens a class for this bench, at the
// step that is shown. Where there is one it leads back to that: who knows the
// bench may drive its class.
func (l *Lab) presentBench(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	step, err := stepValue(r.PostFormValue("step"), b.Journal())
	if err != nil {
		return err
	}
	return l.openClass(w, r, b, step, page.ValidView(r.PostFormValue("view")))
}

func (l *Lab) openClass(w http.ResponseWriter, r *http.Request, b *bench.Bench, step int, view string) error {
	var err error
	c := l.classes.of(b)
	if c == nil {
		c, err = l.classes.open(b, step, view)
	}
	if errors.Is(err, room.ErrRooms) {
		return &failure{
			status: http.StatusServiceUnavailable, heading: "This lab is full of classes", cause: err,
			text: "It holds " + strconv.Itoa(room.MaxRooms) + " at one time. End one that is over, or start a lab of your own: it is one program.",
		}
	}
	if err != nil {
		return err
	}
	secret, err := c.Grant()
	if err != nil {
		return err
	}
	l.setDriveCookie(w, r, c, secret)
	http.Redirect(w, r, "/room/"+string(c.Code())+"/drive", http.StatusSeeOther)
	return nil
}

// roomInput gathers what a class's pages are made from, at a step of the reader's
// own choice, or with room.NoStep at the one that is shown.
func (l *Lab) roomInput(c *class, r *http.Request, step int) (page.RoomInput, error) {
	s := c.State()
	in := page.RoomInput{State: s, Class: c.Class(), Now: time.Now(), Looking: step != room.NoStep && step != s.Step}
	if step == room.NoStep {
		step = s.Step
	}
	var err error
	if in.Bench, err = l.benchAt(c.bench, l.reach(r), step, s.View, nil); err != nil {
		return in, err
	}
	in.Join, err = l.join(c, r)
	return in, err
}

// join says how a class joins.
func (l *Lab) join(c *class, r *http.Request) (page.JoinView, error) {
	base, code := l.reach(r), string(c.Code())
	_, short, _ := strings.Cut(base, "://")
	v := page.JoinView{Code: code, Short: short + "/j", URL: base + "/j/" + code}
	var err error
	v.QR, err = page.NewQR(strings.ToUpper(v.URL), "QR code of "+v.URL)
	return v, err
}

// shelf keeps what was rendered for a class, so that each part is rendered and
// compressed once, however many look at it.
type shelf struct {
	mu  sync.Mutex
	seq int
	by  map[shelfKey]*shelved
}

type shelfKey struct {
	step  int // room.NoStep for the one that is shown
	whole bool
	base  string
	me    string
}

type shelved struct {
	once          sync.Once
	plain, packed []byte
	err           error
}

// maxShelved bounds what is kept of one state; more is rendered for each who asks.
const maxShelved = 64

// at returns the place of a part of a state. A later state clears the shelf.
func (s *shelf) at(seq int, key shelfKey) *shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq > s.seq || s.by == nil {
		s.seq, s.by = seq, map[shelfKey]*shelved{}
	}
	p := s.by[key]
	if p == nil {
		p = &shelved{}
		if seq == s.seq && len(s.by) < maxShelved {
			s.by[key] = p
		}
	}
	return p
}

func (p *shelved) fill(render func() ([]byte, error)) error {
	p.once.Do(func() {
		if p.plain, p.err = render(); p.err == nil {
			p.packed, p.err = packed(p.plain)
		}
	})
	return p.err
}

func packed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// answer writes what is on a shelf, compressed where the client takes that.
func (p *shelved) answer(w http.ResponseWriter, r *http.Request) {
	body := p.plain
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = p.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a visitor who has gone is no failure of ours
}

// classPage is GET /room/{code}: what the class sees, or with step another step
// that was shown; with fragment=live the parts of it that change.
func (l *Lab) classPage(w http.ResponseWriter, r *http.Request) error {
	c, err := l.class(r)
	if err != nil {
		return err
	}
	key := shelfKey{step: room.NoStep, whole: r.FormValue("fragment") != "live", base: l.reach(r)}
	if value := r.FormValue("step"); value != "" {
		if key.step, err = stepValue(value, journal.View{}); err != nil {
			return err
		}
	}
	if me := r.FormValue("me"); key.whole && room.ValidDevice(me) {
		key.me = me
	}
	part := c.shelf.at(c.State().Seq, key)
	if err := part.fill(func() ([]byte, error) { return l.renderClass(c, r, key) }); err != nil {
		return err
	}
	part.answer(w, r)
	return nil
}

// renderClass renders what students see, which tells nothing of who drives and
// where the bench is.
func (l *Lab) renderClass(c *class, r *http.Request, key shelfKey) ([]byte, error) {
	in, err := l.roomInput(c, r, key.step)
	if err != nil {
		return nil, err
	}
	in.Me, in.Class = key.me, room.Class{}
	v := page.NewStudent(in)
	if key.whole {
		return markupOf(page.Student(v), r)
	}
	return markupOf(page.StudentLive(v), r)
}

func markupOf(c templ.Component, r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	err := c.Render(context.WithoutCancel(r.Context()), &b)
	return b.Bytes(), err
}
