package lesson

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/settings"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// back answers a form of the administrator's: a script gets no content, a browser without
// scripts is sent back to the page that it came from.
func back(w http.ResponseWriter, r *http.Request, b *bench.Bench) error {
	if r.PostFormValue("quiet") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	q := whereOf(r)
	if step, err := plot.Parse(r.PostFormValue("step")); err == nil {
		q.Set("step", strconv.Itoa(step))
	}
	http.Redirect(w, r, "/bench/"+b.ID()+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// whereOf is what a form says of the page that it stands on: its lanes, its view, and the
// class that it follows. What it says wrongly is left out.
func whereOf(r *http.Request) url.Values {
	lanes, err := page.ParseLanes(r.PostFormValue("lanes"))
	if err != nil {
		lanes = journal.Lesson
	}
	q := url.Values{"view": {page.ValidView(r.PostFormValue("view"), lanes)}}
	if in := page.WriteLanes(lanes); in != "" {
		q.Set("lanes", in)
	}
	if code, ok := room.ParseCode(r.PostFormValue("room")); ok {
		q.Set("room", string(code))
	}
	return q
}

// SetStep is POST /bench/{id}/step: step, lanes for the flows that it is sent to, and stay=1
// for the other way of one that moves the clock.
// A page's script (quiet=1) is about to send the step. It is answered with a sending:
// what has to be done first, or else what the step itself sends. It asks again once
// the first is done, with anyway=1 if it was in vain; page is how it calls itself.
// restores=1 says that what it does now comes before the step, for a reason that only
// the browser knows.
// step=none says that nothing is being sent any more.
//
// Without a script it says that a request by hand is meant for the step.
func (le *Pages) SetStep(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("step") == "none" {
		b.End()
		return back(w, r, b)
	}
	step, err := plot.Parse(r.PostFormValue("step"))
	if err != nil {
		return web.BadRequest("A step is "+plot.Numbers+", or none.", err)
	}
	if r.PostFormValue("quiet") == "" {
		b.SetCursor(step)
		return le.unsent(w, r, b, step)
	}
	return le.beginStep(w, r, b, step)
}

// sending is what a page is to do to send a step, in this order: First, then, once
// the lab was asked again, Then.
type sending struct {
	plot.Premise
	Needs plot.Need   `json:"needs"`
	Then  []plot.Deed `json:"then"`
}

func (le *Pages) beginStep(w http.ResponseWriter, r *http.Request, b *bench.Bench, step int) error {
	lanes, err := lanesOf(r)
	if err != nil {
		return err
	}
	me := web.Viewer(r)
	if r.PostFormValue("restores") != "" {
		b.Begin(step, true, me.Page, r)
		return back(w, r, b)
	}
	own := me.Own(b.Journal().Exchanges, b.PageOf)
	s := sending{Premise: b.Premise(step, lanes, own), Needs: plot.At(step).Needs}
	if r.PostFormValue("anyway") != "" || s.Holds() {
		s.First, s.Then = nil, b.Then(step, r.PostFormValue("stay") != "", lanes, own)
	}
	b.Begin(step, len(s.First) > 0, me.Page, r)
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(s)
}

// unsent leads a browser without scripts to the step that it wanted to send, where
// the page says what came of the press: nothing.
func (le *Pages) unsent(w http.ResponseWriter, r *http.Request, b *bench.Bench, step int) error {
	q := whereOf(r)
	q.Set("step", strconv.Itoa(step))
	q.Set("unsent", strconv.Itoa(step))
	http.Redirect(w, r, "/bench/"+b.ID()+"?"+q.Encode()+"#unsent", http.StatusSeeOther)
	return nil
}

// Claim is POST /bench/{id}/claim: exchange and page: the page says that it has sent
// the exchange by hand.
func (le *Pages) Claim(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PostFormValue("exchange"))
	if err != nil {
		return web.BadRequest("Name the exchange by its number.", err)
	}
	b.Claim(n, web.Viewer(r).Page, r)
	return back(w, r, b)
}

// ChangeRole is POST /bench/{id}/role: account, role.
func (le *Pages) ChangeRole(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	err = b.ChangeRole(r.PostFormValue("account"), r.PostFormValue("role"))
	if errors.Is(err, bench.ErrRole) || errors.Is(err, bench.ErrNoAccount) {
		return web.BadRequest("The accounts are reader and librarian; a role is member or staff.", err)
	}
	if err != nil {
		return le.Refusal(w, r, err)
	}
	return back(w, r, b)
}

// ChangeSettings is POST /bench/{id}/settings: a value for each knob that is to be
// turned, or lesson=1 for the lesson's configuration.
func (le *Pages) ChangeSettings(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	to := b.Settings()
	if r.PostFormValue("lesson") != "" {
		to = b.Lesson()
	} else if to, err = turned(to, r); err != nil {
		return web.BadRequest("Nothing was changed: "+err.Error()+".", err)
	}
	err = le.Site.ChangeSettings(w, r, b, to)
	if errors.Is(err, bench.ErrNoStore) {
		return web.BadRequest("This lab keeps records in "+strings.Join(b.Stores(), " and ")+" only. Whoever runs it can start it with -redis to add that one.", err)
	}
	if err != nil {
		return le.Refusal(w, r, err)
	}
	return back(w, r, b)
}

// turned is s with the knobs turned that a form names.
func turned(s settings.Settings, r *http.Request) (settings.Settings, error) {
	for name, values := range r.PostForm {
		if _, knob := settings.Find(name); !knob && !strings.Contains(name, ".") {
			continue // where to come back to, say
		}
		var err error
		if s, err = s.With(name, values[len(values)-1]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// MoveClock is POST /bench/{id}/clock: by, a Go duration such as 16m, or to, a
// moment in RFC 3339.
func (le *Pages) MoveClock(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	if to := r.PostFormValue("to"); to != "" {
		var at time.Time
		if at, err = time.Parse(time.RFC3339Nano, to); err == nil {
			err = b.MoveClockTo(at)
		}
	} else {
		var by time.Duration
		if by, err = time.ParseDuration(r.PostFormValue("by")); err == nil {
			err = b.MoveClock(by)
		}
	}
	if errors.Is(err, journal.ErrFull) {
		return le.Refusal(w, r, err)
	}
	if err != nil {
		return web.BadRequest("The bench's clock moves forward only, by at most a year in all: 16m, say, or 1h.", err)
	}
	return back(w, r, b)
}

// Replay is POST /bench/{id}/replay: exchange, the number of the exchange whose
// credential is copied.
func (le *Pages) Replay(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PostFormValue("exchange"))
	if err != nil {
		return web.BadRequest("Name the exchange whose credential is to be copied by its number.", err)
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return errors.New("the request has no local address")
	}
	_, err = le.Benches().Replay(r.Context(), b, n, local, r.Host)
	if errors.Is(err, bench.ErrNoCredential) {
		return web.BadRequest("That exchange carries no credential. Log in first, then copy what the login gave.", err)
	}
	if err != nil {
		return le.Refusal(w, r, err)
	}
	return back(w, r, b)
}

// Reset is POST /bench/{id}/reset: makes the bench as new.
func (le *Pages) Reset(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	le.Benches().Reset(b)
	return back(w, r, b)
}

// OverBudget answers a request for an app that the bench has no budget for. It
// is not recorded and reached no app.
func (le *Pages) OverBudget(w http.ResponseWriter, r *http.Request, err error) {
	web.SecureHeaders(w)
	le.Adapt(func(w http.ResponseWriter, r *http.Request) error { return le.Refusal(w, r, err) }).ServeHTTP(w, r)
}
