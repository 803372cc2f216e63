package lab_test

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// preferences are a profile's beside those that Firefox itself recommends for
// being driven, which keep it from asking other hosts. Nothing moves, so that what
// is to be clicked stays where it is.
const preferences = `user_pref("ui.prefersReducedMotion", 1);
user_pref("general.smoothScroll", false);
user_pref("toolkit.cosmeticAnimations.enabled", false);
`

// driven is the origin that the connection to Firefox claims to come from: Firefox
// allows none that it is not told of.
const driven = "http://authlab.test"

// firefox starts a Firefox with a fresh profile and returns its tab.
func (w *world) firefox(t testing.TB) *tab {
	t.Helper()
	f := &firefox{bidi: startFirefox(t)}
	b := &tab{t: t, w: w, base: w.origin(), engine: f, ctx: context.Background()}
	b.within(f.begin)
	b.within(func(ctx context.Context) error { return f.resize(ctx, 1440, 1000) })
	return b
}

// startFirefox starts a Firefox, which ends with the test, and connects to it.
func startFirefox(t testing.TB) *bidi {
	t.Helper()
	name := cmp.Or(os.Getenv("FIREFOX"), "firefox-esr")
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("this test needs a browser, %q (%v): install Debian's package firefox-esr, or set FIREFOX to a Firefox; make test installs it where it may", name, err)
	}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, "--headless", "--no-remote", "--remote-debugging-port=0",
		"--remote-allow-origins="+driven, "--profile", profile)
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	endpoint, err := endpointOf(out)
	if err != nil {
		_ = cmd.Process.Kill()
		t.Fatalf("%s: %v", path, err)
	}
	return connected(t, cmd, endpoint)
}

// endpointOf reads what Firefox writes until it says where it listens; the rest is
// read, too, so that it never waits for a reader.
func endpointOf(out io.Reader) (string, error) {
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return at, nil
		}
		said = append(said, lines.Text())
	}
	return "", fmt.Errorf("it ended before it listened: %q", said)
}

// connected dials a Firefox, which is closed when the test ends.
func connected(t testing.TB, cmd *exec.Cmd, endpoint string) *bidi {
	t.Helper()
	ctx, end := context.WithTimeout(context.Background(), guard)
	defer end()
	c, err := dialBiDi(ctx, endpoint, driven)
	if err != nil {
		_ = cmd.Process.Kill()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, end := context.WithTimeout(context.Background(), guard)
		defer end()
		if _, err := command[any](ctx, c, "browser.close", params{}); err != nil {
			t.Error(err)
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
	})
	return c
}

// firefox is a tab of a Firefox, driven by WebDriver BiDi.
type firefox struct {
	*bidi
	context string // the tab's id
}

// begin opens the session, and finds the tab that Firefox starts with.
func (f *firefox) begin(ctx context.Context) error {
	if _, err := command[any](ctx, f.bidi, "session.new", params{"capabilities": params{}}); err != nil {
		return err
	}
	tree, err := command[contexts](ctx, f.bidi, "browsingContext.getTree", params{})
	if err == nil && len(tree.Contexts) != 1 {
		err = fmt.Errorf("firefox starts with %d tabs", len(tree.Contexts))
	}
	if err != nil {
		return err
	}
	f.context = tree.Contexts[0].Context
	return nil
}

// contexts are browsing contexts with the frames in them.
type contexts struct {
	Contexts []struct {
		Context  string
		Children []struct{ Context, URL string }
	}
}

// frame is the browsing context of a flow's app, or of the page itself.
func (f *firefox) frame(ctx context.Context, flow string) (string, error) {
	if flow == onPage {
		return f.context, nil
	}
	tree, err := command[contexts](ctx, f.bidi, "browsingContext.getTree", params{"root": f.context})
	if err != nil {
		return "", err
	}
	for _, child := range tree.Contexts[0].Children {
		if strings.Contains(child.URL, "/"+flow+"/") {
			return child.Context, nil
		}
	}
	return "", fmt.Errorf("the page has no frame of the %s app", flow)
}

func (f *firefox) open(ctx context.Context, address string) error {
	_, err := command[any](ctx, f.bidi, "browsingContext.navigate", params{"context": f.context, "url": address, "wait": "complete"})
	return err
}

func (f *firefox) evaluate(ctx context.Context, flow, js string) ([]byte, error) {
	id, err := f.frame(ctx, flow)
	if err != nil {
		return nil, err
	}
	return f.script(ctx, params{"context": id}, js)
}

// script evaluates an expression in a realm. Its value travels as JSON in a
// string, which needs no reading of the protocol's own notation of values.
func (f *firefox) script(ctx context.Context, realm params, js string) ([]byte, error) {
	got, err := command[struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}](ctx, f.bidi, "script.evaluate", params{
		"expression": "(async () => JSON.stringify(await (" + js + ")) ?? 'null')()", "target": realm, "awaitPromise": true,
	})
	if err == nil && got.Type != "success" {
		err = errors.New(got.ExceptionDetails.Text)
	}
	return []byte(got.Result.Value), err
}

// act performs the actions of one source of input.
func (f *firefox) act(ctx context.Context, source params) error {
	_, err := command[any](ctx, f.bidi, "input.performActions", params{"context": f.context, "actions": []params{source}})
	return err
}

func (f *firefox) move(ctx context.Context, x, y float64) error { return f.mouse(ctx, x, y) }

func (f *firefox) click(ctx context.Context, x, y float64) error {
	return f.mouse(ctx, x, y, params{"type": "pointerDown", "button": 0}, params{"type": "pointerUp", "button": 0})
}

// mouse takes the mouse to a point, in whole pixels, and does more there.
func (f *firefox) mouse(ctx context.Context, x, y float64, more ...params) error {
	actions := append([]params{{"type": "pointerMove", "x": int(x), "y": int(y)}}, more...)
	return f.act(ctx, params{"type": "pointer", "id": "mouse", "parameters": params{"pointerType": "mouse"}, "actions": actions})
}

// webDriverKeys are the keys that have a name, as WebDriver writes them
// (https://www.w3.org/TR/webdriver2/#keyboard-actions).
var webDriverKeys = strings.NewReplacer(
	kb.Backspace, "\ue003", kb.Tab, "\ue004", kb.Enter, "\ue007", kb.Escape, "\ue00c", kb.PageUp, "\ue00e", kb.PageDown, "\ue00f",
	kb.End, "\ue010", kb.Home, "\ue011", kb.ArrowLeft, "\ue012", kb.ArrowUp, "\ue013", kb.ArrowRight, "\ue014", kb.ArrowDown, "\ue015",
)

func (f *firefox) key(ctx context.Context, keys string) error {
	var actions []params
	for _, r := range webDriverKeys.Replace(keys) {
		actions = append(actions, params{"type": "keyDown", "value": string(r)}, params{"type": "keyUp", "value": string(r)})
	}
	return f.act(ctx, params{"type": "key", "id": "keyboard", "actions": actions})
}

// sameSites are Firefox's words for the attribute's values. A cookie that names
// none has its default.
var sameSites = map[string]string{"strict": "Strict", "lax": "Lax", "none": "None", "default": ""}

func (f *firefox) jar(ctx context.Context, address string) (list []jarCookie, err error) {
	got, err := command[struct {
		Cookies []struct {
			Name             string
			Value            struct{ Value string }
			Path, SameSite   string
			HTTPOnly, Secure bool
			Expiry           *int64
		}
	}](ctx, f.bidi, "storage.getCookies", params{"partition": params{"type": "context", "context": f.context}})
	if err != nil {
		return nil, err
	}
	for _, k := range got.Cookies {
		if carries(address, k.Path) {
			list = append(list, jarCookie{k.Name, k.Value.Value, k.Path, sameSites[k.SameSite], k.HTTPOnly, k.Secure, k.Expiry != nil})
		}
	}
	return list, nil
}

// carries reports whether a request for an address of the lab carries a cookie of
// a path (RFC 6265, section 5.1.4). The protocol cannot be asked for an address;
// every host of a test is the lab's.
func carries(address, path string) bool {
	_, rest, _ := strings.Cut(address, "://")
	_, rest, _ = strings.Cut(rest, "/")
	to := "/" + rest
	return to == path || strings.HasPrefix(to, path) && (strings.HasSuffix(path, "/") || to[len(path)] == '/')
}

// storage reads in a sandbox, which is a realm of its own beside the page's; BiDi
// has no command for it.
func (f *firefox) storage(ctx context.Context, flow, area string) (map[string]string, error) {
	id, err := f.frame(ctx, flow)
	if err != nil {
		return nil, err
	}
	raw, err := f.script(ctx, params{"context": id, "sandbox": "beside"}, "Object.fromEntries(Object.entries("+area+"))")
	if err != nil {
		return nil, err
	}
	return decoded[map[string]string](raw)
}

func (f *firefox) resize(ctx context.Context, width, height int64) error {
	_, err := command[any](ctx, f.bidi, "browsingContext.setViewport", params{"context": f.context, "viewport": params{"width": width, "height": height}})
	return err
}

func (f *firefox) screenshot(ctx context.Context) ([]byte, error) {
	got, err := command[struct{ Data []byte }](ctx, f.bidi, "browsingContext.captureScreenshot", params{"context": f.context})
	return got.Data, err
}
