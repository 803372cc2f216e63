package bench

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/share"
)

const (
	anna share.Client = "192.0.2.1"
	ben  share.Client = "192.0.2.2"

	carla share.Client = "203.0.113.3"
)

// tenBenches is a budget of which one client's share is eight new benches, and of
// which another's is then one.
const tenBenches = 10 * baseBytes

func made(t *testing.T, bs *Benches, c share.Client) *Bench {
	t.Helper()
	b, err := bs.MakeFor(c)
	if err != nil {
		t.Fatalf("%s gets no bench: %v", c, err)
	}
	time.Sleep(time.Second) // synctest's: no time passes
	return b
}

// TestWhoHasTooMuchLosesTheOldest of the own benches, those with an open page last,
// those of a class never, and nobody else loses any.
func TestWhoHasTooMuchLosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: tenBenches}, false, nil, nil)
		other := made(t, bs, ben)
		var all []*Bench
		for range 7 { // four fifths of nine
			all = append(all, made(t, bs, anna))
		}
		if bs.Len() != 8 {
			t.Fatalf("there are %d benches", bs.Len())
		}
		if _, err := all[0].OpenStream(); err != nil {
			t.Fatal(err)
		}
		all[1].Hold()
		bs.Find(all[2].ID()) // so the fourth is the one unused for longest
		gone := func(b *Bench) bool {
			_, there := bs.Find(b.ID())
			return !there && bs.Evicted(b.ID())
		}
		made(t, bs, anna)
		if !gone(all[3]) || bs.Len() != 8 {
			t.Errorf("the fourth is gone: %t; there are %d", gone(all[3]), bs.Len())
		}
		for range 20 {
			made(t, bs, anna)
		}
		for i, want := range []bool{false, false, true, true, true, true, true} {
			if gone(all[i]) != want {
				t.Errorf("bench %d is gone: %t, want %t", i+1, gone(all[i]), want)
			}
		}
		if gone(other) {
			t.Error("another client's bench is gone")
		}
		m := bs.Memory()
		if want := (Holding{anna, 7 * baseBytes, 7}); len(m.Holdings) != 2 || m.Holdings[0] != want || m.Evicted != 21 {
			t.Errorf("the benches hold %+v", m)
		}
	})
}

// TestOpenAndHeldBenchesInTheEnd: the last that may go are those with an open page;
// where a class follows all of them, there is no other bench.
func TestOpenAndHeldBenchesInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: tenBenches}, false, nil, nil)
		var all []*Bench
		for range 8 {
			b := made(t, bs, anna)
			if _, err := b.OpenStream(); err != nil {
				t.Fatal(err)
			}
			all = append(all, b)
		}
		made(t, bs, anna)
		if !bs.Evicted(all[0].ID()) || bs.Evicted(all[1].ID()) {
			t.Error("of benches that are all open, the one unused for longest goes")
		}
		for _, b := range bs.byID {
			b.Hold()
		}
		if _, err := bs.MakeFor(anna); !errors.Is(err, ErrMemory) {
			t.Errorf("with all of them held another is made: %v", err)
		}
		if _, err := bs.MakeFor(ben); err != nil {
			t.Errorf("another client gets none: %v", err)
		}
	})
}

// TestAFullLabHasRoomForSomebodyNew: whoever holds most makes it.
func TestAFullLabHasRoomForSomebodyNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: smallShare * baseBytes}, false, nil, nil)
		crowd := 0
		for ; bs.Memory().Evicted == 0; crowd++ {
			c := share.Client(fmt.Sprint("192.0.2.", crowd))
			for range smallShare {
				made(t, bs, c)
			}
			if crowd > 0 && bs.own(c) == 0 {
				t.Fatal("a client holds nothing")
			}
			if crowd > 50 {
				break
			}
		}
		before := bs.Memory().Holdings[0]
		first := made(t, bs, ben)
		if _, there := bs.Find(first.ID()); !there || bs.Memory().Bytes > bs.limits.Bytes {
			t.Errorf("the new one is there: %t, in %d bytes of %d", there, bs.Memory().Bytes, bs.limits.Bytes)
		}
		if after := bs.own(before.Client); after > before.Bytes {
			t.Errorf("who held most had %d bytes and has %d", before.Bytes, after)
		}
	})
}

// TestWhoHasNextToNothingTakesFromNobodyWhoIsHere: in a lab that is full of small
// clients, only what was left makes room; and whoever holds very much does, with an open
// page in the end.
func TestWhoHasNextToNothingTakesFromNobodyWhoIsHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: smallShare * baseBytes}, false, nil, nil)
		var all []*Bench
		for i := range smallShare {
			b, err := bs.MakeFor(share.Client(fmt.Sprint("192.0.2.", i)))
			if err != nil {
				break
			}
			if all = append(all, b); len(all) == 3 {
				time.Sleep(time.Second) // the first three were used before all others
			}
		}
		end, err := all[0].OpenStream()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(leftAfter - 2*time.Second)
		bs.Find(all[1].ID())
		if _, err := bs.MakeFor(carla); !errors.Is(err, ErrMemory) || bs.Memory().Evicted != 0 {
			t.Errorf("somebody new gets %v, and %d benches are gone", err, bs.Memory().Evicted)
		}
		time.Sleep(time.Second)
		made(t, bs, carla)
		if !bs.Evicted(all[2].ID()) || bs.Memory().Evicted != 1 {
			t.Errorf("of the benches that were left %d are gone, and the one unused for longest is not", bs.Memory().Evicted)
		}
		for _, b := range all[:2] {
			if _, there := bs.Find(b.ID()); !there {
				t.Error("a bench that is open, or was used lately, is gone")
			}
		}
		end()
	})
}

// TestOpenPagesOfWhoHoldsVeryMuch make room for somebody new, those of others do not.
func TestOpenPagesOfWhoHoldsVeryMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: smallShare * baseBytes}, false, nil, nil)
		fill := func(c share.Client, most int) {
			for range most {
				b, err := bs.MakeFor(c)
				if err != nil || bs.Memory().Evicted > 0 {
					t.Fatalf("%s is refused: %v", c, err)
				}
				if _, err := b.OpenStream(); err != nil {
					t.Fatal(err)
				}
			}
		}
		fill(anna, smallShare/2)
		for i := 0; bs.fits(share.Client(fmt.Sprint("198.51.100.", i)), baseBytes); i++ {
			fill(share.Client(fmt.Sprint("198.51.100.", i)), 1)
		}
		made(t, bs, carla)
		if held := bs.own(anna); held != (smallShare/2-1)*baseBytes || bs.Memory().Evicted != 1 {
			t.Errorf("%d benches are gone, and who holds most has %d bytes", bs.Memory().Evicted, held)
		}
	})
}

// TestWhoHoldsMostMayHaveNothingToGive, because classes follow all of it: then the next
// makes room.
func TestWhoHoldsMostMayHaveNothingToGive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Bytes: smallShare * baseBytes}, false, nil, nil)
		for range smallShare / 2 {
			made(t, bs, anna).Hold()
		}
		made(t, bs, ben)
		second := made(t, bs, ben)
		for i := 0; bs.fits(share.Client(fmt.Sprint("198.51.100.", i)), baseBytes); i++ {
			made(t, bs, share.Client(fmt.Sprint("198.51.100.", i)))
		}
		made(t, bs, carla)
		if _, there := bs.Find(second.ID()); !there || bs.own(ben) != baseBytes || bs.Memory().Evicted != 1 {
			t.Errorf("%d benches are gone; who has two still has %d bytes", bs.Memory().Evicted, bs.own(ben))
		}
	})
}

// TestWhoHoldsFourTimesAsMuchMakesRoom for one who has more than next to nothing, and
// can give up none of it: an instructor whose classes have ended, in a lab that an
// attacker and sixty visitors have filled. Where nobody holds as much, there is no room.
func TestWhoHoldsFourTimesAsMuchMakesRoom(t *testing.T) {
	for held, want := range map[int]error{8: nil, 50: ErrMemory} {
		synctest.Test(t, func(t *testing.T) {
			bs := NewBenches(Limits{Bytes: smallShare * baseBytes}, false, nil, nil)
			for range held {
				made(t, bs, ben).Hold()
			}
			for range smallShare {
				made(t, bs, anna)
			}
			for i := range 60 {
				made(t, bs, share.Client(fmt.Sprint("198.51.100.", i)))
			}
			before := bs.own(anna)
			if bs.fits(ben, baseBytes) {
				t.Fatalf("with %d benches of hers there is room for another", held)
			}
			_, err := bs.MakeFor(ben)
			if gone := bs.own(anna) < before; !errors.Is(err, want) || gone != (want == nil) {
				t.Errorf("who has %d gets another: %v, want %v; whoever holds most loses some: %t", held, err, want, gone)
			}
			for i := range 60 {
				if c := share.Client(fmt.Sprint("198.51.100.", i)); bs.own(c) != baseBytes {
					t.Errorf("%s holds %d bytes", c, bs.own(c))
				}
			}
		})
	}
}

// TestTheCountIsTheSum of what is held, whatever is made, used, reset, held and
// dropped.
func TestTheCountIsTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bs := NewBenches(Limits{Bytes: 6 * baseBytes}, false, nil, nil)
		var all []*Bench
		clients := []share.Client{"", anna, ben}
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			switch act := rapid.IntRange(0, 7).Draw(t, "act"); {
			case act == 0 || len(all) == 0:
				if b, err := bs.MakeFor(rapid.SampledFrom(clients).Draw(t, "client")); err == nil {
					all = append(all, b)
				}
			case act == 1:
				bs.Drop(rapid.SampledFrom(all).Draw(t, "bench").ID())
			case act == 2:
				bs.Reset(rapid.SampledFrom(all).Draw(t, "bench"))
			case act == 4:
				if b := rapid.SampledFrom(all).Draw(t, "bench"); bs.has(b.id) {
					_ = bs.Beside(b, rapid.Int64Range(0, 3*baseBytes).Draw(t, "beside")) // counts nothing where it does not fit
				}
			case act == 7:
				if b := rapid.SampledFrom(all).Draw(t, "bench"); bs.has(b.id) {
					n, before, benches := rapid.Int64Range(0, 3*baseBytes).Draw(t, "spare"), b.beside, len(bs.byID)
					fitted := bs.BesideSpare(b, n)
					if len(bs.byID) != benches || fitted && b.beside != n || !fitted && (b.beside != before || n <= before) {
						t.Fatalf("of %d benches %d are left; %d bytes beside one that had %d, asked for %d: %v", benches, len(bs.byID), b.beside, before, n, fitted)
					}
				}
			case act == 3:
				rapid.SampledFrom(all).Draw(t, "bench").Hold()
			default:
				b := rapid.SampledFrom(all).Draw(t, "bench")
				bs.mu.Lock()
				if bs.byID[b.id] == b && bs.makeRoom(b, 5000) == nil {
					b.reserved += 5000
					bs.recount(b)
				}
				bs.mu.Unlock()
				if act == 6 {
					bs.settle(b, b.reserved, b.journal.Load(), 3000)
				}
			}
			var sum int64
			for _, b := range bs.byID {
				sum += b.bytes
				if want := baseBytes + b.reserved + b.beside + b.journal.Load().bytes; b.bytes != want {
					t.Fatalf("a bench counts %d bytes, want %d", b.bytes, want)
				}
			}
			m := bs.Memory()
			var held int64
			for _, h := range m.Holdings {
				held += h.Bytes
			}
			if m.Bytes != sum || held != sum {
				t.Fatalf("all count %d bytes, the clients %d, want %d", m.Bytes, held, sum)
			}
		}
	})
}

// TestRestoredBenchesCount with what their exchanges hold.
func TestRestoredBenchesCount(t *testing.T) {
	from := NewBenches(Limits{}, false, nil, nil)
	b := worn(t, from, settings.Memory)
	s, _ := throughJSON(t, b)
	xs := b.Journal().Exchanges
	bs := NewBenches(Limits{}, false, nil, nil)
	if _, err := bs.Restore(s, xs); err != nil {
		t.Fatal(err)
	}
	var least int64 = baseBytes
	for _, x := range xs {
		least += int64(len(x.Request.Bytes) + len(x.Response.Bytes))
	}
	if m := bs.Memory(); m.Bytes < least || len(m.Holdings) != 1 || m.Holdings[0].Client != "" {
		t.Errorf("they hold %+v, at least %d", m, least)
	}
}

// TestSizeOf counts what a long exchange holds, and what it shares once.
func TestSizeOf(t *testing.T) {
	records := []journal.Record{{ID: "a", Bytes: make([]byte, 1000)}, {ID: "b", Bytes: make([]byte, 1000)}}
	first := &journal.Exchange{
		Request: journal.Message{Bytes: make([]byte, 10_000)}, Before: journal.State{Records: records}, After: journal.State{Records: records},
		Events: []journal.Event{{Fields: []journal.Field{{Name: "email", Value: string(make([]byte, 5000))}}}},
	}
	alone := sizeOf(first, nil)
	if alone < 21_000 || alone > 24_000 {
		t.Errorf("it holds %d bytes", alone)
	}
	if next := sizeOf(first, first); next > alone-2000 || next < 19_000 {
		t.Errorf("after one with the same records it holds %d bytes more", next)
	}
}
