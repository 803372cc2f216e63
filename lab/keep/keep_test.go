package keep

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
)

// plain is the format of bodies that never were any other.
var plain = Format{Version: 1}

// opened opens a file of the test's own.
func opened(t testing.TB, name string) *File {
	t.Helper()
	f, err := Open(name, plain)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func fresh(t testing.TB) string { return filepath.Join(t.TempDir(), "rooms.db") }

func must(t testing.TB, saved ...Saved) {
	t.Helper()
	for _, s := range saved {
		if err := s.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

// held lists what a bucket holds under a prefix, as "key=body".
func held(t testing.TB, f *File, bucket, prefix string) (out []string) {
	t.Helper()
	err := f.Each(bucket, prefix, func(key string, body []byte) error {
		out = append(out, key+"="+string(body))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWhatIsAskedForIsHeld and is there again when the file is opened anew.
func TestWhatIsAskedForIsHeld(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	for i, c := range []struct {
		ask  func() Saved
		want string
	}{
		{func() Saved { return f.Put("a", "k2", []byte("two")) }, "k2=two"},
		{func() Saved { return f.Put("a", "k1", []byte("one")) }, "k1=one k2=two"},
		{func() Saved { return f.Put("b", "k1", []byte("other")) }, "k1=one k2=two"},
		{func() Saved { return f.Put("a", "k1", nil) }, "k1= k2=two"},
		{func() Saved { return f.Put("a", "", []byte("empty")) }, "=empty k1= k2=two"},
		{func() Saved { return f.Delete("a", "none") }, "=empty k1= k2=two"},
		{func() Saved { return f.Delete("a", "") }, "k1= k2=two"},
		{func() Saved { return f.DeletePrefix("a", "k1") }, "k2=two"},
		{func() Saved { return Saved{} }, "k2=two"},
		{func() Saved { return f.DeletePrefix("a", "") }, ""},
		{func() Saved { return f.Put("a", "k3", []byte{0, 0xff, '\n'}) }, "k3=\x00\xff\n"},
	} {
		must(t, c.ask())
		if got := strings.Join(held(t, f, "a", ""), " "); got != c.want {
			t.Errorf("step %d: the bucket holds %q, want %q", i, got, c.want)
		}
		if i%3 == 0 {
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			f = opened(t, name)
		}
	}
	if got := held(t, f, "b", ""); len(got) != 1 || got[0] != "k1=other" {
		t.Errorf("the other bucket holds %q", got)
	}
}

// TestBodiesAreCopied so that whoever asked may go on with theirs.
func TestBodiesAreCopied(t *testing.T) {
	f := opened(t, fresh(t))
	body := []byte("before")
	saved := f.Put("a", "k", body)
	copy(body, "after!")
	must(t, saved)
	if got := held(t, f, "a", ""); got[0] != "k=before" {
		t.Errorf("held is %q", got)
	}
}

// TestAgainstAMap does anything in any order, with keys of any bytes, and compares
// with what a map makes of it.
func TestAgainstAMap(t *testing.T) {
	folder, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		name := filepath.Join(folder, fmt.Sprint(n))
		f, err := Open(name, plain)
		if err != nil {
			t.Fatal(err)
		}
		model := map[string]string{}
		key := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 'a', 'b', '%', 0x7f, 0xc3, 0xfe, 0xff}), 0, 3), func(b []byte) string { return string(b) })
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				k, v := key.Draw(t, "key"), rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "body")
				f.Put("a", k, v)
				model[k] = string(v)
			},
			"delete": func(t *rapid.T) {
				k := key.Draw(t, "key")
				f.Delete("a", k)
				delete(model, k)
			},
			"delete a prefix": func(t *rapid.T) {
				p := key.Draw(t, "prefix")
				f.DeletePrefix("a", p)
				for k := range model {
					if strings.HasPrefix(k, p) {
						delete(model, k)
					}
				}
			},
			"each": func(t *rapid.T) { sameAs(t, f, model, key.Draw(t, "prefix")) },
			"open again": func(t *rapid.T) {
				if err := f.Close(); err != nil {
					t.Fatal(err)
				}
				if f, err = Open(name, plain); err != nil {
					t.Fatal(err)
				}
			},
		})
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func sameAs(t *rapid.T, f *File, model map[string]string, prefix string) {
	if err := f.Delete("other", "").Wait(); err != nil { // so all before it is written
		t.Fatal(err)
	}
	var want, got []string
	for k, v := range model {
		if strings.HasPrefix(k, prefix) {
			want = append(want, k+"\x01"+v)
		}
	}
	slices.SortFunc(want, func(a, b string) int {
		return strings.Compare(a[:strings.IndexByte(a, 1)], b[:strings.IndexByte(b, 1)])
	})
	err := f.Each("a", prefix, func(key string, body []byte) error {
		got = append(got, key+"\x01"+string(body))
		return nil
	})
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("prefix %q: held is %q (%v), want %q", prefix, got, err, want)
	}
}

// TestEachReadsPageByPage with more than one page, in order, while the function
// writes, and stops where the function says so.
func TestEachReadsPageByPage(t *testing.T) {
	f := opened(t, fresh(t))
	const keys = 3*pageSize + 1
	for i := range keys {
		f.Put("a", fmt.Sprintf("%04d", (i*7)%keys), []byte("x"))
	}
	f.Put("b", "0000", nil)
	must(t, f.Put("a", "zzzz", nil))
	next := 0
	err := f.Each("a", "0", func(key string, _ []byte) error {
		if want := fmt.Sprintf("%04d", next); key != want {
			t.Errorf("the key is %q, want %q", key, want)
		}
		next++
		return f.Delete("a", key).Wait()
	})
	if left := held(t, f, "a", ""); err != nil || next != keys || len(left) != 1 {
		t.Errorf("%v after %d of %d keys; %d are left", err, next, keys, len(left))
	}
	enough := errors.New("enough")
	if err := f.Each("a", "", func(string, []byte) error { return enough }); err != enough { //nolint:errorlint // as it is
		t.Errorf("Each returns %v", err)
	}
}

// TestManyWriters keep the order for each key, and nobody's change is lost.
func TestManyWriters(t *testing.T) {
	const writers, each = 40, 50
	f := opened(t, fresh(t))
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			own := fmt.Sprintf("own/%02d", w)
			for i := range each {
				one, two := f.Put("a", own, []byte(fmt.Sprint(i))), f.Put("a", fmt.Sprintf("%s/%d", own, i), nil)
				if i%10 != 0 {
					continue
				}
				if err := errors.Join(two.Wait(), one.Wait(), one.Wait()); err != nil {
					t.Error(err)
				}
				if got := held(t, f, "a", own); got[0] != own+"="+fmt.Sprint(i) || len(got) != i+2 {
					t.Errorf("after %d changes of its own a writer reads %q", i+1, got)
				}
			}
		})
	}
	work.Wait()
	must(t, f.Delete("a", "none"))
	if got := held(t, f, "a", "own/"); len(got) != writers*(each+1) {
		t.Errorf("%d keys are held, want %d", len(got), writers*(each+1))
	}
}

// TestCloseUnderLoad: each change is either in the file or was refused, and none
// was refused before one that was written.
func TestCloseUnderLoad(t *testing.T) {
	const writers, each = 16, 400
	name := fresh(t)
	f := opened(t, name)
	var work sync.WaitGroup
	saved := make([][]Saved, writers)
	started := make(chan struct{}, writers)
	for w := range writers {
		work.Go(func() {
			for i := range each {
				saved[w] = append(saved[w], f.Put("a", fmt.Sprintf("%02d/%03d", w, i), nil))
				if i == each/10 {
					started <- struct{}{}
				}
			}
		})
	}
	<-started
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	work.Wait()
	again := opened(t, name)
	for w := range writers {
		there := len(held(t, again, "a", fmt.Sprintf("%02d/", w)))
		for i, s := range saved[w] {
			if err := s.Wait(); (err == nil) != (i < there) || (err != nil && !errors.Is(err, ErrClosed)) {
				t.Fatalf("writer %d: change %d of %d that are there: %v", w, i, there, err)
			}
		}
	}
	if err := f.Each("a", "", func(string, []byte) error { return nil }); err == nil {
		t.Error("a closed file can be read")
	}
	if err := f.Close(); err != nil {
		t.Errorf("to close it again: %v", err)
	}
}

// TestAFullQueueHoldsWritersUp until some of it is written, and lets nobody hang
// when the file is closed meanwhile.
func TestAFullQueueHoldsWritersUp(t *testing.T) {
	const bodies = 40
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := opened(t, fresh(t))
			tx, err := f.db.Begin() // the writer waits for the connection
			if err != nil {
				t.Fatal(err)
			}
			asked, refused := fullQueue(t, f, bodies)
			if n := asked.Load(); n < 8 || n > 10 { // eight in the queue, and what the writer has taken out
				t.Errorf("%d bodies were taken while nothing could be written", n)
			}
			if closes {
				go func() { _ = f.Close() }()
				synctest.Wait()
				if refused.Load() == 0 {
					t.Error("those who wait for room wait on after Close")
				}
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if !closes {
				must(t, f.Delete("a", "none"))
			}
			if n := refused.Load(); asked.Load() != bodies || (n > 0) != closes {
				t.Errorf("%d of %d bodies were taken, %d refused", asked.Load(), bodies, n)
			}
		})
	}
}

// fullQueue has bodies put that are too many for the queue, and returns when all
// that can be taken are: how many Puts have returned, and how many bodies were
// refused since.
func fullQueue(t *testing.T, f *File, bodies int) (asked, refused *atomic.Int32) {
	big := bytes.Repeat([]byte("x"), MaxQueuedBytes/8)
	asked, refused = new(atomic.Int32), new(atomic.Int32)
	for i := range bodies {
		go func() {
			s := f.Put("a", fmt.Sprint(i), big)
			asked.Add(1)
			if err := s.Wait(); errors.Is(err, ErrClosed) {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		}()
	}
	synctest.Wait()
	return asked, refused
}

// TestAFailureIsSaid to everybody whose change was not written, and until a write
// works again.
func TestAFailureIsSaid(t *testing.T) {
	f := opened(t, fresh(t))
	must(t, f.Put("a", "k", []byte("1")))
	// The disk is as full as it will be: no page more.
	if _, err := f.db.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	large := bytes.Repeat([]byte("x"), 1<<20)
	lost, small := f.Put("a", "large", large), f.Put("a", "large too", large)
	for _, s := range []Saved{lost, small, lost} {
		if err := s.Wait(); err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), f.name) {
			t.Errorf("a body for which there is no room: %v", err)
		}
	}
	if f.Err() == nil {
		t.Error("the file says that all is well")
	}
	if got := held(t, f, "a", ""); len(got) != 1 || got[0] != "k=1" {
		t.Errorf("held is %q", got)
	}
	if _, err := f.db.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	must(t, f.Put("a", "k", []byte("2")), f.Put("a", "large", large))
	if err := f.Err(); err != nil {
		t.Errorf("after a write that worked: %v", err)
	}
	if got := held(t, f, "a", "k"); got[0] != "k=2" {
		t.Errorf("held is %q", got)
	}
}

// TestACommitThatFails leaves no transaction open for the next one to run into.
func TestACommitThatFails(t *testing.T) {
	f := opened(t, fresh(t))
	for _, text := range []string{
		"PRAGMA foreign_keys = ON", "CREATE TABLE a (id INTEGER PRIMARY KEY)",
		"CREATE TABLE b (a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)",
	} {
		if _, err := f.db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	err := f.ask(slot{}, 0, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO b VALUES (1)") // which COMMIT finds fault with
		return err
	}).Wait()
	if err == nil {
		t.Fatal("the commit works")
	}
	must(t, f.Put("a", "k", nil))
}

// TestADatabaseThatIsGone fails every change and every read, and Close says so.
func TestADatabaseThatIsGone(t *testing.T) {
	f := opened(t, fresh(t))
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Saved{f.Put("a", "k", nil), f.Delete("a", "k"), f.DeletePrefix("a", "")} {
		if err := s.Wait(); err == nil {
			t.Error("a change is acknowledged that nobody wrote")
		}
	}
	if err := f.Each("a", "", func(string, []byte) error { return nil }); err == nil {
		t.Error("it can be read")
	}
	if err := f.Close(); err == nil {
		t.Error("Close says nothing of the last write's failure")
	}
}

// TestTooLargeABody is refused at once and harms no other change.
func TestTooLargeABody(t *testing.T) {
	f := opened(t, fresh(t))
	other := f.Put("a", "k", nil)
	if err := f.Put("a", "large", make([]byte, MaxBody+1)).Wait(); !errors.Is(err, ErrTooLarge) || f.Err() != nil {
		t.Errorf("too large a body: %v, %v", err, f.Err())
	}
	must(t, other)
}
