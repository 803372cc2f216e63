package lab_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class"
	"authlab/lab/site/class/hall"
	benchpage "authlab/lab/site/lesson"
	"authlab/lab/site/panes"
)

// asked is the question of a step of the class, and what its explanation says.
func asked(t testing.TB, in hall.RoomInput, step int) (p panes.PredictionText, explained string) {
	t.Helper()
	for _, p := range in.Bench.Predictions {
		if p.Step != step {
			continue
		}
		for _, part := range p.Explained {
			if text := strings.TrimSpace(string(part.HTML)); len(text) > 20 {
				return p, text[:20]
			}
		}
	}
	t.Fatalf("no question of step %d, or no explanation", step)
	return p, ""
}

// upTo is the class's input as it was before a step was sent.
func upTo(in hall.RoomInput, step int) hall.RoomInput {
	for i, x := range in.Bench.Journal.Exchanges {
		if x.Step >= step {
			in.Bench.Journal.Exchanges = in.Bench.Journal.Exchanges[:i]
			break
		}
	}
	return in
}

// Votes that nothing else on the page is the same as.
var (
	votesFirst  = []int{7711, 7722, 7733, 7744}
	votesSecond = []int{8811, 8822, 8833, 8844}
)

// TestStudentPoll is the question to the class in each of its phases: what it asks,
// and that neither counts nor the answer are there before their time.
func TestStudentPoll(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	if err := v.w.lab.Lesson(v.bench(t)); err != nil {
		t.Fatal(err)
	}
	const step = plot.Replay
	full := lookedAt(t, v, at(step), step)
	question, explained := asked(t, full, step)
	n := len(question.Options)
	first := room.Round{Votes: votesFirst[:n], Answers: 40001}
	second := room.Round{Votes: votesSecond[:n], Answers: 40002}
	for _, c := range []pollPhase{
		{"not asked, not sent", "", nil, false, 0, 0, 0, false, false, "once the class has seen it", "", ""},
		{"not asked, sent", "", nil, true, 0, 0, 0, true, false, "", "", ""},
		{"open", room.Open, []room.Round{{}}, false, n, 0, 0, false, false, "You may change it", "7711", "What will happen? First vote"},
		{"closed", room.Closed, []room.Round{first}, false, 0, n, 0, false, false, "Discuss with your neighbour", "8811", "How the class voted"},
		{"open once more", room.Open, []room.Round{first, {}}, false, n, 0, 0, false, false, "You may change it", "7711", "What will happen? Second vote"},
		{"closed once more", room.Closed, []room.Round{first, second}, false, 0, n, 0, false, false, "was 7711", "Discuss", "How the class voted"},
		{"closed, and sent", room.Closed, []room.Round{first, second}, true, 0, n, 0, false, false, "8811", "Discuss", "How the class voted"},
		{"revealed", room.Revealed, []room.Round{first, second}, true, 0, n, 1, true, true, "was 7711", "Discuss", "What happened"},
	} {
		s := at(step)
		if c.phase != "" {
			s.Polls = []room.Poll{{Slug: question.Slug, Step: step, Options: n, Phase: c.phase, Rounds: c.rounds}}
		}
		in := lookedAt(t, v, s, step)
		if !c.sent {
			in = upTo(in, step)
		}
		body := student(t, in)
		c.hasParts(t, tree(t, strings.SplitAfter(body, "</html>")[0]))
		c.says(t, body, explained, string(full.Bench.Steps[step].Difference))
		c.keepsSecret(t, body)
	}
}

// pollPhase is a question to the class in one phase, and what a student's page has
// then.
type pollPhase struct {
	name                 string
	phase                room.Phase
	rounds               []room.Round
	sent                 bool
	cards, bars, right   int
	told, explained      bool
	holds, without, head string
}

// hasParts counts the parts of the page.
func (c pollPhase) hasParts(t *testing.T, root *html.Node) {
	t.Helper()
	for selector, want := range map[string]int{
		"form[data-vote] label[data-option][data-letter] input[type=radio][name=option]": c.cards, "[data-votes] .n": c.bars, "[data-votes] .right": c.right,
		"form[data-vote] input[name=device][value='']": min(c.cards, 1), "form[data-vote] input[name=slug]": min(c.cards, 1), "form[data-vote] input[name=round]": min(c.cards, 1),
		"#chapter .only.stateful": count(c.told), "main[data-page=student][data-room='/room/K7QX-3MHP']": 1, "#vote": count(c.phase != ""), "h1": 1,
		"iframe": 0, "[data-send]": 0, "form[action^='/bench']": 0, "a[href^='/bench']": 0, "a[href^='/inspect'][href*='bench=']": 0, "a[href^='/inspect'][href*='exchange=']": 0, "select": 0,
	} {
		if got := len(all(root, selector)); got != want {
			t.Errorf("%s: %d of %s, want %d", c.name, got, selector, want)
		}
	}
	if h := all(root, "#vote-h"); c.head != "" && (len(h) != 1 || wordsOf(h[0]) != c.head) {
		t.Errorf("%s: the heading is not %q", c.name, c.head)
	}
}

// says holds what the page tells of the answer against what it may tell.
func (c pollPhase) says(t *testing.T, body, explanation, difference string) {
	t.Helper()
	if got := strings.Contains(body, explanation); got != c.explained {
		t.Errorf("%s: the explanation is there: %t", c.name, got)
	}
	if got := strings.Contains(body, difference); got != c.told {
		t.Errorf("%s: the difference is told: %t", c.name, got)
	}
	if !strings.Contains(body, c.holds) || c.without != "" && strings.Contains(body, c.without) {
		t.Errorf("%s: the page lacks %q or has %q", c.name, c.holds, c.without)
	}
}

// keepsSecret looks for counts while a round is open, and always for what is for
// instructors: who is there, and their notes.
func (c pollPhase) keepsSecret(t *testing.T, body string) {
	t.Helper()
	theirs := []string{"8881", "8882", "for instructors only"}
	if c.phase == room.Open {
		for _, number := range slices.Concat([]int{40001, 40002}, votesFirst, votesSecond) {
			theirs = append(theirs, itoa(number))
		}
	}
	for _, secret := range theirs {
		if strings.Contains(body, secret) {
			t.Errorf("%s: the page has %q", c.name, secret)
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func wordsOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// TestStudentFollows is what the page says of where it is, and which steps it
// leads to.
func TestStudentFollows(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	if err := v.w.lab.Lesson(v.bench(t)); err != nil {
		t.Fatal(err)
	}
	question, _ := asked(t, lookedAt(t, v, at(4), 4), 4)
	open := []room.Poll{{Slug: question.Slug, Step: 4, Options: len(question.Options), Phase: room.Open, Rounds: []room.Round{{}}}}
	last := strconv.Itoa(plot.Last)
	for _, c := range []struct {
		name        string
		sentBefore  int // the first step that was not sent
		step, looks int
		change      func(*hall.RoomInput)
		head, says  string
		links       int
		back        string
	}{
		{"before it begins", 0, 0, 0, func(in *hall.RoomInput) { in.State.Began = time.Time{} }, "Step 0 of " + last + ", ", "The class has not begun yet. What the instructor shows will stand here by itself.", 1, ""},
		{"following", 5, 4, 4, nil, "Step 4 of " + last + ", ", "Following the class.", 5, ""},
		{"sending", 5, 5, 5, func(in *hall.RoomInput) { in.State.Sending = 5 }, "Step 5 of " + last + ", ", "Following the class. This step is being sent.", 6, ""},
		{"looking back", 5, 4, 1, nil, "Step 1 of " + last + ", ", "You are looking around.", 5, "Back to step 4"},
		{"looking back, without scripts", 5, 4, 1, func(in *hall.RoomInput) { in.Me = strings.Repeat("a", 32) }, "Step 1 of " + last + ", ", "You are looking around.", 5, "Back to step 4"},
		{"looking back while a vote is open", 5, 4, 1, func(in *hall.RoomInput) { in.State.Polls = open }, "Step 1 of " + last + ", ", "You are looking around.", 5, "Back to step 4 A vote is open."},
		{"looking back while something is sent", 5, 5, 1, func(in *hall.RoomInput) { in.State.Sending = 5 }, "Step 1 of " + last + ", ", "You are looking around.", 6, "Back to step 5 Step 5 is being sent."},
		{"the instructor went back", 9, 1, 8, nil, "Step 8 of " + last + ", ", "You are looking around.", 9, "Back to step 1"},
		{"looking at what was not shown", 5, 4, 9, nil, "Step 4 of " + last + ", ", "Following the class.", 5, ""},
		{"ended", 99, 10, 10, func(in *hall.RoomInput) { in.State.Ended = true }, "Step 10 of " + last + ", ", "This class has ended.", plot.Count, ""},
	} {
		in := upTo(lookedAt(t, v, at(c.step), c.looks), c.sentBefore)
		if c.change != nil {
			c.change(&in)
		}
		root := tree(t, strings.SplitAfter(student(t, in), "</html>")[0])
		if h1 := wordsOf(all(root, "h1")[0]); !strings.HasPrefix(h1, c.head) {
			t.Errorf("%s: the heading is %q, want %q", c.name, h1, c.head)
		}
		if got := wordsOf(all(root, "[data-following]")[0]); got != c.says {
			t.Errorf("%s: the page says %q, want %q", c.name, got, c.says)
		}
		links := all(root, ".ruler a[data-look]")
		if len(links) != c.links {
			t.Errorf("%s: %d steps to look at, want %d", c.name, len(links), c.links)
		}
		for i, l := range links {
			to, err := url.Parse(attribute(l, "href"))
			step := to.Query().Get("step")
			if err != nil || to.Path != "/room/K7QX-3MHP" || to.Query().Get("me") != in.Me || step != itoa(i) && (step != "" || i != c.step) {
				t.Errorf("%s: step %d leads to %s", c.name, i, to)
			}
		}
		backs := all(root, "a[data-back]")
		if len(backs) != count(c.back != "") || len(backs) == 1 && wordsOf(backs[0]) != c.back {
			t.Errorf("%s: %d ways back, want %q", c.name, len(backs), c.back)
		}
		if got := len(all(root, "[data-ended] a[href='/room/K7QX-3MHP/handout']")); got != count(in.State.Ended) {
			t.Errorf("%s: says %d times that the class has ended", c.name, got)
		}
		if len(all(root, "form[action='/room/K7QX-3MHP/try'] input[name=step]")) != 1 {
			t.Errorf("%s: there is no way to a bench of one's own", c.name)
		}
	}
}

// TestClassHandout has the class's votes once they are closed, and what happened
// once it was revealed.
func TestClassHandout(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	if err := v.w.lab.Lesson(v.bench(t)); err != nil {
		t.Fatal(err)
	}
	const step = plot.Replay
	full := lookedAt(t, v, at(step), step)
	question, explained := asked(t, full, step)
	n := len(question.Options)
	rounds := []room.Round{{Votes: votesFirst[:n], Answers: 40001}, {Votes: votesSecond[:n], Answers: 40002}}
	for _, c := range []struct {
		name                   string
		phase                  room.Phase
		rounds                 []room.Round
		ballots, cells, truths int
	}{
		{"not asked", "", nil, 0, 0, 0},
		{"open", room.Open, []room.Round{{}}, 0, 0, 0},
		{"closed", room.Closed, rounds[:1], 1, n, 0},
		{"open once more", room.Open, []room.Round{rounds[0], {}}, 0, 0, 0},
		{"closed once more", room.Closed, rounds, 1, 2 * n, 0},
		{"revealed", room.Revealed, rounds, 1, 2 * n, 1},
	} {
		s := at(step)
		if c.phase != "" {
			s.Polls = []room.Poll{{Slug: question.Slug, Step: step, Options: n, Phase: c.phase, Rounds: c.rounds}}
		}
		body := classHandout(t, lookedAt(t, v, s, step))
		root := tree(t, body)
		for selector, want := range map[string]int{
			".ballot": c.ballots, ".ballot td.n": c.cells, ".ballot .truth .mark": c.truths, "a[href='/room/K7QX-3MHP/export.har']": 1, "article.ran": 20,
			"a[href^='/bench']": 0, "form": 0, "h1": 1,
		} {
			if got := len(all(root, selector)); got != want {
				t.Errorf("%s: %d of %s, want %d", c.name, got, selector, want)
			}
		}
		if got := strings.Contains(body, explained); got != (c.phase == room.Revealed) {
			t.Errorf("%s: the explanation is there: %t", c.name, got)
		}
		if got := strings.Contains(body, string(full.Bench.Steps[step].Difference)); got != (c.phase == "" || c.phase == room.Revealed) {
			t.Errorf("%s: the difference is told: %t", c.name, got)
		}
		if !strings.Contains(body, class.MaskNote) || strings.Contains(body, "8881") {
			t.Errorf("%s: does not say what is hidden, or says who was there", c.name)
		}
		if c.ballots == 0 && strings.Contains(body, "7711") {
			t.Errorf("%s: counts an open vote", c.name)
		}
	}
	empty := classHandout(t, upTo(lookedAt(t, v, at(0), 0), 0))
	if !strings.Contains(empty, "Nothing has been sent in this class yet.") {
		t.Error("an empty handout does not say so")
	}
}

// TestFollowBar is on a bench of one's own only where a class is followed, and is
// kept by the links of the page.
func TestFollowBar(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	if err := v.w.lab.Lesson(v.bench(t)); err != nil {
		t.Fatal(err)
	}
	for step := range 11 {
		in := lookedAt(t, v, at(9), step).Bench
		alone, err := lab.Markup(benchpage.Bench(benchpage.NewBench(in)))
		if err != nil {
			t.Fatal(err)
		}
		in.Room = &panes.RoomLink{Code: "K7QX-3MHP", Path: "/room/K7QX-3MHP", Step: 9}
		followed, err := lab.Markup(benchpage.Bench(benchpage.NewBench(in)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(alone, "room") && strings.Contains(alone, "data-class-room") {
			t.Errorf("step %d: a bench without a class has a bar", step)
		}
		root := tree(t, followed)
		if got := len(all(root, "#class-bar[data-class-room='/room/K7QX-3MHP'][data-class-step='9'] a[href='/room/K7QX-3MHP']")); got != 1 {
			t.Errorf("step %d: %d bars", step, got)
		}
		for _, a := range all(root, ".ruler a, .seg a, .acts a, .others a") {
			if !strings.Contains(attribute(a, "href"), "room=K7QX-3MHP") {
				t.Errorf("step %d: %s loses the class", step, attribute(a, "href"))
			}
		}
		// Without the bar and its parameter it is the same page.
		bar := strings.Index(followed, `<p class="follow away class-bar"`)
		end := bar + strings.Index(followed[bar:], "</p>") + len("</p>")
		if got := strings.NewReplacer("room=K7QX-3MHP&amp;", "", "&amp;room=K7QX-3MHP", "", `<input type="hidden" name="room" value="K7QX-3MHP">`, "").Replace(followed[:bar] + followed[end:]); got != alone {
			t.Errorf("step %d: following a class changes more of the page than its bar and links", step)
		}
		benchLinks(t, step, v.id, tree(t, alone), in)
	}
}

// benchLinks fails where the bench's own page lacks a link of its own: students'
// pages are made of the same components, without them.
func benchLinks(t *testing.T, step int, id string, root *html.Node, in panes.BenchInput) {
	t.Helper()
	look := plot.LooksAt(step)
	for i, flow := range journal.Lesson {
		x := in.Journal.Latest(flow, func(x *journal.Exchange) bool {
			return x.Step == look && (look != plot.Login || bench.LogsIn(x))
		})
		sent := x != nil
		n := len(all(root, fmt.Sprintf(".flow-head:nth-of-type(%d) .what > a[href^='/bench/%s/exchanges/']", i+1, id)))
		if n != count(sent) {
			t.Errorf("step %d: %d links to the exchange of the %s flow, want %d", step, n, flow, count(sent))
		}
	}
	for _, held := range []struct{ what, link string }{{"#held-session .ink.sid", "#held-session a[href^='/inspect/cookie?bench=" + id + "&exchange=']"}, {"#held-token .ink.sig", "#held-token .parts a[href^='/inspect/token?bench=" + id + "&exchange=']"}} {
		if has, links := len(all(root, held.what)), len(all(root, held.link)); (has > 0) != (links > 0) {
			t.Errorf("step %d: %d of %s, and %d of %s", step, has, held.what, links, held.link)
		}
	}
	for selector, want := range map[string]int{"iframe": 2, "[data-readable]": 2, ".addr a[target=_blank]": 2, "#difference a[href*='/handout']": 2} {
		if got := len(all(root, selector)); got < want {
			t.Errorf("step %d: %d of %s, want %d", step, got, selector, want)
		}
	}
}

// TestNastyStringsAreTextForStudents sends what breaks careless pages, and looks
// for it on the class's.
func TestNastyStringsAreTextForStudents(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, n := range nasty {
		if n.shown == "" {
			n.shown = n.text
		}
		v := w.visit(t)
		key := v.bench(t).State(journal.Token).Keys[0].Secret
		for i, request := range []string{
			lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "X-Nasty: "+n.text, "Cookie: "+n.text+"=1"),
			lines("GET "+v.path("/token/profile?q="+url.QueryEscape(n.text))+" HTTP/1.1", "Host: a", "X-Token: "+nastyToken(key, n.text), "User-Agent: "+n.text),
			"POST " + v.path("/token/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + sized(quoted(n.text)),
		} {
			if got := w.ask(t, request); got.status >= 500 {
				t.Errorf("%.40q is answered with %d", n.text, got.status)
			}
			v.await(t, i+1)
		}
		wants := []string{"X-Nasty: " + n.shown, `"password":"x"`}
		if len(n.text) >= 4000 { // the message is long, and its end is not on the page
			wants[1] = "not wholly in this part: email, password."
		}
		if x, _ := v.bench(t).Journal().Exchange(1); x.Step == plot.NoStep {
			wants[0] = "" // net/http refuses control characters in a field: it shows no step
		}
		for step, want := range wants {
			if text := pageText(t, student(t, lookedAt(t, v, at(step), step))); !strings.Contains(text, want) {
				t.Errorf("%.40q: step %d does not show %.60q", n.text, step, want)
			}
		}
		if text := pageText(t, classHandout(t, lookedAt(t, v, at(1), 1))); !strings.Contains(text, wants[1]) {
			t.Errorf("%.40q is not on the handout", n.text)
		}
	}
}
