package class

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/keep"
	"authlab/lab/room"
)

// KeptVersion is the version of the file that classes are kept in. It is raised with
// every change to what is in it: to a bucket, a key, or anything that a body is made
// of, as testdata/classes/shape.txt lists it. With it go what an earlier file lacks,
// in keptFormat, and a file that the program has written before the change, in
// testdata/classes, which a test opens.
//
//   - 1 has records of rooms and exchanges of two versions each, which they name;
//   - 2 has none of the first of them;
//   - 3 has exchanges with the sealed app, and the keys that it seals with.
const KeptVersion = 3

// keptFormat is what is in the file. A body that cannot be read is left as it is and
// logged: what it belongs to does not come back, and all else does.
func keptFormat(log *slog.Logger) keep.Format {
	upgrades := map[string]func([]byte) ([]byte, error){keptRooms: room.Upgrade, keptBenches: bench.Upgrade, keptExchanges: journal.Upgrade}
	return keep.Format{Version: KeptVersion, Upgrade: func(bucket, key string, body []byte) ([]byte, error) {
		upgrade, changes := upgrades[bucket]
		if !changes {
			return body, nil
		}
		upgraded, err := upgrade(body)
		if err != nil {
			log.Error("something that an earlier version has kept cannot be read", "kind", bucket, "err", err)
			return body, nil
		}
		return upgraded, nil
	}}
}

// The buckets of the file that classes are kept in.
const (
	keptRooms     = "room"     // by code: a room.Record
	keptVotes     = "vote"     // by code, question, round and device: a room.Vote
	keptBenches   = "bench"    // by id: a bench.Snapshot
	keptExchanges = "exchange" // by bench and number
)

// classKeep keeps rooms in a file. It is a room.Keep.
type classKeep struct{ file *keep.File }

func (k *classKeep) Room(r room.Record) room.Saved {
	return k.put(keptRooms, string(r.Code), r)
}

func (k *classKeep) Vote(code room.Code, v room.Vote) room.Saved {
	return k.put(keptVotes, fmt.Sprintf("%s/%s/%d/%s", code, v.Slug, v.Round, v.Device), v)
}

func (k *classKeep) put(bucket, key string, v any) room.Saved {
	body, err := json.Marshal(v)
	if err != nil {
		return failed{err}
	}
	return k.file.Put(bucket, key, body)
}

// failed is what could not even be asked to be saved.
type failed struct{ err error }

func (f failed) Wait() error { return f.err }

// numbers is a set of exchanges' numbers.
type numbers map[int]struct{}

// maxOwed is how many bytes may wait in memory for a disk that takes nothing, before
// benches are kept back: all that is in them is in memory already.
const maxOwed = 64 << 20

// keepBench writes down what has happened on a class's bench since the last time:
// the exchanges that saved does not name, then the bench itself. It returns once
// that is safe, so that no class sees what a restart would take back.
func (cs *Classes) keepBench(c *Class, saved numbers) {
	if cs.keep == nil {
		return
	}
	if cs.keep.file.Owed() > maxOwed {
		return // until the class is told that the disk takes more
	}
	if err := cs.keep.bench(c.bench, saved); err != nil {
		cs.log.Error("a class's bench could not be kept", "err", err)
	}
}

func (k *classKeep) bench(b *bench.Bench, saved numbers) error {
	var waiting []keep.Saved
	fresh := numbers{}
	for _, x := range b.Journal().Exchanges {
		if _, done := saved[x.Number]; done {
			continue
		}
		body, err := journal.Encode(x)
		if err != nil {
			return err
		}
		waiting = append(waiting, k.file.Put(keptExchanges, exchangeKey(b.ID(), x.Number), body))
		fresh[x.Number] = struct{}{}
	}
	s, err := b.Snapshot()
	if err != nil {
		return err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write a bench as JSON: %w", err)
	}
	for _, w := range append(waiting, k.file.Put(keptBenches, b.ID(), body)) {
		if err := w.Wait(); err != nil && !errors.As(err, new(keep.OwedError)) { // which the file writes later
			return fmt.Errorf("keep a bench: %w", err)
		}
	}
	for n := range fresh {
		saved[n] = struct{}{}
	}
	return nil
}

func exchangeKey(id string, n int) string { return fmt.Sprintf("%s/%08d", id, n) }

// forgetExchanges drops what was kept of a bench's journal: it was reset.
func (cs *Classes) forgetExchanges(c *Class) {
	if cs.keep != nil {
		cs.keep.file.DeletePrefix(keptExchanges, c.bench.ID()+"/")
	}
}

// forget drops all that was kept of a class.
func (cs *Classes) forget(c *Class) {
	if cs.keep == nil {
		return
	}
	if cs.of(c.bench) == nil {
		cs.forgetExchanges(c)
		cs.keep.file.Delete(keptBenches, c.bench.ID())
	}
	cs.keep.file.DeletePrefix(keptVotes, string(c.Code())+"/")
	cs.keep.file.Delete(keptRooms, string(c.Code()))
}

// Open opens the file that classes are kept in, "" for none. refused is told of
// each refusal of a client's.
func Open(data string, benches *bench.Benches, log *slog.Logger, refused func(error)) (*Classes, error) {
	if data == "" {
		return newClasses(benches, nil, log, refused), nil
	}
	file, err := keep.Open(data, keptFormat(log))
	if err != nil {
		return nil, err
	}
	return newClasses(benches, &classKeep{file}, log, refused), nil
}

// Close waits until all that has happened is kept, and closes the file.
func (cs *Classes) Close() error {
	cs.closing.Store(true)
	cs.Rooms.Stop()
	cs.watching.Wait()
	if cs.keep == nil {
		return nil
	}
	return cs.keep.file.Close()
}

// Restore brings back the classes that were kept. One that cannot be read is left
// where it is and logged, so that it keeps no other from coming back.
func (cs *Classes) Restore() error {
	if cs.keep == nil {
		return nil
	}
	return cs.keep.file.Each(keptRooms, "", func(code string, body []byte) error {
		if err := cs.restoreClass(code, body); err != nil {
			cs.log.Error("a class could not be brought back", "err", err)
		}
		return nil
	})
}

func (cs *Classes) restoreClass(code string, body []byte) error {
	var rec room.Record
	if err := json.Unmarshal(body, &rec); err != nil {
		return fmt.Errorf("read a room: %w", err)
	}
	votes, err := cs.keep.votes(code)
	if err != nil {
		return err
	}
	b, saved, err := cs.keep.restoreBench(cs.benches, rec.Bench)
	if err != nil {
		return fmt.Errorf("bring the bench of a class back: %w", err)
	}
	r, err := cs.Rooms.Restore(rec, votes)
	if err != nil {
		cs.benches.Drop(b.ID())
		return err
	}
	cs.add(r, b, saved)
	return nil
}

func (k *classKeep) votes(code string) (votes []room.Vote, err error) {
	err = k.file.Each(keptVotes, code+"/", func(_ string, body []byte) error {
		var v room.Vote
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("read a vote: %w", err)
		}
		votes = append(votes, v)
		return nil
	})
	return votes, err
}

func (k *classKeep) restoreBench(benches *bench.Benches, id string) (*bench.Bench, numbers, error) {
	if b, ok := benches.Find(id); ok { // an earlier class of the same bench has brought it back
		return b, numbers{}, nil
	}
	var s bench.Snapshot
	found := false
	err := k.file.Each(keptBenches, id, func(_ string, body []byte) error {
		found = true
		return json.Unmarshal(body, &s)
	})
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, nil, errors.New("it was not kept")
	}
	saved := numbers{}
	var exchanges []*journal.Exchange
	err = k.file.Each(keptExchanges, id+"/", func(_ string, body []byte) error {
		x, err := journal.Decode(body)
		if err == nil {
			exchanges = append(exchanges, x)
			saved[x.Number] = struct{}{}
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	b, err := benches.Restore(s, exchanges)
	return b, saved, err
}
