package lab

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/room"
	"authlab/lab/settings"
)

// back answers a form of the desk: a script gets no content, a browser without
// scripts is sent back to the page that it came from.
func back(w http.ResponseWriter, r *http.Request, b *bench.Bench) error {
	if r.PostFormValue("quiet") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	q := url.Values{"view": {page.ValidView(r.PostFormValue("view"))}}
	if step, err := strconv.Atoi(r.PostFormValue("step")); err == nil && step >= 0 && step <= bench.LastStep {
		q.Set("step", strconv.Itoa(step))
	}
	if code, ok := room.ParseCode(r.PostFormValue("room")); ok {
		q.Set("room", string(code))
	}
	http.Redirect(w, r, "/bench/"+b.ID()+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// form reads the form that a request carries, so that h finds all of it or is
// not called.
func form(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := r.ParseForm()
		if err == nil {
			err = r.ParseMultipartForm(maxForm)
		}
		_, tooLarge := errors.AsType[*http.MaxBytesError](err)
		switch {
		case tooLarge:
			return &failure{
				status: http.StatusRequestEntityTooLarge, heading: "That form is too large", cause: err,
				text: "The lab's own forms are smaller than 64 KiB. Nothing was changed; use the controls on the bench's page.",
			}
		case err != nil && !errors.Is(err, http.ErrNotMultipart):
			return badRequest("The form could not be read, and nothing was changed. Use the controls on the bench's page.", err)
		}
		return h(w, r)
	}
}

// setStep is POST /bench/{id}/step: the visitor is about to send a step, or with
// step=none no longer is.
func (l *Lab) setStep(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	step := bench.NoCursor
	if value := r.PostFormValue("step"); value != "none" {
		if step, err = strconv.Atoi(value); err != nil || step < 0 || step > bench.LastStep {
			return badRequest("A step is a number from 0 to 10, or none.", err)
		}
	}
	b.SetCursor(step)
	return back(w, r, b)
}

// changeRole is POST /bench/{id}/role: account, role.
func (l *Lab) changeRole(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	err = b.ChangeRole(r.PostFormValue("account"), r.PostFormValue("role"))
	if errors.Is(err, bench.ErrRole) || errors.Is(err, bench.ErrNoAccount) {
		return badRequest("The accounts are reader and librarian; a role is member or staff.", err)
	}
	if err != nil {
		return refusal(w, err, l.benches.Limits())
	}
	return back(w, r, b)
}

// changeSettings is POST /bench/{id}/settings: a value for each knob that is to be
// turned, or lesson=1 for the lesson's configuration.
func (l *Lab) changeSettings(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	to := b.Settings()
	if r.PostFormValue("lesson") != "" {
		to = b.Lesson()
	} else if to, err = turned(to, r); err != nil {
		return badRequest("Nothing was changed: "+err.Error()+".", err)
	}
	err = b.Change(to)
	if errors.Is(err, bench.ErrNoStore) {
		return badRequest("This lab keeps records in "+strings.Join(b.Stores(), " and ")+" only. Whoever runs it can start it with -redis to add that one.", err)
	}
	if err != nil {
		return refusal(w, err, l.benches.Limits())
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

// moveClock is POST /bench/{id}/clock: by, a Go duration such as 16m, or to, a
// moment in RFC 3339.
func (l *Lab) moveClock(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
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
		return refusal(w, err, l.benches.Limits())
	}
	if err != nil {
		return badRequest("The bench's clock moves forward only, by at most a year in all: 16m, say, or 1h.", err)
	}
	return back(w, r, b)
}

// replay is POST /bench/{id}/replay: exchange, the number of the exchange whose
// credential is copied.
func (l *Lab) replay(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PostFormValue("exchange"))
	if err != nil {
		return badRequest("Name the exchange whose credential is to be copied by its number.", err)
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return errors.New("the request has no local address")
	}
	_, err = l.benches.Replay(r.Context(), b, n, local, r.Host)
	if errors.Is(err, bench.ErrNoCredential) {
		return badRequest("That exchange carries no credential. Log in first, then copy what the login gave.", err)
	}
	if err != nil {
		return refusal(w, err, l.benches.Limits())
	}
	return back(w, r, b)
}

// reset is POST /bench/{id}/reset: makes the bench as new.
func (l *Lab) reset(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	b.Reset()
	return back(w, r, b)
}

// overBudget answers a request for an app that the bench has no budget for. It
// is not recorded and reached no app.
func (l *Lab) overBudget(w http.ResponseWriter, r *http.Request, err error) {
	secureHeaders(w)
	l.adapt(func(w http.ResponseWriter, _ *http.Request) error { return refusal(w, err, l.benches.Limits()) }).ServeHTTP(w, r)
}
