package main

import (
	"bytes"
	"sync"

	"authlab/cmd/authload/report"
)

// logged counts what a lab logs: under attack that may be thousands of lines. It is an
// io.Writer that never fails, and is safe for concurrent use.
type logged struct {
	mu     sync.Mutex
	rest   []byte // a line that has not ended yet
	lines  int
	errors int
	first  string // of the errors
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.rest = rest
		l.lines++
		if !bytes.Contains(line, []byte("level=ERROR")) && !bytes.HasPrefix(line, []byte("panic: ")) && !bytes.HasPrefix(line, []byte("fatal error: ")) {
			continue
		}
		if l.errors++; l.errors == 1 {
			l.first = string(line)
		}
	}
}

// complaints reports what a lab has logged.
func (s *server) complaints(r *report.Report) {
	if s.log == nil {
		return
	}
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	r.Figure("lines in the lab's log", "%d, %d of them failures", s.log.lines, s.log.errors)
	if s.log.first != "" {
		r.Figure("the first failure there", "%s", sentence(s.log.first))
	}
}
