package share

import (
	"cmp"
	"container/list"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Kind is a kind of thing that clients do, in words that finish "too many …".
type Kind string

// Allowance is how often a client may do a kind of thing: Burst at once, Rate a second
// after that, and Most in all for as long as it is remembered; any number if Most is 0.
type Allowance struct {
	Rate  float64
	Burst int
	Most  int
}

// ErrSpent is the error of a client that has used its allowance up.
var ErrSpent = errors.New("the allowance is used up")

// SpentError says which allowance a client has used up, and until when.
type SpentError struct {
	Client    Client
	Kind      Kind
	Allowance Allowance
	After     time.Duration // until there is one again, rounded up to whole seconds
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("%s: too many %s, again in %s", e.Client, e.Kind, e.After)
}

// Unwrap makes every SpentError an ErrSpent.
func (e *SpentError) Unwrap() error { return ErrSpent }

// maxPurses is how many clients' purses are remembered, of all kinds together.
const maxPurses = 1 << 16

// Allowances are what clients may still do. It is safe for concurrent use.
//
// The purse of a client that has done nothing for long is full again, and is
// forgotten first when there are very many.
type Allowances struct {
	of map[Kind]Allowance

	mu     sync.Mutex
	purses map[purseKey]*list.Element
	recent *list.List // of *purse, the one used last in front
	seen   map[Kind]*Refusals
}

type purseKey struct {
	client Client
	kind   Kind
	within string
}

type purse struct {
	key     purseKey
	limiter *rate.Limiter
	taken   int
}

// Refusals count what was refused of a kind.
type Refusals struct {
	Kind   Kind
	Count  int
	Client Client    // who was refused last
	At     time.Time // when that was
}

// NewAllowances returns purses that are full. A kind that of does not name may be
// done without end.
func NewAllowances(of map[Kind]Allowance) *Allowances {
	return &Allowances{of: of, purses: map[purseKey]*list.Element{}, recent: list.New(), seen: map[Kind]*Refusals{}}
}

// Spend takes one of a kind from what a client may do. It returns a [*SpentError]
// where nothing is left, and takes nothing then.
func (a *Allowances) Spend(c Client, k Kind) error { return a.SpendWithin(c, k, "") }

// SpendWithin is Spend from a purse that is only for one place: a class, say.
func (a *Allowances) SpendWithin(c Client, k Kind, within string) error {
	allowance, bounded := a.of[k]
	if !bounded {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	p := a.purse(purseKey{c, k, within}, allowance)
	if (allowance.Most == 0 || p.taken < allowance.Most) && p.limiter.AllowN(now, 1) {
		p.taken++
		return nil
	}
	after := time.Duration(math.Ceil(max(1-p.limiter.TokensAt(now), 0)/allowance.Rate)) * time.Second
	a.refused(c, k, now)
	return &SpentError{c, k, allowance, after}
}

// Back gives back what SpendWithin has taken and was not used.
func (a *Allowances) Back(c Client, k Kind, within string) {
	allowance, bounded := a.of[k]
	if !bounded {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p, now := a.purse(purseKey{c, k, within}, allowance), time.Now()
	if p.limiter.TokensAt(now) < float64(allowance.Burst) {
		p.limiter.AllowN(now, -1)
	}
	p.taken = max(p.taken-1, 0)
}

// purse returns a client's purse. a.mu must be held.
func (a *Allowances) purse(key purseKey, of Allowance) *purse {
	if e, ok := a.purses[key]; ok {
		a.recent.MoveToFront(e)
		return e.Value.(*purse)
	}
	if len(a.purses) >= maxPurses {
		last := a.recent.Back()
		a.recent.Remove(last)
		delete(a.purses, last.Value.(*purse).key)
	}
	p := &purse{key: key, limiter: rate.NewLimiter(rate.Limit(of.Rate), of.Burst)}
	a.purses[key] = a.recent.PushFront(p)
	return p
}

// Refused counts a refusal of a kind that is bounded elsewhere: memory, say.
func (a *Allowances) Refused(c Client, k Kind) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused(c, k, time.Now())
}

func (a *Allowances) refused(c Client, k Kind, now time.Time) {
	r := a.seen[k]
	if r == nil {
		r = &Refusals{Kind: k}
		a.seen[k] = r
	}
	r.Count++
	r.Client, r.At = c, now
}

// Refusals returns what was refused so far, by kind.
func (a *Allowances) Refusals() []Refusals {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []Refusals
	for _, r := range a.seen {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(x, y Refusals) int { return cmp.Compare(x.Kind, y.Kind) })
	return out
}
