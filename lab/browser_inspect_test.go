package lab_test

import (
	"strings"
	"testing"

	"authlab/lab/bench"
)

// TestInspectorInABrowser opens a bench's token, changes it while it is watched
// going stale, sends it as it is and reads the app's own answer.
func TestInspectorInABrowser(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	v := b.w.visit(t)
	v.logIn(t, reader)
	v.await(t, 2)
	b.open("/inspect/token?bench=" + v.id)
	b.until("document.documentElement.dataset.ready && document.querySelector('[data-verdict=verified]')")
	b.until("document.documentElement.dataset.ready")
	b.press(onPage, "#payload")
	b.keys(" ")
	b.until("document.querySelector('[data-verdict=invalid]')")
	b.until("!document.querySelector('[data-stale]').hidden")
	b.until("document.querySelector('[data-checks] .stop summary').textContent.includes('signature matches')")
	token := eval[string](b, "document.querySelector('[data-token]').value")
	if token == v.token || !strings.HasSuffix(token, v.token[strings.LastIndexByte(v.token, '.'):]) {
		t.Errorf("the edited token is %q", token)
	}
	if inks := eval[string](b, "[...document.querySelectorAll('[data-parts] .ink')].map((el) => el.textContent).join('.')"); inks != token {
		t.Errorf("the parts shown are %q", inks)
	}
	b.press(onPage, "[data-send]")
	b.until("document.querySelector('[data-answer] a')?.pathname.endsWith('/exchanges/3')")
	b.until("document.querySelector('[data-answer]').textContent.includes('401')")
	if last := v.bench(t).Journal().Exchanges[2]; !strings.Contains(string(last.Request.Bytes), "Bearer "+token+"\r\n") {
		t.Errorf("the app was sent %q", last.Request.Bytes)
	}
	b.press(onPage, "button[value=sign]")
	b.until("document.documentElement.dataset.ready && document.querySelector('[data-verdict=verified]')")
	b.press(onPage, "[data-send]")
	b.until("document.querySelector('[data-answer]').textContent.includes('200')")
}

// The inspector breaks no policy, asks nobody else, and fits every width.
func TestInspectorIsClean(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	w := b.watched()
	b.open("/inspect/token")
	b.fits("the inspector with the sample")
	v := b.w.visit(t)
	v.logIn(t, reader)
	v.await(t, 2)
	b.open("/inspect/token?bench=" + v.id)
	b.fits("the inspector with a bench's token")
	b.wide(1440)
	b.until("document.documentElement.dataset.ready")
	b.press(onPage, "#payload")
	b.keys("x")
	b.until("document.querySelector('[data-verdict=malformed]')")
	if complaints, hosts := w.heard(); len(complaints) > 0 || len(hosts) != 1 {
		t.Errorf("the browser complained of %q and asked %q", complaints, hosts)
	}
}
