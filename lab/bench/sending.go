package bench

import (
	"net"
	"net/http"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// sendingLease is how long a sending may rest before it counts as given up: its page
// was closed, say. A page waits for an answer for ten seconds at most.
const sendingLease = 30 * time.Second

// Sending is a step of the lesson that a page is sending. What comes of it is not
// shown anywhere until it is over: half of it would tell the other half.
type Sending struct {
	Step int
	// Since is the number of the last exchange that had begun before.
	Since int
	// Restores says that what the step needs is being made true first.
	Restores bool

	page        string // as Exchange.Page
	agent, peer string // of the browser
	touched     time.Time
}

// Begin says that a page is sending a step, or with restores what the step needs
// before. page is how the page calls itself, "" for one that does not; r is its
// request, by which its browser is known. A page that goes on with the same step
// keeps the beginning.
func (b *Bench) Begin(step int, restores bool, page string, r *http.Request) {
	b.cursor.Store(int32(step))
	s := &Sending{
		Step: step, Since: b.journal.Load().Mark().Last, Restores: restores,
		page: page, agent: r.UserAgent(), peer: peerOf(r.RemoteAddr), touched: time.Now(),
	}
	if was, ok := b.Sending(); ok && was.Step == step && was.page == page {
		s.Since = was.Since
	}
	b.sending.Store(s)
}

// End says that nothing is being sent any more, and tells those who listen.
func (b *Bench) End() {
	b.cursor.Store(plot.NoStep)
	if b.sending.Swap(nil) != nil {
		b.journal.Load().Announce()
	}
}

// Sending is what is being sent, if anything is.
func (b *Bench) Sending() (Sending, bool) {
	s := b.sending.Load()
	if s == nil || time.Since(s.touched) > sendingLease {
		return Sending{}, false
	}
	return *s, true
}

// Shown is the journal as pages may show it: what has been recorded of a step that
// is still being sent is not in it.
func (b *Bench) Shown() journal.View {
	v := b.Journal()
	if s, ok := b.Sending(); ok {
		return v.Upto(s.Since)
	}
	return v
}

// ShownState is what a flow's server remembers, as pages may show it: while a step
// is being sent, as it was before.
func (b *Bench) ShownState(flow journal.Flow) journal.State {
	if s, ok := b.Sending(); ok {
		for _, x := range b.Journal().Exchanges {
			if x.Flow == flow && x.Number > s.Since {
				return x.Before
			}
		}
	}
	return b.State(flow)
}

// sentBy is the part of an arrival that the page knows which is sending: whether it
// is the one that this request comes from.
func (b *Bench) sentBy(r *http.Request, peer string) (page string, restores bool) {
	s, ok := b.Sending()
	if !ok || s.agent != r.UserAgent() || s.peer != peer {
		return "", false
	}
	return s.page, s.Restores
}

// goesOn keeps the lease of what is being sent.
func (b *Bench) goesOn() {
	if was := b.sending.Load(); was != nil {
		s := *was
		s.touched = time.Now()
		b.sending.CompareAndSwap(was, &s) // or it has ended meanwhile
	}
}

// peerOf is the address of a connection's other end, without the port.
func peerOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}

// Claim notes that a page has sent an exchange by hand, in one of its frames: the
// page knows, the wire does not. The first to say so counts; a page that calls
// itself nothing, and an exchange that is known to be another's, are passed over.
func (b *Bench) Claim(number int, page string, r *http.Request) {
	x, ok := b.Journal().Exchange(number)
	if !ok || page == "" || x.Page != "" || x.By != journal.Visitor || x.Peer != peerOf(r.RemoteAddr) {
		return
	}
	b.admin.Lock()
	defer b.admin.Unlock()
	if _, taken := b.claims[number]; taken {
		return
	}
	if b.claims == nil {
		b.claims = map[int]string{}
	}
	b.claims[number] = page
}

// PageOf is how the page calls itself that sent an exchange, "" where that is not
// known.
func (b *Bench) PageOf(x *journal.Exchange) string {
	if x.Page != "" {
		return x.Page
	}
	b.admin.Lock()
	defer b.admin.Unlock()
	return b.claims[x.Number]
}
