package lab_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/plot"
)

// paneShown is what the page says of one flow's browser.
type paneShown struct {
	Holds  map[string]string // by its name, as "cookie", "token", "kept by"
	Rules  []string          // the attributes of the cookie
	Absent string            // that there is nothing
	Reads  map[string]string // by its name, as "document.cookie", "localStorage"
	Listed []string          // what scripts read, as "localStorage /bench/…/token/access_token eyJh…"
	Told   string
}

// thePane reads what the page says. What is folded is read, too.
const thePane = `(flow => {
	const line = (el) => el.textContent.trim().replace(/\s+/g, ' ');
	const pairs = (lists) => Object.fromEntries([...lists].flatMap((dl) => [...dl.querySelectorAll(':scope > dt')].map((dt) => [line(dt), line(dt.nextElementSibling)])));
	const [holds, reads] = [document.getElementById('holds-' + flow), document.querySelector('[data-readable=' + flow + ']')];
	const listed = [];
	let area;
	for (const el of reads.querySelectorAll('dl > dt, .entry')) {
		if (el.localName === 'dt') area = line(el);
		else listed.push(area + ' ' + line(el));
	}
	return {
		Holds: pairs(holds.querySelectorAll('.kv:not(.claims)')), Rules: [...holds.querySelectorAll('.attr')].map(line),
		Absent: [...holds.querySelectorAll('.absent')].map(line).join(' '), Reads: pairs(reads.querySelectorAll('dl')),
		Listed: listed, Told: line(document.querySelector('[data-told=' + flow + ']')),
	};
})`

// frameRead is what a script in a frame reads.
type frameRead struct {
	Cookie         string
	LocalStorage   map[string]string
	SessionStorage map[string]string
	LoggedIn       bool // the app offers to log out
}

const theFrame = `({Cookie: document.cookie, LocalStorage: {...localStorage}, SessionStorage: {...sessionStorage},
	LoggedIn: [...document.querySelectorAll('form[action$=logout]')].some((form) => form.checkVisibility())})`

// claims counts what was held against something, and keeps what differed.
type claims struct {
	counted     int
	differences []string
}

func (c *claims) equal(what string, shown, is any) {
	c.counted++
	if s, i := fmt.Sprintf("%q", shown), fmt.Sprintf("%q", is); s != i {
		c.differences = append(c.differences, fmt.Sprintf("%s: the page says %s, the browser %s", what, s, i))
	}
}

// compared holds what the page says of a flow against the browser's protocol and
// a script in the flow's frame.
func (b *tab) compared(flow, keep string) (c claims) {
	b.t.Helper()
	shown := eval[paneShown](b, thePane+"('"+flow+"')")
	read, err := tryIn[frameRead](b, flow, theFrame)
	b.must(err)
	jar, local, tabs := b.jar(flow), b.storage(flow, "localStorage"), b.storage(flow, "sessionStorage")
	c.equal("localStorage, by the protocol and in the frame", local, read.LocalStorage)
	c.equal("sessionStorage, by the protocol and in the frame", tabs, read.SessionStorage)
	c.equal("document.cookie, by the protocol and in the frame", inScripts(jar), read.Cookie)
	c.readable(b, flow, keep, shown, read, jar)
	if flow == inSession {
		c.cookie("sid", shown, jar)
	} else {
		c.token(b, keep, shown, read, jar)
	}
	return c
}

// inScripts is document.cookie for what the protocol says of the jar.
func inScripts(jar []jarCookie) string {
	var list []string
	for _, k := range jar {
		if !k.HTTPOnly {
			list = append(list, k.Name+"="+k.Value)
		}
	}
	return strings.Join(list, "; ")
}

// readable compares what the page says that scripts read, and what it says that
// they cannot.
func (c *claims) readable(b *tab, flow, keep string, shown paneShown, read frameRead, jar []jarCookie) {
	var want []string
	for area, items := range map[string]map[string]string{"localStorage": read.LocalStorage, "sessionStorage": read.SessionStorage} {
		size := 0
		for key, value := range items {
			want = append(want, area+" "+b.entry(key, value))
			size += len(value)
		}
		is := "empty"
		if n := len(items); n > 0 {
			is = fmt.Sprintf("%d %s, %s", n, map[bool]string{true: "entry", false: "entries"}[n == 1], sizeShown(size))
		}
		c.equal(area, shown.Reads[area], is)
	}
	if name, value, ok := strings.Cut(read.Cookie, "="); ok {
		want = append(want, "document.cookie "+name+"="+valueShown(value)+" "+sizeShown(len(value))+" session app of this bench")
	}
	listed := shown.Listed
	slices.Sort(listed)
	slices.Sort(want)
	c.equal("what scripts read", listed, want)
	is := fmt.Sprintf("%q", read.Cookie)
	if read.Cookie != "" { // no test has scripts read more than one
		is = "1 cookie, " + sizeShown(len(read.Cookie))
	}
	c.equal("document.cookie", shown.Reads["document.cookie"], is)
	for _, name := range []string{"sid", "access_token"} {
		there := slices.ContainsFunc(jar, func(k jarCookie) bool { return k.Name == name && k.HTTPOnly })
		c.equal("a hidden "+name, shown.Reads["cookie "+name], map[bool]string{true: "hidden by HttpOnly"}[there])
	}
	inVariable := flow == inToken && keep == "memory" && read.LoggedIn
	c.equal("a variable", shown.Reads["the app’s variable"], map[bool]string{true: "only the app can tell"}[inVariable])
	token := "/bench/" + b.id() + "/token/access_token"
	lesson := flow == inSession && (read.LocalStorage[token] != "" || read.SessionStorage[token] != "")
	c.equal("the lesson", strings.HasPrefix(shown.Told, "A script in this frame reads the token app’s token, too: "+keep+" belongs"), lesson)
}

var longPart = regexp.MustCompile(`[\w-]{16,}`)

// entry is how the page is to show an entry of a storage.
func (b *tab) entry(key, value string) string {
	by := map[string]string{"authlab.theme": "AuthLab’s own pages: light or dark"}[key]
	if by == "" {
		by = "not known"
	}
	if rest, ok := strings.CutPrefix(key, "/bench/"); ok {
		id, rest, _ := strings.Cut(rest, "/")
		app, _, _ := strings.Cut(rest, "/")
		by = app + " app of another bench"
		if id == b.id() {
			by = app + " app of this bench"
		}
	}
	name := longPart.ReplaceAllStringFunc(key, func(part string) string { return part[:4] + "…" })
	return fmt.Sprintf("%s %s %s %s", name, valueShown(value), sizeShown(len(value)), by)
}

// valueShown is how the page is to show a value: a token by the beginnings of its
// parts, another by its own.
func valueShown(value string) string {
	if parts := strings.Split(value, "."); len(parts) == 3 && strings.HasPrefix(value, "eyJ") {
		return parts[0][:4] + "…." + parts[1][:4] + "…." + parts[2][:4] + "…"
	}
	if len(value) > 24 {
		return fmt.Sprintf("%q…", value[:24])
	}
	return fmt.Sprintf("%q", value)
}

func sizeShown(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 10_000:
		return fmt.Sprintf("%d,%03d B", n/1000, n%1000)
	default:
		return fmt.Sprintf("%.1f KiB", float64(n)/1024)
	}
}

// cookie compares what the page says that the browser holds with the jar.
func (c *claims) cookie(name string, shown paneShown, jar []jarCookie) {
	at := slices.IndexFunc(jar, func(k jarCookie) bool { return k.Name == name })
	if at < 0 {
		c.equal("cookie "+name, shown.Absent, "No cookie of this app.")
		return
	}
	c.equal("cookie "+name, shown.Holds["cookie"], name+" "+jar[at].Value[:6]+"…")
	c.equal("until", shown.Holds["until"] == "the browser closes", !jar[at].Lasts)
	c.rules(shown.Rules, jar[at])
}

// rules compares the attributes of a cookie, as far as the jar knows them.
func (c *claims) rules(shown []string, k jarCookie) {
	path := k.Path
	if len(path) > 14 {
		path = path[:12] + "…"
	}
	want := []string{"Path=" + path}
	if k.HTTPOnly {
		want = append(want, "HttpOnly")
	}
	if k.Secure {
		want = append(want, "Secure")
	}
	if k.SameSite != "" {
		want = append(want, "SameSite="+k.SameSite)
	}
	slices.Sort(want)
	is := slices.DeleteFunc(slices.Clone(shown), func(a string) bool {
		return strings.HasPrefix(a, "Expires=") || strings.HasPrefix(a, "Max-Age=")
	})
	slices.Sort(is)
	c.equal("rules", is, want)
}

// places are how the page says where a token is kept.
var places = map[string]string{
	"memory":         "a variable of the app’s script, which ends with its page",
	"sessionStorage": "the app’s script, in sessionStorage",
	"localStorage":   "the app’s script, in localStorage",
	"cookie":         "the browser, in the cookie access_token",
}

// token compares what the page says of the token with where it is. A variable's
// value no one can read: there, only that there is one is compared.
func (c *claims) token(b *tab, keep string, shown paneShown, read frameRead, jar []jarCookie) {
	base := "/bench/" + b.id() + "/token/"
	cookies := map[string]string{}
	for _, k := range slices.Concat(jar, b.jar(inToken+"/refresh")) {
		cookies[k.Name] = k.Value
	}
	items := map[string]string{}
	for key, value := range map[string]map[string]string{"sessionStorage": read.SessionStorage, "localStorage": read.LocalStorage, "cookie": cookies}[keep] {
		items[strings.TrimPrefix(key, base)] = value
	}
	there := items["access_token"] != "" || keep == "memory" && read.LoggedIn
	c.equal("a token", shown.Absent != "No token.", there)
	if !there {
		return
	}
	c.equal("kept by", shown.Holds["kept by"], places[keep])
	if keep == "memory" {
		return
	}
	value := items["access_token"]
	c.equal("token", shown.Holds["token"], valueShown(value)+" "+sizeShown(len(value)))
	refresh := ""
	if r := items["refresh_token"]; r != "" {
		refresh = r[:6] + "…"
	}
	c.equal("refresh token", shown.Holds["refresh token"], refresh)
	if at := slices.IndexFunc(jar, func(k jarCookie) bool { return k.Name == "access_token" }); at >= 0 {
		c.rules(shown.Rules, jar[at])
	}
}

// looks is how often a difference is looked at again before it counts: what a
// frame has just done may reach the page a moment later.
const looks = 40

// tells adds the page's claims about both flows, at a step, to those so far.
func (b *tab) tells(all *claims, keep string, step int) {
	b.t.Helper()
	for _, flow := range []string{inSession, inToken} {
		var c claims
		for range looks {
			if c = b.compared(flow, keep); len(c.differences) == 0 {
				break
			}
		}
		all.counted += c.counted
		for _, d := range c.differences {
			all.differences = append(all.differences, fmt.Sprintf("token in %s, step %d, %s: %s", keep, step, flow, d))
		}
	}
}

// set chooses knobs, by name and value, and loads the page anew.
func (b *tab) set(knobs ...string) {
	b.t.Helper()
	to := b.bench().Settings()
	for i := 0; i < len(knobs); i += 2 {
		var err error
		to, err = to.With(knobs[i], knobs[i+1])
		b.must(err)
	}
	b.must(b.bench().Change(to))
	b.open(eval[string](b, "location.pathname"))
	b.live()
}

// goOn goes on by the page's own button and waits until it shows the step, sent
// where it sends.
func (b *tab) goOn(step int) {
	b.t.Helper()
	before := b.recorded()
	b.pressNext()
	if len(lesson[step].sends) > 0 {
		b.when(func() bool { return b.recorded() > before }, func() string { return fmt.Sprintf("step %d to be sent\n%s", step, b.seen()) })
	}
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
	b.settled()
}

// none fails the test if something differed.
func (c *claims) none(t *testing.T) {
	t.Helper()
	t.Logf("%d claims, %d differences", c.counted, len(c.differences))
	if len(c.differences) > 0 {
		t.Errorf("of %d claims differ %d:\n%s", c.counted, len(c.differences), strings.Join(c.differences, "\n"))
	}
}

// At every step of the lesson, wherever the token is kept, the page says of
// cookies and storage what the browser's protocol says, and what a script in each
// frame reads. The benches of the other places stay in the browser.
func TestPanesAreTrue(t *testing.T) {
	t.Parallel()
	inEach(t, func(t *testing.T, b *tab) {
		var all claims
		refresh := map[string]string{"memory": "off", "sessionStorage": "rotate", "localStorage": "off", "cookie": "detect"}
		for _, keep := range slices.Sorted(maps.Keys(refresh)) {
			b.start()
			b.set("token.keep", keep, "token.refresh", refresh[keep])
			for step := range plot.Expire + 1 {
				b.goOn(step)
				b.tells(&all, keep, step)
			}
		}
		all.none(t)
	})
}

// A cookie without HttpOnly and with Path=/ is read in both frames, and is said to
// be the session app's; one that names an end is said to have it.
func TestPaneOfReadableCookie(t *testing.T) {
	t.Parallel()
	inEach(t, func(t *testing.T, b *tab) {
		var all claims
		b.start()
		b.set("session.http_only", "off", "session.path", "host", "session.persist", "on")
		for step := range 2 {
			b.goOn(step)
		}
		for _, flow := range []string{inSession, inToken} {
			b.until("document.querySelector('[data-readable=" + flow + "]').innerText.includes('session app of this bench')")
			c := b.compared(flow, "localStorage")
			all.counted += c.counted
			all.differences = append(all.differences, c.differences...)
		}
		all.none(t)
	})
}

// What scripts can read is told as it is now, whichever exchange is shown: after a
// logout, a step back says what the browser held, and not that it is hidden.
func TestPaneIsOfNow(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.set("token.keep", "memory")
	for step := range plot.Logout + 1 {
		b.goOn(step)
	}
	b.press(onPage, ".ruler li:nth-child(6) a")
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 5)
	b.settled()
	b.until("document.querySelector('#holds-session .sid') && document.querySelector('#holds-token .sig')")
	for _, flow := range []string{inSession, inToken} {
		shows(b, readable(flow), `document.cookie "" localStorage empty sessionStorage empty`)
	}
}

// Twenty-odd entries of others, some of a kilobyte, one that would turn the line
// round: all are listed or counted, the fold stays open and in focus when the page
// is brought up to date, and nothing is wider than its window.
func TestPaneOfAFullOrigin(t *testing.T) {
	t.Parallel()
	inEach(t, func(t *testing.T, b *tab) {
		var all claims
		b.start()
		for step := range 2 {
			b.goOn(step)
		}
		fill := `(() => {
			localStorage.setItem('authlab.theme', 'light');
			for (let i = 10; i < 20; i++) localStorage.setItem('/bench/SOMEBODYELSESBENCH' + i + '/token/access_token', 'k'.repeat(i * 100));
			for (let i = 10; i < 20; i++) sessionStorage.setItem('of another site ' + i, 'v'.repeat(i * 100));
			return true;
		})()`
		if _, err := tryIn[bool](b, inToken, fill); err != nil {
			t.Fatal(err)
		}
		b.until("document.querySelector('[data-readable=session]').innerText.includes('10 not known')") // at once, without a request
		b.tells(&all, "localStorage", 1)
		all.none(t)

		b.press(onPage, "#reads-session-localStorage > summary")
		b.until("document.querySelector('#reads-session-localStorage').open")
		if _, err := tryIn[bool](b, inToken, `(localStorage.setItem('\u202etxt', '\n'), true)`); err != nil {
			t.Fatal(err)
		}
		b.until(`document.querySelector('#reads-session-localStorage').innerText.includes('\\u{202e}txt')`)
		b.until("document.querySelector('#reads-session-localStorage').open && " + focused + ".matches('#reads-session-localStorage > summary')")
		for _, width := range []int64{1440, 390, 320} {
			b.within(func(ctx context.Context) error { return b.engine.resize(ctx, width, 900) })
			shows(b, "innerWidth", int(width))
			shows(b, "document.documentElement.scrollWidth - document.documentElement.clientWidth", 0)
		}
		if _, err := tryIn[bool](b, inToken, `([...Array(100).keys()].forEach((i) => localStorage.setItem('entry ' + i, '')), true)`); err != nil {
			t.Fatal(err)
		}
		b.until("document.querySelector('#reads-session-localStorage li:last-child').innerText.includes('and 52 more')") // 113 entries: one of this bench, 60 listed
	})
}
