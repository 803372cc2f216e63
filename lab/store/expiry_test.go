package store_test

import (
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// line is a way to a server that breaks once it has carried so many bytes, as it does
// for the server when the process at the other end dies.
type line struct {
	url  string
	left atomic.Int64
}

// lineTo lays a line to a server.
func lineTo(t *testing.T, url string) *line {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	l := &line{url: "unix://" + socket}
	l.left.Store(1 << 40)
	go func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return // the test is over
			}
			go l.carry(from, strings.TrimPrefix(url, "unix://"))
		}
	}()
	return l
}

func (l *line) carry(from net.Conn, to string) {
	defer from.Close()
	server, err := net.Dial("unix", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(from, server) // ends with either
		_ = from.Close()
	}()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		after := l.left.Add(-int64(n))
		if after < 0 {
			n = max(0, n+int(after)) // what comes through before it breaks
		}
		if _, wrote := server.Write(buf[:n]); err != nil || wrote != nil || after < 0 {
			return
		}
	}
}

// TestEveryKeyHasAnEnd does anything at all to spaces of a server, on a line that
// breaks at any byte, and asks the server after each whether all of its keys will go.
func TestEveryKeyHasAnEnd(t *testing.T) {
	url, _ := storetest.OwnRedis(t)
	way := lineTo(t, url)
	r, err := store.OpenRedis(t.Context(), way.url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	options, _ := redis.ParseURL(url)
	server := redis.NewClient(options)
	defer server.Close()
	broken, kept := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if err := server.FlushDB(t.Context()).Err(); err != nil {
			rt.Fatal(err)
		}
		c := new(clock)
		spaces := []store.Store{r.Space("one", c.now), r.Space("two", c.now)}
		for range rapid.IntRange(1, 12).Draw(rt, "things") {
			way.left.Store(int64(rapid.OneOf(rapid.IntRange(0, 900), rapid.Just(1<<40)).Draw(rt, "bytes until it breaks")))
			if anything(rt, rapid.SampledFrom(spaces).Draw(rt, "space"), c) != nil {
				broken++
			}
			kept += everyKeyEnds(rt, server)
		}
	})
	if broken == 0 || kept == 0 {
		t.Errorf("the line broke %d times, and %d keys were looked at", broken, kept)
	}
	t.Logf("the line broke %d times; %d times a key was looked at", broken, kept)
}

// anything is one call of a store, of whichever method.
func anything(rt *rapid.T, s store.Store, c *clock) error {
	key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key")
	ends := rapid.SampledFrom([]time.Time{{}, begin, c.now().Add(time.Minute), c.now().AddDate(300, 0, 0), c.now().AddDate(-1, 0, 0)}).Draw(rt, "ends")
	var err error
	switch rapid.IntRange(0, 6).Draw(rt, "what") {
	case 0, 1:
		_, err = s.Commit(rt.Context(), key, []byte("v"), ends)
	case 2:
		_, err = s.Delete(rt.Context(), key)
	case 3:
		_, _, err = s.Update(rt.Context(), key, func(row store.Row) ([]byte, time.Time, bool) { return row.Bytes, ends, true })
	case 4:
		_, _, err = s.Find(rt.Context(), key)
	case 5:
		_, err = s.All(rt.Context())
	case 6:
		if rapid.Bool().Draw(rt, "reset") {
			err = s.Reset(rt.Context())
		} else {
			c.forward(365 * 24 * time.Hour) // as a visitor may
		}
	}
	return err
}

// everyKeyEnds fails the test for a key that the server would keep for ever. It
// returns how many keys there are.
func everyKeyEnds(rt *rapid.T, server *redis.Client) (n int) {
	all := server.Scan(rt.Context(), 0, "*", 0).Iterator()
	for ; all.Next(rt.Context()); n++ {
		ttl, err := server.PTTL(rt.Context(), all.Val()).Result()
		if err != nil || ttl <= 0 {
			rt.Fatalf("%q lives for %v (%v)", all.Val(), ttl, err)
		}
	}
	if err := all.Err(); err != nil {
		rt.Fatal(err)
	}
	return n
}
