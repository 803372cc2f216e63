package class

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"authlab/lab/bench"
	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/share"
	"authlab/lab/site/panes"
)

// Class is a room with the bench that it shows: what ties the two together.
type Class struct {
	*room.Room
	bench   *bench.Bench
	release func() // lets the bench go
	shelf   shelf
	veil    veil
	spend   func(c share.Client, k share.Kind, within string) error
	again   chan struct{} // has one element where saving has begun to fail, or to work again
}

// Classes are all classes of this lab.
type Classes struct {
	Rooms      *room.Rooms
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
	byCode map[room.Code]*Class
}

func newClasses(benches *bench.Benches, keep *classKeep, log *slog.Logger, refused func(error)) *Classes {
	cs := &Classes{
		benches: benches, keep: keep, log: log, allowances: share.NewAllowances(classAllowances), guests: newGuests(),
		refused: refused, byCode: map[room.Code]*Class{},
	}
	var roomKeep room.Keep
	if keep != nil {
		roomKeep = keep
		keep.file.Tell(cs.troubled)
	}
	cs.Rooms = room.NewRooms(roomKeep, cs.Drop)
	return cs
}

// spend spends from what a client may do in classes, or in one of them.
func (cs *Classes) spend(c share.Client, k share.Kind, within string) error {
	err := cs.allowances.SpendWithin(c, k, within)
	if err != nil && k != kindOwnVote && k != kindOwnHere { // those name devices and no clients
		cs.refused(err)
	}
	return err
}

// Rendered is how often a part of what students see was rendered.
func (c *Class) Rendered() int { return c.shelf.times() }

// Refusals are what was refused in classes, by kind. A device's name is as good as its
// vote, so none is told.
func (cs *Classes) Refusals() []share.Refusals {
	list := cs.allowances.Refusals()
	for i, s := range list {
		if s.Kind == kindOwnVote || s.Kind == kindOwnHere {
			list[i].Client = ""
		}
	}
	return list
}

// Open returns the class that shows a bench; where there is none, it opens a room,
// at a step and in a view, and says that it was made.
func (cs *Classes) Open(b *bench.Bench, step int, view string) (c *Class, made bool, err error) {
	cs.opening.Lock()
	defer cs.opening.Unlock()
	if c := cs.of(b); c != nil {
		return c, false, nil
	}
	r, err := cs.Rooms.Open(room.Options{Bench: b.ID(), Steps: plot.Count, Step: step, View: view})
	if err != nil {
		return nil, false, err
	}
	return cs.add(r, b, numbers{}), true, nil
}

// add begins to show a bench to a room. The bench is held for as long as there is
// a class.
//
// saved are the numbers of the exchanges that were kept before.
func (cs *Classes) add(r *room.Room, b *bench.Bench, saved numbers) *Class {
	c := &Class{Room: r, bench: b, release: b.Hold(), spend: cs.spend, again: make(chan struct{}, 1)}
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
func (cs *Classes) openedBy(c share.Client) (n int) {
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
func (cs *Classes) of(b *bench.Bench) *Class {
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
func (cs *Classes) gave(press string) *Class {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.byCode {
		if c.Gave(press) && !c.State().Ended {
			return c
		}
	}
	return nil
}

// Drop lets go of the class of a room that is over, and of its bench.
func (cs *Classes) Drop(r *room.Room) {
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

// Find returns the class with a code, or room.ErrNone.
func (cs *Classes) Find(code room.Code) (*Class, error) {
	if _, err := cs.Rooms.Find(code); err != nil {
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
func (c *Class) sender() client.Client {
	var first client.Client
	for _, x := range slices.Backward(c.bench.Journal().Exchanges) {
		if x.By != journal.Visitor {
			continue
		}
		page := c.bench.PageOf(x)
		first = client.Of(x, page)
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
func (cs *Classes) watch(c *Class, saved numbers) {
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
func (cl *Pages) sends(c *Class, step int) (sends, sent bool) {
	return cl.uses.Steps[step].Sends, panes.SentIn(c.bench.Shown(), journal.Lesson, step)
}

// asksAt returns the question of a step and how many answers there are to choose
// from, or false.
func (cl *Pages) asksAt(step int) (slug string, options int, ok bool) {
	for _, p := range cl.uses.Predictions {
		if p.Step == step {
			return p.Slug, len(p.Options), true
		}
	}
	return "", 0, false
}

var errNothingToSend = errors.New("nothing is sent at this step")
