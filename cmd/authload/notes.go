package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// phase is what goes on while something is measured.
type phase int32

// The phases. What is met outside of the last two is judged, and its time is not.
const (
	between phase = iota // nothing is measured
	alone                // nobody attacks
	beside               // the attacker is at work
	phases
)

// notes are what honest visitors met. It is safe for concurrent use; a nil one
// notes nothing.
type notes struct {
	now atomic.Int32 // the phase

	mu      sync.Mutex
	took    [phases][]time.Duration
	refused int // answered with 413, 429 or 503: told to come back, or to want less
	gone    int // answered with 404: what it had is not there any more
	broken  int // answered with another 5xx, or not at all
	missing int // exchanges that were sent and are not in the journal
	first   string
}

func (n *notes) enter(p phase) { n.now.Store(int32(p)) }

// during is the phase; between where nothing is noted.
func (n *notes) during() phase {
	if n == nil {
		return between
	}
	return phase(n.now.Load())
}

// note notes an answer to what was asked in a phase, and how long it took.
func (n *notes) note(asked phase, took time.Duration, what string, status int, text string, err error) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.took[asked] = append(n.took[asked], took)
	switch {
	case err != nil:
		n.count(&n.broken, fmt.Sprintf("%s: %v", what, err))
	case refuses(status):
		n.count(&n.refused, fmt.Sprintf("%s: %d %s", what, status, sentence(text)))
	case status == http.StatusNotFound:
		n.count(&n.gone, fmt.Sprintf("%s: %d %s", what, status, sentence(text)))
	case status >= http.StatusInternalServerError:
		n.count(&n.broken, fmt.Sprintf("%s: %d %s", what, status, sentence(text)))
	}
}

// times are how long everything took that was asked in a phase.
func (n *notes) times(p phase) []time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.took[p])
}

// known reports whether something was met that must not happen.
func (n *notes) known() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.first != ""
}

// fault notes something else that must not happen, in the count that of points to.
func (n *notes) fault(of func(*notes) *int, format string, values ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.count(of(n), fmt.Sprintf(format, values...))
}

func countGoneNote(n *notes) *int    { return &n.gone }
func countMissingNote(n *notes) *int { return &n.missing }
func countRefusedNote(n *notes) *int { return &n.refused }
func countBrokenNote(n *notes) *int  { return &n.broken }

// count counts, and keeps the first of all. n.mu must be held.
func (n *notes) count(of *int, what string) {
	*of++
	n.first = cmp.Or(n.first, what)
}

// refuses reports whether a status says that the lab does not want to, rather than
// that it cannot.
func refuses(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || status == http.StatusRequestEntityTooLarge
}

// mostSaid is how much of an answer's text is shown, in bytes.
const mostSaid = 240

// sentence is the beginning of what an answer says, on one line.
func sentence(text string) string {
	if at := strings.Index(text, "<h1"); at >= 0 {
		text = text[at:]
	}
	var b strings.Builder
	inTag := false
	for _, c := range text {
		switch {
		case c == '<':
			inTag = true
		case c == '>':
			inTag = false
			b.WriteByte(' ')
		case !inTag:
			b.WriteRune(c)
		}
	}
	said := strings.Join(strings.Fields(b.String()), " ")
	if len(said) > mostSaid {
		said = strings.ToValidUTF8(said[:mostSaid], "") + "…"
	}
	return said
}
