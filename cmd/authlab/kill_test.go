package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"authlab/lab/labtest"
)

// killed is a run of the program as a process of its own, which keeps its classes
// in a file.
type killed struct {
	t          *testing.T
	bin, data  string
	cmd        *exec.Cmd
	base       string
	errs       *strings.Builder // what it logs; to be read once it has ended
	instructor *http.Client
	room       string
	bench      string
}

// TestAKilledLabLosesNothingOfAClass kills the program in the middle of a class
// with SIGKILL, over and over, and looks for all that it had acknowledged: the step
// that is shown, the votes, and what was recorded on the bench.
func TestAKilledLabLosesNothingOfAClass(t *testing.T) {
	dir := t.TempDir()
	k := &killed{t: t, bin: filepath.Join(dir, "authlab"), data: filepath.Join(dir, "classes")}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", k.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	rounds := labtest.Rounds(t, 10, 50)
	k.start()
	defer k.kill()
	k.present()
	k.mustAct(url.Values{"act": {"poll"}})
	want := acknowledged{}
	for round := range rounds {
		k.classGoesOn(round, &want)
		k.start()
		k.compare(round, &want)
	}
	k.mustAct(url.Values{"act": {"poll"}}) // closes the vote
	if got := k.answers(); got < want.votes || got > want.votes+want.doubtful {
		t.Errorf("%d votes are counted; %d were acknowledged, and of %d nobody knows", got, want.votes, want.doubtful)
	}
	t.Logf("%d rounds: %d votes, %d exchanges and the size of the type, %d times, survived", rounds, want.votes, want.exchanges, want.sizes)
}

// acknowledged is what the program has said is done.
type acknowledged struct {
	votes, doubtful int
	exchanges       int
	size            int // of the projector's type, as the last answer has it
	sizeDoubt       int // what it may be as well: asked for, and not answered
	sizes           int
	pending         bool // a visit was made that the class has not been told of
}

// start starts the program and waits for its address.
func (k *killed) start() {
	k.t.Helper()
	k.cmd = exec.CommandContext(k.t.Context(), k.bin, "-addr", "127.0.0.1:0", "-data", k.data)
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	k.errs = &strings.Builder{}
	k.cmd.Stderr = k.errs
	if err := k.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		k.t.Fatalf("it prints %q, %v, %s", line, err, k.errs.String())
	}
	k.base = strings.TrimSpace(strings.TrimPrefix(line, "AuthLab is at "))
}

func (k *killed) kill() {
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait() // it was killed
}

// present opens a class.
func (k *killed) present() {
	k.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		k.t.Fatal(err)
	}
	k.instructor = &http.Client{Jar: jar}
	answer, err := k.instructor.PostForm(k.base+"/room", nil)
	if err != nil {
		k.t.Fatal(err)
	}
	defer answer.Body.Close()
	k.room = strings.TrimSuffix(answer.Request.URL.Path, "/drive")
	k.bench = k.find(`data-bench="([^"]+)"`)
}

// find looks for something on the instructor's page.
func (k *killed) find(pattern string) string {
	k.t.Helper()
	answer, err := k.instructor.Get(k.base + k.room + "/drive")
	if err != nil {
		k.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	found := regexp.MustCompile(pattern).FindSubmatch(body)
	if err != nil || found == nil {
		k.t.Fatalf("%s on the instructor's page, %d %v: not there", pattern, answer.StatusCode, err)
	}
	return string(found[1])
}

func (k *killed) act(fields url.Values) error {
	fields.Set("quiet", "1")
	fields.Set("window", "0123456789abcdef")
	return post(k.instructor, k.base+k.room+"/drive", fields)
}

func post(c *http.Client, to string, fields url.Values) error {
	answer, err := c.PostForm(to, fields)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %v: %s", to, fields, answer.Status)
	}
	return nil
}

func (k *killed) mustAct(fields url.Values) {
	k.t.Helper()
	if err := k.act(fields); err != nil {
		k.t.Fatal(err)
	}
}

// classGoesOn lets a class go on until the program is killed at a random moment: in
// one round votes and moves, in the next visits to the bench.
func (k *killed) classGoesOn(round int, want *acknowledged) {
	k.t.Helper()
	ctx, stop := context.WithCancel(k.t.Context())
	defer stop()
	var all sync.WaitGroup
	if round%2 == 0 {
		all.Go(func() { k.vote(ctx, want) })
		all.Go(func() { k.resize(ctx, want) })
	} else {
		all.Go(func() { k.visit(ctx, want) })
	}
	time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond) // the moment is what is tried
	_ = k.cmd.Process.Kill()
	stop()
	all.Wait()
	_ = k.cmd.Wait() // it was killed
}

func (k *killed) vote(ctx context.Context, want *acknowledged) {
	slug, now := "stranger", &http.Client{}
	for ctx.Err() == nil {
		fields := url.Values{"slug": {slug}, "round": {"1"}, "option": {"1"}, "quiet": {"1"}}
		if err := post(now, k.base+k.room+"/vote", fields); err != nil {
			want.doubtful++
			return
		}
		want.votes++
	}
}

// resize makes the type larger and smaller in turn.
func (k *killed) resize(ctx context.Context, want *acknowledged) {
	for ctx.Err() == nil {
		by := 1
		if want.size == 1 {
			by = -1
		}
		want.sizeDoubt = want.size + by
		if k.act(url.Values{"act": {"size"}, "by": {strconv.Itoa(by)}}) != nil {
			return
		}
		want.size += by
		want.sizes++
	}
}

// join gets a name for a device of the class.
func (k *killed) join() (string, error) {
	answer, err := http.PostForm(k.base+k.room+"/join", url.Values{"quiet": {"1"}})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var named struct{ Device string }
	err = json.NewDecoder(answer.Body).Decode(&named)
	return named.Device, err
}

// visit sends to the bench. What was sent is acknowledged when the class is told.
func (k *killed) visit(ctx context.Context, want *acknowledged) {
	name, err := k.join()
	if err != nil {
		return
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.base+k.room+"/events?device="+name, nil)
	if err != nil {
		return
	}
	stream, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	told := func() bool {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "data: ") {
				return true
			}
		}
		return false
	}
	for told() && want.exchanges < 180 { // first of the state as it is, then of each visit
		if want.pending {
			want.exchanges++
			want.pending = false
		}
		answer, err := http.Get(k.base + k.bench + "/session/")
		if err != nil {
			return
		}
		answer.Body.Close()
		want.pending = true
	}
}

// compare looks for what was acknowledged after the program was killed and started.
func (k *killed) compare(round int, want *acknowledged) {
	k.t.Helper()
	answer, err := http.Get(k.base + k.bench + "/journal.json")
	if err != nil {
		k.t.Fatal(err)
	}
	defer answer.Body.Close()
	var v struct {
		Exchanges []struct{ Number int }
	}
	if err := json.NewDecoder(answer.Body).Decode(&v); err != nil {
		k.t.Fatalf("round %d: the bench is gone: %s, %v", round, answer.Status, err)
	}
	if len(v.Exchanges) < want.exchanges {
		k.t.Errorf("round %d: %d exchanges are there, %d were acknowledged", round, len(v.Exchanges), want.exchanges)
	}
	want.exchanges, want.pending = len(v.Exchanges), false
	size, err := strconv.Atoi(k.find(`data-size="(-?[0-9]+)"`))
	if err != nil || size != want.size && size != want.sizeDoubt {
		k.t.Errorf("round %d: the size is %d; %d was acknowledged, and %d asked for", round, size, want.size, want.sizeDoubt)
	}
	want.size, want.sizeDoubt = size, size
}

// answers is how many votes are counted, once the vote is closed.
func (k *killed) answers() int {
	k.t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(k.find(`data-answers="([0-9]+)"`), ",", ""))
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}
