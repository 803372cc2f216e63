package lab_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A clicker shows the lab's time, whatever its own clock says.
func TestTimesGoByTheLabsClock(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).teach(t)
	b.teaches(1)
	const used = `document.querySelector('#head [data-since]').textContent`
	for _, off := range []string{"+ 3600000", "- 3600000"} {
		phone := b.another()
		wrong := fmt.Sprintf(`{ const right = Date.now; Date.now = () => right() %s; }`, off)
		_, err := chromedp.Call(phone.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: wrong})
		phone.must(err)
		phone.open(b.room() + "/clicker")
		phone.inClass()
		began := eval[string](phone, used)
		phone.until(fmt.Sprintf("%s !== %q", used, began))
		if got := eval[string](phone, used); !regexp.MustCompile(`^\d:[0-5]\d$`).MatchString(got) || got < began {
			t.Errorf("a clock that is %s ms off: began at %s, now %s", off, began, got)
		}
	}
}
