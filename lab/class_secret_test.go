package lab_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab"
	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/mask"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/wire"
)

// lookedAt is a class at a step, as one sees it who looks at another.
func lookedAt(t testing.TB, v *visitor, s room.State, step int) hall.RoomInput {
	t.Helper()
	in, err := v.w.lab.RoomInput(v.bench(t), s, step)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// at is the state of a class at a step, with the polls that were asked.
func at(step int, polls ...room.Poll) room.State {
	s := room.State{Seq: 7, Step: step, View: page.ViewBoth, Sending: plot.NoStep, Polls: polls}
	s.Began = s.Began.AddDate(2026, 0, 0)
	return s
}

func student(t testing.TB, in hall.RoomInput) string {
	t.Helper()
	whole, err := lab.Markup(class.Student(class.NewStudent(in)))
	if err != nil {
		t.Fatal(err)
	}
	live, err := lab.Markup(class.StudentLive(class.NewStudent(in)))
	if err != nil {
		t.Fatal(err)
	}
	return whole + live
}

func classHandout(t testing.TB, in hall.RoomInput) string {
	t.Helper()
	body, err := lab.Markup(class.ClassHandout(class.NewClassHandout(in)))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// revealed is every question of the lesson, voted on twice and answered.
func revealed(in hall.RoomInput) (polls []room.Poll) {
	for _, p := range in.Bench.Predictions {
		votes := room.Round{Votes: make([]int, len(p.Options))}
		polls = append(polls, room.Poll{Slug: p.Slug, Step: p.Step, Options: len(p.Options), Phase: room.Revealed, Rounds: []room.Round{votes, votes}})
	}
	return polls
}

// traces are requests that carry a bench's id in other ways than the lesson does.
func (v *visitor) traces(t *testing.T) {
	t.Helper()
	key := v.bench(t).State(journal.Token).Keys[0].Secret
	escaped := ""
	for _, c := range []byte(v.id) {
		escaped += fmt.Sprintf("%%%02X", c)
	}
	before := len(v.bench(t).Journal().Exchanges)
	pad := strings.Repeat("a", wire.DefaultLimit)
	for i, request := range []string{
		lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "Referer: http://a"+v.path("?step=1&view=both"), "X-"+v.id+": 1", "Cookie: sid="+v.id),
		lines("GET /bench/"+escaped+"/session/profile?back="+url.QueryEscape(v.path("/session/"))+" HTTP/1.1", "Host: a"),
		lines("GET "+v.path("/token/profile")+" HTTP/1.1", "Host: a", "Authorization: Bearer "+hs256(`{"alg":"HS256","kid":"k1","typ":"`+v.id+`"}`, `{"sub":"`+v.id+`","iss":"x`+v.id+`"}`, key)),
		"POST " + v.path("/token/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + sized(quoted(v.id+" "+strings.ToLower(v.id)+" "+v.id[:12])),
		"POST " + v.path("/session/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n" + sized("email="+pad[:wire.DefaultLimit-300]+"&password="+strings.Repeat(v.id, 40)),
	} {
		if got := v.w.ask(t, request); got.status >= 500 {
			t.Fatalf("%.80q is answered with %d", request, got.status)
		}
		v.await(t, before+i+1)
	}
}

// TestTheBenchIsNotGivenAway goes through the whole lesson, and looks for the id of
// the instructor's bench, or a part of it, on every page that students see.
func TestTheBenchIsNotGivenAway(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	b := v.bench(t)
	if err := v.w.lab.Lesson(b); err != nil {
		t.Fatal(err)
	}
	v.traces(t)
	for step := range 11 {
		s := at(step, revealed(lookedAt(t, v, at(step), step))...)
		for _, view := range page.ViewsOf(journal.Lesson) {
			s.View = view
			in := lookedAt(t, v, s, step)
			hidesBench(t, fmt.Sprintf("the page of step %d, %s", step, view), v.id, student(t, in))
		}
		in := lookedAt(t, v, at(10), step)
		in.State.Ended = true
		hidesBench(t, fmt.Sprintf("the page of step %d, looked at after the end", step), v.id, student(t, in))
	}
	in := lookedAt(t, v, at(10), 10)
	hidesBench(t, "the handout", v.id, classHandout(t, in))
	in.State.Polls = revealed(in)
	hidesBench(t, "the handout with votes", v.id, classHandout(t, in))
	masked := mask.Copy(b.Journal(), v.id)
	var har bytes.Buffer
	if err := export.WriteHAR(&har, export.Bench{ID: mask.Copy(v.id, v.id), Title: func(int) string { return "" }}, masked.Exchanges); err != nil {
		t.Fatal(err)
	}
	hidesBench(t, "the HAR", v.id, har.String())

	// The instructor's own page does hold it: the search finds what is there.
	if shown := v.get(t, v.path("?step=1")).body; len(leaks(v.id, shown)) == 0 {
		t.Error("the search does not find the id on the bench's own page")
	}
	split := strings.Replace("<code>"+v.id+"</code>", v.id[9:10], "<b>"+v.id[9:10]+"</b>", 1)
	coded := base64.RawURLEncoding.EncodeToString([]byte("a" + v.id))
	for _, shown := range []string{split, coded, url.QueryEscape(v.path("")), v.id[4:12], strings.ToLower(v.id)} {
		if len(leaks(v.id, shown)) == 0 {
			t.Errorf("the search does not find the id in %q", shown)
		}
	}
}

// hidesBench fails where a page gives a part of an id away.
func hidesBench(t *testing.T, name, id, body string) {
	t.Helper()
	for _, leak := range leaks(id, body) {
		t.Errorf("%s gives a part of the bench's id away, %s", name, leak)
	}
	if strings.Contains(body, "/bench/") && strings.Contains(body, `href="/bench/`) || strings.Contains(body, `action="/bench/`) || strings.Contains(body, "<iframe") {
		t.Errorf("%s leads to a bench", name)
	}
}

var encoded = regexp.MustCompile(`[A-Za-z0-9_+/-]{10,}`)

// leaks finds eight characters in a row of an id: in the bytes of a page, in its
// text without the markup, unescaped, and in what base64 there decodes to.
func leaks(id, body string) (found []string) {
	forms := map[string]string{"as it is": body}
	if root, err := html.Parse(strings.NewReader(body)); err == nil {
		var text strings.Builder
		for n := range root.Descendants() {
			if n.Type == html.TextNode {
				text.WriteString(n.Data)
			}
		}
		forms["in its text"] = text.String()
	}
	for _, name := range []string{"as it is", "in its text"} {
		forms[name+", unescaped"] = regexp.MustCompile(`%[0-9a-fA-F]{2}`).ReplaceAllStringFunc(forms[name], func(s string) string {
			one, _ := url.PathUnescape(s)
			return one
		})
		var decoded strings.Builder
		for _, run := range encoded.FindAllString(forms[name], -1) {
			run = strings.NewReplacer("+", "-", "/", "_").Replace(run)
			for skip := range min(4, len(run)) {
				part := run[skip:]
				out, _ := base64.RawURLEncoding.DecodeString(part[:len(part)/4*4])
				decoded.Write(out)
				decoded.WriteByte(' ')
			}
		}
		forms[name+", decoded"] = decoded.String()
	}
	for name, text := range forms {
		text = strings.ToUpper(text)
		for i := 0; i+8 <= len(id); i++ {
			if at := strings.Index(text, id[i:i+8]); at >= 0 {
				found = append(found, fmt.Sprintf("%s: …%q…", name, text[max(0, at-30):min(len(text), at+40)]))
				break
			}
		}
	}
	return found
}

// TestTheBenchIsNotGivenAwayOverHTTP asks for what students ask for, of a class
// that was opened for a bench with a whole lesson on it.
func TestTheBenchIsNotGivenAwayOverHTTP(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	if err := v.w.lab.Lesson(v.bench(t)); err != nil {
		t.Fatal(err)
	}
	v.traces(t)
	to := v.post(t, v.path("/present"), "step", "4").header.Get("Location")
	class := strings.TrimSuffix(to, "/drive")
	one := v.w.visit(t)
	for _, path := range []string{"", "?fragment=live", "?step=1", "?step=9", "?step=10&fragment=live", "?me=" + strings.Repeat("a", 32), "/handout", "/export.har"} {
		got := one.get(t, class+path)
		if got.status != http.StatusOK {
			t.Errorf("%s%s: %d", class, path, got.status)
		}
		hidesBench(t, class+path, v.id, got.body)
	}
}
