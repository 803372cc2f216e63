package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/site/page"
)

// handler is a page's handler. What it returns is rendered by adapt.
type handler func(http.ResponseWriter, *http.Request) error

// failure is an error that was to be expected: something about the request, with
// a sentence for the visitor. Any other error is ours.
type failure struct {
	status   int
	heading  string
	text     string // what happened and what to do next
	newBench bool   // offer a new bench
	room     string // the code of the class that it happened in, to go back to
	takeOver bool   // offer to take over driving
	field    string // of JSON that was sent, that is wrong: "request.url"
	cause    error
}

func (f *failure) Error() string {
	if f.cause != nil {
		return f.heading + ": " + f.cause.Error()
	}
	return f.heading
}

func (f *failure) Unwrap() error { return f.cause }

var errNoBench = &failure{
	status: http.StatusNotFound, heading: "There is no such bench", newBench: true,
	text: "A bench lasts two hours unused and a day at most, and none outlives a restart of the lab but those of a class that is kept. This one has ended, or its address was mistyped. A new one is made in a moment.",
}

var errEvicted = &failure{
	status: http.StatusGone, heading: "This bench was ended to make room", newBench: true,
	text: "The benches that were made from its network address held more bytes than may be held from one, and this one was unused for longest. What it recorded is gone. A new one is made in a moment.",
}

func badRequest(text string, cause error) error {
	return &failure{status: http.StatusBadRequest, heading: "That did not work", text: text, cause: cause}
}

// adapt makes an http.Handler of a handler: the one place where errors become
// answers, and where those that are ours are logged.
func (s *Site) adapt(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.answerError(w, r, err)
		}
	})
}

func (s *Site) answerError(w http.ResponseWriter, r *http.Request, err error) {
	var f *failure
	if !errors.As(err, &f) {
		if errors.Is(err, context.Canceled) {
			return // the visitor has gone
		}
		s.config.Log.Error("a request failed", "method", r.Method, "pattern", r.Pattern, "err", err)
		s.answerBroken(w)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm) // where nothing has limited it yet
	if wantsText(r) {
		http.Error(w, f.heading+". "+f.text, f.status)
		return
	}
	if err := s.render(w, f.status, page.ProblemPage(s.problem(f)), r); err != nil {
		s.config.Log.Error("an error page failed", "err", err)
	}
}

func (s *Site) problem(f *failure) page.Problem {
	return page.Problem{
		Chrome: s.chrome(f.heading + ": AuthLab"), Status: f.status,
		Heading: f.heading, Text: f.text, NewBench: f.newBench, Room: f.room, TakeOver: f.takeOver,
	}
}

// wantsText reports whether a script asked, which shows a sentence and not a page.
func wantsText(r *http.Request) bool {
	return r.FormValue("quiet") != "" || r.FormValue("fragment") != ""
}

// answerBroken answers with the page that was rendered at start.
func (s *Site) answerBroken(w http.ResponseWriter) {
	secureHeaders(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write(s.broken) // nothing is left to tell if this fails too
}

// errBroken is what visitors are told of a failure of ours.
var errBroken = &failure{
	status: http.StatusInternalServerError, heading: "Something broke",
	text: "This is our fault, and it has been logged. What your bench recorded is still there; go back and try again.",
}

func (s *Site) renderBroken() ([]byte, error) {
	var b bytes.Buffer
	if err := page.ProblemPage(s.problem(errBroken)).Render(context.Background(), &b); err != nil {
		return nil, fmt.Errorf("render the page for failures: %w", err)
	}
	return b.Bytes(), nil
}

// recovered turns a panic into an error page and a line in the log. The panic
// that net/http asks for to cut a connection passes.
func (s *Site) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.config.Log.Error("a handler panicked", "method", r.Method, "panic", p, "stack", stack())
				s.answerBroken(w)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
