package lab_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// lossy stands between a browser and the lab. Of what is posted to a path it loses the first answers: the lab has given them, and the connection ends.
type lossy struct {
	*httptest.Server
	path string
	held chan struct{} // closed when answers may come, nil where they always may

	mu    sync.Mutex
	lose  int // how many answers more
	asked int // how often it was posted
}

var errLost = errors.New("the answer is lost")

func startLossy(t testing.TB, w *world, path string, lose int) *lossy {
	t.Helper()
	to := &url.URL{Scheme: "http", Host: w.addr}
	l := &lossy{path: path, lose: lose}
	l.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			l.goes(r.In)
		},
		ModifyResponse: l.comes,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:       slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo),
	})
	t.Cleanup(l.Close)
	return l
}

func (l *lossy) about(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == l.path
}

// goes is called with each request.
func (l *lossy) goes(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.about(r) {
		l.asked++
	}
}

// comes is called with each answer of the lab's.
func (l *lossy) comes(answer *http.Response) error {
	if !l.about(answer.Request) {
		return nil
	}
	if l.held != nil {
		select {
		case <-l.held:
		case <-answer.Request.Context().Done(): // the browser waits for another
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lose > 0 {
		l.lose--
		return errLost
	}
	return nil
}

func (l *lossy) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// doubleClick clicks twice where an element is, the second time without waiting for
// what comes of the first.
func (b *tab) doubleClick(selector string) {
	b.t.Helper()
	at := b.aim(onPage, selector)
	for range 2 {
		b.within(func(ctx context.Context) error { return b.engine.click(ctx, at.X, at.Y) })
	}
}

// TestPresentIsDoubleClicked in a browser with scripts and in one without. Whether both
// clicks are posted is the browser's own affair; they lead to the one class that it then
// drives.
func TestPresentIsDoubleClicked(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		w := startLab(t, lifted)
		l := startLossy(t, w, "/room", 0)
		l.held = make(chan struct{})
		b := w.browser(t)
		if !scripts {
			b = b.withoutScripts()
		}
		b.base = l.URL
		b.open("/")
		b.doubleClick(`form[action="/room"] button`)
		close(l.held)
		b.loaded("/drive")
		if n := l.count(); w.lab.Classes() != 1 || w.rights(b.room()) != 1 {
			t.Errorf("scripts %t: it was posted %d times, and there are %d classes, the first with %d rights", scripts, n, w.lab.Classes(), w.rights(b.room()))
		}
		b.press(onPage, `.n-steps li:nth-child(3) button`)
		b.until(classStep + " === 2")
	}
}

// TestAnAnswerIsLost to what opens a class or hands driving over, in a browser: sent
// again, by the browser itself or by whoever loads its error page again, the same form
// leads into the one class.
func TestAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, lose := range []int{1, 4} {
		w := startLab(t, lifted)
		c := w.present(t)
		link := c.invite(t)
		for path, at := range map[string][2]string{"/room": {"/", `form[action="/room"] button`}, link: {link, `button[value="drive"]`}} {
			l := startLossy(t, w, path, lose)
			b := w.browser(t)
			b.base = l.URL
			b.open(at[0])
			b.press(onPage, at[1])
			b.loadedAgain(func() bool { return l.count() > lose })
			b.inClass()
			b.keys("2")
			shows(b, drives, "me")
		}
		if n := w.lab.Classes(); n != 2 || w.rights(c.room) != 2 {
			t.Errorf("with %d answers lost there are %d classes, and %d rights to drive the one handed over", lose, n, w.rights(c.room))
		}
	}
}

// loadedAgain loads the browser's own error page again, as its button does, until a
// condition holds.
func (b *tab) loadedAgain(holds func() bool) {
	b.t.Helper()
	b.when(func() bool {
		if holds() {
			return true
		}
		if failed, err := try[bool](b, `location.protocol === 'chrome-error:'`); err == nil && failed {
			b.do(chromedp.Reload())
		}
		return holds()
	}, func() string { return "the form to be sent again" })
}

// TestALinkIsOpenedAgainAfterALostAnswer, in the tab whose press had used it up: there it
// is the same press, and leads into the class. In another browser it does not.
func TestALinkIsOpenedAgainAfterALostAnswer(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c := w.present(t)
	link := c.invite(t)
	l := startLossy(t, w, link, 1<<30)
	b := w.browser(t)
	b.base = l.URL
	b.open(link)
	b.press(onPage, `button[value="drive"]`)
	b.until(`location.protocol === 'chrome-error:'`)
	l.mu.Lock()
	l.lose = 0
	l.mu.Unlock()
	other := w.browser(t)
	other.open(link)
	other.press(onPage, `button[value="drive"]`)
	other.until(`document.querySelector('h1')?.innerText === 'This link does not work any more'`)
	b.open(link)
	b.press(onPage, `button[value="drive"]`)
	b.inClass()
	if n := w.rights(c.room); n != 2 {
		t.Errorf("there are %d rights", n)
	}
}
