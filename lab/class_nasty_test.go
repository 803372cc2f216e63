package lab_test

import (
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/room"
)

// pages are the pages that others look at while a student sends.
func (c *classroom) pages(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	student := c.w.stranger(t)
	for _, path := range driverPages[:6] {
		all.WriteString(c.get(t, c.room+path).body)
	}
	for _, path := range []string{"", "?fragment=live", "?step=0", "/handout"} {
		all.WriteString(student.get(t, c.room+path).body)
	}
	return all.String()
}

// TestWhatStudentsSendIsNoText sends every nasty string in every field that a
// student controls. Nobody else's page shows any of it, and nothing has changed.
func TestWhatStudentsSendIsNoText(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	c.must(t, "step", "step", "9")
	c.must(t, "poll")
	student := c.w.stranger(t)
	f := c.w.dial(t)
	f.send(lines("GET "+c.room+"/events?device="+c.device+" HTTP/1.1", "Host: "+c.w.addr))
	f.until(t, "event: shown")
	before := c.pages(t)
	c.unchanged(t, func() {
		for _, n := range nasty {
			text := n.text
			for _, request := range [][]string{
				{"/vote", "device", text, "slug", "q", "round", "1", "option", "1"}, {"/vote", "device", c.device, "slug", text, "round", "1", "option", "1"},
				{"/vote", "device", c.device, "slug", "x", "round", text, "option", "1"}, {"/vote", "device", c.device, "slug", "x", "round", "1", "option", text},
				{"/here", "device", text, "step", "1"}, {"/here", "device", text, "bye", "1"}, {"/here", "device", c.device, "step", text + "x"},
				{"/try", "step", text + "x"}, {"/vote", text, text}, {"/here", text, text},
			} {
				if got := student.post(t, c.room+request[0], request[1:]...); got.status >= 500 || got.status == http.StatusSeeOther {
					t.Errorf("%.60q is answered with %d", request, got.status)
				}
			}
			for _, path := range []string{"/events?device=", "?me=", "?step=x", "?fragment=live&step=x"} {
				if got := student.get(t, c.room+path+url.QueryEscape(text)); got.status >= 500 {
					t.Errorf("%s%.40q is answered with %d", path, text, got.status)
				}
			}
			all := c.pages(t)
			if len(text) > 8 && strings.Contains(all, text) && !strings.Contains(before, text) {
				t.Errorf("%.40q is on a page of somebody else's", text)
			}
		}
	})
}

// TestAVoteIsANumber votes well, and finds counts and nothing else on the pages of
// others.
func TestAVoteIsANumber(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	c.must(t, "step", "step", "9")
	c.must(t, "poll")
	form := regexp.MustCompile(`name="slug" value="([^"]+)"`).FindStringSubmatch(c.w.stranger(t).get(t, c.room).body)
	if form == nil {
		t.Fatal("the student's page has no form to vote with")
	}
	student := c.w.stranger(t)
	device := c.device
	c.unchanged(t, func() {
		got := student.post(t, c.room+"/vote", "device", device, "slug", form[1], "round", "1", "option", "1")
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.HasPrefix(to, c.room+"?me="+device) {
			t.Errorf("a vote is answered with %d to %q", got.status, to)
		}
	})
	if got := student.post(t, c.room+"/vote", "slug", form[1], "round", "1", "option", "2", "quiet", ""); got.status != http.StatusSeeOther || len(got.header.Get("Location")) < len(c.room)+len("?me=")+16 {
		t.Errorf("a device without a name is answered with %d to %q", got.status, got.header.Get("Location"))
	}
	for late, want := range map[string]int{"1": 409, "9": 400} {
		round := map[string]string{"1": "2", "9": "1"}[late]
		if got := student.post(t, c.room+"/vote", "device", device, "slug", form[1], "round", round, "option", late); got.status != want {
			t.Errorf("round %s, option %s: %d, want %d", round, late, got.status, want)
		}
	}
	if all := c.pages(t); strings.Contains(all, device) {
		t.Error("the name of a device is on a page of somebody else's")
	}
}

// classRoutes are all routes of a class that can be read, below its path.
var classRoutes = []string{
	"", "?fragment=live", "?step=0", "?step=5&fragment=live", "?me=STUDENTSTUDENTSTUDENTSTUDENTSTUD", "/handout", "/export.har", "/invite/AAAAAAAAAAAAAAAAAAAAAAAAAA",
	"/drive", "/projector", "/clicker", "/drive?fragment=live", "/projector?fragment=live", "/clicker?fragment=live",
}

// TestNothingChangesOnGet asks for every page of a class twice, as the instructor
// and as a student, and for the head of its streams.
func TestNothingChangesOnGet(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	c.must(t, "step", "step", "3")
	c.unchanged(t, func() {
		for range 2 {
			for _, v := range []*visitor{c.visitor, c.w.stranger(t)} {
				for _, path := range classRoutes {
					for _, method := range []string{"GET", "HEAD"} {
						got := v.send(t, method, c.room+path, nil, "")
						private := strings.HasPrefix(path, "/drive") || strings.HasPrefix(path, "/projector") || strings.HasPrefix(path, "/clicker")
						want := http.StatusOK
						if private && v != c.visitor {
							want = http.StatusForbidden
						}
						if got.status != want || got.header["Set-Cookie"] != nil {
							t.Errorf("%s %s: %d, want %d; cookies %q", method, path, got.status, want, got.header["Set-Cookie"])
						}
					}
				}
				for _, path := range []string{"/events?device=" + c.device, "/drive/events?window=anotherwindow00001&stage=1"} {
					v.send(t, "HEAD", c.room+path, nil, "") // ends
				}
			}
		}
	})
	if got := c.get(t, c.room+"/drive?fragment=live"); strings.Contains(got.body, "anotherwindow00001") {
		t.Error("HEAD of a stream made a window the driver")
	}
	own := c.w.present(t)
	own.send(t, "HEAD", own.room+"/drive/events?window=anotherwindow00001&stage=1", nil, "")
	if got := own.get(t, own.room+"/drive?fragment=live"); strings.Contains(got.body, "anotherwindow00001") {
		t.Error("HEAD of a stream made a window the driver where there was none")
	}
}

// TestSpellingsOfACode lead to the one that the cookie is scoped to.
func TestSpellingsOfACode(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	bare := strings.Replace(c.code, "-", "", 1)
	for _, spelled := range []string{strings.ToLower(c.code), bare, strings.ToLower(bare), url.PathEscape(c.code[:4] + " " + c.code[5:])} {
		for _, path := range append([]string{"/events?device=" + c.device, "/drive/events?window=" + instructorWindow}, classRoutes...) {
			got := c.get(t, "/room/"+spelled+path)
			if got.status != http.StatusPermanentRedirect || got.header.Get("Location") != c.room+path {
				t.Errorf("GET /room/%s%s: %d to %q", spelled, path, got.status, got.header.Get("Location"))
			}
		}
		for _, path := range []string{"/j/" + spelled, "/J/" + spelled, "/j?code=" + url.QueryEscape(spelled)} {
			if got := c.get(t, path); strings.Contains(path, "%25") == (got.status == http.StatusSeeOther && got.header.Get("Location") == c.room) {
				t.Errorf("GET %s: %d to %q", path, got.status, got.header.Get("Location"))
			}
		}
	}
}

// TestNoSuchClass asks for every route of classes that never were, and of one whose
// code is none.
func TestNoSuchClass(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).stranger(t)
	for _, code := range []string{"AAAA-AAAA", "OOOO-0000", "x", "%3Cscript%3E"} {
		for _, path := range []string{"", "?fragment=live", "/events?device=STUDENTSTUDENT00", "/drive", "/projector", "/clicker", "/drive/events", "/handout", "/export.har", "/invite/x"} {
			if got := v.get(t, "/room/"+code+path); got.status != http.StatusNotFound || strings.Contains(got.body, "<script>") {
				t.Errorf("GET /room/%s%s: %d", code, path, got.status)
			}
		}
		for _, path := range []string{"/here", "/vote", "/try", "/drive", "/invite", "/invite/x"} {
			if got := v.post(t, "/room/"+code+path); got.status != http.StatusNotFound {
				t.Errorf("POST /room/%s%s: %d", code, path, got.status)
			}
		}
	}
}

// TestAClassThatHasEnded keeps its pages and its handout, and changes no more.
func TestAClassThatHasEnded(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	stream := c.w.dial(t)
	stream.send(lines("GET "+c.room+"/events?device="+c.device+" HTTP/1.1", "Host: "+c.w.addr))
	stream.until(t, "event: shown")
	c.must(t, "end")
	stream.until(t, "event: gone")
	student := c.w.stranger(t)
	for _, path := range []string{"", "?fragment=live", "/handout", "/export.har"} {
		if got := student.get(t, c.room+path); got.status != http.StatusOK {
			t.Errorf("GET %s: %d", path, got.status)
		}
	}
	if got := student.get(t, c.room+"/events?device="+c.device); got.status != http.StatusConflict || !strings.Contains(got.body, "ended") {
		t.Errorf("a stream: %d", got.status)
	}
	if got := student.post(t, c.room+"/vote", "device", c.device, "slug", "x", "round", "1", "option", "1"); got.status != http.StatusConflict {
		t.Errorf("a vote: %d", got.status)
	}
	for _, move := range []string{"next", "back", "poll", "takeover", "handback", "end"} {
		if got := c.act(t, move); got.status != http.StatusConflict || !strings.Contains(got.body, "ended") {
			t.Errorf("%s: %d %s", move, got.status, got.body)
		}
	}
}

// TestStreamsAreBounded opens more than one device and one window may.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	for _, s := range []struct {
		request []string
		most    int
	}{
		{[]string{"GET " + c.room + "/events?device=" + c.device + " HTTP/1.1", "Host: " + c.w.addr}, room.MaxStreams},
		{[]string{"GET " + c.room + "/drive/events?window=" + instructorWindow + " HTTP/1.1", "Host: " + c.w.addr, "Cookie: drive=" + c.secret}, room.MaxStreams},
	} {
		for range s.most {
			stream := c.w.dial(t)
			stream.send(lines(s.request...))
			stream.until(t, "event: shown")
		}
		if got := c.w.ask(t, lines(s.request...)); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "This class is full") {
			t.Errorf("%s once more: %d", s.request[0], got.status)
		}
	}
	if got := c.w.stranger(t).get(t, c.room); got.status != http.StatusOK {
		t.Errorf("the page of a class whose streams are taken: %d", got.status)
	}
}

// TestStudentsNeverLearnTheBench reads everything that a student can at each step of
// a lesson, and looks for the id of the instructor's bench as it is and in base64.
func TestStudentsNeverLearnTheBench(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	student := c.w.stranger(t)
	stream := c.w.dial(t)
	stream.send(lines("GET "+c.room+"/events?device="+c.device+" HTTP/1.1", "Host: "+c.w.addr))
	stream.until(t, "event: shown")
	looked := func(what, body string) {
		t.Helper()
		if where := idIn(body, c.id); where != "" {
			t.Errorf("%s names the bench %s", what, where)
		}
	}
	if idIn(c.get(t, c.room+"/drive").body, c.id) == "" {
		t.Fatal("the instructor's own page does not name the bench, so this shows nothing")
	}
	c.walk(t, func(step int, _ []*journal.Exchange) {
		c.must(t, "step", "step", strconv.Itoa(step))
		c.settled(t)
		for _, path := range append([]string{"?step=" + strconv.Itoa(step), "?step=" + strconv.Itoa(step) + "&fragment=live", "/drive/events", "/nowhere"}, classRoutes...) {
			for _, header := range []http.Header{nil, {"Accept-Encoding": {"gzip"}}} {
				got := student.send(t, "GET", c.room+path, header, "")
				looked(path, plain(t, got)+strings.Join(headerText(got.header), "\n"))
			}
		}
		for _, path := range []string{"/vote", "/here", "/drive", "/invite", "/try"} {
			got := student.post(t, c.room+path, "device", c.device, "step", strconv.Itoa(step))
			looked("POST "+path, got.body+strings.Join(headerText(got.header), "\n"))
		}
	})
	looked("the stream", stream.received.String())
}

// plain is the content of an answer, unpacked.
func plain(t *testing.T, got answer) string {
	t.Helper()
	if got.header.Get("Content-Encoding") != "gzip" {
		return got.body
	}
	r, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var base64Run = regexp.MustCompile(`[A-Za-z0-9_+/-]{16,}`)

// idIn says how a text names an id: as it is, in small letters, or in base64 from any
// of four places on; "" where it does not.
func idIn(text, id string) string {
	if strings.Contains(strings.ToUpper(text), id) {
		return "as it is"
	}
	for _, run := range base64Run.FindAllString(text, -1) {
		run = strings.NewReplacer("-", "+", "_", "/").Replace(run)
		for from := range 4 {
			part := run[from:]
			b, err := base64.RawStdEncoding.DecodeString(part[:len(part)/4*4])
			if err == nil && strings.Contains(string(b), id) {
				return "in base64"
			}
		}
	}
	return ""
}
