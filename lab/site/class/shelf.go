package class

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"authlab/lab/coding"
)

// shelf keeps what was rendered for a class, so that each part is rendered and
// compressed once, however many look at it. The site's handler, which compresses all other
// pages, would do so for each who asks: with a class of 300 the lab then takes more than
// three times the processor, and a step comes several times as late.
type shelf struct {
	mu       sync.Mutex
	seq      int
	by       map[shelfKey]*shelved
	rendered int // how often, since the class began
}

type shelfKey struct {
	step  int // plot.NoStep for the one that is shown
	whole bool
	base  string
	me    string
	// unsaved says that the part tells of votes that are not saved.
	unsaved bool
}

type shelved struct {
	once          sync.Once
	plain, packed []byte
	timing        string // the Server-Timing field
	err           error
}

var errUnrendered = errors.New("this part was not rendered")

// maxShelved bounds what is kept of one state; more is rendered for each who asks.
const maxShelved = 64

// part returns a part of the state with number seq, or of a later one that the
// shelf has come to, because nobody wants an older one. The first who asks
// renders it; those who come meanwhile wait for that.
func (s *shelf) part(seq int, key shelfKey, render func() ([]byte, error)) (*shelved, error) {
	p := s.place(seq, key)
	p.once.Do(func() {
		began := time.Now()
		p.err = errUnrendered // if render panics
		if p.plain, p.err = render(); p.err == nil {
			p.packed, p.err = packed(p.plain)
		}
		p.timing = serverTiming(s.count(), time.Since(began))
	})
	return p, p.err
}

// place returns where a part is or will be. A later state clears the shelf.
func (s *shelf) place(seq int, key shelfKey) *shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq > s.seq || s.by == nil {
		s.seq, s.by = seq, map[shelfKey]*shelved{}
	}
	p := s.by[key]
	if p == nil {
		p = &shelved{}
		if len(s.by) < maxShelved {
			s.by[key] = p
		}
	}
	return p
}

// count counts a rendering, and returns its number.
func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rendered++
	return s.rendered
}

// serverTiming says how long a rendering took and which of the class's it was
// (W3C Server Timing, section 3). All who share one get the same, so anybody can
// see in their browser's network panel that it was shared.
func serverTiming(n int, took time.Duration) string {
	return fmt.Sprintf("render;desc=\"rendering %d of this class, shared\";dur=%.3f", n, took.Seconds()*1000)
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
	h.Set("Server-Timing", p.timing)
	if coding.Gzip(r.Header) {
		h.Set("Content-Encoding", "gzip")
		body = p.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a visitor who has gone is no failure of ours
}

// times is how often a part was rendered.
func (s *shelf) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rendered
}
