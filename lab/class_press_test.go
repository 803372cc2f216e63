package lab_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"authlab/lab"
	"authlab/lab/room"
)

var pressField = regexp.MustCompile(`name="press" value="([^"]+)"`)

// pressOn is the name that a page gives to what is pressed on it.
func (v *visitor) pressOn(t testing.TB, path string) string {
	t.Helper()
	found := pressField.FindAllStringSubmatch(v.get(t, path).body, -1)
	if len(found) != 1 || len(found[0][1]) < 26 {
		t.Fatalf("the page %s names %q, want one press of 26 letters", path, found)
	}
	return found[0][1]
}

// led is where a press led to, with the cookie that it was given.
type led struct{ to, secret string }

// pressed presses a button that gives the right to drive, and follows as a browser does
// to where the form is sent again.
func (v *visitor) pressed(t testing.TB, path string, fields ...string) (led, int) {
	t.Helper()
	got := v.post(t, path, fields...)
	if got.status == http.StatusTemporaryRedirect {
		got = v.post(t, got.header.Get("Location"), fields...)
	}
	secret, _, _ := strings.Cut(strings.TrimPrefix(got.header.Get("Set-Cookie"), "drive="), ";")
	return led{got.header.Get("Location"), secret}, got.status
}

// allLed presses for each of n browsers at once, none of which gets to keep what
// another was given, and returns the one place that all are led to.
func (w *world) allLed(t *testing.T, n int, path string, fields ...string) led {
	t.Helper()
	list := make([]led, n)
	var all sync.WaitGroup
	for i := range list {
		all.Go(func() {
			var status int
			if list[i], status = w.stranger(t).pressed(t, path, fields...); status != http.StatusSeeOther {
				t.Errorf("one of %d is answered with %d", n, status)
			}
		})
	}
	all.Wait()
	for _, one := range list {
		if one != list[0] || one.secret == "" {
			t.Fatalf("one press leads to %+v and to %+v", list[0], one)
		}
	}
	return list[0]
}

func (w *world) rights(room string) int {
	list, _ := w.room(room).Rights()
	return len(list)
}

// room is a class's room, by any path of it.
func (w *world) room(path string) *room.Room {
	return w.lab.Room(room.Code(strings.Split(path, "/")[2]))
}

// TestPresentIsPressedTwice on one page, at once and one after the other: it is one
// class, with one right. The page loaded anew is for another class.
func TestPresentIsPressedTwice(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	press := w.stranger(t).pressOn(t, "/")
	first := w.allLed(t, 8, "/room", "press", press)
	for range 3 {
		if again := w.allLed(t, 1, "/room", "press", press); again != first {
			t.Errorf("pressed again it leads to %+v, not to %+v", again, first)
		}
	}
	if n := w.lab.Classes(); n != 1 || w.rights(first.to) != 1 || w.lab.Benches().Len() != 1 {
		t.Errorf("one press made %d classes, on %d benches, with %d rights to drive the first", n, w.lab.Benches().Len(), w.rights(first.to))
	}
	v := w.stranger(t)
	if other := w.allLed(t, 1, "/room", "press", v.pressOn(t, "/")); other.to == first.to || w.lab.Classes() != 2 {
		t.Errorf("the page loaded anew leads to %s, before to %s", other.to, first.to)
	}
	for _, no := range []string{"", "short", "../../../../../../../../x", strings.Repeat("A", 65)} { // names that are none
		before := w.lab.Classes()
		if _, status := v.pressed(t, "/room", "press", no); status != http.StatusSeeOther || w.lab.Classes() != before+1 {
			t.Errorf("the press %q is answered with %d", no, status)
		}
	}
}

// TestPresentAfterTheEnd of the class that it had opened opens another.
func TestPresentAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := w.stranger(t)
	press := v.pressOn(t, "/")
	first, _ := v.pressed(t, "/room", "press", press)
	if got := v.post(t, first.to, "act", "end", "quiet", "1"); got.status != http.StatusNoContent {
		t.Fatalf("the end: %d", got.status)
	}
	for range 2 {
		if second, status := v.pressed(t, "/room", "press", press); status != http.StatusSeeOther || second.to == first.to || w.lab.Classes() != 2 {
			t.Errorf("pressed after the end: %d to %s; there are %d classes", status, second.to, w.lab.Classes())
		}
	}
}

// TestPresentIsPressedAgainAfterARestart whose answer was lost: the class is kept, and
// is not opened again.
func TestPresentIsPressedAgainAfterARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "classes")
	kept := func(c *lab.Config) { c.Data = file }
	w := startLab(t, lifted, kept)
	press := w.stranger(t).pressOn(t, "/")
	before := w.allLed(t, 1, "/room", "press", press)
	w.stop()
	w = startLab(t, lifted, kept)
	if after := w.allLed(t, 8, "/room", "press", press); after != before || w.lab.Classes() != 1 || w.rights(before.to) != 1 {
		t.Errorf("after a restart it leads to %+v, before to %+v; there are %d classes", after, before, w.lab.Classes())
	}
}

// TestABenchIsPresentedTwice by one page, and by another page of the same bench: it is
// one class, and each page has one right, however often it asks.
func TestABenchIsPresentedTwice(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := w.visit(t)
	path := v.path("/present")
	one, other := v.pressOn(t, v.path("")), v.pressOn(t, v.path("?step=1"))
	first := w.allLed(t, 8, path, "press", one, "step", "0")
	second := w.allLed(t, 8, path, "press", other, "step", "1")
	if again := w.allLed(t, 2, path, "press", one, "step", "0"); again != first || second.to != first.to || second.secret == first.secret {
		t.Errorf("a bench's two pages lead to %+v, %+v and %+v", first, second, again)
	}
	if n := w.rights(first.to); n != 2 || w.lab.Classes() != 1 {
		t.Errorf("two pages have %d rights in %d classes", n, w.lab.Classes())
	}
	if live := v.get(t, v.path("?fragment=live")).body; pressField.MatchString(live) {
		t.Error("a part of the page names a press, and is another each time")
	}
}

// TestAnInviteWhoseAnswerIsLost is used up, and gives the right to the page that used it
// and to no other: not to who learns the link, nor to who loads the page then.
func TestAnInviteWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	link := c.invite(t)
	heir, thief := c.w.stranger(t), c.w.stranger(t)
	press, before := heir.pressOn(t, link), thief.pressOn(t, link)
	used := c.w.allLed(t, 8, link, "press", press, "goto", "clicker")
	if used.to != c.room+"/clicker" || c.w.rights(c.room) != 2 {
		t.Errorf("it leads to %s, and there are %d rights", used.to, c.w.rights(c.room))
	}
	for _, press := range []string{"", before, thief.pressOn(t, link), strings.ToLower(press)} {
		if got, status := thief.pressed(t, link, "press", press); status != http.StatusForbidden || got.secret != "" {
			t.Errorf("somebody else, with the press %q: %d", press, status)
		}
	}
	if got, status := heir.pressed(t, link, "press", press); status != http.StatusSeeOther || got.secret != used.secret {
		t.Errorf("the one who used it: %d", status)
	}
	if got, status := heir.pressed(t, link); status != http.StatusSeeOther || got.secret != "" {
		t.Errorf("whoever may drive already is answered with %d, and given %q", status, got.secret)
	}
	if got := c.post(t, c.room+"/drive", "act", "takeback", "right", "2"); got.status != http.StatusSeeOther {
		t.Fatalf("taking the right back: %d", got.status)
	}
	if got, status := heir.pressed(t, link, "press", press); status != http.StatusForbidden || got.secret != "" {
		t.Errorf("once it was taken back: %d", status)
	}
}

// What the button of a class says is what going on does, also where somebody has used an
// app by hand that the lesson does not ask: that sends no step for the class.
func TestAnotherFlowSendsNoStepOfAClass(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	if got := c.get(t, c.path("/sealed/profile")); got.status != http.StatusSeeOther {
		t.Fatalf("a stranger is answered with %d", got.status)
	}
	c.await(t, 1)
	if page := c.get(t, c.room+"/drive").body; !strings.Contains(page, "Send 0: ") {
		t.Error("the button does not offer to send the first step")
	}
	if got := c.act(t, "next"); got.status != http.StatusConflict || !strings.Contains(got.body, "Nothing can be sent") {
		t.Errorf("going on without a window that sends is answered with %d: %.200s", got.status, got.body)
	}
	if s := c.w.room(c.room).State(); s.Step != 0 {
		t.Errorf("the class is at step %d", s.Step)
	}
}
