package journal

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"authlab/lab/plot"
)

// ErrFull is returned by [Journal.Reserve] once the journal holds as many
// exchanges as it may. The request that met it has not been handled, so nothing
// happens that is not recorded.
var ErrFull = errors.New("the journal is full")

// Notice tells a listener that something new can be read.
type Notice struct {
	// Exchange is the number of the exchange that was appended, 0 for anything
	// else that happened to the bench.
	Exchange int
	Flow     Flow
	Step     int
}

// Journal is a bench's exchanges in the order of their numbers, and the actions
// between them. It holds at most as many exchanges as it was made for, and is
// safe for concurrent use.
type Journal struct {
	limit int

	mu         sync.RWMutex
	last       int // the last number given
	exchanges  []*Exchange
	actions    []Action
	turnedAway int
	listeners  map[chan Notice]struct{}
	closed     bool
}

// New returns an empty journal for at most limit exchanges; limit is at least 1.
func New(limit int) *Journal {
	return &Journal{limit: max(limit, 1)}
}

// Mark is what a journal holds beside its exchanges, at one moment.
type Mark struct {
	Last       int      `json:"last"` // the last number given, 0 for none
	Actions    []Action `json:"actions"`
	TurnedAway int      `json:"turned_away"`
}

// Mark returns what the journal holds now beside its exchanges. Its slice must not
// be modified.
func (j *Journal) Mark() Mark {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return Mark{Last: j.last, Actions: slices.Clip(j.actions), TurnedAway: j.turnedAway}
}

// Restore returns a journal for at most limit exchanges that goes on where another
// was: at m, with the exchanges that are known, in any order. Those whose numbers
// m does not know yet count too. It fails where the numbers are not those of one
// journal.
func Restore(limit int, m Mark, exchanges []*Exchange) (*Journal, error) {
	j := New(limit)
	j.last, j.turnedAway, j.actions = m.Last, m.TurnedAway, slices.Clip(m.Actions)
	if m.Last < 0 || m.TurnedAway < 0 {
		return nil, fmt.Errorf("restore a journal: it counts %d exchanges and %d turned away", m.Last, m.TurnedAway)
	}
	j.exchanges = slices.SortedFunc(slices.Values(exchanges), func(a, b *Exchange) int { return cmp.Compare(a.Number, b.Number) })
	for i, x := range j.exchanges {
		switch {
		case x.Number < 1:
			return nil, fmt.Errorf("restore a journal: an exchange has the number %d", x.Number)
		case i > 0 && j.exchanges[i-1].Number == x.Number:
			return nil, fmt.Errorf("restore a journal: two exchanges have the number %d", x.Number)
		}
		j.last = max(j.last, x.Number)
		x.Freeze()
	}
	return j, nil
}

// Limit returns how many exchanges the journal holds at most.
func (j *Journal) Limit() int { return j.limit }

// Reserve gives the next exchange its number, from 1. Exchanges are numbered
// when they begin, so that numbers follow cause and effect; they are appended
// when they are complete. It returns ErrFull when no number is left.
func (j *Journal) Reserve() (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last >= j.limit {
		j.turnedAway++
		return 0, ErrFull
	}
	j.last++
	return j.last, nil
}

// TurnAway counts a request that was answered by the lab itself, unrecorded,
// because a budget was used up.
func (j *Journal) TurnAway() {
	j.mu.Lock()
	j.turnedAway++
	j.mu.Unlock()
}

// Append adds a complete exchange under the number that was reserved for it and
// tells the listeners. tag is called first, with what was appended before, to
// name the step that the exchange shows. The exchange must not be changed
// afterwards.
func (j *Journal) Append(x *Exchange, tag func(x *Exchange, earlier View) int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	x.Step = tag(x, j.view())
	x.Freeze()
	at := sort.Search(len(j.exchanges), func(i int) bool { return j.exchanges[i].Number > x.Number })
	// A new slice when it is not simply the newest: views already handed out
	// share the old one.
	if at == len(j.exchanges) {
		j.exchanges = append(j.exchanges, x)
	} else {
		j.exchanges = slices.Insert(slices.Clone(j.exchanges), at, x)
	}
	j.tell(Notice{Exchange: x.Number, Flow: x.Flow, Step: x.Step})
}

// Act records an action between exchanges and tells the listeners.
func (j *Journal) Act(a Action) {
	j.mu.Lock()
	defer j.mu.Unlock()
	a.After = j.last
	j.actions = append(j.actions, a)
	j.tell(Notice{Step: plot.NoStep})
}

// Announce tells the listeners that something about the bench can be read anew
// that is neither an exchange nor an action.
func (j *Journal) Announce() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tell(Notice{Step: plot.NoStep})
}

// Upto returns the view without the exchanges whose numbers are over last, and
// without the actions that were done after one of them had begun.
func (v View) Upto(last int) View {
	v.Exchanges = v.Exchanges[:sort.Search(len(v.Exchanges), func(i int) bool { return v.Exchanges[i].Number > last })]
	v.Actions = v.Actions[:sort.Search(len(v.Actions), func(i int) bool { return v.Actions[i].After > last })]
	return v
}

// View is a journal at one moment. Its slices must not be modified.
type View struct {
	Exchanges  []*Exchange // ascending by Number
	Actions    []Action    // in the order in which they were done
	TurnedAway int         // requests that were answered unrecorded, see TurnAway
	Limit      int         // as Journal.Limit
}

// View returns what the journal holds now. It copies nothing.
func (j *Journal) View() View {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.view()
}

func (j *Journal) view() View {
	return View{
		Exchanges:  slices.Clip(j.exchanges),
		Actions:    slices.Clip(j.actions),
		TurnedAway: j.turnedAway,
		Limit:      j.limit,
	}
}

// Exchange returns the exchange with the given number.
func (v View) Exchange(number int) (*Exchange, bool) {
	at, found := slices.BinarySearchFunc(v.Exchanges, number, func(x *Exchange, n int) int { return x.Number - n })
	if !found {
		return nil, false
	}
	return v.Exchanges[at], true
}

// Latest returns the exchange of flow with the highest number for which fits
// is true, or nil.
func (v View) Latest(flow Flow, fits func(*Exchange) bool) *Exchange {
	for _, x := range slices.Backward(v.Exchanges) {
		if x.Flow == flow && fits(x) {
			return x
		}
	}
	return nil
}

// listenerBuffer is how many notices may wait for one listener. A slower one
// misses the rest, which loses nothing: a notice only says that there is
// something to read, and the next reading brings everything.
const listenerBuffer = 32

// Listen returns a channel of notices and a function that ends it. The channel
// is closed when the journal is.
func (j *Journal) Listen() (<-chan Notice, func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := make(chan Notice, listenerBuffer)
	if j.closed {
		close(c)
		return c, func() {}
	}
	if j.listeners == nil {
		j.listeners = make(map[chan Notice]struct{})
	}
	j.listeners[c] = struct{}{}
	return c, func() { j.unlisten(c) }
}

func (j *Journal) unlisten(c chan Notice) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, ok := j.listeners[c]; ok {
		delete(j.listeners, c)
		close(c)
	}
}

// Close ends all listeners' channels. What was recorded can still be read.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	for c := range j.listeners {
		delete(j.listeners, c)
		close(c)
	}
}

func (j *Journal) tell(n Notice) {
	for c := range j.listeners {
		select {
		case c <- n:
		default:
		}
	}
}
