package lab_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"authlab/lab"
	"authlab/lab/settings"
	"authlab/lab/store/storetest"
)

// keysInRedis counts the keys of a server, each of which must have an end.
func keysInRedis(t *testing.T, server *redis.Client) (n int) {
	t.Helper()
	all := server.Scan(t.Context(), 0, "*", 0).Iterator()
	for ; all.Next(t.Context()); n++ {
		if ttl, err := server.PTTL(t.Context(), all.Val()).Result(); err != nil || ttl <= 0 {
			t.Errorf("%q lives for %v (%v)", all.Val(), ttl, err)
		}
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestABenchLeavesNothingInRedis once it is gone, and before that nothing without an
// end: sessions, refresh tokens and denied tokens, also those that are written once the
// bench's clock is most of a year ahead.
func TestABenchLeavesNothingInRedis(t *testing.T) {
	t.Parallel()
	url, _ := storetest.OwnRedis(t)
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	server := redis.NewClient(options)
	defer server.Close()
	w := startLab(t, lifted, func(c *lab.Config) { c.Redis = url })
	v := w.visit(t)
	v.turn(t, "store", settings.Redis, "token.revocation", "jti", "token.refresh", "detect", "session.idle", "off", "session.absolute", "720h")
	sent := 0
	for ahead := range 2 {
		before := keysInRedis(t, server)
		v.logIn(t, librarian)
		sent += 2
		v.await(t, sent)
		v.send(t, "POST", v.path("/token/logout"), v.bearer(), "") // denies the token
		sent++
		v.await(t, sent)
		if n := keysInRedis(t, server); n <= before {
			t.Errorf("a login and a logout have made %d keys of %d", n, before)
		}
		if ahead == 0 {
			if got := v.post(t, v.path("/clock"), "by", "8000h"); got.status != http.StatusSeeOther {
				t.Fatalf("moving the clock is answered with %d: %s", got.status, got.body)
			}
		}
	}
	w.lab.Benches().Drop(v.id)
	for end := time.Now().Add(guard); ; time.Sleep(10 * time.Millisecond) { // nothing tells that all is deleted
		n := server.DBSize(t.Context()).Val()
		if n == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("a bench that is gone has left %d keys", n)
		}
	}
}
