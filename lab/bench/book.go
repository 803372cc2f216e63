package bench

import "authlab/lab/journal"

// book is a bench's journal, and what is asked of it for every new exchange, so
// that a long journal costs no more than a short one.
type book struct {
	*journal.Journal
	// latest holds each flow's latest login and deed. It is read and written
	// under the journal's lock, while it appends.
	latest map[journal.Flow]past
}

func newBook(limit int) *book {
	return &book{journal.New(limit), make(map[journal.Flow]past, len(journal.Flows))}
}

// restoreBook returns the book of a journal that is restored.
func restoreBook(limit int, m journal.Mark, exchanges []*journal.Exchange) (*book, error) {
	j, err := journal.Restore(limit, m, exchanges)
	if err != nil {
		return nil, err
	}
	b := &book{j, make(map[journal.Flow]past, len(journal.Flows))}
	for _, x := range j.View().Exchanges {
		b.remember(x)
	}
	return b, nil
}

// enter appends an exchange that arrived as a says.
func (b *book) enter(x *journal.Exchange, a arrival) {
	b.Append(x, func(x *journal.Exchange, earlier journal.View) int {
		p := b.latest[x.Flow]
		p.actions = earlier.Actions
		step := stepOf(x, a, p)
		b.remember(x)
		return step
	})
}

// remember keeps x if it is the latest of its kind. Exchanges are appended when
// they end, so one that began earlier may come later.
func (b *book) remember(x *journal.Exchange) {
	p := b.latest[x.Flow]
	if isDeed(x) && (p.deed == nil || p.deed.Number < x.Number) {
		p.deed = x
	}
	if LogsIn(x) && (p.login == nil || p.login.Number < x.Number) {
		p.login = x
	}
	b.latest[x.Flow] = p
}
