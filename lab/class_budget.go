package lab

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"authlab/lab/room"
)

// allowance is what one client may do of one kind.
type allowance struct {
	rate  rate.Limit // a second
	burst int        // at once
	most  int        // in all, while the client is remembered; 0 for any number
}

// The kinds of what is spent.
const (
	kindCode     = "join code" // wrong ones
	kindSecret   = "driving secret"
	kindInvite   = "invite"
	kindName     = "device name"
	kindVote     = "vote"     // of one client
	kindPresence = "presence" // of one client
	kindOwnVote  = "own vote" // of one device
	kindOwnHere  = "own presence"
)

// guessing is what a client may get wrong in the whole lab, classSending what clients
// and devices may send to one class. A class of 300 that reloads behind one address
// is one client.
var (
	guessing = map[string]allowance{
		kindCode:   {rate: 1.0 / 3, burst: 20},
		kindSecret: {rate: 1.0 / 3, burst: 20},
		kindInvite: {rate: 1.0 / 3, burst: 20},
	}
	classSending = map[string]allowance{
		kindName:     {rate: 1, burst: 600, most: 1500},
		kindVote:     {rate: 300, burst: 1500},
		kindPresence: {rate: 300, burst: 1500},
		kindOwnVote:  {rate: 1, burst: 10},
		kindOwnHere:  {rate: 1, burst: 10},
	}
)

// maxSpenders is how many clients budgets remember, of all kinds: some 20 MB.
const maxSpenders = 100000

// budgets hold what clients may still do. Each has its own of each kind, so that
// nobody spends another's. It is safe for concurrent use.
type budgets struct {
	allow map[string]allowance
	now   func() time.Time

	mu     sync.Mutex
	by     map[spender]*list.Element // of *spent
	recent *list.List                // the latest first
}

type spender struct{ client, kind string }

type spent struct {
	spender
	limiter *rate.Limiter
	taken   int
}

// newBudgets returns budgets of the kinds that allow names, all unspent.
func newBudgets(allow map[string]allowance) *budgets {
	return &budgets{allow: allow, now: time.Now, by: map[spender]*list.Element{}, recent: list.New()}
}

// take spends one of a client's budget of a kind, and reports whether there was one.
func (b *budgets) take(client, kind string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a := b.of(spender{client, kind}), b.allow[kind]
	if a.most > 0 && s.taken >= a.most || !s.limiter.AllowN(b.now(), 1) {
		return false
	}
	s.taken++
	return true
}

// giveBack returns what take has spent and was not used.
func (b *budgets) giveBack(client, kind string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a := b.of(spender{client, kind}), b.allow[kind]
	now := b.now()
	if s.limiter.TokensAt(now) < float64(a.burst) {
		s.limiter.AllowN(now, -1)
	}
	s.taken = max(s.taken-1, 0)
}

// of returns what a client has spent. Where too many are remembered, the one that has
// done nothing for longest is forgotten. b.mu must be held.
func (b *budgets) of(who spender) *spent {
	if e := b.by[who]; e != nil {
		b.recent.MoveToFront(e)
		return e.Value.(*spent)
	}
	if len(b.by) >= maxSpenders {
		last := b.recent.Back()
		delete(b.by, b.recent.Remove(last).(*spent).spender)
	}
	a := b.allow[who.kind]
	s := &spent{spender: who, limiter: rate.NewLimiter(a.rate, a.burst)}
	b.by[who] = b.recent.PushFront(s)
	return s
}

// clientOf names who sent a request, for budgets: the peer's address, of IPv6 the
// network of 64 bits that one client usually has to itself.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String()
}

// guests remember which clients were let in to which classes: what others behind the
// same address mistype afterwards does not shut them out.
type guests struct {
	mu     sync.Mutex
	by     map[guest]*list.Element // of guest
	recent *list.List
}

type guest struct {
	client string
	code   room.Code
}

// maxGuests is how many are remembered; who was not seen for longest is forgotten.
const maxGuests = 20000

func newGuests() *guests { return &guests{by: map[guest]*list.Element{}, recent: list.New()} }

// welcome notes that a client knew the code of a class.
func (g *guests) welcome(client string, code room.Code) {
	g.mu.Lock()
	defer g.mu.Unlock()
	who := guest{client, code}
	if e := g.by[who]; e != nil {
		g.recent.MoveToFront(e)
		return
	}
	if len(g.by) >= maxGuests {
		delete(g.by, g.recent.Remove(g.recent.Back()).(guest))
	}
	g.by[who] = g.recent.PushFront(who)
}

// knows reports whether a client was let in to a class.
func (g *guests) knows(client string, code room.Code) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.by[guest{client, code}]
	if e != nil {
		g.recent.MoveToFront(e)
	}
	return e != nil
}
