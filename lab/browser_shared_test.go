package lab_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// flags are Chromium's. Scrolling jumps, so that what is to be clicked stays
// where it is. No window has the popup of an address bar, which is a page of its own
// in a process of its own, and no process is started before it is asked for.
var flags = []chromedp.ExecAllocatorOption{
	chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox,
	chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
	chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("force-prefers-reduced-motion", true),
	chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess"),
	chromedp.Flag("password-store", "basic"), chromedp.WindowSize(1440, 1000),
}

// started starts a Chromium with a fresh profile, which end ends. more are options
// beside flags.
func started(more ...chromedp.ExecAllocatorOption) (ctx context.Context, end func(), err error) {
	name := cmp.Or(os.Getenv("CHROMIUM"), "chromium")
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, nil, fmt.Errorf("this test needs a browser, %q (%w): install Debian's package chromium, or set CHROMIUM to a Chromium or Chrome; make test installs it where it may", name, err)
	}
	ctx, endAll := chromedp.NewExecAllocator(context.Background(), slices.Concat(flags, []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}, more)...)
	quiet := func(string, ...any) {}
	ctx, endTab := chromedp.NewContext(ctx, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	end = func() { endTab(); endAll() }
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, err
	}
	return ctx, end, nil
}

// together is the Chromium that tests share: it starts with the first that asks for
// it, and ends with the package's tests.
var together = struct {
	start func() (context.Context, error)
	end   func()
}{end: func() {}}

func init() {
	together.start = sync.OnceValues(func() (context.Context, error) {
		ctx, end, err := started()
		if err == nil {
			together.end = end
		}
		return ctx, err
	})
}

func TestMain(m *testing.M) {
	code := m.Run()
	together.end()
	os.Exit(code)
}
