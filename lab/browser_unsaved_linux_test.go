package lab_test

import (
	"bufio"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"authlab/lab/labtest"
)

// program is the lab as a process of its own, which keeps its classes in a file.
type program struct {
	t   testing.TB
	cmd *exec.Cmd
	*world
}

// startProgram builds the program and starts it.
func startProgram(t testing.TB) *program {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "authlab")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "authlab/cmd/authlab").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	p := &program{t: t, cmd: exec.Command(bin, "-addr", "127.0.0.1:0", "-data", filepath.Join(dir, "classes"))}
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the program prints %q: %v", line, err)
	}
	_, addr, _ := strings.Cut(strings.TrimSpace(line), "http://")
	p.world = &world{scheme: "http", addr: strings.TrimSuffix(addr, "/")}
	return p
}

// untilSaved waits until the program says that all is saved.
func (p *program) untilSaved(b *tab) {
	p.t.Helper()
	client := p.client(p.t)
	b.when(func() bool {
		got, err := client.Get(p.origin() + "/readyz")
		if err != nil {
			return false
		}
		defer got.Body.Close()
		return got.StatusCode == http.StatusOK
	}, func() string { return "the disk's taking all" })
}

// The notices of what is not saved: the one that stands, the one about a press, and
// whether the first is where the reader is.
const (
	announced = `document.getElementById('notice').textContent`
	inSight   = `((box) => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector('[data-unsaved]').getBoundingClientRect())`
	standing  = `(document.querySelector('[data-unsaved][role="alert"]')?.innerText ?? '')`
	votedFor  = `document.querySelector('[data-option="%"]').classList.contains('mine')`
	oneVote   = `[...document.querySelectorAll('.votes .n')].map((n) => parseInt(n.textContent)).join()`
)

// TestWhatIsNotSavedIsSaid while a disk takes nothing: to the instructor for as long as it
// lasts, in every window but the class's; to who has voted, with scripts and without. Who
// votes again counts once, and when the disk takes all the words give way.
func TestWhatIsNotSavedIsSaid(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	instructor := p.teach(t)
	clicker, projector := instructor.window("clicker"), instructor.window("projector")
	student, plain := instructor.student(), p.browser(t).withoutScripts()
	instructor.press(onPage, `.n-steps li:nth-child(2) button`)
	shows(student, classStep, 1)
	shows(instructor, standing, "")

	labtest.Disk(t, p.cmd.Process.Pid, false)
	instructor.keys("p")
	for _, b := range []*tab{instructor, clicker} {
		b.until(standing + `.includes('nothing is saved: the lab’s disk does not take what is written.')`)
	}
	instructor.until(announced + `.startsWith('Done, but not saved: the lab’s disk does not take')`)
	shows(instructor, shownNotice, "") // which would cover the controls with what stands on the page
	shows(instructor, `document.getElementById('notice').getAttribute('role')`, "status")
	shows(student, poll, "open")
	for _, option := range []string{"1", "2"} {
		student.press(onPage, `[data-option="`+option+`"]`)
		student.press(onPage, `form[data-vote] button`)
		student.until(shownNotice + `.startsWith('Counted, but not saved: ') && document.querySelector('[data-option="` + option + `"]').classList.contains('mine')`)
	}
	plain.open(instructor.room())
	for i, letter := range []string{"D", "C"} {
		plain.press(onPage, fmt.Sprintf(`[data-option="%d"]`, 4-i))
		plain.press(onPage, `form[data-vote] button`)
		plain.until(`document.readyState === 'complete' && ` + standing + `.startsWith('Votes count, but are not saved') && document.querySelector('.vote').innerText.includes('You voted: ` + letter + `')`)
		plain.until(inSight)
	}
	if words := eval[string](projector, `document.body.innerText`); strings.Contains(words, "not saved") || strings.Contains(words, "nothing is saved") {
		t.Errorf("the class reads on the projector: %s", words)
	}
	alert := `document.querySelector('[data-unsaved]')`
	eval[bool](instructor, `Boolean(globalThis.stood = `+alert+`)`)
	instructor.keys("p")
	shows(student, poll, "closed")
	for _, b := range []*tab{instructor, student, projector} {
		shows(b, oneVote, "0,1,1,0")
	}
	shows(instructor, `globalThis.stood === `+alert, true) // it is not announced again

	labtest.Disk(t, p.cmd.Process.Pid, true)
	p.untilSaved(instructor)
	for _, b := range []*tab{instructor, clicker} {
		shows(b, standing, "")
	}
	shows(instructor, announced, "All that was done is saved now.")
	shows(student, shownNotice, "Your vote is saved now.")
	plain.press(onPage, `.ruler a[aria-current]`)
	plain.until(`document.readyState === 'complete' && ` + standing + ` === ''`)
}
