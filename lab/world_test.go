package lab_test

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/settings"
	"authlab/lab/share"
)

// guard is how long anything may take before a test gives up on it. Nothing comes near
// it, on a machine that is busy with ten other things either.
const guard = 2 * time.Minute

// world is a whole lab on a socket of its own.
type world struct {
	lab    *lab.Lab
	addr   string
	scheme string // http, or https where the lab has a certificate
	log    *logBook
	stop   func() // stops the lab well, once
}

// origin is the lab's, as a browser writes it.
func (w *world) origin() string { return cmp.Or(w.scheme, "http") + "://" + w.addr }

// usual is the lesson's configuration, over plain http.
var usual = settings.Default(false)

// lifted are limits that a test which is not about limits never meets.
var lifted = bench.Limits{Exchanges: 1 << 30, Rate: 1e12, Burst: 1 << 30}

// startLab serves a lab until the test ends.
func startLab(t testing.TB, limits bench.Limits, options ...func(*lab.Config)) *world {
	t.Helper()
	return startLabAt(t, "127.0.0.1", limits, options...)
}

// startLabAt serves a lab at an address of this machine until the test ends.
func startLabAt(t testing.TB, host string, limits bench.Limits, options ...func(*lab.Config)) *world {
	t.Helper()
	return startLabOn(t, net.JoinHostPort(host, "0"), limits, options...)
}

// startLabOn is startLabAt for a port of the test's choice.
func startLabOn(t testing.TB, address string, limits bench.Limits, options ...func(*lab.Config)) *world {
	t.Helper()
	w := &world{scheme: "http", log: &logBook{}}
	// A test sends what a school does: only those about allowances have any. The names
	// are those of requests that tests write by hand. A browser keeps its connections,
	// and no test waits for that at its end.
	config := lab.Config{
		Limits: limits, Allowances: map[share.Kind]share.Allowance{}, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Hosts: []string{"a", "a.test", "lab.test"}, Grace: time.Millisecond,
	}
	for _, o := range options {
		o(&config)
	}
	l, err := newLab(config)
	if err != nil {
		t.Fatal(err)
	}
	if config.Certificate != nil {
		w.scheme = "https"
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	w.lab, w.addr = l, ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- l.Serve(ctx, ln) }()
	w.stop = sync.OnceFunc(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("the lab did not stop well: %v", err)
		}
		w.log.mustBeQuiet(t)
	})
	t.Cleanup(w.stop)
	return w
}

// rehearsed is what the first lab with our own content over plain http has worked out
// of it at its start. Others wait for it: that takes seconds under the race detector.
var rehearsed struct {
	sync.Mutex
	rehearsal *lab.Rehearsal
}

// newLab makes a lab. What each works out of the same content at its start is worked
// out once.
func newLab(config lab.Config) (*lab.Lab, error) {
	if config.Content != nil || config.Certificate != nil || config.Secure || config.URL != "" {
		return lab.New(config)
	}
	rehearsed.Lock()
	defer rehearsed.Unlock()
	config.Rehearsal = rehearsed.rehearsal
	l, err := lab.New(config)
	if err == nil {
		rehearsed.rehearsal = l.Rehearsed()
	}
	return l, err
}

// logBook keeps what the lab and its apps log.
type logBook struct {
	mu       sync.Mutex
	text     strings.Builder
	expected []string
}

// expect says that a test makes something fail on our side: lines that contain
// text are no fault of the lab, and one must come.
func (l *logBook) expect(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expected = append(l.expected, text)
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// mustBeQuiet fails the test if a handler panicked, a request to the lab or to an
// app failed for a reason of ours, or a page could not be made, unless the test
// expects that.
func (l *logBook) mustBeQuiet(t testing.TB) {
	t.Helper()
	for _, fault := range l.faults() {
		t.Error(fault)
	}
}

// faults are what was logged and not expected, and what was expected and not
// logged.
func (l *logBook) faults() (list []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	came := map[string]bool{}
	for line := range strings.Lines(l.text.String()) {
		if !strings.Contains(line, "panic") && !strings.Contains(line, "level=ERROR") && !strings.Contains(line, "superfluous") {
			continue
		}
		at := slices.IndexFunc(l.expected, func(text string) bool { return strings.Contains(line, text) })
		if at < 0 {
			list = append(list, "the lab logged: "+line)
			continue
		}
		came[l.expected[at]] = true
	}
	for _, text := range l.expected {
		if !came[text] {
			list = append(list, "the lab did not log: "+text)
		}
	}
	return list
}

// visitor is a browser without scripts: it keeps cookies, follows no redirect,
// and holds the token that it was last given.
type visitor struct {
	w      *world
	id     string // of its bench
	client *http.Client
	token  string
	told   int // how many exchanges expect has seen
}

// answer is a response with its body.
type answer struct {
	status int
	header http.Header
	body   string
}

func (w *world) client(t rapid.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{
		Jar: jar, Transport: &http.Transport{DisableCompression: true, TLSClientConfig: trustAny}, Timeout: guard,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if tb, ok := t.(testing.TB); ok {
		tb.Cleanup(c.CloseIdleConnections)
	}
	return c
}

// visit makes a bench as the front page's form does.
func (w *world) visit(t testing.TB) *visitor {
	t.Helper()
	v := &visitor{w: w, client: w.client(t)}
	got := v.send(t, "POST", "/bench", nil, "")
	to := got.header.Get("Location")
	id, ok := strings.CutPrefix(to, "/bench/")
	if got.status != http.StatusSeeOther || !ok {
		t.Fatalf("POST /bench: %d to %q", got.status, to)
	}
	v.id = id
	return v
}

// path is a path below the visitor's bench.
func (v *visitor) path(rest string) string { return "/bench/" + v.id + rest }

// bench is the visitor's bench, seen from inside.
func (v *visitor) bench(t rapid.TB) *bench.Bench {
	t.Helper()
	b, ok := v.w.lab.Benches().Find(v.id)
	if !ok {
		t.Fatalf("bench %s is gone", v.id)
	}
	return b
}

// send sends a request to any path of the lab.
func (v *visitor) send(t rapid.TB, method, path string, header http.Header, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, v.w.origin()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	got, err := v.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return answer{got.StatusCode, got.Header, string(b)}
}

func (v *visitor) get(t rapid.TB, path string) answer {
	t.Helper()
	return v.send(t, "GET", path, nil, "")
}

var formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

// post sends a form: name, value, name, value …
func (v *visitor) post(t rapid.TB, path string, fields ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.send(t, "POST", path, formHeader, form.Encode())
}
