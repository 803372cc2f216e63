package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisTable is a table that is the keys of one space in a Redis server.
type redisTable struct {
	*Redis
	space string
	now   func() time.Time
}

func (t redisTable) name(key string) string { return t.space + ":" + key }

// order is the name of the sorted set of the keys.
func (t redisTable) order() string { return t.space }

// ask puts the questions about a key, which answered by one [redis.Pipeliner] are
// answered together.
type ask struct {
	key, name string
	fields    *redis.SliceCmd
	ttl       *redis.DurationCmd
}

func (t redisTable) ask(ctx context.Context, p redis.Pipeliner, key string) ask {
	name := t.name(key)
	return ask{key, name, p.HMGet(ctx, name, "bytes", "expires", "gone"), p.PTTL(ctx, name)}
}

// entry is what the answers say.
func (a ask) entry() (e entry, err error) {
	e.Key = a.key
	var fields struct {
		Bytes   []byte  `redis:"bytes"`
		Expires *string `redis:"expires"`
		Gone    string  `redis:"gone"`
	}
	if err := a.fields.Scan(&fields); err != nil {
		return entry{}, err
	}
	if fields.Expires == nil {
		e.Gone = Unknown
		return e, nil
	}
	e.Bytes, e.Gone = fields.Bytes, Missing(fields.Gone)
	e.Native = transcript(a.name, a.fields.Val(), a.ttl.Val())
	e.Expires, err = toInstant(*fields.Expires)
	return e, err
}

func (t redisTable) read(ctx context.Context, key string) (entry, error) {
	return t.readBy(ctx, t.client, key)
}

func (t redisTable) readBy(ctx context.Context, by redis.Cmdable, key string) (entry, error) {
	var a ask
	if _, err := by.Pipelined(ctx, func(p redis.Pipeliner) error {
		a = t.ask(ctx, p, key)
		return nil
	}); err != nil {
		return entry{}, err
	}
	return a.entry()
}

// change watches the key, so that the server refuses what was decided if somebody
// else has written to it since it was read, and then begins again.
func (t redisTable) change(ctx context.Context, key string, decide func(entry) (entry, bool)) (e entry, err error) {
	err = t.watch(ctx, t.name(key), func(tx *redis.Tx) error {
		if e, err = t.readBy(ctx, tx, key); err != nil {
			return err
		}
		next, write := decide(e)
		if !write {
			return nil
		}
		e, err = t.write(ctx, tx, next, e.Gone == Unknown)
		return err
	})
	return e, err
}

// appendKey is a script that puts a key (ARGV) behind the last one of the order (KEYS).
// It runs within the transaction that writes the key: a number that was taken before
// would have to be kept somewhere, and a process that died then would leave that
// without a time to live.
const appendKey = `local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return redis.call('ZADD', KEYS[1], (last[2] or 0) + 1, ARGV[1])`

// write puts an entry in its place, in one transaction with all that gives its keys
// an end. A key that is new comes last in the order.
func (t redisTable) write(ctx context.Context, tx *redis.Tx, e entry, isNew bool) (entry, error) {
	var a ask
	_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		if isNew {
			p.Eval(ctx, appendKey, []string{t.order()}, e.Key)
		}
		t.put(ctx, p, e)
		a = t.ask(ctx, p, e.Key)
		return nil
	})
	if err != nil {
		return entry{}, err
	}
	return a.entry()
}

func (t redisTable) put(ctx context.Context, p redis.Pipeliner, e entry) {
	name, ttl := t.name(e.Key), t.ttl(e)
	if e.Gone == "" {
		p.HSet(ctx, name, "bytes", e.Bytes, "expires", fromInstant(e.Expires))
	} else {
		p.Del(ctx, name)
		p.HSet(ctx, name, "expires", fromInstant(e.Expires), "gone", string(e.Gone))
	}
	p.PExpire(ctx, name, ttl)
	// The order lives as long as the last of the keys. Its time is counted in whole
	// seconds.
	p.ExpireNX(ctx, t.order(), ttl+time.Second)
	p.ExpireGT(ctx, t.order(), ttl+time.Second)
}

// ttl is how long the server keeps an entry, by its own time.
func (t redisTable) ttl(e entry) time.Duration {
	if e.Expires.IsZero() {
		return atMost + slack
	}
	return min(max(e.Expires.Sub(t.now()), atLeast), atMost) + slack
}

// watch does what needs a name to stay as it is, again and again until it does.
func (t redisTable) watch(ctx context.Context, name string, do func(*redis.Tx) error) error {
	for {
		err := t.client.Watch(ctx, do, name)
		if !errors.Is(err, redis.TxFailedErr) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(time.Millisecond)): // so that those who met do not meet again
		}
	}
}
