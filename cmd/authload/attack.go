package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"authlab/cmd/authload/proc"
)

// attack is a way of taking more than one's share of a lab.
type attack struct {
	name  string  // by which -only chooses it
	does  string  // what the attacker does, for the report
	at    int     // how many connections of the attacker do so at once
	rate  float64 // how often a second, all of them together, at most
	files int     // how many files the lab may open; 0 for as many as it likes
	class int     // how many are in the class beside it, at most; 0 for no limit
	taken int     // the status of what the lab takes; 0 where connections are only held

	prepare func(context.Context, *attacker) error // once, before anything is measured; nil for nothing
	deed    func(context.Context, *attacker)       // what is done again and again
}

// attacker is one connection of an attack.
type attacker struct {
	*browser
	from   *net.Dialer
	addr   string
	class  *class // whose join code the attacker knows
	bench  string // the path of its latest bench, "" before
	used   int    // requests to that
	shared *assault
}

// assault is what an attack's attackers share.
type assault struct {
	pace   *rate.Limiter
	device string // in the class, once it was entered
	full   string // the path of the bench that was filled before, "" where none was

	mu       sync.Mutex
	answered map[int]int // by status
	opened   int         // connections that are only held
	failed   int         // requests that got no answer, connections that were closed or refused
	waiting  int         // requests that had no answer yet when the attack was over
	wordless int         // refusals without a sentence
}

// attackerAt is where all of an attack comes from.
const attackerAt = "127.0.0.66"

// newAttackers returns those of an attack on a lab and its class.
func newAttackers(a attack, addr string, c *class) ([]*attacker, error) {
	// They do not all begin at the same moment: that would hold up this process, which
	// measures, and not only the lab.
	shared := &assault{pace: rate.NewLimiter(rate.Limit(a.rate), max(1, a.at/10)), answered: map[int]int{}}
	var all []*attacker
	for range a.at {
		d := from(attackerAt)
		b, err := newBrowser(d, addr)
		if err != nil {
			return nil, err
		}
		all = append(all, &attacker{browser: b, from: d, addr: addr, class: c, shared: shared})
	}
	return all, nil
}

// strike attacks until ctx ends.
func (a attack) strike(ctx context.Context, all []*attacker) {
	var striking sync.WaitGroup
	for _, one := range all {
		striking.Go(func() {
			for ctx.Err() == nil && one.shared.pace.Wait(ctx) == nil {
				a.deed(ctx, one)
			}
			one.leave()
		})
	}
	striking.Wait()
}

// try sends a request and counts what it is answered. It returns 0 for no answer.
func (a *attacker) try(ctx context.Context, method, path, kind, body string) (status int, to string) {
	status, to, text, err := a.ask(ctx, method, path, kind, body, "")
	s := a.shared
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		s.waiting++
		return 0, ""
	}
	if err != nil {
		s.failed++
		return 0, ""
	}
	s.answered[status]++
	if wordless(status, text) {
		s.wordless++
	}
	return status, to
}

// wordless reports whether an answer refuses and does not say why.
func wordless(status int, text string) bool {
	return refuses(status) && len(strings.Fields(sentence(text))) < leastWords
}

// leastWords is how many words a refusal has at least that says what to do.
const leastWords = 5

// form is try for a form.
func (a *attacker) form(ctx context.Context, path string, form url.Values) (status int, to string) {
	return a.try(ctx, http.MethodPost, path, formKind, form.Encode())
}

// ownBench returns the path of a bench of the attacker's that has budget for one
// request more; "" where none could be made.
func (a *attacker) ownBench(ctx context.Context) string {
	if a.bench == "" || a.used >= burst {
		status, to := a.form(ctx, "/bench", nil)
		if status != http.StatusSeeOther {
			a.bench = ""
			return ""
		}
		a.bench, a.used = to, 0
	}
	a.used++
	return a.bench
}

// burst is how many requests a bench answers at once.
const burst = 60

// dial opens a connection that the attacker only holds; nil where there is none.
func (a *attacker) dial(ctx context.Context, control bool) net.Conn {
	d := *a.from
	if control {
		d.Control = proc.SmallBuffer
	}
	d.Timeout = patience
	conn, err := d.DialContext(ctx, "tcp", a.addr)
	if ctx.Err() != nil {
		if err == nil {
			_ = conn.Close() // nothing was sent over it
		}
		return nil
	}
	a.shared.mu.Lock()
	defer a.shared.mu.Unlock()
	if err != nil {
		a.shared.failed++
		return nil
	}
	a.shared.opened++
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // the attack is over
	return conn
}

// closed counts a connection that the lab has closed.
func (a *attacker) closed(ctx context.Context, conn net.Conn) {
	_ = conn.Close() // it is not used again
	if ctx.Err() == nil {
		a.shared.mu.Lock()
		defer a.shared.mu.Unlock()
		a.shared.failed++
	}
}

// linger holds a connection until the lab closes it, or ctx ends.
func (a *attacker) linger(ctx context.Context, conn net.Conn) {
	_, _ = io.Copy(io.Discard, conn) // however it ends
	a.closed(ctx, conn)
}

// String sums up what the attackers were answered.
func (s *assault) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(s.answered)) {
		parts = append(parts, fmt.Sprintf("%d of status %d", s.answered[status], status))
	}
	if s.opened > 0 {
		parts = append(parts, fmt.Sprintf("%d connections held", s.opened))
	}
	if s.failed > 0 {
		parts = append(parts, fmt.Sprintf("%d cut off", s.failed))
	}
	if s.waiting > 0 {
		parts = append(parts, fmt.Sprintf("%d still waiting in the end", s.waiting))
	}
	if len(parts) == 0 {
		return "nothing at all"
	}
	return strings.Join(parts, ", ")
}

// took returns how often the lab took what an attack sends, or was still at it when
// the attack was over.
func (s *assault) took(a attack) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.taken == 0 {
		return s.opened
	}
	return s.answered[a.taken] + s.waiting
}

// fillOne fills a bench, to its last exchange or until it takes no more.
func fillOne(ctx context.Context, a *attacker) error {
	for n, refused := 0, 0; n < mostExchanges && refused < mostRefused; {
		if a.shared.full == "" {
			_, a.shared.full = a.form(ctx, "/bench", nil)
		}
		if status, _ := a.form(ctx, a.shared.full+"/session/login", longLogin); status == http.StatusBadRequest {
			n, refused = n+1, 0
			continue
		}
		refused++
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// mostRefused is how often in a row a bench refuses that takes no more: one that only
// has had too much at once takes some more within a second.
const mostRefused = 30

// mostExchanges is how many exchanges a bench records.
const mostExchanges = 200

// longLogin is a login that no app takes, with an e-mail address of 95 KB.
var longLogin = url.Values{"email": {strings.Repeat("a", 95_000)}}
