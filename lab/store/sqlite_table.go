package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"
)

// sqlTable is a table that is the rows of one space in a SQLite database.
type sqlTable struct {
	*SQLite
	space string
}

func (t sqlTable) read(ctx context.Context, key string) (entry, error) {
	return t.one(ctx, t.find, key)
}

func (t sqlTable) one(ctx context.Context, find *sql.Stmt, key string) (entry, error) {
	e, err := t.scan(find.QueryRowContext(ctx, t.space, key), sqlFind, t.space, key)
	if errors.Is(err, sql.ErrNoRows) {
		return entry{Row{Key: key, Gone: Unknown}}, nil
	}
	return e, err
}

// change runs in a transaction that has begun as one that writes (BEGIN
// IMMEDIATE), so that what it reads cannot be overtaken.
func (t sqlTable) change(ctx context.Context, key string, decide func(entry) (entry, bool)) (entry, error) {
	tx, err := t.write.BeginTx(ctx, nil)
	if err != nil {
		return entry{}, err
	}
	defer tx.Rollback() //nolint:errcheck // there is nothing to undo where it was committed
	find := tx.StmtContext(ctx, t.findToWrite)
	held, err := t.one(ctx, find, key)
	if err != nil {
		return entry{}, err
	}
	next, write := decide(held)
	if !write {
		return held, nil
	}
	if err := t.putBy(ctx, tx, next); err != nil {
		return entry{}, err
	}
	next, err = t.one(ctx, find, key)
	if err != nil {
		return entry{}, err
	}
	return next, tx.Commit()
}

func (t sqlTable) putBy(ctx context.Context, tx *sql.Tx, e entry) error {
	gone := sql.NullString{String: string(e.Gone), Valid: e.Gone != ""}
	_, err := tx.StmtContext(ctx, t.put).ExecContext(ctx, t.space, e.Key, e.Bytes, fromInstant(e.Expires), gone)
	return err
}

func (t sqlTable) all(ctx context.Context) ([]Row, error) {
	found, err := t.list.QueryContext(ctx, t.space)
	if err != nil {
		return nil, err
	}
	return t.collect(found)
}

// collect returns the rows of the result of sqlList, and ends it.
func (t sqlTable) collect(found *sql.Rows) ([]Row, error) {
	defer found.Close() //nolint:errcheck // what went wrong with it, Err says
	rows := []Row{}
	for found.Next() {
		e, err := t.scan(found, sqlList, t.space)
		if err != nil {
			return nil, err
		}
		rows = append(rows, e.Row)
	}
	return rows, found.Err()
}

func (t sqlTable) reset(ctx context.Context) error {
	_, err := t.forget.ExecContext(ctx, t.space)
	return err
}

// scan reads a row of the result of a query that was asked with these arguments.
func (t sqlTable) scan(result interface{ Scan(...any) error }, query string, args ...string) (e entry, err error) {
	var expires string
	var gone sql.NullString
	if err = result.Scan(&e.Key, &e.Bytes, &expires, &gone); err != nil {
		return entry{}, err
	}
	e.Gone = Missing(gone.String)
	e.Native = []string{
		filled(query, args) + ";",
		"    key = " + e.Key, "  bytes = " + string(e.Bytes), "expires = " + expires, "   gone = " + gone.String,
	}
	e.Expires, err = toInstant(expires)
	return e, err
}

// filled is a query with its arguments in the places that are kept for them, as
// one would type it.
func filled(query string, args []string) string {
	var b strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			b.WriteString(literal(args[i-1]))
		}
		b.WriteString(part)
	}
	return b.String()
}

// literal writes text as SQL. Text that SQL cannot hold is written as its bytes.
func literal(text string) string {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "CAST(X'" + hex.EncodeToString([]byte(text)) + "' AS TEXT)"
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
