package store_test

import (
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// hard are values that a console has to write with care.
var hard = []string{"plain", "", "it's", `a "quoted" \ one`, "two\nlines\r\n", "\x00\x01\a\b\t\x7f\x80\xff", "a ? and ? b", "Zoë", "--", "%s"}

// gone begins the keys of the rows that console deletes.
const gone = "gone "

// console writes the hard values under hard keys and returns every row as the
// store shows it when it is found, when it is among all and when it is updated,
// and last, among all, the tombstones of as many rows.
func console(t *testing.T, s store.Store, c *clock) (rows []store.Row) {
	t.Helper()
	for _, v := range hard {
		commit(t, s, c, v, v, time.Hour)
	}
	for i, v := range hard {
		row, why, err := s.Find(t.Context(), v)
		if err != nil || why != "" {
			t.Fatal(why, err)
		}
		updated, _, err := s.Update(t.Context(), v, func(r store.Row) ([]byte, time.Time, bool) { return r.Bytes, time.Time{}, i%2 == 0 })
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			rows = append(rows, row)
		}
		rows = append(rows, updated)
	}
	for _, v := range hard {
		commit(t, s, c, gone+v, v, time.Hour)
		remove(t, s, gone+v)
	}
	all, err := s.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return append(rows, all...)
}

// TestMemoryHasNoConsole keeps a store from showing what no database has said.
func TestMemoryHasNoConsole(t *testing.T) {
	c := new(clock)
	for _, row := range console(t, store.NewMemory(c.now), c) {
		if row.Native != nil {
			t.Errorf("a row in memory is shown as %q", row.Native)
		}
	}
}

// TestSQLConsole types each question as it is shown into the same database.
func TestSQLConsole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a?b %41#.db")
	lite, err := store.OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	defer lite.Close()
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := new(clock)
	for _, row := range console(t, lite.Space("it's?", c.now), c) {
		if answers := typed(t, db, row.Native[0]); !slices.ContainsFunc(answers, func(a []string) bool { return slices.Equal(a, row.Native[1:]) }) {
			t.Errorf("%q is shown for\n%s\nwhich answers %q", row.Native[1:], row.Native[0], answers)
		}
	}
	row, _, err := lite.Space("it's?", c.now).Find(t.Context(), "plain")
	want := []string{
		"SELECT key, bytes, expires, gone FROM records WHERE space = 'it''s?' AND key = 'plain';",
		"    key = plain", "  bytes = plain", "expires = ", "   gone = ",
	}
	if err != nil || !slices.Equal(row.Native, want) {
		t.Errorf("%v, %q is shown, want %q", err, row.Native, want)
	}
}

// typed is what a query answers, row by row, as sqlite3 shows it in line mode.
func typed(t *testing.T, db *sql.DB, query string) (answers [][]string) {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer result.Close()
	for result.Next() {
		names, _ := result.Columns()
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := result.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for i, name := range names {
			lines = append(lines, fmt.Sprintf("%7s = %s", name, values[i].String))
		}
		answers = append(answers, lines)
	}
	return answers
}

// TestRedisConsole types each command as it is shown into the server's own
// console. Only the time to live has become less since.
func TestRedisConsole(t *testing.T) {
	url := storetest.Redis(t)
	redis, err := store.OpenRedis(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer redis.Close()
	for _, space := range []string{"console {it's}", "console", "con\nsole"} {
		t.Run(space, func(t *testing.T) {
			c := new(clock)
			typedIntoRedis(t, url, console(t, redis.Space(space, c.now), c))
		})
	}
}

// typedIntoRedis compares what is shown with what the console answers. The last
// rows are as the server has them now.
func typedIntoRedis(t *testing.T, url string, rows []store.Row) {
	t.Helper()
	var commands, want []string
	for _, row := range rows[len(rows)-2*len(hard):] {
		commands = append(commands, row.Native[0], row.Native[4])
		want = append(want, row.Native[1], row.Native[2], row.Native[3], row.Native[5])
	}
	got := redisCLI(t, url, commands)
	if len(got) != len(want) {
		t.Fatalf("the console answers %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] && !aLittleLess(got[i], want[i]) {
			t.Errorf("the console answers %s, shown is %s", got[i], want[i])
		}
	}
	for _, row := range rows {
		ends, nothing := "3) (nil)", 3
		if row.Gone != "" {
			ends, nothing = `3) "deleted"`, 1
		}
		if len(row.Native) != 6 || !strings.HasPrefix(row.Native[0], "HMGET ") || row.Native[3] != ends || !strings.HasSuffix(row.Native[nothing], "(nil)") {
			t.Errorf("a row is shown as %q", row.Native)
		}
	}
}

// redisCLI types commands into the console and returns the lines of its answers.
func redisCLI(t *testing.T, url string, commands []string) []string {
	t.Helper()
	name, err := exec.LookPath("redis-cli")
	if err != nil {
		if name, err = exec.LookPath("valkey-cli"); err != nil {
			t.Fatal("this test types into redis-cli or valkey-cli and finds neither. On Debian or Ubuntu: sudo apt-get install redis-tools")
		}
	}
	cli := exec.CommandContext(t.Context(), name, "--no-raw", "-s", strings.TrimPrefix(url, "unix://"))
	cli.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	out, err := cli.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// aLittleLess says whether a is an integer of a minute less than b at most.
func aLittleLess(a, b string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(a, "(integer) "))
	m, err2 := strconv.Atoi(strings.TrimPrefix(b, "(integer) "))
	return err == nil && err2 == nil && n <= m && n > m-60_000
}
