package lab_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// classRoom opens a class as the front page's form does.
func (w *world) classRoom(t testing.TB) (*visitor, room.Code) {
	t.Helper()
	v := &visitor{w: w, client: w.client(t)}
	got := v.post(t, "/room")
	code, ok := strings.CutSuffix(strings.TrimPrefix(got.header.Get("Location"), "/room/"), "/drive")
	if got.status != http.StatusSeeOther || !ok {
		t.Fatalf("POST /room: %d to %q", got.status, got.header.Get("Location"))
	}
	return v, room.Code(code)
}

// device is one of a class, with its stream open.
type device struct {
	path  string
	lines *bufio.Scanner
	close func()
}

func (w *world) device(t testing.TB, code room.Code) *device {
	t.Helper()
	path := "http://" + w.addr + "/room/" + string(code)
	got, err := http.Get(path + "/events?device=" + w.lab.Room(code).IssueDevice())
	if err != nil {
		t.Fatal(err)
	}
	d := &device{path: path, lines: bufio.NewScanner(got.Body), close: func() { got.Body.Close() }}
	t.Cleanup(d.close)
	return d
}

// shown waits for the next event and returns its number.
func (d *device) shown() (int, error) {
	for kind := ""; d.lines.Scan(); {
		line := d.lines.Text()
		if k, ok := strings.CutPrefix(line, "event: "); ok {
			kind = k
		}
		if data, ok := strings.CutPrefix(line, `data: {"seq":`); ok && kind == "shown" {
			seq, _, _ := strings.Cut(data, ",")
			return strconv.Atoi(seq)
		}
	}
	return 0, fmt.Errorf("the stream ended: %w", d.lines.Err())
}

// fetch gets the parts of the page that change, and which state they show.
func (d *device) fetch(client *http.Client) (seq int, timing string, err error) {
	got, err := client.Get(d.path + "?fragment=live")
	if err != nil {
		return 0, "", err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return 0, "", err
	}
	_, rest, _ := strings.Cut(string(text), ` data-seq="`)
	value, _, _ := strings.Cut(rest, `"`)
	seq, err = strconv.Atoi(value)
	return seq, got.Header.Get("Server-Timing"), err
}

// TestEachStateIsRenderedOnce lets 50 follow through 20 states, each fetching each
// state as soon as it is told of it.
func TestEachStateIsRenderedOnce(t *testing.T) {
	t.Parallel()
	const followers, states = 50, 20
	w := startLab(t, lifted)
	v, code := w.classRoom(t)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: followers}, Timeout: guard}
	t.Cleanup(client.CloseIdleConnections)
	var devices []*device
	for range followers {
		d := w.device(t, code)
		if _, err := d.shown(); err != nil {
			t.Fatal(err)
		}
		devices = append(devices, d)
	}
	before := w.lab.Rendered(code)
	for i := range states {
		if got := v.post(t, "/room/"+string(code)+"/drive", "act", "step", "step", strconv.Itoa(i%plot.Count), "quiet", "1"); got.status != http.StatusNoContent {
			t.Fatalf("show a step: %d, %s", got.status, got.body)
		}
		allSee(t, devices, client, w.lab.Room(code).State().Seq)
	}
	if n := w.lab.Rendered(code) - before; n != states {
		t.Errorf("%d followers made the lab render %d states %d times", followers, states, n)
	}
	// A page whole is shared, too, and so is one that comes as it was.
	for range 2 {
		if got := v.get(t, "/room/"+string(code)); got.status != http.StatusOK {
			t.Fatalf("the page: %d", got.status)
		}
	}
	if n := w.lab.Rendered(code) - before; n != states+1 {
		t.Errorf("two pages after %d states made %d renderings", states, n)
	}
}

// allSee waits until each device was told of a state and has fetched it, and
// checks that they share one rendering.
func allSee(t *testing.T, devices []*device, client *http.Client, want int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	timings := map[string]int{}
	for _, d := range devices {
		all.Go(func() {
			told, err := d.shown()
			if err != nil || told != want {
				t.Errorf("told of state %d, want %d (%v)", told, want, err)
			}
			seq, timing, err := d.fetch(client)
			if err != nil || seq != want {
				t.Errorf("state %d came, want %d (%v)", seq, want, err)
			}
			mu.Lock()
			defer mu.Unlock()
			timings[timing]++
		})
	}
	all.Wait()
	for timing := range timings {
		if len(timings) != 1 || !strings.HasPrefix(timing, `render;desc="rendering `) {
			t.Fatalf("state %d: %d renderings, %q among them", want, len(timings), timing)
		}
	}
}

// BenchmarkFollow shows a class another step and waits until everybody has
// fetched it.
func BenchmarkFollow(b *testing.B) {
	for _, n := range []int{30, 300} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkFollow(b, n) })
	}
}

func benchmarkFollow(b *testing.B, n int) {
	w := startLab(b, lifted)
	v, code := w.classRoom(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}, Timeout: guard}
	b.Cleanup(client.CloseIdleConnections)
	var all sync.WaitGroup
	seen := make(chan error, n)
	var closers []func()
	for range n {
		d := w.device(b, code)
		if _, err := d.shown(); err != nil {
			b.Fatal(err)
		}
		all.Go(func() {
			for {
				if _, err := d.shown(); err != nil {
					return // the benchmark is over
				}
				_, _, err := d.fetch(client)
				seen <- err
			}
		})
		closers = append(closers, d.close)
	}
	defer all.Wait()
	defer func() {
		for _, end := range closers {
			end()
		}
	}()
	began := time.Now()
	rounds := 0
	for b.Loop() {
		rounds++
		v.post(b, "/room/"+string(code)+"/drive", "act", "step", "step", strconv.Itoa(rounds%plot.Count), "quiet", "1")
		for range n {
			if err := <-seen; err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(time.Since(began).Microseconds())/float64(rounds*n), "µs/follower")
}
