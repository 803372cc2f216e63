package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/site/page"
)

// Handler is a page's handler. What it returns is rendered by adapt.
type Handler func(http.ResponseWriter, *http.Request) error

// VisitorError is an error that was to be expected: something about the request, with
// a sentence for the visitor. Any other error is ours.
type VisitorError struct {
	Status   int
	Heading  string
	Text     string // what happened and what to do next
	newBench bool   // offer a new bench
	Room     string // the code of the class that it happened in, to go back to
	TakeOver bool   // offer to take over driving
	Field    string // of JSON that was sent, that is wrong: "request.url"
	Cause    error
}

func (f *VisitorError) Error() string {
	if f.Cause != nil {
		return f.Heading + ": " + f.Cause.Error()
	}
	return f.Heading
}

func (f *VisitorError) Unwrap() error { return f.Cause }

// ErrNoBench is returned where a path names a bench that there is not.
var ErrNoBench = &VisitorError{
	Status: http.StatusNotFound, Heading: "There is no such bench", newBench: true,
	Text: "A bench lasts two hours unused and a day at most, and none outlives a restart of the lab but those of a class that is kept. This one has ended, or its address was mistyped. A new one is made in a moment.",
}

var errEvicted = &VisitorError{
	Status: http.StatusGone, Heading: "This bench was ended to make room", newBench: true,
	Text: "The benches that were made from its network address held more bytes than may be held from one, and this one was unused for longest. What it recorded is gone. A new one is made in a moment.",
}

// BadRequest is the error of a request that cannot be understood, with a sentence that
// says what to do.
func BadRequest(text string, cause error) error {
	return &VisitorError{Status: http.StatusBadRequest, Heading: "That did not work", Text: text, Cause: cause}
}

// Adapt makes an http.Handler of a handler: the one place where errors become
// answers, and where those that are ours are logged.
func (s *Site) Adapt(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.answerError(w, r, err)
		}
	})
}

func (s *Site) answerError(w http.ResponseWriter, r *http.Request, err error) {
	var f *VisitorError
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
		http.Error(w, f.Heading+". "+f.Text, f.Status)
		return
	}
	if err := s.Render(w, f.Status, page.ProblemPage(s.Problem(f)), r); err != nil {
		s.config.Log.Error("an error page failed", "err", err)
	}
}

// Problem is the page of an error.
func (s *Site) Problem(f *VisitorError) page.ProblemView {
	return page.ProblemView{
		Chrome: s.Chrome(f.Heading + ": AuthLab"), Status: f.Status,
		Heading: f.Heading, Text: f.Text, NewBench: f.newBench, Room: f.Room, TakeOver: f.TakeOver,
	}
}

// wantsText reports whether a script asked, which shows a sentence and not a page.
func wantsText(r *http.Request) bool {
	return r.FormValue("quiet") != "" || r.FormValue("fragment") != ""
}

// answerBroken answers with the page that was rendered at start.
func (s *Site) answerBroken(w http.ResponseWriter) {
	SecureHeaders(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write(s.broken) // nothing is left to tell if this fails too
}

// ErrBroken is what visitors are told of a failure of ours.
var ErrBroken = &VisitorError{
	Status: http.StatusInternalServerError, Heading: "Something broke",
	Text: "This is our fault, and it has been logged. What your bench recorded is still there; go back and try again.",
}

func (s *Site) renderBroken() ([]byte, error) {
	var b bytes.Buffer
	if err := page.ProblemPage(s.Problem(ErrBroken)).Render(context.Background(), &b); err != nil {
		return nil, fmt.Errorf("render the page for failures: %w", err)
	}
	return b.Bytes(), nil
}

// Recovered turns a panic into an error page and a line in the log. The panic
// that net/http asks for to cut a connection passes.
func (s *Site) Recovered(next http.Handler) http.Handler {
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
