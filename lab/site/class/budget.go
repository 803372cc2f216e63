package class

import (
	"container/list"
	"sync"

	"authlab/lab/room"
	"authlab/lab/share"
)

// The kinds of what is spent in classes, in words that finish "too many".
const (
	kindCode     share.Kind = "wrong join codes"
	kindSecret   share.Kind = "wrong rights to drive"
	kindInvite   share.Kind = "wrong invitations"
	kindName     share.Kind = "devices of a class"
	kindVote     share.Kind = "votes"
	kindPresence share.Kind = "notes of presence"
	// Of one device, and not of all that share its address:
	kindOwnVote share.Kind = "votes of one device"
	kindOwnHere share.Kind = "notes of presence of one device"
)

// classAllowances are what a client may get wrong in the whole lab, and what clients
// and devices may send to one class. A class of 300 that reloads behind one address
// is one client.
var classAllowances = map[share.Kind]share.Allowance{
	kindCode:     {Rate: 1.0 / 3, Burst: 20},
	kindSecret:   {Rate: 1.0 / 3, Burst: 20},
	kindInvite:   {Rate: 1.0 / 3, Burst: 20},
	kindName:     {Rate: 1, Burst: 600, Most: 1500},
	kindVote:     {Rate: 300, Burst: 1500},
	kindPresence: {Rate: 300, Burst: 1500},
	kindOwnVote:  {Rate: 1, Burst: 10},
	kindOwnHere:  {Rate: 1, Burst: 10},
}

// guests remember which clients were let in to which classes: what others behind the
// same address mistype afterwards does not shut them out.
type guests struct {
	mu     sync.Mutex
	by     map[guest]*list.Element // of guest
	recent *list.List
}

type guest struct {
	client share.Client
	code   room.Code
}

// maxGuests is how many are remembered; who was not seen for longest is forgotten.
const maxGuests = 20000

func newGuests() *guests { return &guests{by: map[guest]*list.Element{}, recent: list.New()} }

// welcome notes that a client knew the code of a class.
func (g *guests) welcome(client share.Client, code room.Code) {
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
func (g *guests) knows(client share.Client, code room.Code) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.by[guest{client, code}]
	if e != nil {
		g.recent.MoveToFront(e)
	}
	return e != nil
}
