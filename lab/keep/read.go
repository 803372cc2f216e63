package keep

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// pageSize is how many rows are read at once, so that a large bucket is not held
// in memory as a whole and writers are not kept waiting while it is read.
const pageSize = 64

type pair struct {
	key  string
	body []byte
}

// Each calls do with every key of a bucket that begins with prefix and its body,
// in the order of the keys' bytes, until do returns an error, which Each returns
// as it is. All that was acknowledged before the call is among them; what is
// written during it may be. do may call the file's other methods, and may keep and
// change the body.
func (f *File) Each(bucket, prefix string, do func(key string, body []byte) error) error {
	from, end := prefix, after(prefix)
	for {
		page, err := f.page(bucket, from, end)
		if err != nil {
			return fmt.Errorf("read %s of %s: %w", bucket, f.name, reason(err))
		}
		for _, p := range page {
			if err := do(p.key, p.body); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
		from = page[len(page)-1].key + "\x00" // the very next key that there can be
	}
}

// page reads the first rows from a key on, as far as end.
func (f *File) page(bucket, from string, end any) (page []pair, err error) {
	rows, err := f.list.QueryContext(context.Background(), bucket, from, end, pageSize)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p pair
		if err := rows.Scan(&p.key, &p.body); err != nil {
			return nil, err
		}
		p.key = strings.Clone(p.key)
		page = append(page, p)
	}
	return page, rows.Err()
}
