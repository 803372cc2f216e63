package keep

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// guard is how long anything may take before a test gives up on it.
const guard = 2 * time.Minute

// disk lets a file grow, or not.
func disk(t rapid.TB, f *File, full bool) {
	t.Helper()
	pages := 1 << 20
	if full {
		pages = 1
	}
	if _, err := f.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

// tellsOn has a file tell of its trouble on a channel.
func tellsOn(f *File) <-chan Trouble {
	told := make(chan Trouble, 100)
	f.Tell(func(now Trouble) { told <- now })
	return told
}

func next(t rapid.TB, told <-chan Trouble) Trouble {
	t.Helper()
	select {
	case now := <-told:
		return now
	case <-time.After(guard):
		t.Fatal("nothing is told")
		return Trouble{}
	}
}

var fills = bytes.Repeat([]byte("x"), 100_000) // more than the pages that there are

// TestWhatADiskDidNotTake is written once it does, without anybody asking again, and
// trouble is told of once when it begins and once when it ends.
func TestWhatADiskDidNotTake(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	told := tellsOn(f)
	must(t, f.Put("a", "k", []byte("1")), f.Put("b", "1/x", nil))
	began := time.Now()
	disk(t, f, true)
	asked := []Saved{f.Put("a", "large", fills), f.Put("a", "k", []byte("2")), f.DeletePrefix("b", "1/"), f.Put("a", "gone", nil), f.Delete("a", "gone")}
	for i, s := range asked {
		var owed OwedError
		if err := s.Wait(); !errors.As(err, &owed) || !errors.Is(err, ErrFull) {
			t.Errorf("change %d, which is not in the file: %v", i, err)
		}
	}
	now := next(t, told)
	if !errors.Is(now.Err, ErrFull) || now.Since.Before(began) || f.Trouble().Since != now.Since || f.Owed() < len(fills) {
		t.Errorf("told is %+v, asked %+v; %d bytes are owed", now, f.Trouble(), f.Owed())
	}
	disk(t, f, false)
	if now := next(t, told); now != (Trouble{}) || f.Trouble() != now || f.Owed() != 0 {
		t.Errorf("told is %+v, asked %+v; %d bytes are owed", now, f.Trouble(), f.Owed())
	}
	if err := f.Close(); err != nil || len(told) > 0 {
		t.Errorf("Close: %v, and %d times more is told", err, len(told))
	}
	f = opened(t, name)
	if got := held(t, f, "a", ""); len(got) != 2 || got[0] != "k=2" || len(held(t, f, "b", "")) > 0 {
		t.Errorf("then held are %.20q and %q", got, held(t, f, "b", ""))
	}
}

// TestCloseTriesOnceMore to write what is owed.
func TestCloseTriesOnceMore(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	disk(t, f, true)
	if f.Put("a", "large", fills).Wait() == nil {
		t.Fatal("it fits")
	}
	disk(t, f, false)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := held(t, opened(t, name), "a", ""); len(got) != 1 {
		t.Errorf("%d bodies are held", len(got))
	}
}

// TestOwedAgainstAMap asks for anything while the disk comes and goes, and compares
// the file at its end with a map.
func TestOwedAgainstAMap(t *testing.T) {
	dir, files := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		files++
		f, err := Open(fmt.Sprintf("%s/%d", dir, files), plain)
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		want := map[string]string{}
		for i := range rapid.IntRange(1, 20).Draw(rt, "changes") {
			key := rapid.SampledFrom([]string{"", "a", "aa", "ab", "b"}).Draw(rt, "key")
			var s Saved
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0, 1:
				body := fmt.Sprint(i) + strings.Repeat("x", rapid.SampledFrom([]int{1, len(fills)}).Draw(rt, "size"))
				want[key] = body
				s = f.Put("c", key, []byte(body))
			case 2:
				delete(want, key)
				s = f.Delete("c", key)
			case 3:
				maps.DeleteFunc(want, func(k, _ string) bool { return strings.HasPrefix(k, key) })
				s = f.DeletePrefix("c", key)
			case 4:
				disk(rt, f, rapid.Bool().Draw(rt, "full"))
			}
			if rapid.Bool().Draw(rt, "wait") {
				var owed OwedError
				if err := s.Wait(); err != nil && !errors.As(err, &owed) {
					rt.Fatal(err)
				}
			}
		}
		disk(rt, f, false)
		if err := f.Put("d", "", nil).Wait(); err != nil { // which comes after all that is owed
			rt.Fatal(err)
		}
		got := map[string]string{}
		if err := f.Each("c", "", func(key string, body []byte) error { got[key] = string(body); return nil }); err != nil {
			rt.Fatal(err)
		}
		if !maps.Equal(got, want) {
			rt.Fatalf("held are %.60q, want %.60q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	})
}

// fullDisk is what a child does with a file that may not grow any more, as the system
// has it, and then may again. It returns what is not as it should be.
func fullDisk(name string) error {
	f, err := Open(name, plain)
	if err != nil {
		return err
	}
	told := tellsOn(f)
	if err := f.Put("a", "before", nil).Wait(); err != nil {
		return err
	}
	limit := func(bytes uint64) error {
		var l syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			return err
		}
		l.Cur = min(bytes, l.Max)
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
	}
	if err := limit(50_000); err != nil {
		return err
	}
	var owed OwedError
	if err := f.Put("a", "large", fills).Wait(); !errors.As(err, &owed) || !errors.Is(err, ErrDisk) {
		return fmt.Errorf("on a full disk: %w", err)
	}
	if now := <-told; !errors.Is(now.Err, ErrDisk) {
		return fmt.Errorf("what is told is %w", now.Err)
	}
	if err := limit(1 << 62); err != nil {
		return err
	}
	if now := <-told; now.Err != nil {
		return fmt.Errorf("what is told then is %w", now.Err)
	}
	return f.Close()
}

// TestAFullDisk has the system refuse what a file grows by, in a process of its own.
func TestAFullDisk(t *testing.T) {
	name := fresh(t)
	c := child(t, name, "full disk")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := held(t, opened(t, name), "a", ""); len(got) != 2 || got[0] != "before=" || got[1] != "large="+string(fills) {
		t.Errorf("held are %.20q", got)
	}
}
