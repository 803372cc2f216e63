package lab_test

import (
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/settings"
)

const earlierFiles = "testdata/classes"

// earlierFile writes a file of an earlier version into a folder of the test's own.
func earlierFile(t testing.TB, name string) string {
	t.Helper()
	packed, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	from, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "classes")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// inFile runs something on a file of classes that no lab has open.
func inFile(t testing.TB, file string, do func(*sql.DB) error) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if err := do(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// earlier is what a file of an earlier version says.
type earlier struct {
	code, bench, device string
	exchanges           []struct {
		Exchange struct {
			Number            int
			Step              int
			Request, Response struct{ Bytes []byte }
			Events            []journal.Event
		}
	}
}

// readEarlier reads a file as plain JSON, without our own types, and has its class used
// just now: it would be over after twelve hours.
func readEarlier(t testing.TB, file string) (was earlier) {
	t.Helper()
	inFile(t, file, func(db *sql.DB) error {
		if _, err := db.Exec(`UPDATE kept SET body = CAST(json_set(CAST(body AS TEXT), '$.Used', ?) AS BLOB) WHERE bucket = 'room'`, time.Now().UTC().Format(time.RFC3339Nano)); err != nil {
			return err
		}
		if err := db.QueryRow(`SELECT key, json_extract(CAST(body AS TEXT), '$.Bench') FROM kept WHERE bucket = 'room'`).Scan(&was.code, &was.bench); err != nil {
			return err
		}
		if err := db.QueryRow(`SELECT json_extract(CAST(body AS TEXT), '$.Device') FROM kept WHERE bucket = 'vote'`).Scan(&was.device); err != nil {
			return err
		}
		all := ""
		if err := db.QueryRow(`SELECT json_group_array(json(CAST(body AS TEXT))) FROM (SELECT body FROM kept WHERE bucket = 'exchange' ORDER BY key)`).Scan(&all); err != nil {
			return err
		}
		return json.Unmarshal([]byte(all), &was.exchanges)
	})
	return was
}

// TestFilesOfEarlierVersions brings the class of each back: with its votes, with all
// that was recorded, and with a bench that goes on. What the version did not note is
// said not to be known.
func TestFilesOfEarlierVersions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(earlierFiles, "*.db.gz"))
	if err != nil || len(files) < 9 {
		t.Fatalf("there are %d files of earlier versions, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			file := earlierFile(t, name)
			was := readEarlier(t, file)
			n := len(was.exchanges)
			for range 2 { // the second time it is of this version
				w := startLab(t, lifted, func(c *lab.Config) { c.Data = file })
				n = w.isBack(t, was, n)
				w.stop()
			}
		})
	}
}

// isBack looks for what was kept, with n exchanges by now, and returns how many there
// are once the class has gone on.
func (w *world) isBack(t *testing.T, was earlier, n int) int {
	t.Helper()
	b, ok := w.lab.Benches().Find(was.bench)
	if !ok || w.lab.Classes() != 1 {
		t.Fatalf("there are %d classes; their bench is there: %v", w.lab.Classes(), ok)
	}
	r := w.room("/room/" + was.code)
	s := r.State()
	if poll := s.Poll("stranger"); poll == nil || s.Size != 1 || !slices.Equal(poll.Rounds[0].Votes, []int{2, 2, 0, 0}) {
		t.Errorf("the class shows %+v", s)
	}
	if rights, _ := r.Rights(); len(rights) != 1 {
		t.Errorf("%d may drive", len(rights))
	}
	set := b.Settings()
	if set.Get("token.refresh") != "rotate" || set.Get("token.revocation") != "jti" || set.Get("token.keep") != "sessionStorage" {
		t.Errorf("the settings are %+v", set)
	}
	got := b.Journal().Exchanges
	if len(got) != n || len(was.exchanges) != 13 {
		t.Fatalf("%d exchanges are there, of %d; in the file were %d", len(got), n, len(was.exchanges))
	}
	for i, old := range was.exchanges {
		x, old := got[i], old.Exchange
		if x.Number != old.Number || x.Step != old.Step || string(x.Request.Bytes) != string(old.Request.Bytes) ||
			string(x.Response.Bytes) != string(old.Response.Bytes) || !reflect.DeepEqual(x.Events, old.Events) {
			t.Errorf("exchange %d is another", old.Number)
		}
		told := slices.ContainsFunc(x.Events, func(e journal.Event) bool { return e.Kind == journal.CheckMade })
		if v := explain.Read(x).Verdict(); !told && x.Flow == journal.Token && !slices.Contains([]string{"reason not recorded", "logged out"}, v.Outcome) {
			t.Errorf("exchange %d, of which no check was recorded, is said to be %q", x.Number, v.Outcome)
		}
	}
	w.goesOn(t, was)
	return len(b.Journal().Exchanges)
}

// goesOn looks at the pages of a class that is back, and logs in on its bench.
func (w *world) goesOn(t *testing.T, was earlier) {
	t.Helper()
	v := &client{visitor: &visitor{w: w, id: was.bench, client: w.client(t)}}
	for step := range plot.Count {
		if got := v.get(t, v.path(fmt.Sprintf("?step=%d", step))); got.status != http.StatusOK {
			t.Errorf("step %d of the bench: %d", step, got.status)
		}
	}
	if got := v.get(t, "/room/"+was.code); got.status != http.StatusOK {
		t.Errorf("the class: %d", got.status)
	}
	if x := v.logIn(t); status(x) != http.StatusOK {
		t.Errorf("a login is answered with %d", status(x))
	}
	if x := v.ask(t, "GET", "profile", ""); status(x) != http.StatusOK {
		t.Errorf("the profile after it with %d", status(x))
	}
	if id := v.session(t); status(v.sessionRequest(t, "GET", "profile", "sid", id, "")) != http.StatusOK {
		t.Error("a new session is not let in")
	}
}

// TestAFileOfALaterVersion is refused in a sentence that says what to do, and not
// touched.
func TestAFileOfALaterVersion(t *testing.T) {
	file := earlierFile(t, filepath.Join(earlierFiles, "1-d9e4760.db.gz"))
	inFile(t, file, func(db *sql.DB) error {
		_, err := db.Exec("PRAGMA user_version = 9999")
		return err
	})
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = newLab(lab.Config{Data: file})
	says := "it has version 9999, and this program knows version 3: a newer AuthLab has written it; run that one, or name another file"
	if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), file) {
		t.Errorf("it says %v", err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
	if left, err := filepath.Glob(file + "-*"); err != nil || len(left) > 0 {
		t.Errorf("beside it are left %v, %v", left, err)
	}
}

// TestABodyThatIsDamaged in a file of an earlier version stays as it is, and keeps no
// other class from coming back.
func TestABodyThatIsDamaged(t *testing.T) {
	file := earlierFile(t, filepath.Join(earlierFiles, "1-068d90a.db.gz"))
	was := readEarlier(t, file)
	inFile(t, file, func(db *sql.DB) error {
		_, err := db.Exec(`INSERT INTO kept VALUES ('room', 'AAAA-AAAA', CAST('{"Version":' AS BLOB)), ('room', 'BBBB-BBBB', CAST('{"Version":7}' AS BLOB))`)
		return err
	})
	w := startLab(t, lifted, func(c *lab.Config) { c.Data = file })
	w.log.expect("something that an earlier version has kept cannot be read")
	w.log.expect("a class could not be brought back")
	w.isBack(t, was, len(was.exchanges))
	w.stop()
	var version, damaged int
	inFile(t, file, func(db *sql.DB) error {
		if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		return db.QueryRow(`SELECT count(*) FROM kept WHERE CAST(body AS TEXT) IN ('{"Version":', '{"Version":7}')`).Scan(&damaged)
	})
	if version != lab.KeptVersion || damaged != 2 {
		t.Errorf("the file has version %d, and %d damaged bodies are left", version, damaged)
	}
}

var updateShape = flag.Bool("update-shape", false, "write "+earlierFiles+"/shape.txt anew")

// TestKeptShape fails where anything that a body is made of has changed, and the
// version of the file has not: see testdata/classes/README.md for what to do.
func TestKeptShape(t *testing.T) {
	got := fmt.Sprintf("version %d\n", lab.KeptVersion)
	for _, body := range []any{room.Record{}, room.Vote{}, bench.Snapshot{}, journal.Exchange{}} {
		of := reflect.TypeOf(body)
		got += strings.Join(shape(of.String(), of, nil), "")
	}
	for _, k := range settings.Knobs {
		for _, c := range k.Choices {
			got += "knob " + k.Name + " " + c.Value + "\n"
		}
	}
	name := filepath.Join(earlierFiles, "shape.txt")
	if *updateShape {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("what is kept has changed; %s/README.md says what to do:\n%s", earlierFiles, firstDifference(got, string(want)))
	}
}

// shape lists what encoding/json makes of a type, a line for each name that it writes.
func shape(path string, of reflect.Type, in []reflect.Type) []string {
	if slices.Contains(in, of) || reflect.PointerTo(of).Implements(reflect.TypeFor[json.Marshaler]()) {
		return []string{path + " " + of.String() + "\n"}
	}
	in = append(in, of)
	switch of.Kind() {
	case reflect.Pointer:
		return shape(path, of.Elem(), in)
	case reflect.Slice, reflect.Array:
		return shape(path+"[]", of.Elem(), in)
	case reflect.Map:
		return shape(path+"{"+of.Key().String()+"}", of.Elem(), in)
	case reflect.Struct:
		var out []string
		for i := range of.NumField() {
			f := of.Field(i)
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() || tag == "-" {
				continue
			}
			name := f.Name
			if tag != "" {
				name = tag
			}
			out = append(out, shape(path+"."+name, f.Type, in)...)
		}
		return out
	default:
		return []string{path + " " + of.Kind().String() + "\n"}
	}
}
