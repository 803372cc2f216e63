package keep

import (
	"context"
	"database/sql"
	"fmt"
)

// Format is what the bodies of a file are, to whoever writes them and reads them
// again. A file carries the version of its bodies in its header (PRAGMA user_version),
// and a file whose bodies are older is brought to this version as a whole when it is
// opened: in one transaction, so that whatever happens meanwhile it is of the one
// version or of the other.
type Format struct {
	// Version is the version of what is written, from 1. It is raised with every
	// change to what any body, key or bucket says.
	Version int
	// Upgrade makes of a body of an earlier version one of Version, and may return the
	// one that it was given. It gets every body of the file once, in the order of
	// buckets and keys. Where it returns an error the file is left as it was, and not
	// opened. It may be nil for version 1, which there is nothing before.
	Upgrade func(bucket, key string, body []byte) ([]byte, error)
}

const (
	sqlListAll = `SELECT bucket, key, body FROM kept WHERE (bucket, key) >= (?, ?) ORDER BY bucket, key LIMIT ?`
	sqlChange  = `UPDATE kept SET body = ? WHERE bucket = ? AND key = ?`
)

// row is one body with all of its name.
type row struct {
	bucket string
	pair
}

// upgrade brings all bodies to the version that is written.
func (f *File) upgrade(ctx context.Context, tx *sql.Tx) error {
	next := row{}
	for {
		rows, err := listAll(ctx, tx, next)
		if err != nil {
			return err
		}
		for _, r := range rows {
			body, err := f.format.Upgrade(r.bucket, r.key, r.body)
			if err != nil {
				return fmt.Errorf("bring %q in %q to version %d: %w", r.key, r.bucket, f.format.Version, err)
			}
			if _, err := tx.ExecContext(ctx, sqlChange, append([]byte{}, body...), r.bucket, r.key); err != nil {
				return err
			}
		}
		if len(rows) < pageSize {
			return nil
		}
		next = rows[len(rows)-1]
		next.key += "\x00" // the very next key that there can be
	}
}

// listAll reads the first bodies of all buckets from a name on.
func listAll(ctx context.Context, tx *sql.Tx, from row) (page []row, err error) {
	rows, err := tx.QueryContext(ctx, sqlListAll, from.bucket, from.key, pageSize)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // what went wrong with it, Err says
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.bucket, &r.key, &r.body); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}
