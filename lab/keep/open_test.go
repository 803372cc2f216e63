package keep

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// otherDatabase makes a SQLite file by some statements.
func otherDatabase(t *testing.T, name string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ours makes a file of ours with something in it.
func ours(t *testing.T, name string) {
	t.Helper()
	f := opened(t, name)
	for range 40 {
		f.Put("a", "k"+strings.Repeat("x", 100), make([]byte, 5000))
		f.Put("b", "k", []byte("v"))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOpenSaysWhatIsWrong and changes nothing in a file that is not ours.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t *testing.T, name string)
		want error
		says string
	}{
		"text":              {func(t *testing.T, name string) { write(t, name, strings.Repeat("Dear diary, ", 100)) }, ErrNotOurs, "name another one"},
		"short text":        {func(t *testing.T, name string) { write(t, name, "x") }, ErrNotOurs, "name another one"},
		"another program's": {func(t *testing.T, name string) { otherDatabase(t, name, "CREATE TABLE diary (day TEXT)") }, ErrNotOurs, "name another one"},
		"another program's, in WAL": {func(t *testing.T, name string) {
			otherDatabase(t, name, "PRAGMA journal_mode = WAL", "PRAGMA application_id = 7", "CREATE TABLE kept (x)")
		}, ErrNotOurs, "name another one"},
		"another program's, empty": {func(t *testing.T, name string) { otherDatabase(t, name, "PRAGMA application_id = 7") }, ErrNotOurs, "name another one"},
		"a newer one's": {func(t *testing.T, name string) {
			ours(t, name)
			otherDatabase(t, name, "PRAGMA user_version = 2")
		}, ErrNewer, "it has version 2, and this program knows version 1"},
		"one of no version": {func(t *testing.T, name string) {
			ours(t, name)
			otherDatabase(t, name, "PRAGMA user_version = 0")
		}, ErrDamaged, "it has version 0"},
		"ours, cut off": {func(t *testing.T, name string) {
			ours(t, name)
			if err := os.Truncate(name, 3*4096); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged, "restore a copy"},
		"a folder": {func(t *testing.T, name string) { _ = os.Mkdir(name, 0o700) }, nil, "name a file"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a file")
			c.make(t, file)
			before, _ := os.ReadFile(file)
			f, err := Open(file, plain)
			if err == nil {
				_ = f.Close()
				t.Fatal("it opens")
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("the error is %v, want %v", err, c.want)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), file) {
				t.Errorf("the error %q does not say %q", err, c.says)
			}
			if after, _ := os.ReadFile(file); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

// TestOpenWithoutARight says so; to root nothing is forbidden.
func TestOpenWithoutARight(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none", "file"), plain); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("a folder that is not there: %v", err)
	}
	want := fs.ErrPermission
	if os.Geteuid() == 0 {
		want = nil
	}
	for name, modes := range map[string][2]fs.FileMode{
		"new in a folder": {0o500, 0}, "there": {0o700, 0o400}, "there in a folder": {0o500, 0o600}, "unreadable": {0o700, 0o200},
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, "file")
		if modes[1] != 0 {
			ours(t, file)
			_ = os.Chmod(file, modes[1])
		}
		_ = os.Chmod(folder, modes[0]) //nolint:gosec // a folder needs to be entered
		f, err := Open(file, plain)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if err == nil && f.Close() != nil {
			t.Errorf("%s: it does not close", name)
		}
		_ = os.Chmod(folder, 0o700) //nolint:gosec // so that it can be removed
	}
}

// TestAFileIsForItsOwner alone, with all that lies beside it.
func TestAFileIsForItsOwner(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	must(t, f.Put("a", "k", nil))
	files, err := filepath.Glob(name + "*")
	if err != nil || len(files) != 2 { // with its log
		t.Errorf("there are %v (%v)", files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v (%v)", file, info.Mode(), err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(name + "*"); len(files) != 1 {
		t.Errorf("after Close there are %v", files)
	}
}

// TestAnEmptyFileIsTaken as one that does not exist yet.
func TestAnEmptyFileIsTaken(t *testing.T) {
	name := fresh(t)
	write(t, name, "")
	must(t, opened(t, name).Put("a", "k", nil))
}

// TestWhatIsDeletedIsGone from the file too.
func TestWhatIsDeletedIsGone(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	must(t, f.Put("a", "k", []byte(strings.Repeat("shelf-mark", 2000))), f.Put("a", "other", nil), f.Delete("a", "k"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadFile(name)
	if err != nil || strings.Contains(string(left), "shelf-mark") {
		t.Errorf("a deleted body is in the file still (%v)", err)
	}
}

// TestOneAtATime may have a file, in one process as in two.
func TestOneAtATime(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	for range 2 { // the first attempt must not end the lock
		if _, err := Open(name, plain); !errors.Is(err, ErrInUse) {
			t.Errorf("a second time in this process: %v", err)
		}
		if out, err := child(t, name, "open").CombinedOutput(); err == nil || !strings.Contains(string(out), ErrInUse.Error()) {
			t.Errorf("in another process: %v, %s", err, out)
		}
	}
	must(t, f.Put("a", "k", nil))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, name, "open").CombinedOutput(); err != nil {
		t.Errorf("once it is closed: %v, %s", err, out)
	}
}
