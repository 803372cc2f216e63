package lab_test

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"authlab/lab/room"
)

var slugField = regexp.MustCompile(`name="slug" value="([^"]+)"`)

// voting opens a vote, and returns the question's name.
func (c *classroom) voting(t testing.TB) string {
	t.Helper()
	c.must(t, "step", "step", "9")
	c.must(t, "poll")
	form := slugField.FindStringSubmatch(c.get(t, c.room).body)
	if form == nil {
		t.Fatal("there is no form to vote with")
	}
	return form[1]
}

// joinAll lets n devices join.
func (c *classroom) joinAll(t testing.TB, v *visitor, n int) (names []string) {
	t.Helper()
	for range n {
		names = append(names, c.join(t, v))
	}
	return names
}

// TestNobodyStuffsTheBallot votes under names that were made up, and under as many as
// one address gets: others' votes are counted all the same.
func TestNobodyStuffsTheBallot(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	slug := c.voting(t)
	flooder := c.w.from(t, "127.0.0.2")
	for i := range 50 {
		name := strings.Repeat("A", 28) + itoa(1000+i)
		for _, path := range []string{"/vote", "/here"} {
			if got := flooder.post(t, c.room+path, "device", name, "slug", slug, "round", "1", "option", "1", "step", "1"); got.status != http.StatusConflict {
				t.Fatalf("POST %s under a name that was made up: %d", path, got.status)
			}
		}
		if got := flooder.get(t, c.room+"/events?device="+name); got.status != http.StatusConflict {
			t.Fatalf("a stream under a name that was made up: %d", got.status)
		}
	}
	answers := map[int]int{}
	for range 1000 { // without a name, as a browser without scripts
		answers[flooder.post(t, c.room+"/vote", "slug", slug, "round", "1", "option", "1").status]++
	}
	if stuffed := answers[http.StatusSeeOther]; stuffed < 600 || stuffed >= 1000 || stuffed+answers[http.StatusTooManyRequests] != 1000 {
		t.Errorf("1,000 votes without a name: %v", answers)
	}
	before := c.w.lab.Room(room.Code(c.code)).Answers()
	honest := c.w.from(t, "127.0.0.3")
	for i, name := range c.joinAll(t, honest, 300) {
		if got := honest.post(t, c.room+"/vote", "device", name, "slug", slug, "round", "1", "option", "2", "quiet", "1"); got.status != http.StatusNoContent {
			t.Fatalf("honest vote %d: %d %s", i+1, got.status, got.body)
		}
	}
	if got := c.w.lab.Room(room.Code(c.code)).Answers() - before; got != 300 {
		t.Errorf("%d of 300 honest votes are counted", got)
	}
}

// TestAFlooderSpendsItsOwn floods with presence and votes under one name: others
// behind the same address, and behind another, vote all the same.
func TestAFlooderSpendsItsOwn(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	slug := c.voting(t)
	v := c.w.from(t, "127.0.0.2")
	flooder := c.join(t, v)
	names := c.joinAll(t, v, 300)
	answers := map[int]int{}
	var flood sync.WaitGroup
	var mu sync.Mutex
	for range 4 {
		flood.Go(func() {
			for range 500 {
				here := v.post(t, c.room+"/here", "device", flooder, "step", "1", "quiet", "1")
				vote := v.post(t, c.room+"/vote", "device", flooder, "slug", slug, "round", "1", "option", "1", "quiet", "1")
				mu.Lock()
				answers[here.status]++
				answers[vote.status]++
				mu.Unlock()
			}
		})
	}
	for i, name := range names {
		if got := v.post(t, c.room+"/vote", "device", name, "slug", slug, "round", "1", "option", "2", "quiet", "1"); got.status != http.StatusNoContent {
			t.Errorf("vote %d beside a flooder: %d %s", i+1, got.status, got.body)
		}
	}
	flood.Wait()
	if answers[http.StatusTooManyRequests] < 3000 {
		t.Errorf("the flooder is answered with %v, so this shows little", answers)
	}
	other := c.w.from(t, "127.0.0.3")
	if got := other.post(t, c.room+"/vote", "device", c.join(t, other), "slug", slug, "round", "1", "option", "2", "quiet", "1"); got.status != http.StatusNoContent {
		t.Errorf("a vote from elsewhere: %d", got.status)
	}
}

// TestAClassJoinsBehindOneAddress lets 300 come, and all load the page anew, while
// somebody among them mistypes. A name that is known costs nothing.
func TestAClassJoinsBehindOneAddress(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	v := c.w.from(t, "127.0.0.2")
	names := c.joinAll(t, v, 300)
	for i, name := range names {
		if i < 40 {
			v.get(t, "/j/AAAA-AAAA")
		}
		for _, path := range []string{"/j/" + c.code, c.room} {
			if got := v.get(t, path); got.status >= 400 {
				t.Fatalf("device %d, %s: %d", i+1, path, got.status)
			}
		}
		got := v.post(t, c.room+"/join", "device", name)
		if got.status != http.StatusOK || !strings.Contains(got.body, name) {
			t.Fatalf("device %d comes back: %d %s", i+1, got.status, got.body)
		}
	}
	c.joinAll(t, v, 300)
}

// TestGuessesCostTheGuesser tries codes until the guesser's budget is spent: then a
// right one is answered as wrong ones are, but for the class that it is in, and
// others join.
func TestGuessesCostTheGuesser(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c, other := w.present(t), w.present(t)
	guesser := w.from(t, "127.0.0.2")
	name := other.join(t, guesser)
	answers := map[int]int{}
	for i := range 60 {
		path := []string{"/j/AAAA-AAAA", "/room/BBBB-BBBB", "/j?code=CCCC-CCCC"}[i%3]
		answers[guesser.get(t, path).status]++
	}
	if answers[http.StatusNotFound] < 20 || answers[http.StatusNotFound] > 40 || answers[http.StatusNotFound]+answers[http.StatusTooManyRequests] != 60 {
		t.Errorf("60 wrong codes: %v", answers)
	}
	for guesser.get(t, "/room/DDDD-DDDD").status != http.StatusTooManyRequests { // what has come back meanwhile
	}
	right, wrong := guesser.get(t, c.room), guesser.get(t, "/room/AAAA-AAAA")
	right.header.Del("Date")
	wrong.header.Del("Date")
	if right.status != http.StatusTooManyRequests || right.body != wrong.body || !reflect.DeepEqual(right.header, wrong.header) {
		t.Errorf("a right code is answered with %d %v, a wrong one with %d %v: not alike", right.status, right.header, wrong.status, wrong.header)
	}
	if got := guesser.post(t, c.room+"/join"); got.status != http.StatusTooManyRequests {
		t.Errorf("joining by a right one: %d", got.status)
	}
	if got := guesser.post(t, other.room+"/join", "device", name); got.status != http.StatusOK {
		t.Errorf("the class that it is in: %d", got.status)
	}
	if got := w.from(t, "127.0.0.3").get(t, c.room); got.status != http.StatusOK {
		t.Errorf("somebody else: %d", got.status)
	}
}

// TestADriveCookieFromElsewhere locks nobody out, wherever it stands among others,
// and costs one guess at most.
func TestADriveCookieFromElsewhere(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	right := "drive=" + c.secret
	for _, cookies := range []string{right, "drive=x; " + right, right + "; drive=x", strings.Repeat("drive=x; ", 7) + right} {
		for range 30 { // more than may be guessed
			if got := c.w.stranger(t).send(t, "GET", c.room+"/clicker?fragment=live", cookieHeader(cookies), ""); got.status != http.StatusOK {
				t.Fatalf("%s: %d", cookies, got.status)
			}
		}
	}
	answers := map[int]int{}
	for range 15 {
		answers[c.w.stranger(t).send(t, "GET", c.room+"/clicker?fragment=live", cookieHeader("drive=x; drive=y; drive=z"), "").status]++
	}
	if answers[http.StatusForbidden] != 15 {
		t.Errorf("15 times three wrong ones: %v", answers)
	}
}

// TestPresentingAgainAddsNoRight follows the press as a browser does: one with the
// right keeps it, one without gets one.
func TestPresentingAgainAddsNoRight(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	r := c.w.lab.Room(room.Code(c.code))
	present := func(v *visitor) answer {
		t.Helper()
		got := v.post(t, c.path("/present"), "step", "0")
		if got.status != http.StatusTemporaryRedirect {
			t.Fatalf("presenting again: %d", got.status)
		}
		return v.post(t, got.header.Get("Location"), "step", "0")
	}
	for range 40 {
		if got := present(c.visitor); got.status != http.StatusSeeOther || got.header.Get("Location") != c.room+"/drive" || got.header["Set-Cookie"] != nil {
			t.Fatalf("a press: %d, %q", got.status, got.header)
		}
	}
	if list, _ := r.Rights(); len(list) != 1 {
		t.Errorf("41 presses of one browser gave %d rights", len(list))
	}
	for range 40 {
		v := c.w.stranger(t)
		if got := present(v); got.status != http.StatusSeeOther || v.get(t, c.room+"/drive").status != http.StatusOK {
			t.Fatalf("a press of another browser: %d", got.status)
		}
	}
	list, displaced := r.Rights()
	if len(list) != room.MaxRights || list[0].Origin != room.ByBench || displaced.At.IsZero() {
		t.Errorf("%d rights, the first %+v", len(list), list[0])
	}
}

// TestARightIsTakenBack takes one back with the form of the instructor view: its
// stream ends, and its next move is refused in words.
func TestARightIsTakenBack(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	heir := c.w.stranger(t)
	heir.post(t, c.invite(t), "goto", "clicker")
	secret := heir.client.Jar.Cookies(c.url(c.room))[0].Value
	stream := c.w.dial(t)
	stream.send(lines("GET "+c.room+"/drive/events?window=anotherwindow00001&kind=clicker HTTP/1.1", "Host: "+c.w.addr, "Cookie: drive="+secret))
	stream.until(t, "event: shown")
	if got := heir.post(t, c.room+"/drive", "act", "takeover", "window", "anotherwindow00001", "quiet", "1"); got.status != http.StatusNoContent {
		t.Fatalf("the heir takes over: %d %s", got.status, got.body)
	}
	page := c.get(t, c.room+"/drive").body
	for _, want := range []string{"Right 1</b>", "Opened the class, ", "This browser’s own.", "Right 2</b>", "Handed over to the clicker, ", "1 open window", `name="right" value="2"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the instructor view does not say %q", want)
		}
	}
	if strings.Contains(page, `name="right" value="1"`) {
		t.Error("the own right can be taken back")
	}
	if got := c.post(t, c.room+"/drive", "act", "takeback", "right", "2"); got.status != http.StatusSeeOther {
		t.Fatalf("taking it back: %d %s", got.status, got.body)
	}
	stream.until(t, "event: gone")
	got := heir.post(t, c.room+"/drive", "act", "next", "window", "anotherwindow00001", "quiet", "1")
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "taken back") {
		t.Errorf("its next move: %d %s", got.status, got.body)
	}
	c.must(t, "step", "step", "1") // nobody drives in its place
	if got := c.post(t, c.room+"/drive", "act", "takeback", "right", "1", "quiet", "1"); got.status != http.StatusConflict {
		t.Errorf("the own one: %d", got.status)
	}
	if got := c.post(t, c.room+"/drive", "act", "takeback", "right", "x", "quiet", "1"); got.status != http.StatusBadRequest {
		t.Errorf("what is none: %d", got.status)
	}
}

// TestManyDriveCookiesFromElsewhere lock nobody out, ours being the last of as many as
// fit into a request, of the form of our own and of any other.
func TestManyDriveCookiesFromElsewhere(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	for name, foreign := range map[string]func(int) string{
		"like ours": func(n int) string { return fmt.Sprintf("drive=%026d; ", n) },
		"short":     func(int) string { return "drive=x; " },
		"nameless":  func(int) string { return "=;" },
		"long":      func(n int) string { return fmt.Sprintf("drive=%0200d; ", n) },
	} {
		var cookies strings.Builder
		n := 0
		for ; cookies.Len() < 30<<10; n++ {
			cookies.WriteString(foreign(n))
		}
		if name == "like ours" && n < 500 {
			t.Errorf("%d foreign ones are few", n)
		}
		got := c.w.stranger(t).send(t, "GET", c.room+"/clicker?fragment=live", cookieHeader(cookies.String()+"drive="+c.secret), "")
		if got.status != http.StatusOK {
			t.Errorf("%d cookies that are %s before ours: %d", n, name, got.status)
		}
	}
}
