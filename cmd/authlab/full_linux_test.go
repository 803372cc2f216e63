package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"authlab/lab/labtest"
)

// guard is how long anything may take before a test gives up on it.
const guard = 2 * time.Minute

// page is what a client is answered, with the status before it.
func (k *killed) page(c *http.Client, path string) string {
	k.t.Helper()
	return k.answered(c.Get(k.base + path))
}

func (k *killed) post(c *http.Client, path string, fields ...string) string {
	k.t.Helper()
	form := url.Values{"quiet": {"1"}, "window": {"0123456789abcdef"}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return k.answered(c.PostForm(k.base+path, form))
}

func (k *killed) answered(answer *http.Response, err error) string {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return fmt.Sprintf("%d %s%s", answer.StatusCode, answer.Header.Get("Authlab-Saved"), body)
}

// says fails the test unless an answer begins and goes on as it should.
func (k *killed) says(what, got, begins string, contains ...string) {
	k.t.Helper()
	if !strings.HasPrefix(got, begins) {
		k.t.Errorf("%s is answered with %.200q, want %q", what, got, begins)
	}
	for _, text := range contains {
		if !strings.Contains(got, text) {
			k.t.Errorf("%s says nothing of %q: %.300q", what, text, got)
		}
	}
}

// TestADiskThatTakesNothing keeps no class from going on: what is done is answered as
// done and not saved, everybody is told for as long as it lasts, and when the disk
// takes more all of it is saved, so that the program may be killed then.
func TestADiskThatTakesNothing(t *testing.T) {
	dir := t.TempDir()
	k := &killed{t: t, bin: filepath.Join(dir, "authlab"), data: filepath.Join(dir, "classes")}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", k.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	k.start()
	defer func() { k.kill() }()
	k.present()
	k.mustAct(url.Values{"act": {"poll"}})
	student := &http.Client{}
	devices := make([]string, 4)
	for i := range devices {
		var err error
		if devices[i], err = k.join(); err != nil {
			t.Fatal(err)
		}
	}
	k.says("a vote that is saved", k.post(student, k.room+"/vote", "device", devices[0], "slug", "stranger", "round", "1", "option", "1"), "204 ")
	k.says("the lab", k.page(student, "/readyz"), "200 ")

	labtest.Disk(t, k.cmd.Process.Pid, false)
	for range 2 {
		k.says("a vote", k.post(student, k.room+"/vote", "device", devices[1], "slug", "stranger", "round", "1", "option", "1"), "200 noCounted, but not saved: ")
		k.says("a move", k.post(k.instructor, k.room+"/drive", "act", "size", "by", "1", "press", "0123456789abcdef0123"), "200 noDone, but not saved: ")
	}
	k.says("no vote", k.post(student, k.room+"/vote", "device", devices[1], "slug", "stranger", "round", "1", "option", "77"), "400 ", "Nothing was counted")
	k.says("no move", k.post(k.instructor, k.room+"/drive", "act", "nothing"), "400 ", "not done")
	k.says("a vote without scripts", k.post(student, k.room+"/vote", "quiet", "", "device", devices[2], "slug", "stranger", "round", "1", "option", "1"), "200 ", "not saved at the moment")
	other := k.another()
	k.says("the other class, which was opened meanwhile", k.page(other.instructor, other.room+"/drive"), "200 ", "nothing is saved")
	answer := k.page(student, k.bench+"/session/")
	k.says("the bench", answer, "200 ")
	k.says("the instructor's view", k.page(k.instructor, k.room+"/drive"), "200 ", "data-unsaved", "UTC nothing is saved: ", "goes on by itself")
	k.says("the clicker", k.page(k.instructor, k.room+"/clicker"), "200 ", "data-unsaved")
	if page := k.page(k.instructor, k.room+"/projector"); strings.Contains(page, "nothing is saved") {
		t.Error("the class reads on the projector that nothing is saved")
	}
	k.says("a lab that cannot save", k.page(student, "/readyz"), "503 ", "not saving since ", "disk")
	k.says("it, when asked whether it lives,", k.page(student, "/healthz"), "200 ")

	labtest.Disk(t, k.cmd.Process.Pid, true)
	k.untilReady()
	if page := k.page(k.instructor, k.room+"/drive"); strings.Contains(page, "data-unsaved") {
		t.Error("all is saved, and the instructor's view says that it is not")
	}
	k.says("a vote that is saved again", k.post(student, k.room+"/vote", "device", devices[3], "slug", "stranger", "round", "1", "option", "1"), "204 ")
	k.kill()
	for text, want := range map[string]int{"nothing can be saved": 1, "all is saved again": 1} {
		if n := strings.Count(k.errs.String(), text); n != want {
			t.Errorf("the log says %d times that %s, want %d:\n%s", n, text, want, k.errs)
		}
	}
	k.start()
	other.base = k.base
	k.compareAll(other)
}

// another opens a second class, in a browser of its own.
func (k *killed) another() *killed {
	k.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		k.t.Fatal(err)
	}
	other := &killed{t: k.t, base: k.base, instructor: &http.Client{Jar: jar}}
	other.present()
	return other
}

// untilReady waits until the lab says that it is.
func (k *killed) untilReady() {
	k.t.Helper()
	for end := time.Now().Add(guard); !strings.HasPrefix(k.page(http.DefaultClient, "/readyz"), "200 "); {
		if time.Now().After(end) {
			k.t.Fatal("the disk takes all, and the lab is not ready")
		}
		time.Sleep(50 * time.Millisecond) // it tries once a second
	}
}

// compareAll looks for what was done while the disk took nothing.
func (k *killed) compareAll(other *killed) {
	k.t.Helper()
	if size := k.find(`data-size="(-?[0-9]+)"`); size != "1" {
		k.t.Errorf("one press, sent twice, made the size %s", size)
	}
	k.says("a press that was done before the restart", k.post(k.instructor, k.room+"/drive", "act", "size", "by", "1", "press", "0123456789abcdef0123"), "204 ")
	if size := k.find(`data-size="(-?[0-9]+)"`); size != "1" {
		k.t.Errorf("it is done again: %s", size)
	}
	k.mustAct(url.Values{"act": {"poll"}})
	if n := k.answers(); n != 4 {
		k.t.Errorf("%d votes are counted, of 4", n)
	}
	k.says("what was recorded", k.page(http.DefaultClient, k.bench+"/journal.json"), "200 ", `"exchanges":[{"number":1`)
	k.says("the class that was opened", k.page(other.instructor, other.room+"/drive"), "200 ", "Instructor view")
}
