package lab

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"authlab/lab/bench"
	"authlab/lab/settings"
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
	refused []refusedNow  // the last ones, for the operator
}

// refusedNow is one refusal, for the operator.
type refusedNow struct {
	at     time.Time
	client share.Client
	kind   share.Kind
}

// The bounds of what operators are told.
const (
	logEvery    = 10 * time.Second // a line about refusals
	logBurst    = 6
	keptRefused = 50
)

func newAdmission(config Config) *admission {
	of := config.Allowances
	if of == nil {
		of = Allowances()
	}
	half := runtime.GOMAXPROCS(0) / 2
	return &admission{
		Allowances: share.NewAllowances(of), conns: share.NewConns(config.Files), log: config.Log,
		keys: share.NewLane(1), inspecting: share.NewLane(half), drawing: share.NewLane(2 * half),
		inFlight: share.NewPot(cmp.Or(config.Memory, defaultMemory) / 4),
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
		return kindOfBench(r, parts, last, post)
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

func kindOfBench(r *http.Request, parts []string, last string, post bool) share.Kind {
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

// admit spends what a request costs from its client's allowances, or refuses it.
func (l *Lab) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := share.ClientOf(r.RemoteAddr)
		if l.benches.Replays(r.RemoteAddr) { // whoever asked for it has spent it
			next.ServeHTTP(w, r)
			return
		}
		l.admission.company.Saw(c)
		r = r.WithContext(share.With(r.Context(), c, &l.admission.company))
		err := l.admission.Spend(c, requests)
		if kind := kindOf(r); err == nil && kind != "" {
			err = l.admission.Spend(c, kind)
		}
		if err != nil {
			l.admission.noteRefusal(err)
			secureHeaders(w)
			l.answerError(w, r, spent(w, err))
			return
		}
		back, err := l.admission.inFlight.Take(c, received(r))
		if err != nil {
			secureHeaders(w)
			l.answerError(w, r, l.admission.overflow(w, c, err))
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
		limit = maxInspect
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
	return &failure{
		status: http.StatusServiceUnavailable, heading: "Too much at one moment", cause: err,
		text: "What is being sent from your network address, and what waits to be read there, takes more memory than one address may have at a time. Nothing was done or recorded. Try again in two seconds.",
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
	return &failure{
		status: http.StatusTooManyRequests, heading: "Too many " + string(s.Kind), cause: err,
		text: fmt.Sprintf("From one network address the lab takes %d of them at once, and %s after that: enough for a class of 300 behind it. Wait %s and try again. This one was neither handled nor recorded, and nothing was changed.",
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

// noteRefusal tells the operator who was refused what. The log gets a few lines, however
// many are refused.
func (a *admission) noteRefusal(err error) {
	s, ok := errors.AsType[*share.SpentError](err)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused = append(a.refused, refusedNow{time.Now(), s.Client, s.Kind})
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

// newBench makes a bench for whoever asks, if its share of the memory allows.
func (l *Lab) newBench(w http.ResponseWriter, r *http.Request) (*bench.Bench, error) {
	b, err := l.benches.MakeFor(share.From(r.Context()))
	if err != nil {
		return nil, l.refusal(w, r, err)
	}
	return b, nil
}

// refusal is the failure of a request that is over a budget of its bench's.
func (l *Lab) refusal(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, bench.ErrMemory) {
		c := share.From(r.Context())
		l.admission.Refused(c, memory)
		l.admission.noteRefusal(&share.SpentError{Client: c, Kind: memory})
	}
	return refusal(w, err, l.benches.Limits())
}

// tooBusy says that a place in a lane was not to be had.
func tooBusy(w http.ResponseWriter, what string, err error) error {
	w.Header().Set("Retry-After", "10")
	return &failure{
		status: http.StatusServiceUnavailable, heading: "The lab is busy", cause: err,
		text: what + " a processor for a while, so such requests wait for each other, and this one has waited for too long. Nothing was done. Try again in ten seconds.",
	}
}

// change changes a bench's settings. To make an RSA key takes long: it waits for its
// turn, so that nobody else's step waits for it.
func (l *Lab) change(w http.ResponseWriter, r *http.Request, b *bench.Bench, to settings.Settings) error {
	if b.NeedsRSA(to) {
		leave, err := l.admission.keys.Enter(r.Context(), share.From(r.Context()))
		if err != nil {
			return tooBusy(w, "Making an RSA key takes", err)
		}
		defer leave()
	}
	return b.Change(to)
}

// inTurn lets an inspector work when its client's turn has come. What is asked was
// read whole before, and what it answers is written after: nobody waits for somebody
// else's connection.
func (l *Lab) inTurn(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		content, err := io.ReadAll(r.Body)
		rest := io.Reader(bytes.NewReader(content))
		if err != nil {
			rest = io.MultiReader(rest, failing{err})
		}
		r.Body = io.NopCloser(rest)
		leave, err := l.admission.inspecting.Enter(r.Context(), share.From(r.Context()))
		if err != nil {
			return tooBusy(w, "Long tokens and many cookies take", err)
		}
		answer := &held{ResponseWriter: w}
		if err := inPlace(leave, h, answer, r); err != nil {
			return err
		}
		return answer.send()
	}
}

// inPlace calls a handler and then gives its place back.
func inPlace(leave func(), h handler, w http.ResponseWriter, r *http.Request) error {
	defer leave()
	return h(w, r)
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// held keeps an answer until it is to be sent.
type held struct {
	http.ResponseWriter
	status  int
	content bytes.Buffer
}

func (h *held) WriteHeader(status int) { h.status = status }

func (h *held) Write(b []byte) (int, error) { return h.content.Write(b) }

func (h *held) send() error {
	if h.status != 0 {
		h.ResponseWriter.WriteHeader(h.status)
	}
	_, _ = h.content.WriteTo(h.ResponseWriter) // a visitor who has gone is no failure of ours
	return nil
}
