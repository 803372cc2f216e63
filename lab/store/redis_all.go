package store

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// all reads the list of keys and then the entries; the list is watched, so that the
// two are of one instant.
func (t redisTable) all(ctx context.Context) (rows []Row, err error) {
	err = t.watch(ctx, t.order(), func(tx *redis.Tx) error {
		rows, err = t.list(ctx, tx)
		return err
	})
	return rows, err
}

func (t redisTable) list(ctx context.Context, tx *redis.Tx) ([]Row, error) {
	keys, err := tx.ZRange(ctx, t.order(), 0, -1).Result()
	if err != nil || len(keys) == 0 {
		return []Row{}, err
	}
	asked := make([]ask, len(keys))
	if _, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			asked[i] = t.ask(ctx, p, key)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	rows := make([]Row, 0, len(keys))
	for _, a := range asked {
		e, err := a.entry()
		if err != nil {
			return nil, err
		}
		if e.Gone != Unknown { // as a key that has outlived its time to live is
			rows = append(rows, e.Row)
		}
	}
	return rows, nil
}

func (t redisTable) reset(ctx context.Context) error {
	return t.watch(ctx, t.order(), func(tx *redis.Tx) error {
		keys, err := tx.ZRange(ctx, t.order(), 0, -1).Result()
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			for _, key := range keys {
				p.Unlink(ctx, t.name(key))
			}
			p.Unlink(ctx, t.order())
			return nil
		})
		return err
	})
}
