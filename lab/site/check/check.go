package check

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/listen"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// The self-check finds out what this browser at this address can show, by doing
// it. Its cookies have a path below /check, so that none of them reaches a bench,
// hold a random value, last a minute, and are deleted as soon as they were seen.
//
// All that changes something is a POST: the first sets the cookies and sends the
// browser on with 307, so that the second is a POST too. GET only reads.

// Pages are the self-check's pages.
type Pages struct {
	*web.Site
	checks checks
}

// New makes the pages.
func New(site *web.Site) *Pages { return &Pages{Site: site} }

// Ask is GET /check: what is going to be tried, and the button.
func (p *Pages) Ask(w http.ResponseWriter, r *http.Request) error {
	v := StartView{Chrome: p.Chrome("Check this browser: AuthLab"), Host: r.Host}
	v.Here = "check"
	if class := p.Reach(r); listen.Loopback(r.Host) && class != web.Origin(r) {
		code, err := page.NewQR(class+"/check", "The address of this check for your class: "+class+"/check")
		if err != nil {
			return err
		}
		v.Class, v.QR = class, code
	}
	return p.Render(w, http.StatusOK, StartPage(v), r)
}

// Start is POST /check: sets the cookies and asks for them back.
func (p *Pages) Start(w http.ResponseWriter, r *http.Request) error {
	seen := Seen{Origin: web.Origin(r), Loopback: listen.Loopback(r.Host), FormOrigin: kept(r, "Origin"), FormFetch: fetchFields(r)}
	if r.TLS != nil {
		seen.TLS = tls.VersionName(r.TLS.Version)
	}
	k := p.checks.start(seen)
	path := "/check/" + k.id
	for _, c := range checkCookies(path, k.nonce) {
		http.SetCookie(w, c)
	}
	http.Redirect(w, r, path+"/cookies", http.StatusTemporaryRedirect)
	return nil
}

// checkCookies are the cookies that a check sets. A __Host- cookie with the path
// / would reach the benches; the one with another path must be refused, which
// shows that the browser knows the prefix.
func checkCookies(path, nonce string) []*http.Cookie {
	cookies := []*http.Cookie{
		{Name: "check-plain"},
		{Name: "check-httponly", HttpOnly: true},
		{Name: "check-strict", SameSite: http.SameSiteStrictMode},
		{Name: "check-lax", SameSite: http.SameSiteLaxMode},
		{Name: "check-none", SameSite: http.SameSiteNoneMode, Secure: true},
		{Name: "check-secure", Secure: true},
		{Name: "__Secure-check", Secure: true},
		{Name: "__Host-check", Secure: true},
	}
	for _, c := range cookies {
		c.Value, c.Path, c.MaxAge = nonce, path, 60
	}
	return cookies
}

// Cookies is POST /check/{id}/cookies: notes which cookies came back and
// deletes them.
func (p *Pages) Cookies(w http.ResponseWriter, r *http.Request) error {
	k, err := p.checks.find(r)
	if err != nil {
		return err
	}
	var seen []Cookie
	for _, c := range checkCookies("/check/"+k.id, k.nonce) {
		seen = append(seen, Cookie{Name: c.Name, Line: c.String(), Came: carries(r, c)})
		forget(w, c)
	}
	p.checks.note(k, func(s *Seen) { s.Cookies = seen })
	http.Redirect(w, r, "/check/"+k.id, http.StatusSeeOther)
	return nil
}

func carries(r *http.Request, c *http.Cookie) bool {
	got, err := r.Cookie(c.Name)
	return err == nil && got.Value == c.Value
}

func forget(w http.ResponseWriter, c *http.Cookie) {
	gone := *c
	gone.Value, gone.MaxAge = "", -1
	http.SetCookie(w, &gone)
}

// Found is GET /check/{id}: what was found.
func (p *Pages) Found(w http.ResponseWriter, r *http.Request) error {
	k, err := p.checks.find(r)
	if err != nil {
		return err
	}
	c := p.Chrome("What this browser can show here: AuthLab")
	c.Here = "check"
	return p.Render(w, http.StatusOK, FoundPage(NewFound(c, "/check/"+k.id, p.checks.look(k))), r)
}

// Frame is GET /check/{id}/frame: a page of ours, to be shown in a frame.
func (p *Pages) Frame(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.checks.find(r); err != nil {
		return err
	}
	return p.Render(w, http.StatusOK, FramePage(p.Chrome("A frame: AuthLab")), r)
}

// checkGap is how long the two events of a check are apart.
const checkGap = 500 * time.Millisecond

// Events is GET /check/{id}/events: two events, checkGap apart, and the end.
func (p *Pages) Events(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.checks.find(r); err != nil {
		return err
	}
	if web.HeadOfStream(w, r) {
		return nil
	}
	gap := time.NewTimer(checkGap)
	defer gap.Stop()
	s, open := web.OpenStream(w, "event: first\ndata: {}\n\n")
	if !open {
		return nil
	}
	select {
	case <-gap.C:
		_ = s.Send("event: second\ndata: {}\n\n") // ends here either way
	case <-r.Context().Done():
	case <-p.Stopping().Done():
	}
	return nil
}

// scriptCookies are what a script sets by way of Echo, and looks for.
func scriptCookies(k *check) []*http.Cookie {
	path := "/check/" + k.id
	return []*http.Cookie{
		{Name: "check-seen", Value: k.nonce, Path: path, MaxAge: 60},
		{Name: "check-hidden", Value: k.nonce, Path: path, MaxAge: 60, HttpOnly: true},
	}
}

// Echo is POST /check/{id}/echo: notes what a script's request carried, sets
// a cookie that the script may see and one that it may not, and tells the time.
func (p *Pages) Echo(w http.ResponseWriter, r *http.Request) error {
	k, err := p.checks.find(r)
	if err != nil {
		return err
	}
	bearer, fetch, from := kept(r, "Authorization"), fetchFields(r), kept(r, "Origin")
	p.checks.note(k, func(s *Seen) { s.Bearer, s.ScriptFetch, s.ScriptOrigin = bearer, fetch, from })
	for _, c := range scriptCookies(k) {
		http.SetCookie(w, c)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]int64{"now": time.Now().UnixMilli()}) // a visitor who has gone
	return nil
}

// ScriptFound is POST /check/{id}/found: what a script has found out. It is taken
// for what it is, a browser's word about itself, and nobody else sees it.
func (p *Pages) ScriptFound(w http.ResponseWriter, r *http.Request) error {
	k, err := p.checks.find(r)
	if err != nil {
		return err
	}
	yes := func(name string) bool { return r.PostFormValue(name) == "true" }
	found := Script{
		Seen: yes("seen"), Hidden: yes("hidden"),
		Session: yes("session"), Local: yes("local"), Frame: yes("frame"), Popover: yes("popover"),
		Context: yes("context"), Subtle: yes("subtle"), Clipboard: yes("clipboard"),
		Opened: yes("opened"), First: millis(r, "first"), Gap: millis(r, "gap"), Sent: checkGap,
		Ahead: millis(r, "ahead"), Trip: millis(r, "trip"),
	}
	for _, c := range scriptCookies(k) {
		found.HiddenCame = found.HiddenCame || c.HttpOnly && carries(r, c)
		forget(w, c)
	}
	p.checks.note(k, func(s *Seen) { s.Script = &found })
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// millis reads a number of milliseconds that a script measured; 0 for none.
// Centuries are cut off.
func millis(r *http.Request, name string) time.Duration {
	n, _ := strconv.ParseInt(r.PostFormValue(name), 10, 64) // 0 for anything else
	const most = int64(100 * 365 * 24 * time.Hour / time.Millisecond)
	return time.Duration(max(-most, min(n, most))) * time.Millisecond
}

// fetchFields are the Sec-Fetch-* fields of a request as lines.
func fetchFields(r *http.Request) (lines []string) {
	for _, name := range []string{"Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User"} {
		if value := kept(r, name); value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	return lines
}

// kept is a field of a request, no longer than a check keeps it.
func kept(r *http.Request, name string) string {
	value := r.Header.Get(name)
	return value[:min(len(value), maxShown)]
}
