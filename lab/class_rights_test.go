package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab"
)

// refusedEverywhere asks for everything that drives a class, with the given fields,
// and finds all of it refused.
func (c *classroom) refusedEverywhere(t *testing.T, v *visitor, header http.Header, more ...string) {
	t.Helper()
	h := formHeader.Clone()
	for name, values := range header {
		h[name] = values
	}
	refused := func(status int) bool { // a wrong secret is a guess, and of those only some are answered
		return status == http.StatusForbidden || status == http.StatusTooManyRequests && header["Cookie"] != nil
	}
	c.unchanged(t, func() {
		for _, move := range driverMoves {
			if got := v.send(t, "POST", c.room+"/drive", h, formOf(append(move, more...)...)); !refused(got.status) {
				t.Errorf("%v with %v: %d", move, header, got.status)
			}
		}
		if got := v.send(t, "POST", c.room+"/invite", h, formOf(more...)); !refused(got.status) || strings.Contains(got.body, "/invite/") {
			t.Errorf("an invite with %v: %d", header, got.status)
		}
		if v == c.visitor {
			return // another site's request for a page is no move, and brings no cookie
		}
		for _, page := range driverPages {
			got := v.send(t, "GET", c.room+page, header, "")
			if !refused(got.status) || strings.Contains(got.body, c.id) || strings.Contains(got.body, c.secret) {
				t.Errorf("GET %s with %v: %d", page, header, got.status)
			}
		}
	})
}

func cookieHeader(value string) http.Header { return http.Header{"Cookie": {value}} }

// TestTheJoinCodeDoesNotDrive tries to drive with what every student knows.
func TestTheJoinCodeDoesNotDrive(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	bare := strings.Replace(c.code, "-", "", 1)
	for _, header := range []http.Header{
		nil, cookieHeader("drive="), cookieHeader("drive=" + c.code), cookieHeader("drive=" + bare), cookieHeader("drive=" + strings.ToLower(bare)),
		{"Authorization": {"Bearer " + c.secret}}, {"X-Drive": {c.secret}}, cookieHeader("Drive=" + c.secret),
	} {
		c.refusedEverywhere(t, c.w.stranger(t), header, "drive", c.code, "secret", c.secret, "window", instructorWindow)
	}
	if got := c.get(t, c.room+"/drive"); got.status != http.StatusOK {
		t.Errorf("the instructor is answered with %d, so this shows nothing", got.status)
	}
}

// TestDrivingCannotBeGuessed tries secrets and invites one after another: most are
// not even looked at, and what is right works meanwhile.
func TestDrivingCannotBeGuessed(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	if len(c.secret) < 26 || strings.Trim(c.secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("the secret is %d characters; 26 of base32 are 130 bits", len(c.secret))
	}
	invite := c.invite(t)
	thief, heir := c.w.stranger(t), c.w.stranger(t)
	cookies, invites, codes := map[int]int{}, map[int]int{}, map[int]int{}
	for i := range 300 {
		wrong := c.secret[:20] + strings.Repeat("A", 6)
		cookies[thief.send(t, "GET", c.room+"/drive?fragment=live", cookieHeader("drive="+wrong), "").status]++
		invites[thief.post(t, c.room+"/invite/"+wrong).status]++
		codes[thief.get(t, "/room/AAAA-AAAA").status]++
		if i%50 == 49 {
			if got := c.get(t, c.room+"/drive?fragment=live"); got.status != http.StatusOK {
				t.Fatalf("meanwhile the instructor is answered with %d", got.status)
			}
			if got := c.w.stranger(t).get(t, c.room); got.status != http.StatusOK {
				t.Fatalf("meanwhile a student is answered with %d", got.status)
			}
		}
	}
	for name, answers := range map[string]map[int]int{"cookies": cookies, "invites": invites, "codes": codes} {
		allowed := answers[403] + answers[404]
		if answers[429] < 100 || allowed < 10 || allowed+answers[429] != 300 {
			t.Errorf("300 wrong %s are answered with %v", name, answers)
		}
	}
	if got := heir.post(t, invite); got.status != http.StatusSeeOther {
		t.Errorf("meanwhile an invite that is right is answered with %d", got.status)
	}
}

// invite makes a link to hand over driving and returns its path.
func (c *classroom) invite(t *testing.T) string {
	t.Helper()
	got := c.post(t, c.room+"/invite")
	_, rest, ok := strings.Cut(got.body, c.room+"/invite/")
	if got.status != http.StatusOK || !ok || len(rest) < 26 {
		t.Fatalf("an invite is answered with %d", got.status)
	}
	return c.room + "/invite/" + rest[:26]
}

// TestAnInviteWorksOnceAndByPostOnly opens the link, as previews of messages do,
// before it is used.
func TestAnInviteWorksOnceAndByPostOnly(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	link := c.invite(t)
	a, b := c.w.stranger(t), c.w.stranger(t)
	for range 2 {
		for _, method := range []string{"GET", "HEAD"} {
			if got := a.send(t, method, link, nil, ""); got.status != http.StatusOK || got.header["Set-Cookie"] != nil {
				t.Errorf("%s of the link: %d, %q", method, got.status, got.header["Set-Cookie"])
			}
		}
	}
	if got := a.send(t, "POST", link, http.Header{"Sec-Fetch-Site": {"cross-site"}}, ""); got.status != http.StatusForbidden || got.header["Set-Cookie"] != nil {
		t.Errorf("another site uses it: %d", got.status)
	}
	other := c.w.present(t)
	if got := b.post(t, strings.Replace(link, c.room, other.room, 1)); got.status != http.StatusForbidden {
		t.Errorf("in another room: %d", got.status)
	}
	got := a.post(t, link)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != c.room+"/drive" || len(got.header["Set-Cookie"]) != 1 || strings.Contains(got.header.Get("Set-Cookie"), c.secret) {
		t.Errorf("its use: %d to %q with %q", got.status, got.header.Get("Location"), got.header["Set-Cookie"])
	}
	if got := a.get(t, c.room+"/drive"); got.status != http.StatusOK {
		t.Errorf("who used it is answered with %d", got.status)
	}
	if got := b.post(t, link); got.status != http.StatusForbidden || got.header["Set-Cookie"] != nil {
		t.Errorf("a second use: %d", got.status)
	}
	if got := a.get(t, other.room+"/drive"); got.status != http.StatusForbidden {
		t.Errorf("the right to one room drives another: %d", got.status)
	}
}

// TestDrivingIsNotTakenFromAnotherSite sends each change as another site would make
// the instructor's own browser do.
func TestDrivingIsNotTakenFromAnotherSite(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	invite := c.invite(t)
	for _, from := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.test"}}, {"Origin": {"null"}},
		{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"http://" + c.w.addr}},
	} {
		c.refusedEverywhere(t, c.visitor, from)
		h := formHeader.Clone()
		for name, values := range from {
			h[name] = values
		}
		for _, path := range []string{"/room", c.path("/present"), c.room + "/vote", c.room + "/here", c.room + "/try", invite} {
			if got := c.send(t, "POST", path, h, "device="+c.device+"&step=1"); got.status != http.StatusForbidden || got.header["Set-Cookie"] != nil {
				t.Errorf("POST %s from %v: %d", path, from, got.status)
			}
		}
	}
}

// TestTheRightsCookie looks at every attribute of it.
func TestTheRightsCookie(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		secure bool
		want   string
	}{
		{false, "; Path=%; Max-Age=86400; HttpOnly; SameSite=Strict"}, {true, "; Path=%; Max-Age=86400; HttpOnly; Secure; SameSite=Strict"},
	} {
		w := startLab(t, lifted, func(config *lab.Config) { config.Secure = c.secure })
		got := w.stranger(t).post(t, "/room")
		room := strings.TrimSuffix(got.header.Get("Location"), "/drive")
		cookie := got.header["Set-Cookie"]
		if len(cookie) != 1 || !strings.HasPrefix(cookie[0], "drive=") || !strings.HasSuffix(cookie[0], strings.ReplaceAll(c.want, "%", room)) {
			t.Errorf("the cookie of %s is %q", room, cookie)
		}
	}
	a := startLab(t, lifted).present(t)
	for path, want := range map[string]int{a.room: 1, a.room + "/drive": 1, a.room + "/drive/events": 1, a.room + "X": 0, "/": 0, "/room": 0, "/j": 0, "/room/AAAA-AAAA": 0, a.path(""): 0, a.path("/session/profile"): 0} {
		if got := len(a.cookies(path)); got != want {
			t.Errorf("a browser sends %d cookies to %s, want %d", got, path, want)
		}
	}
}

// TestAStudentsPageDoesNotDrive uses what a student's page has: a device's name, a
// right to another room, and a right that was taken along.
func TestAStudentsPageDoesNotDrive(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c, own := w.present(t), w.present(t)
	c.must(t, "step", "step", "1")
	c.refusedEverywhere(t, w.stranger(t), nil, "device", c.device, "window", c.device, "stage", "1")
	c.refusedEverywhere(t, own.visitor, nil, "window", instructorWindow)
	c.refusedEverywhere(t, w.stranger(t), cookieHeader("drive="+own.secret), "window", instructorWindow)
	own.refusedEverywhere(t, w.stranger(t), cookieHeader("drive="+c.secret), "window", instructorWindow)
	c.unchanged(t, func() {
		for _, path := range []string{"/vote", "/here", "/try"} {
			c.w.stranger(t).post(t, c.room+path, "act", "next", "window", instructorWindow, "device", instructorWindow, "step", "7")
		}
	})
}

// TestTheSecretIsNowhere searches every page, header and log of a class that is
// driven.
func TestTheSecretIsNowhere(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	c.must(t, "step", "step", "1")
	link := c.invite(t)
	heir := c.w.stranger(t)
	heir.post(t, link)
	secrets := []string{c.secret, heir.client.Jar.Cookies(c.url(c.room))[0].Value}
	search := func(what string, got answer) {
		t.Helper()
		for _, secret := range secrets {
			if strings.Contains(got.body+strings.Join(headerText(got.header), "\n"), secret) {
				t.Errorf("%s shows a driving secret", what)
			}
		}
	}
	for _, v := range []*visitor{c.visitor, heir, c.w.stranger(t)} {
		for _, path := range append(driverPages[:6:6], "", "?fragment=live", "?step=0", "/handout", "/export.har", "/invite/"+c.secret[:25]) {
			search(path, v.get(t, c.room+path))
		}
		search("a move", v.post(t, c.room+"/drive", "act", "back", "window", instructorWindow))
		search("a move that is none", v.post(t, c.room+"/drive", "act", "x"))
		search("an invite", v.post(t, c.room+"/invite"))
	}
	search("the bench", c.get(t, c.path("")))
	search("its journal", c.get(t, c.path("/journal.json")))
	c.w.log.mu.Lock()
	defer c.w.log.mu.Unlock()
	search("the log", answer{body: c.w.log.text.String()})
}
