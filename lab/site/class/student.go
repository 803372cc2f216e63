package class

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"authlab/lab/bench"
	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/mask"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/web"
)

// AskJoin is GET /j: where a code is typed in. With one it leads to the class.
func (cl *Pages) AskJoin(w http.ResponseWriter, r *http.Request) error {
	typed := r.FormValue("code")
	if r.PathValue("code") != "" {
		typed = r.PathValue("code")
	}
	var err error
	if code, ok := room.ParseCode(typed); ok {
		if _, err = cl.classes.knock(r, code); err == nil {
			http.Redirect(w, r, "/room/"+string(code), http.StatusSeeOther)
			return nil
		}
	}
	v := NewJoin(cl.Chrome(""), typed, err, errors.Is(err, errGuesses))
	return cl.Render(w, v.Status, Join(v), r)
}

// Handout is GET /room/{code}/handout: the class on paper.
func (cl *Pages) Handout(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	in, err := cl.roomInput(c, r, plot.NoStep)
	if err != nil {
		return err
	}
	return cl.RenderStreamed(w, r, ClassHandout(NewClassHandout(in)))
}

// HAR is GET /room/{code}/export.har: what the class has seen sent, as an HTTP
// Archive in which x stands for each character of the bench's id.
func (cl *Pages) HAR(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	from, xs := cl.uses.ExportOf(c.bench, r), export.Of(c.bench.Journal(), export.Every)
	from.ID = mask.Copy(from.ID, c.bench.ID())
	web.Download(w, "application/json", "authlab-class-"+string(c.Code())+".har")
	from.Shown = func(x *journal.Exchange) *journal.Exchange { return mask.Copy(x, c.bench.ID()) }
	return cl.Streamed(w, r, func(out io.Writer) error { return export.WriteHAR(out, from, xs) })
}

// Vote is POST /room/{code}/vote: device, slug, round, option (from 1). A device
// without scripts gets its name here, and keeps it in its address.
func (cl *Pages) Vote(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	device := r.PostFormValue("device")
	if device == "" {
		if device, err = c.issue(r); err != nil {
			return err
		}
	}
	if err := c.send(r, device, kindOwnVote, kindVote); err != nil {
		return err
	}
	if err := cl.remembers(w, r, c); err != nil {
		return err
	}
	round, _ := strconv.Atoi(r.PostFormValue("round"))
	option, _ := strconv.Atoi(r.PostFormValue("option"))
	err = c.Vote(device, r.PostFormValue("slug"), round, option-1)
	switch {
	case errors.Is(err, room.ErrNoPoll), errors.Is(err, room.ErrEnded):
		return &web.VisitorError{Status: http.StatusConflict, Heading: "This vote is closed", Cause: err, Room: string(c.Code()), Text: "Your answer came too late, or the question has changed. The page shows where the class is."}
	case errors.Is(err, room.ErrOption):
		return &web.VisitorError{Status: http.StatusBadRequest, Heading: "Choose an answer first", Cause: err, Room: string(c.Code()), Text: "Nothing was counted. Choose one of the answers and vote again."}
	case refusedOnly(err) != nil:
		return notLetIn(c, err)
	}
	done(w, r, err, "Counted", "/room/"+string(c.Code())+"?me="+device+"#"+Counted(r.PostFormValue("slug"), round, option))
	return nil
}

// Here is POST /room/{code}/here: device, and step (none for what the instructor
// shows) or bye=1: where a device of the class looks.
func (cl *Pages) Here(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	device := r.PostFormValue("device")
	if err := c.send(r, device, kindOwnHere, kindPresence); err != nil {
		return err
	}
	if r.PostFormValue("bye") != "" {
		c.Bye(device)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	step := plot.NoStep
	if value := r.PostFormValue("step"); value != "none" {
		if step, err = web.StepValue(value, journal.View{}); err != nil {
			return err
		}
	}
	if err := cl.remembers(w, r, c); err != nil {
		return err
	}
	if err := c.LookAt(device, step); err != nil {
		return notLetIn(c, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// remembers counts what a class remembers of one more device or vote, in the share of
// whoever opened it. What the class can do without goes before anything else does.
func (cl *Pages) remembers(w http.ResponseWriter, r *http.Request, c *Class) error {
	needs := c.Bytes() + room.MoreBytes
	if cl.Benches().BesideSpare(c.bench, needs+c.veil.held()) {
		return nil
	}
	c.veil.drop()
	if err := cl.Benches().Beside(c.bench, needs); err != nil {
		return cl.Refusal(w, r, err)
	}
	return nil
}

// notLetIn says why a device is not counted.
func notLetIn(c *Class, err error) error {
	f := &web.VisitorError{Status: http.StatusConflict, Heading: "That was not counted", Cause: err, Room: string(c.Code())}
	switch {
	case errors.Is(err, room.ErrDevice):
		f.Text = "This browser is not known to the class. Load the page again."
	case errors.Is(err, room.ErrNoRight):
		f.Status, f.Heading, f.Text = http.StatusForbidden, "Only the instructor drives this class", "This browser’s right to drive was taken back. It may follow the class; a hand-over link makes it drive again."
	case errors.Is(err, room.ErrFull):
		f.Status, f.Heading = http.StatusServiceUnavailable, "This class is full"
		f.Text = "A class has room for " + strconv.Itoa(room.MaxDevices) + " devices, and a device for " + strconv.Itoa(room.MaxStreams) + " pages. Close one that you do not need; reloading this page shows where the class is."
	case errors.Is(err, room.ErrEnded):
		f.Heading, f.Text = "This class has ended", "Its handout is still there, and so is the lab: start a bench of your own."
	default:
		return err
	}
	return f
}

// TryIt is POST /room/{code}/try: makes a bench of the student's own, with the
// knobs as the instructor's are, and goes to the step.
func (cl *Pages) TryIt(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	step := c.State().Step
	if value := r.PostFormValue("step"); value != "" {
		if step, err = web.StepValue(value, journal.View{}); err != nil {
			return err
		}
	}
	own, err := cl.NewBench(w, r)
	if err != nil {
		return err
	}
	if to := c.bench.Settings(); to != own.Settings() {
		if err := cl.ChangeSettings(w, r, own, to); err != nil && !errors.Is(err, bench.ErrNoStore) {
			return cl.Refusal(w, r, err)
		}
	}
	q := url.Values{"step": {strconv.Itoa(step)}, "view": {c.State().View}, "room": {string(c.Code())}}
	http.Redirect(w, r, "/bench/"+own.ID()+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}
