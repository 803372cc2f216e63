package lab_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/domstorage"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// engine is what a tab does in a browser of one make. Whatever goes through it
// alone runs in each; what needs more of Chromium has the tab's ctx.
type engine interface {
	// open goes to an address and waits until it is loaded.
	open(ctx context.Context, address string) error
	// evaluate returns the value of an expression as JSON, a promise's once it is
	// kept: in the page, or, for a flow, as a script of the page in its frame.
	evaluate(ctx context.Context, flow, js string) ([]byte, error)
	// move takes the mouse to a point of the window, in CSS pixels.
	move(ctx context.Context, x, y float64) error
	// click presses the mouse's main button at a point and lets it go.
	click(ctx context.Context, x, y float64) error
	// key types text, or presses a key that chromedp's kb names.
	key(ctx context.Context, keys string) error
	// jar is what the protocol says of the cookies that a request for an address
	// carries.
	jar(ctx context.Context, address string) ([]jarCookie, error)
	// storage is what the browser keeps in localStorage or sessionStorage for the
	// page in a flow's frame, said by the protocol where it can, else by a realm
	// of its own.
	storage(ctx context.Context, flow, area string) (map[string]string, error)
	// resize makes the window that many CSS pixels large.
	resize(ctx context.Context, width, height int64) error
	// screenshot is the window as a PNG.
	screenshot(ctx context.Context) ([]byte, error)
}

// jarCookie is a cookie in a browser's jar.
type jarCookie struct {
	Name, Value, Path, SameSite string // SameSite as it is written in a field, "" where absent
	HTTPOnly, Secure, Lasts     bool   // Lasts: it has an end of its own
}

// decoded reads the JSON of a value. Nothing at all is no value of a type that
// has to have one.
func decoded[T any](raw []byte) (v T, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		switch reflect.TypeFor[T]().Kind() {
		case reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
			return v, nil
		}
		return v, errors.New("the expression has no value")
	}
	return v, json.Unmarshal(raw, &v)
}

// chromium is a tab of a Chromium, driven by the DevTools protocol.
type chromium struct {
	mu     sync.Mutex
	realms map[cdp.FrameID]string // the context of each frame's own scripts
}

// newChromium listens to what realms the tab has from now on.
func newChromium(tab context.Context) (*chromium, error) {
	c := &chromium{realms: map[cdp.FrameID]string{}}
	return c, chromedp.Listen(tab, c.hear)
}

func (c *chromium) hear(event any) {
	e, ok := event.(*runtime.EventExecutionContextCreated)
	if !ok {
		return
	}
	var of struct {
		IsDefault bool        `json:"isDefault"`
		FrameID   cdp.FrameID `json:"frameId"`
	}
	if json.Unmarshal(e.Context.AuxData, &of) != nil || !of.IsDefault {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.realms[of.FrameID] = e.Context.UniqueID
}

// frame is the frame of the page that shows a flow's app.
func (c *chromium) frame(ctx context.Context, flow string) (cdp.FrameID, error) {
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return "", err
	}
	for _, child := range tree.FrameTree.ChildFrames {
		if strings.Contains(child.Frame.URL, "/"+flow+"/") {
			return child.Frame.ID, nil
		}
	}
	return "", fmt.Errorf("the page has no frame of the %s app", flow)
}

func (c *chromium) open(ctx context.Context, address string) error {
	return chromedp.Do(ctx, chromedp.Navigate(address))
}

func (c *chromium) evaluate(ctx context.Context, flow, js string) ([]byte, error) {
	realm := ""
	if flow != onPage {
		id, err := c.frame(ctx, flow)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		realm = c.realms[id]
		c.mu.Unlock()
	}
	there := func(p *runtime.EvaluateParams) {
		awaits := true
		p.AwaitPromise, p.UniqueContextID = &awaits, realm
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte](js, there))
}

func (c *chromium) move(ctx context.Context, x, y float64) error {
	return chromedp.Do(ctx, chromedp.MouseEvent(chromedp.MouseMoved, x, y))
}

func (c *chromium) click(ctx context.Context, x, y float64) error {
	return chromedp.Do(ctx, chromedp.MouseClickXY(x, y))
}

func (c *chromium) key(ctx context.Context, keys string) error {
	return chromedp.Do(ctx, chromedp.KeyEvent(keys))
}

func (c *chromium) jar(ctx context.Context, address string) (list []jarCookie, err error) {
	got, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	if err != nil {
		return nil, err
	}
	for _, k := range got.Cookies {
		list = append(list, jarCookie{k.Name, k.Value, k.Path, string(k.SameSite), k.HTTPOnly, k.Secure, !k.Session})
	}
	return list, nil
}

func (c *chromium) storage(ctx context.Context, flow, area string) (map[string]string, error) {
	id, err := c.frame(ctx, flow)
	if err != nil {
		return nil, err
	}
	key, err := chromedp.Call(ctx, storage.GetStorageKey, storage.GetStorageKeyParams{FrameID: id})
	if err != nil {
		return nil, err
	}
	of := &domstorage.StorageID{StorageKey: domstorage.SerializedStorageKey(key.StorageKey), IsLocalStorage: area == "localStorage"}
	got, err := chromedp.Call(ctx, domstorage.GetDOMStorageItems, domstorage.GetDOMStorageItemsParams{StorageID: of})
	if err != nil {
		return nil, err
	}
	items := map[string]string{}
	for _, item := range got.Entries {
		items[item[0]] = item[1]
	}
	return items, nil
}

func (c *chromium) resize(ctx context.Context, width, height int64) error {
	return chromedp.Do(ctx, chromedp.EmulateViewport(width, height))
}

func (c *chromium) screenshot(ctx context.Context) ([]byte, error) {
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// makes are the browsers that a test runs in which is about what browsers do.
var makes = map[string]func(*world, testing.TB) *tab{
	"Chromium": func(w *world, t testing.TB) *tab { return w.browser(t) },
	"Firefox":  (*world).firefox,
}

// inEach runs a test in a fresh browser of each make, at a lab of its own.
func inEach(t *testing.T, test func(*testing.T, *tab)) {
	t.Helper()
	for name, start := range makes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(startLab(t, bench.Limits{}), t))
		})
	}
}

// jar is what the protocol says of the cookies that an app's requests carry.
func (b *tab) jar(flow string) (list []jarCookie) {
	b.t.Helper()
	b.within(func(ctx context.Context) (err error) {
		list, err = b.engine.jar(ctx, b.base+"/bench/"+b.id()+"/"+flow+"/")
		return err
	})
	return list
}

// storage is what the browser keeps for the page in a flow's frame.
func (b *tab) storage(flow, area string) (items map[string]string) {
	b.t.Helper()
	b.within(func(ctx context.Context) (err error) {
		items, err = b.engine.storage(ctx, flow, area)
		return err
	})
	return items
}

// Each engine operates a page, and sees what is in its frames.
func TestEngines(t *testing.T) {
	t.Parallel()
	inEach(t, func(t *testing.T, b *tab) {
		b.start()
		for _, flow := range []string{inSession, inToken} {
			b.logInByHand(flow, librarian.Email, librarian.Password)
			shows(b, text(flow, "main h1"), "Lin Librarian")
			path, err := tryIn[string](b, flow, "Promise.resolve(location.pathname)")
			if want := "/bench/" + b.id() + "/" + flow + "/"; err != nil || !strings.HasPrefix(path, want) {
				t.Errorf("a script in the %s app's frame is at %q (%v), want it below %q", flow, path, err, want)
			}
		}
		if _, err := try[string](b, "undefined"); err == nil {
			t.Error("an expression without a value has one")
		}
		if _, err := try[string](b, "nothing.at.all"); err == nil {
			t.Error("an expression that throws has a value")
		}
		session, token := b.jar(inSession), b.jar(inToken)
		if len(session) != 1 || len(token) != 0 || session[0].Value == "" {
			t.Fatalf("the apps' requests carry %+v and %+v", session, token)
		}
		session[0].Value = ""
		if want := (jarCookie{Name: "sid", Path: "/bench/" + b.id() + "/session/", SameSite: "Lax", HTTPOnly: true}); session[0] != want {
			t.Errorf("the jar has %+v, want %+v", session[0], want)
		}
		local, tabs := b.storage(inToken, "localStorage"), b.storage(inToken, "sessionStorage")
		if strings.Count(local["/bench/"+b.id()+"/token/access_token"], ".") != 2 || len(local) != 1 || len(tabs) != 0 {
			t.Errorf("the browser keeps %q and %q", local, tabs)
		}
		b.within(func(ctx context.Context) error { return b.engine.resize(ctx, 800, 600) })
		b.until("innerWidth === 800 && innerHeight === 600")
		b.within(func(ctx context.Context) error {
			picture, err := b.engine.screenshot(ctx)
			if err != nil {
				return err
			}
			config, err := png.DecodeConfig(bytes.NewReader(picture))
			if config.Width != 800 || config.Height != 600 {
				t.Errorf("the picture has %d by %d pixels", config.Width, config.Height)
			}
			return err
		})
	})
}
