package lab_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// witness keeps what a browser has to complain about in a tab, and whom the tab
// asks for anything.
type witness struct {
	mu         sync.Mutex
	complaints []string
	hosts      []string // of every request, in order of appearance
}

// violations make a page say which of its parts the policy stopped.
const violations = `addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI, e.sample), true)`

// watched makes a tab report to a witness from now on.
func (b *tab) watched() *witness {
	b.t.Helper()
	w := &witness{}
	b.must(chromedp.Listen(b.ctx, w.hear))
	_, err := chromedp.Call[cdp.Empty, cdp.Empty](b.ctx, audits.Enable, cdp.Empty{})
	b.must(err)
	_, err = chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: violations})
	b.must(err)
	return w
}

func (w *witness) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	complain := func(format string, args ...any) { w.complaints = append(w.complaints, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		complain("exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		complain("console.%s: %s", e.Type, arguments(e.Args))
	case *log.EventEntryAdded:
		complain("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	case *audits.EventIssueAdded:
		if !readsCookies(e.Issue) {
			complain("issue: %s %s", e.Issue.Code, details(e.Issue.Details))
		}
	case *network.EventRequestWillBeSent:
		w.note(e.Request.URL)
	}
}

// readsCookies reports whether an issue is the hint that reading document.cookie
// is slow: the page does, to say what scripts can read.
func readsCookies(i *audits.InspectorIssue) bool {
	p := i.Details.PerformanceIssueDetails
	return p != nil && p.PerformanceIssueType == audits.PerformanceIssueTypeDocumentCookie
}

// details are what Chromium says about an issue, as JSON.
func details(d *audits.InspectorIssueDetails) string {
	b, err := json.Marshal(d)
	return fmt.Sprint(string(b), err)
}

func arguments(list []*runtime.RemoteObject) string {
	var out []string
	for _, a := range list {
		out = append(out, string(a.Value)+a.Description)
	}
	return strings.Join(out, " ")
}

func (w *witness) note(address string) {
	u, err := url.Parse(address)
	if err != nil {
		w.complaints = append(w.complaints, err.Error())
		return
	}
	if at := u.Scheme + "://" + u.Host; !slices.Contains(w.hosts, at) {
		w.hosts = append(w.hosts, at)
	}
}

// heard returns the complaints so far, and the hosts that were asked.
func (w *witness) heard() (complaints, hosts []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.complaints), slices.Clone(w.hosts)
}
