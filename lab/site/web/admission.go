package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"authlab/lab/bench"
	"authlab/lab/share"
)

// The kinds of things that each client has an allowance of, in words that finish
// "too many".
const (
	requests      share.Kind = "requests"
	newBenches    share.Kind = "new benches"
	classOpenings share.Kind = "new classes"
	newSettings   share.Kind = "changes of settings"
	loginTries    share.Kind = "logins"
	inspections   share.Kind = "things to inspect"
	newChecks     share.Kind = "checks of a browser"
	exports       share.Kind = "exports"
	memory        share.Kind = "bytes held by benches"
	bytesInFlight share.Kind = "bytes at one moment"
)

// Allowances returns what one client may do, by kind: a class of 300 behind one address, who all
// begin at once and then go on as people do. The load in cmd/authload has such a
// class go through the whole lesson.
func Allowances() map[share.Kind]share.Allowance {
	return map[share.Kind]share.Allowance{
		requests:      {Rate: 2000, Burst: 40_000},
		newBenches:    {Rate: 2, Burst: 600},
		classOpenings: {Rate: 0.1, Burst: 60},
		newSettings:   {Rate: 20, Burst: 2000},
		loginTries:    {Rate: 50, Burst: 4000},
		inspections:   {Rate: 10, Burst: 600},
		newChecks:     {Rate: 2, Burst: 600},
		exports:       {Rate: 10, Burst: 1200},
	}
}

// admission is who may do how much. Every request passes it before anything is done
// for it.
type admission struct {
	*share.Allowances
	conns   *share.Conns
	company share.Company // all who ask for something
	log     *slog.Logger
	// keys, inspecting and drawing are where the making of keys, the work of the
	// inspectors and the making of pages wait, each kind for itself, so that nobody's
	// step stands behind another's flood.
	keys, inspecting, drawing *share.Lane
	// inFlight is the memory of what is being received, and of pages that wait to be
	// read.
	inFlight *share.Pot

	mu      sync.Mutex
	lines   *rate.Limiter // of the log
	unsaid  int           // refusals since its last line
	refused []Refusal     // the last ones, for the operator
}

// Refusal is one refusal, for the operator.
type Refusal struct {
	At     time.Time
	Client share.Client
	Kind   share.Kind
}

// The bounds of what operators are told.
const (
	logEvery    = 10 * time.Second // a line about refusals
	logBurst    = 6
	keptRefused = 50
)

func newAdmission(config SiteConfig) *admission {
	of := config.Allowances
	if of == nil {
		of = Allowances()
	}
	half := runtime.GOMAXPROCS(0) / 2
	return &admission{
		Allowances: share.NewAllowances(of), conns: share.NewConns(config.Files), log: config.Log,
		keys: share.NewLane(1), inspecting: share.NewLane(half), drawing: share.NewLane(2 * half),
		inFlight: share.NewPot(config.Memory / 4),
		lines:    rate.NewLimiter(rate.Every(logEvery), logBurst),
	}
}

// kindOf tells what a request is spent from besides requests; "" for nothing.
func kindOf(r *http.Request) share.Kind {
	if _, _, app := bench.SplitPath(r.URL.Path); app {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/login") {
			return loginTries
		}
		return ""
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	last, post := parts[len(parts)-1], r.Method == http.MethodPost
	switch parts[0] {
	case "bench":
		return kindOfBench(parts, last, post)
	case "room":
		return kindOfRoom(parts, last, post)
	case "inspect", "api":
		if post {
			return inspections
		}
	case "check":
		if post && len(parts) == 1 {
			return newChecks
		}
	}
	return ""
}

func kindOfBench(parts []string, last string, post bool) share.Kind {
	switch {
	case post && len(parts) == 1:
		return newBenches
	case post && last == "present":
		return classOpenings
	case post && (last == "settings" || last == "reset"):
		return newSettings
	case !post && big[last]:
		return exports
	}
	return ""
}

func kindOfRoom(parts []string, last string, post bool) share.Kind {
	switch {
	case post && len(parts) == 1:
		return classOpenings
	case post && last == "try":
		return newBenches
	case !post && big[last]:
		return exports
	}
	return ""
}

// big are the last parts of the paths of big answers.
var big = map[string]bool{
	"journal.json": true, "export.har": true, "export.http": true, "export.zip": true, "handout": true,
}

// Admit spends what a request costs from its client's allowances, or refuses it.
func (s *Site) Admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := share.ClientOf(r.RemoteAddr)
		if s.benches.Replays(r.RemoteAddr) { // whoever asked for it has spent it
			next.ServeHTTP(w, r)
			return
		}
		s.admission.company.Saw(c)
		r = r.WithContext(share.With(r.Context(), c, &s.admission.company))
		err := s.admission.Spend(c, requests)
		if kind := kindOf(r); err == nil && kind != "" {
			err = s.admission.Spend(c, kind)
		}
		if err != nil {
			s.admission.noteRefusal(err)
			SecureHeaders(w)
			s.answerError(w, r, spent(w, err))
			return
		}
		back, err := s.admission.inFlight.Take(c, received(r))
		if err != nil {
			SecureHeaders(w)
			s.answerError(w, r, s.admission.overflow(w, c, err))
			return
		}
		defer back()
		next.ServeHTTP(w, r)
	})
}

// received is how many bytes a request's content may take while it is read.
func received(r *http.Request) int64 {
	limit := int64(maxContent)
	if kindOf(r) == inspections {
		limit = MaxInspect
	}
	if r.ContentLength < 0 {
		return limit
	}
	return min(r.ContentLength, limit)
}

// maxContent is the most that anything but an inspector reads of a request, in
// bytes: the apps' own limit.
const maxContent = 1 << 20

// overflow says that a client holds too much at one moment.
func (a *admission) overflow(w http.ResponseWriter, c share.Client, err error) error {
	a.Refused(c, bytesInFlight)
	a.noteRefusal(&share.SpentError{Client: c, Kind: bytesInFlight})
	w.Header().Set("Retry-After", "2")
	return &VisitorError{
		Status: http.StatusServiceUnavailable, Heading: "Too much at one moment", Cause: err,
		Text: "What is being sent from your network address, and what waits to be read there, takes more memory than one address may have at a time. Nothing was done or recorded. Try again in two seconds.",
	}
}

// spent says that an allowance is used up, and what to do.
func spent(w http.ResponseWriter, err error) error {
	s, ok := errors.AsType[*share.SpentError](err)
	if !ok {
		return err
	}
	seconds := max(int(s.After.Seconds()), 1)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &VisitorError{
		Status: http.StatusTooManyRequests, Heading: "Too many " + string(s.Kind), Cause: err,
		Text: fmt.Sprintf("From one network address the lab takes %d of them at once, and %s after that: enough for a class of 300 behind it. Wait %s and try again. This one was neither handled nor recorded, and nothing was changed.",
			s.Allowance.Burst, pace(s.Allowance.Rate), inSeconds(seconds)),
	}
}

func pace(perSecond float64) string {
	if perSecond >= 1 {
		return fmt.Sprintf("%g a second", perSecond)
	}
	return fmt.Sprintf("one every %g seconds", 1/perSecond)
}

func inSeconds(n int) string {
	if n == 1 {
		return "a second"
	}
	return strconv.Itoa(n) + " seconds"
}

// NoteRefusal tells the operator who was refused what; see [Site.Recent].
func (s *Site) NoteRefusal(err error) { s.admission.noteRefusal(err) }

// noteRefusal tells the operator who was refused what. The log gets a few lines, however
// many are refused.
func (a *admission) noteRefusal(err error) {
	s, ok := errors.AsType[*share.SpentError](err)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused = append(a.refused, Refusal{time.Now(), s.Client, s.Kind})
	if len(a.refused) > keptRefused {
		a.refused = append(a.refused[:0:0], a.refused[len(a.refused)-keptRefused:]...)
	}
	if !a.lines.Allow() {
		a.unsaid++
		return
	}
	a.log.Warn("a client is held back", "client", s.Client, "too_many", s.Kind, "more_since_the_last_line", a.unsaid)
	a.unsaid = 0
}

// tooBusy says that a place in a lane was not to be had.
func tooBusy(w http.ResponseWriter, what string, err error) error {
	w.Header().Set("Retry-After", "10")
	return &VisitorError{
		Status: http.StatusServiceUnavailable, Heading: "The lab is busy", Cause: err,
		Text: what + " a processor for a while, so such requests wait for each other, and this one has waited for too long. Nothing was done. Try again in ten seconds.",
	}
}

// Recent returns the latest refusals, the newest first.
func (s *Site) Recent() (out []Refusal) {
	a := s.admission
	a.mu.Lock()
	defer a.mu.Unlock()
	out = slices.Clone(a.refused)
	slices.Reverse(out)
	return out
}

// Refusals are what was refused, by kind.
func (s *Site) Refusals() []share.Refusals { return s.admission.Refusals() }

// Waiting is how many wait for an RSA key to be made, and for an inspector.
func (s *Site) Waiting() (keys, inspecting int) {
	return s.admission.keys.Waiting(), s.admission.inspecting.Waiting()
}
