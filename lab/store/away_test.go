package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// refused asks a database that is away for a row, to write one and for all. Each
// must fail, none wait for ever, and say where.
func refused(t *testing.T, s store.Store, where string) {
	t.Helper()
	asks := []func() error{
		func() error { _, _, err := s.Find(t.Context(), "a"); return err },
		func() error { _, err := s.Commit(t.Context(), "a", nil, begin.Add(time.Hour)); return err },
		func() error { _, err := s.All(t.Context()); return err },
	}
	together(len(asks), func(i int) {
		if err := asks[i](); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("a database that is away gives %v, which should name %q", err, where)
		}
	})
}

func TestRedisGoesAway(t *testing.T) {
	url, stop := storetest.OwnRedis(t)
	r, err := store.OpenRedis(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := new(clock)
	s := r.Space("s", c.now)
	commit(t, s, c, "a", "1", time.Hour)
	name, _, _ := strings.Cut(r.Version(), " ")
	where := name + " at " + strings.TrimPrefix(url, "unix://")
	pid := processOf(t, url)
	hang(t, pid, func() {
		// One that may wait for as long as the store has patience begins first and
		// ends last.
		patient := make(chan error, 1)
		go func() { _, _, err := s.Find(t.Context(), "a"); patient <- err }()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, _, err := s.Find(ctx, "a")
		select {
		case <-patient:
			t.Error("a context that ends early waits for as long as one that does not")
		default:
		}
		if late := <-patient; !errors.Is(err, context.DeadlineExceeded) || !errors.Is(late, context.DeadlineExceeded) {
			t.Errorf("a context that ends early gives %v, patience that ends %v", err, late)
		}
		refused(t, s, where)
	})
	if got := found(t, s, "a"); got != "=1" {
		t.Errorf("once the server is back the row is %s", got)
	}
	stop()
	refused(t, s, where)
	if _, err := store.OpenRedis(t.Context(), url); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(url, "unix://")) {
		t.Errorf("to open a server that has ended: %v", err)
	}
}

// hang stops a process for a while.
func hang(t *testing.T, pid int, while func()) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(pid, syscall.SIGCONT)
	while()
}

func processOf(t *testing.T, url string) int {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	info, err := client.Info(t.Context(), "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "process_id:")
	pid, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestSQLiteIsLocked by another process that writes for longer than we wait.
func TestSQLiteIsLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	lite, err := store.OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := new(clock)
	s := lite.Space("s", c.now)
	if _, err := s.Commit(t.Context(), "a", nil, begin); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "locked") {
		t.Errorf("a locked database gives %v", err)
	}
	if got := found(t, s, "a"); got != "unknown" {
		t.Errorf("to read does not wait for who writes, and says %s", got)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	commit(t, s, c, "a", "1", time.Hour)
	remove(t, s, "a")
	var left int
	if err := other.QueryRowContext(t.Context(), "SELECT count(*) FROM records WHERE bytes IS NULL AND gone = 'deleted'").Scan(&left); left != 1 || err != nil {
		t.Errorf("a deleted row leaves %d tombstones without its bytes, %v", left, err)
	}
	if err := lite.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, s, path)
}

// TestRowsStayInTheFile for a process that opens it again.
func TestRowsStayInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	c := new(clock)
	for _, want := range []string{"unknown", "=1"} {
		lite, err := store.OpenSQLite(path)
		if err != nil {
			t.Fatal(err)
		}
		s := lite.Space("s", c.now)
		if got := found(t, s, "a"); got != want {
			t.Errorf("the row is %s, want %s", got, want)
		}
		commit(t, s, c, "a", "1", time.Hour)
		if !strings.HasPrefix(lite.Version(), "SQLite 3.") {
			t.Errorf("it calls itself %q", lite.Version())
		}
		if err := lite.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatCannotBeOpened is named, and no password with it.
func TestWhatCannotBeOpened(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is not a database", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{folder: folder, text: "not a database", filepath.Join(folder, "no", "where"): "where"} {
		if _, err := store.OpenSQLite(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for url, want := range map[string]string{
		"":                              "must read like",
		"localhost:6379":                "must read like",
		"http://u:hunter2@localhost":    "must read like",
		"redis://:hunter2/x@h:1":        "must read like",
		"redis://h:hunter2":             "must read like",
		"redis://h/hunter2":             "must read like",
		"valkey://u:hunter2@[::1]:1/3":  "[::1]:1/3",
		"redis://u:hunter2@localhost:1": "localhost:1/0",
		"unix://u:hunter2@" + folder + "/none.sock?db=2": folder + "/none.sock",
	} {
		r, err := store.OpenRedis(t.Context(), url)
		if err == nil || r != nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestRedisByEveryAddress opens the same server in the ways that it has.
func TestRedisByEveryAddress(t *testing.T) {
	socket := storetest.Redis(t)
	for _, url := range []string{socket, socket + "?db=3"} {
		r, err := store.OpenRedis(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if name, number, _ := strings.Cut(r.Version(), " "); name != "Redis" && name != "Valkey" || number < "7" {
			t.Errorf("%s calls itself %q", url, r.Version())
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestEverySpaceIsCheap opens as many spaces as there may be benches.
func TestEverySpaceIsCheap(t *testing.T) {
	const spaces, bytesEach = 20_000, 512
	for _, kind := range storetest.Kinds(t) {
		t.Run(kind.Name, func(t *testing.T) {
			c := new(clock)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			routines := runtime.NumGoroutine()
			open := make([]store.Store, spaces)
			for i := range open {
				open[i] = kind.Open(strconv.Itoa(i), c.now)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if more := runtime.NumGoroutine() - routines; more > 0 {
				t.Errorf("%d goroutines more", more)
			}
			each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / spaces
			if each > bytesEach {
				t.Errorf("an empty space costs %d bytes", each)
			}
			t.Logf("an empty space costs %d bytes", each)
			commit(t, open[spaces-1], c, "a", "1", time.Hour)
			runtime.KeepAlive(open)
		})
	}
}

// TestTimeToLive reads what the server itself says of a space's keys, and that a
// reset leaves it none.
func TestTimeToLive(t *testing.T) {
	url, _ := storetest.OwnRedis(t)
	r, err := store.OpenRedis(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	options, _ := redis.ParseURL(url)
	client := redis.NewClient(options)
	defer client.Close()
	c := new(clock)
	c.forward(48 * time.Hour)
	s := r.Space("s", c.now)
	const day = 24 * time.Hour
	commit(t, s, c, "month", "", 10*day)
	commit(t, s, c, "hour", "", 2*time.Hour)
	commit(t, s, c, "over", "", -day)
	commit(t, s, c, "ages", "", 1000*day)
	if _, err := s.Commit(t.Context(), "endless", nil, time.Time{}); err != nil {
		t.Fatal(err)
	}
	commit(t, s, c, "out", "secret", 3*time.Hour)
	remove(t, s, "out")
	for key, want := range map[string]time.Duration{
		"authlab:{s}:month": 11 * day, "authlab:{s}:hour": day + 2*time.Hour, "authlab:{s}:over": day + time.Hour,
		"authlab:{s}:ages": 31 * day, "authlab:{s}:endless": 31 * day, "authlab:{s}:out": day + 3*time.Hour,
		"authlab:{s}": 31*day + time.Second,
	} {
		if got := client.PTTL(t.Context(), key).Val(); got > want || got < want-time.Minute {
			t.Errorf("%s lives for %s, want %s", key, got, want)
		}
	}
	if fields := client.HGetAll(t.Context(), "authlab:{s}:out").Val(); len(fields) != 2 || fields["gone"] != "deleted" {
		t.Errorf("the tombstone is %q", fields)
	}
	if n := client.ZCount(t.Context(), "authlab:{s}", "(0", "+inf").Val(); n != 6 {
		t.Errorf("%d keys have a place in the order, want 6", n)
	}
	if n := client.DBSize(t.Context()).Val(); n != 7 {
		t.Errorf("the server holds %d keys, want 7", n)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := client.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("a reset leaves %d keys", n)
	}
}
