package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// classroom is a room and the browser of its instructor, whose bench it shows.
type classroom struct {
	*visitor
	room   string // "/room/K7QX-3MHP"
	code   string
	secret string // of the cookie
	device string // one of the class, as the room has issued its name
}

// present opens a room for a bench, as the button on it does.
func (w *world) present(t testing.TB) *classroom {
	t.Helper()
	v := w.visit(t)
	got := v.post(t, v.path("/present"), "step", "0", "view", "both")
	room, ok := strings.CutSuffix(got.header.Get("Location"), "/drive")
	if got.status != http.StatusSeeOther || !ok {
		t.Fatalf("presenting is answered with %d to %q", got.status, got.header.Get("Location"))
	}
	c := &classroom{visitor: v, room: room, code: strings.TrimPrefix(room, "/room/")}
	c.device = c.join(t, c.visitor)
	for _, cookie := range c.cookies(room) {
		c.secret = cookie.Value
	}
	return c
}

// join joins the class as a browser's page does, and returns the name that it gets.
func (c *classroom) join(t rapid.TB, v *visitor) string {
	t.Helper()
	got := v.post(t, c.room+"/join", "quiet", "1")
	var named struct{ Device string }
	if err := json.Unmarshal([]byte(got.body), &named); err != nil || got.status != http.StatusOK || named.Device == "" {
		t.Fatalf("joining is answered with %d: %s", got.status, got.body)
	}
	return named.Device
}

func (c *classroom) cookies(path string) []*http.Cookie {
	return c.client.Jar.Cookies(c.url(path))
}

func (c *classroom) url(path string) *url.URL {
	return &url.URL{Scheme: "http", Host: c.w.addr, Path: path}
}

// formOf is a form as it is sent: name, value, name, value …
func formOf(fields ...string) string {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form.Encode()
}

// stranger is another browser in the same lab.
func (w *world) stranger(t testing.TB) *visitor {
	t.Helper()
	return &visitor{w: w, client: w.client(t)}
}

// act makes a move of the instructor's, in a window of the usual name.
func (c *classroom) act(t rapid.TB, act string, fields ...string) answer {
	t.Helper()
	return c.post(t, c.room+"/drive", append([]string{"act", act, "window", instructorWindow, "quiet", "1"}, fields...)...)
}

const instructorWindow = "instructorwindow1"

// must is act for what is not refused.
func (c *classroom) must(t rapid.TB, act string, fields ...string) {
	t.Helper()
	if got := c.act(t, act, fields...); got.status != http.StatusNoContent {
		t.Fatalf("%s %q is answered with %d: %s", act, fields, got.status, got.body)
	}
}

var shownEvent = regexp.MustCompile(`event: shown\ndata: \{"seq":(\d+),"step":(\d+)\}\n\n`)

// shown is the number of the state that the class is shown, and its step, as a
// student's stream says first.
func (c *classroom) shown(t rapid.TB) (seq, step int) {
	t.Helper()
	s := c.w.dial(t)
	defer s.Close()
	s.send(lines("GET "+c.room+"/events?device="+c.device+" HTTP/1.1", "Host: "+c.w.addr))
	s.until(t, `}`+"\n\n")
	found := shownEvent.FindStringSubmatch(s.received.String())
	if found == nil {
		t.Fatalf("a stream of the class begins with %q", s.received.String())
	}
	_, _ = fmt.Sscan(found[1]+" "+found[2], &seq, &step) // digits
	return seq, step
}

// settled waits until the class has been told of all that has happened on its
// bench: that is done a moment later, to say it once.
func (c *classroom) settled(t rapid.TB) {
	t.Helper()
	last, same := -1, 0
	for same < 3 {
		seq, _ := c.shown(t)
		if seq != last {
			last, same = seq, 0
		}
		same++
		time.Sleep(30 * time.Millisecond) // the lab gathers for 40 ms, and nothing tells that it is done
	}
}

// unchanged runs what must not change what the class is shown. The instructor's window
// stays open meanwhile: ten seconds after one has gone, nobody drives, which is a change.
func (c *classroom) unchanged(t rapid.TB, do func()) {
	t.Helper()
	s := c.w.dial(t)
	defer s.Close()
	s.send(lines("GET "+c.room+"/drive/events?window="+instructorWindow+" HTTP/1.1", "Host: "+c.w.addr, "Cookie: drive="+c.secret))
	s.until(t, "event: shown")
	before, step := c.shown(t)
	do()
	if after, at := c.shown(t); after != before || at != step {
		t.Errorf("the class was at step %d in state %d, and is at step %d in state %d", step, before, at, after)
	}
}

// driverMoves are all moves of an instructor, each as a form.
var driverMoves = [][]string{
	{"act", "next"}, {"act", "back"}, {"act", "send"}, {"act", "poll"}, {"act", "reveal"}, {"act", "view", "view", "stateful"}, {"act", "rest"},
	{"act", "overlay", "overlay", "blank"}, {"act", "step", "step", "5"}, {"act", "size", "by", "1"}, {"act", "takeover"}, {"act", "handback"},
	{"act", "sent", "problem", "x"}, {"act", "end"}, {"act", "nothing"}, {},
}

// driverPages are the pages of who may drive.
var driverPages = []string{"/drive", "/projector", "/clicker", "/drive?fragment=live", "/projector?fragment=live", "/clicker?fragment=live", "/drive/events?window=" + instructorWindow}

// TestAClassWhoseBenchIsReset goes on with the bench as it is then; one whose bench
// is gone rests.
func TestAClassWhoseBenchIsReset(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	before, _ := c.shown(t)
	c.post(t, c.path("/reset"))
	c.settled(t)
	reset, _ := c.shown(t)
	if reset <= before {
		t.Errorf("the bench was reset, and the class is at change %d, before at %d", reset, before)
	}
	c.get(t, c.path("/session/"))
	c.settled(t)
	sent, _ := c.shown(t)
	if sent <= reset {
		t.Errorf("the bench was used after its reset, and the class is at change %d, before at %d", sent, reset)
	}
	c.w.lab.Benches().Drop(c.id)
	c.settled(t)
	gone, _ := c.shown(t)
	c.settled(t)
	if again, _ := c.shown(t); again != gone {
		t.Errorf("the bench is gone, and the class goes on from change %d to %d", gone, again)
	}
}
