package bench

import (
	"fmt"
	"slices"

	"authlab/lab/journal"
)

// book is a bench's journal, and what is asked of it for every new exchange, so
// that a long journal costs no more than a short one.
type book struct {
	*journal.Journal
	// latest holds each flow's latest login and deed. It is read and written
	// under the journal's lock, while it appends.
	latest map[journal.Flow]past
	// newest is the exchange of each flow that was appended last; likewise.
	newest map[journal.Flow]*journal.Exchange
	bytes  int64 // that its exchanges hold; guarded by the mutex of Benches
}

func newBook(limit int) *book { return bookOf(journal.New(limit)) }

func bookOf(j *journal.Journal) *book {
	return &book{Journal: j, latest: make(map[journal.Flow]past, len(journal.Flows)), newest: map[journal.Flow]*journal.Exchange{}}
}

// restoreBook returns the book of a journal that is restored.
func restoreBook(limit int, m journal.Mark, exchanges []*journal.Exchange) (*book, error) {
	j, err := journal.Restore(limit, m, exchanges)
	if err != nil {
		return nil, err
	}
	b := bookOf(j)
	for _, x := range j.View().Exchanges {
		if !slices.Contains(journal.Flows, x.Flow) {
			return nil, fmt.Errorf("its exchange %d is of the flow %q, which there is not", x.Number, x.Flow)
		}
		b.remember(x, DeedOf(x))
		b.bytes += b.count(x)
	}
	return b, nil
}

// enter appends an exchange that arrived as a says, and returns how many bytes it
// holds.
func (b *book) enter(x *journal.Exchange, a arrival) int64 {
	return b.add(x, func(x *journal.Exchange, earlier journal.View) int {
		p := b.latest[x.Flow]
		p.actions = earlier.Actions
		d := DeedOf(x)
		step := stepOf(x, d, a, p)
		b.remember(x, d)
		return step
	})
}

// add is Append, and returns how many bytes the exchange holds.
func (b *book) add(x *journal.Exchange, tag func(*journal.Exchange, journal.View) int) (bytes int64) {
	b.Append(x, func(x *journal.Exchange, earlier journal.View) int {
		bytes = b.count(x)
		return tag(x, earlier)
	})
	return bytes
}

// count returns how many bytes an exchange holds that the one before it in its flow
// does not hold as well.
func (b *book) count(x *journal.Exchange) int64 {
	n := sizeOf(x, b.newest[x.Flow])
	b.newest[x.Flow] = x
	return n
}

// remember keeps x, whose deed is d, if it is the latest of its kind. Exchanges are appended when
// they end, so one that began earlier may come later.
func (b *book) remember(x *journal.Exchange, d Deed) {
	p := b.latest[x.Flow]
	if isDeed(x, d) && (p.deed == nil || p.deed.Number < x.Number) {
		p.deed = x
	}
	if d == LoginDeed && LogsIn(x) && (p.login == nil || p.login.Number < x.Number) {
		p.login = x
	}
	b.latest[x.Flow] = p
}
