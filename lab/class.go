package lab

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/share"
)

// class is a room with the bench that it shows: what ties the two together.
type class struct {
	*room.Room
	bench   *bench.Bench
	release func() // lets the bench go
	shelf   shelf
	veil    veil
	spend   func(c share.Client, k share.Kind, within string) error
	again   chan struct{} // has one element where saving has begun to fail, or to work again
}

// classes are all classes of this lab.
type classes struct {
	rooms      *room.Rooms
	benches    *bench.Benches
	log        *slog.Logger
	keep       *classKeep        // nil keeps nothing
	allowances *share.Allowances // of what is done in classes
	guests     *guests
	refused    func(error) // is told of each refusal of a client's

	closing  atomic.Bool // the lab stops: what is there is to be kept once more
	watching sync.WaitGroup
	opening  sync.Mutex // so that a bench gets one class, however many ask at once
	presses  presses    // under way

	mu     sync.Mutex
	byCode map[room.Code]*class
}

func newClasses(benches *bench.Benches, keep *classKeep, log *slog.Logger, refused func(error)) *classes {
	cs := &classes{
		benches: benches, keep: keep, log: log, allowances: share.NewAllowances(classAllowances), guests: newGuests(),
		refused: refused, byCode: map[room.Code]*class{},
	}
	var roomKeep room.Keep
	if keep != nil {
		roomKeep = keep
		keep.file.Tell(cs.troubled)
	}
	cs.rooms = room.NewRooms(roomKeep, cs.drop)
	return cs
}

// spend spends from what a client may do in classes, or in one of them.
func (cs *classes) spend(c share.Client, k share.Kind, within string) error {
	err := cs.allowances.SpendWithin(c, k, within)
	if err != nil && k != kindOwnVote && k != kindOwnHere { // those name devices and no clients
		cs.refused(err)
	}
	return err
}

// refusals are what was refused in classes, by kind. A device's name is as good as its
// vote, so none is told.
func (cs *classes) refusals() []share.Refusals {
	list := cs.allowances.Refusals()
	for i, s := range list {
		if s.Kind == kindOwnVote || s.Kind == kindOwnHere {
			list[i].Client = ""
		}
	}
	return list
}

// open returns the class that shows a bench; where there is none, it opens a room,
// at a step and in a view, and says that it was made.
func (cs *classes) open(b *bench.Bench, step int, view string) (c *class, made bool, err error) {
	cs.opening.Lock()
	defer cs.opening.Unlock()
	if c := cs.of(b); c != nil {
		return c, false, nil
	}
	r, err := cs.rooms.Open(room.Options{Bench: b.ID(), Steps: plot.Count, Step: step, View: view})
	if err != nil {
		return nil, false, err
	}
	return cs.add(r, b, numbers{}), true, nil
}

// add begins to show a bench to a room. The bench is held for as long as there is
// a class.
//
// saved are the numbers of the exchanges that were kept before.
func (cs *classes) add(r *room.Room, b *bench.Bench, saved numbers) *class {
	c := &class{Room: r, bench: b, release: b.Hold(), spend: cs.spend, again: make(chan struct{}, 1)}
	c.veil.id = b.ID()
	c.veil.spare = func(bytes int64) bool { return cs.benches.BesideSpare(b, r.Bytes()+room.MoreBytes+bytes) }
	cs.mu.Lock()
	cs.byCode[r.Code()] = c
	cs.mu.Unlock()
	cs.watching.Go(func() { cs.watch(c, saved) })
	return c
}

// maxOwnClasses is how many classes there may be at a time whose benches one client
// has made: a quarter of all.
const maxOwnClasses = room.MaxRooms / 4

// openedBy counts the classes whose benches a client has made and that have not ended.
func (cs *classes) openedBy(c share.Client) (n int) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, other := range cs.byCode {
		if other.bench.Owner() == c && !other.State().Ended {
			n++
		}
	}
	return n
}

// of returns the class that shows a bench and has not ended, or nil.
func (cs *classes) of(b *bench.Bench) *class {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.byCode {
		if c.bench == b && !c.State().Ended {
			return c
		}
	}
	return nil
}

// gave returns the class that a press was given the right to drive lately and that has
// not ended, or nil.
func (cs *classes) gave(press string) *class {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.byCode {
		if c.Gave(press) && !c.State().Ended {
			return c
		}
	}
	return nil
}

func (cs *classes) drop(r *room.Room) {
	cs.mu.Lock()
	c := cs.byCode[r.Code()]
	delete(cs.byCode, r.Code())
	cs.mu.Unlock()
	if c != nil {
		c.release()
		_ = cs.benches.Beside(c.bench, 0) // which makes room and takes none
		cs.forget(c)
	}
}

// find returns the class with a code, or room.ErrNone.
func (cs *classes) find(code room.Code) (*class, error) {
	if _, err := cs.rooms.Find(code); err != nil {
		return nil, err
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.byCode[code]; c != nil {
		return c, nil
	}
	return nil, room.ErrNone
}

// sender is the browser that sends for a class: the one of the latest exchange that a
// page of ours has sent; where none was, the first that has asked for anything.
func (c *class) sender() explain.Client {
	var first explain.Client
	for _, x := range slices.Backward(c.bench.Journal().Exchanges) {
		if x.By != journal.Visitor {
			continue
		}
		page := c.bench.PageOf(x)
		first = explain.ClientOf(x, page)
		if page != "" {
			break
		}
	}
	return first
}

// gather is how long more is waited for when something has happened on a bench,
// so that one step of the lesson, which is several exchanges, is shown in few
// pieces.
const gather = 40 * time.Millisecond

// watch tells the class of what happens on its bench, once it is kept, until the
// class ends or the bench is gone.
func (cs *classes) watch(c *class, saved numbers) {
	for {
		notices, end := c.bench.Listen()
		cs.keepBench(c, saved)
		for told(c.Over(), notices, c.again) {
			cs.keepBench(c, saved)
			c.Changed()
		}
		end()
		if _, there := cs.benches.Find(c.bench.ID()); !there || c.Over().Err() != nil {
			if there && cs.closing.Load() {
				cs.keepBench(c, saved)
			}
			return
		}
		cs.forgetExchanges(c) // the bench was reset
		saved = numbers{}
		c.Changed()
	}
}

// told waits for a notice, and a moment for more, or until the class is to look again
// for another reason. It returns false once there will be none.
func told(over context.Context, notices <-chan journal.Notice, again <-chan struct{}) bool {
	select {
	case <-over.Done():
		return false
	case <-again:
		return true
	case _, ok := <-notices:
		if !ok {
			return false
		}
	}
	more := time.NewTimer(gather)
	defer more.Stop()
	for {
		select {
		case <-more.C:
			return true
		case _, ok := <-notices:
			if !ok {
				return true
			}
		}
	}
}

// sends reports whether a step sends, and whether it was sent.
func (cl *classPages) sends(c *class, step int) (sends, sent bool) {
	for _, x := range c.bench.Shown().Exchanges {
		if x.Step == step {
			sent = true
			break
		}
	}
	return cl.uses.Steps[step].Sends, sent
}

// asksAt returns the question of a step and how many answers there are to choose
// from, or false.
func (cl *classPages) asksAt(step int) (slug string, options int, ok bool) {
	for _, p := range cl.uses.Predictions {
		if p.Step == step {
			return p.Slug, len(p.Options), true
		}
	}
	return "", 0, false
}

var errNothingToSend = errors.New("nothing is sent at this step")
