package lab_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"authlab/lab/cookie"
)

// chromiumLines are Set-Cookie lines about which browsers and the draft differ,
// and some about which they do not.
var chromiumLines = []string{
	"plain=1", "lax=1; SameSite=Lax", "strict=1; SameSite=Strict", "none=1; SameSite=None; Secure", "bare-none=1; SameSite=None",
	"sec=1; Secure", "a\tb=1", "c=1\t2", "=x=y", "nameless", "=__Host-a", "__Http-a=1; Secure; HttpOnly", "__Http-b=1; Secure",
	"__Host-Http-c=1; Secure; HttpOnly; Path=/", "__Host-Http-d=1; Secure; HttpOnly", "__Host-e=1; Secure; Path=/", "__Host-f=1; Secure",
	"part=1; Secure; SameSite=None; Partitioned", "bare-part=1; Partitioned", `quoted="a b"`, "comma=a,b", "empty=", "dom=1; Domain=localhost",
	"dot=1; Domain=.", "empty-domain=1; Domain=other.example; Domain=", "elsewhere=1; Domain=other.example", "unknown=1; SameSite=Sometimes",
	"long=1; Path=/" + strings.Repeat("p", 1100), "last-path=1; Path=/x; Path=/", "relative=1; Path=x", "deep=1; Path=/deep",
	"hidden=1; HttpOnly", "gone=1; Max-Age=0", "gone-again=1; Max-Age=0; Expires=Fri, 01 Jan 2038 00:00:00 GMT",
	"bad-age=1; Max-Age=0; Max-Age=x", "kept=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=600", "late=1; Expires=Fri, 01 Jan 2038 00:00:00 GMT",
	"over=1", "over=2",
}

// jarServer sets the lines, and keeps the Cookie field of every request.
type jarServer struct {
	mu   sync.Mutex
	seen map[string]string
	port string
}

func (s *jarServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen[r.URL.Path] = strings.Join(r.Header["Cookie"], " AND ")
	s.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "text/html")
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "http://127.0.0.1:"+s.port)
	h.Set("Access-Control-Allow-Credentials", "true")
	switch r.URL.Path {
	case "/set":
		h["Set-Cookie"] = chromiumLines
	case "/elsewhere":
		to := "http://localhost:" + s.port
		fmt.Fprintf(w, `<!doctype html><title>loading</title><a id="a" href="%[1]s/link">link</a><form id="f" method="post" action="%[1]s/form"><button>form</button></form>
			<img src="%[1]s/image"><iframe src="%[1]s/frame"></iframe><script>addEventListener('load', async () => {
				await fetch('%[1]s/include', {credentials: 'include'}); await fetch('%[1]s/same'); document.title = 'loaded'; })</script>`, to)
		return
	}
	fmt.Fprint(w, "<!doctype html><title>loaded</title>")
}

// line is the Cookie field of the request for a path, once it has arrived.
func (s *jarServer) line(b *tab, path string) string {
	b.t.Helper()
	var line string
	b.when(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		var ok bool
		line, ok = s.seen[path]
		return ok
	}, func() string { return "a request for " + path })
	return line
}

// Chromium gets lines from a server, and each later request of its carries what
// the inspector's row for Chromium says. Third-party cookies are allowed in its
// profile, as the row supposes; Debian's build would block them.
func TestChromiumDoesWhatItsRowSays(t *testing.T) {
	t.Parallel()
	jar := &jarServer{seen: map[string]string{}}
	server := httptest.NewServer(jar)
	t.Cleanup(server.Close)
	jar.port = server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	b := (&world{addr: "localhost:" + jar.port}).browser(t, chromedp.UserDataDir(profileWithCookies(t)))
	b.open("/set")
	b.open("/deep/typed")
	shows(b, "document.title", "loaded")
	script := eval[string](b, "document.cookie")
	b.do(chromedp.Navigate("http://127.0.0.1:" + jar.port + "/elsewhere"))
	shows(b, "document.title", "loaded")
	b.press(onPage, "#a")
	b.until("location.pathname === '/link' && document.title === 'loaded'")
	b.do(chromedp.Navigate("http://127.0.0.1:" + jar.port + "/elsewhere"))
	shows(b, "document.title", "loaded")
	b.press(onPage, "#f button")
	b.until("location.pathname === '/form' && document.title === 'loaded'")

	const other = "cross-site"
	for _, c := range []struct {
		path, got string
		request   cookie.Request
	}{
		{"/deep/typed", jar.line(b, "/deep/typed"), cookie.Request{}},
		{"/deep/typed", script, cookie.Request{Kind: cookie.Script}},
		{"/link", jar.line(b, "/link"), cookie.Request{Initiator: other}},
		{"/form", jar.line(b, "/form"), cookie.Request{Kind: cookie.Form, Initiator: other}},
		{"/image", jar.line(b, "/image"), cookie.Request{Kind: cookie.Subresource, Initiator: other}},
		{"/frame", jar.line(b, "/frame"), cookie.Request{Kind: cookie.Frame, Initiator: other}},
		{"/include", jar.line(b, "/include"), cookie.Request{Kind: cookie.FetchInclude, Initiator: other}},
		{"/same", jar.line(b, "/same"), cookie.Request{Kind: cookie.FetchSameOrigin, Initiator: other}},
	} {
		if c.request.Initiator == other {
			c.request.Initiator = "http://127.0.0.1:" + jar.port
		}
		c.request.URL = "http://localhost:" + jar.port + c.path
		a, err := cookie.Inspect(cookie.Input{URL: "http://localhost:" + jar.port + "/set", SetCookies: chromiumLines, Now: time.Now(), Request: &c.request})
		if err != nil {
			t.Fatal(err)
		}
		if row := a.Browsers[0]; row.Browser != "Chromium" || row.Cookie != c.got {
			t.Errorf("%s, %s:\nChromium %q\nthe row  %q", c.path, c.request.Kind, c.got, row.Cookie)
		}
	}
}

// profileWithCookies is a profile in which third-party cookies are allowed.
func profileWithCookies(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := os.Mkdir(filepath.Join(dir, "Default"), 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "Default", "Preferences"), []byte(`{"profile":{"cookie_controls_mode":0,"block_third_party_cookies":false}}`), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
