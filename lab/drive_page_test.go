package lab

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/settings"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/class/lectern"
	"authlab/lab/site/lesson"
	"authlab/lab/site/panes"
)

var instructing = sync.OnceValues(func() (*Lab, error) { return New(Config{}) })

// lecture is a class in a room, with what the lab's own run sent on its bench: the
// steps up to sent.
type lecture struct {
	lab    *Lab
	room   *room.Room
	sent   int
	now    time.Time
	window room.Window
}

func newLecture(t *testing.T, step, sent int) *lecture {
	t.Helper()
	l, err := instructing()
	if err != nil {
		t.Fatal(err)
	}
	v := &lecture{lab: l, sent: sent, now: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)}
	v.window = room.Window{ID: "theInstructorsOwn1", Kind: room.Instructor, Stage: true}
	v.room, err = room.NewRooms(nil, nil).Open(room.Options{Bench: "none", Steps: len(l.steps), Step: step, Now: func() time.Time { return v.now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.room.Watch(v.window); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *lecture) drive(t *testing.T, move func(*room.State) error) {
	t.Helper()
	if _, err := v.room.Drive(v.window, move); err != nil {
		t.Fatal(err)
	}
}

// vote lets each device vote: option i gets votes[i].
func (v *lecture) vote(t *testing.T, votes ...int) {
	t.Helper()
	s := v.room.State()
	p := s.OpenPoll()
	for option, n := range votes {
		for range n {
			if err := v.room.Vote(v.room.IssueDevice(), p.Slug, p.Round(), option); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// input is what the pages are made from.
func (v *lecture) input(t *testing.T) hall.RoomInput {
	t.Helper()
	s := v.room.State()
	set := v.lab.article.SampleSetting("note", s.View)
	in := hall.RoomInput{
		State: s, Class: v.room.Class(), Now: v.now,
		Join: hall.JoinView{Code: "K7QX-3MHP", Short: "127.0.0.1:8080/j"},
		Bench: panes.BenchInput{
			Lanes:  journal.Lesson,
			Assets: v.lab.assets.Path(), ID: "thebenchthatisasecret", Step: s.Step, View: s.View,
			Journal: journal.View{Exchanges: slices.Clone(v.lab.article.Sample.Exchanges)},
			Now:     map[journal.Flow]journal.State{}, Clock: v.now, Steps: v.lab.steps,
			LogsIn: bench.LogsIn, Shows: bench.Shows, Sending: plot.NoStep, Class: true,
			PageOf:  func(*journal.Exchange) string { return "" },
			Premise: func(int) plot.Premise { return plot.Premise{} },
			Ran:     v.lab.code.Ran, Logins: lesson.Logins, Settings: settings.Default(false),
		},
	}
	in.Bench.Journal.Exchanges = slices.DeleteFunc(in.Bench.Journal.Exchanges, func(x *journal.Exchange) bool { return x.Step > v.sent })
	for _, p := range v.lab.content.Predictions {
		text, err := set.PredictionText(p)
		if err != nil {
			t.Fatal(err)
		}
		in.Bench.Predictions = append(in.Bench.Predictions, text)
	}
	for _, n := range v.lab.content.Notes {
		parts, err := set.Passage(n.Body)
		if err != nil {
			t.Fatal(err)
		}
		in.Notes = append(in.Notes, panes.NoteText{Step: n.Step, Minutes: n.Minutes, Parts: parts})
	}
	return in
}

// pageOf is a component as it is written, and read again.
func pageOf(t *testing.T, c templ.Component) (string, *html.Node) {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), root
}

// wordsOf is the text of what a selector finds.
func wordsOf(root *html.Node, selector string) string {
	var list []string
	for _, n := range query(root, selector) {
		list = append(list, wording(n))
	}
	return strings.Join(list, " ")
}

func wording(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func query(root *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(root, cascadia.MustCompile(selector))
}

// slugAt is the question of a step.
func (v *lecture) slugAt(t *testing.T, step int) string {
	t.Helper()
	for _, p := range v.lab.content.Predictions {
		if p.Step == step {
			return p.Slug
		}
	}
	t.Fatalf("step %d has no question", step)
	return ""
}

// votePhases are the phases of a vote, each reached from the one before.
var votePhases = []struct {
	name   string
	move   func(*testing.T, *lecture)
	head   string   // of the vote in the instructor view
	counts []string // that are seen, by option
	right  int      // how many options are marked as what happened
	fact   string   // on the projector
	pads   string   // the clicker's small buttons and what stands in their place
	goOn   string   // the clicker's large button
}{
	{
		"not asked", func(*testing.T, *lecture) {},
		"Question not asked yet", nil, 0, "Question not asked yet", "Open the vote Not asked yet Blank", "Send 9 Send the copies",
	},
	{
		"open", func(t *testing.T, v *lecture) {
			slug := v.slugAt(t, 9)
			v.drive(t, func(s *room.State) error { return s.Ask(slug, 4) })
			v.vote(t, 17, 13, 11)
		},
		"First vote open, 41 answers", nil, 0, "Vote open", "Close the vote Reveal Blank", "Send 9 Send the copies",
	},
	{
		"closed", func(t *testing.T, v *lecture) { v.drive(t, (*room.State).Close) },
		"First vote closed, 41 answers", []string{"17", "13", "11", "0"}, 0, "Vote shown, answer not", "Open the second vote Reveal Blank", "Send 9 Send the copies",
	},
	{
		"second open", func(t *testing.T, v *lecture) {
			slug := v.slugAt(t, 9)
			v.drive(t, func(s *room.State) error { return s.Ask(slug, 4) })
			v.vote(t, 0, 19)
		},
		"Second vote open, 19 answers", nil, 0, "Vote open", "Close the vote Reveal Blank", "Send 9 Send the copies",
	},
	{
		"second closed", func(t *testing.T, v *lecture) { v.drive(t, (*room.State).Close) },
		"Second vote closed, 19 answers", []string{"0 was 17", "19 was 13", "0 was 11", "0 was 0"}, 0, "Vote shown, answer not", "Votes are over Reveal Blank", "Send 9 Send the copies",
	},
	{
		"sending", func(t *testing.T, v *lecture) {
			v.drive(t, func(s *room.State) error { return s.Send(v.now) })
		},
		"Second vote closed, 19 answers", []string{"0 was 17", "19 was 13", "0 was 11", "0 was 0"}, 0, "Vote shown, answer not", "Votes are over Reveal Blank", "Sending 9… Replay the old credential",
	},
	{
		"revealed", func(_ *testing.T, v *lecture) {
			v.room.Sent(v.window, "")
			v.sent = 9
		},
		"Second vote closed, 19 answers", []string{"0 was 17", "19 was 13", "0 was 11", "0 was 0"}, 1, "Vote and answer shown", "Votes are over Answer shown Blank", "Step 10 Let it expire",
	},
}

// How votes fall is in no page before the round is closed, and the answer in none
// before it is revealed.
func TestInstructorsSeeVotesOnceClosed(t *testing.T) {
	t.Parallel()
	v := newLecture(t, 9, 8)
	for _, tt := range votePhases {
		tt.move(t, v)
		t.Run(tt.name, func(t *testing.T) {
			in := v.input(t)
			_, drive := pageOf(t, lectern.Drive(lectern.NewDrive(in)))
			if got := wordsOf(drive, "#vote h2"); got != tt.head {
				t.Errorf("the vote is headed %q, want %q", got, tt.head)
			}
			var counts []string
			for _, n := range query(drive, "#vote .n") {
				counts = append(counts, wording(n))
			}
			if !slices.Equal(counts, tt.counts) || len(query(drive, "#vote rect")) != len(tt.counts) {
				t.Errorf("counts %q, want %q", counts, tt.counts)
			}
			if n := len(query(drive, "#vote .right")); n != tt.right {
				t.Errorf("%d options are marked as what happened, want %d", n, tt.right)
			}
			if facts := wordsOf(drive, "#now .facts"); !strings.Contains(facts, tt.fact) {
				t.Errorf("the projector shows %q, want %q", facts, tt.fact)
			}
			raw, clicker := pageOf(t, lectern.Clicker(lectern.NewClicker(in)))
			if got := wordsOf(clicker, "#pad > form:has(button:not(.back, .next)), #pad > .none"); got != tt.pads {
				t.Errorf("the clicker has %q, want %q", got, tt.pads)
			}
			if got := wordsOf(clicker, "#pad .next"); got != tt.goOn {
				t.Errorf("the clicker goes on with %q, want %q", got, tt.goOn)
			}
			if strings.Contains(raw, "data-votes") {
				t.Error("the clicker shows how votes fell")
			}
		})
	}
}

// What is sent and answered is what the run recorded.
func TestDriveAtEveryStep(t *testing.T) {
	t.Parallel()
	tests := []struct {
		step, sent int
		answers    string
		heading    string
		title      string
		sends      bool // the step's deed is to send
		fact       string
		passed     bool // the class was shown a step without being asked
	}{
		{0, -1, "Session not sent yet Token not sent yet", "Next, not sent yet", "0 Stranger", true, "Nothing sent yet", false},
		{0, 0, "Session 303 See Other refused Token 401 Unauthorized refused", "Next, not sent yet", "1 Log in", false, "Result shown", false},
		{1, 1, "Session 303 See Other logged in Token 200 OK logged in", "Next, sends nothing", "2 What the server kept", false, "Result shown", false},
		{2, 1, "Session 303 See Other logged in Token 200 OK logged in", "Next, sends nothing", "3 What came back", false, "Looks again at step 1", true},
		{4, 1, "Session 303 See Other logged in Token 200 OK logged in", "Next", "Reveal without a vote", false, "Sent, and told once the answer is out", false},
		{4, 1, "Session 303 See Other logged in Token 200 OK logged in", "Next, not sent yet", "5 Ask again", false, "Looks again at step 1", true},
		{4, 10, "Session 303 See Other logged in Token 200 OK logged in", "Next, sent already", "5 Ask again", false, "Looks again at step 1", true},
		{6, 5, "Session 200 OK accepted Token 200 OK accepted", "Next, not sent yet", "7 Change the role", false, "Looks again at step 5", true},
		{8, 8, "Session 303 See Other logged out Token 204 No Content nothing done", "Next, not sent yet", "9 Replay the old credential", false, "Result shown", false},
		{9, 9, "Session 303 See Other refused Token 200 OK accepted", "Next, not sent yet", "10 Let it expire", false, "Result shown", false},
		{10, 10, "Session 303 See Other refused Token 401 Unauthorized refused", "Next", "Nothing, this is the last step", false, "Result shown", false},
	}
	for _, tt := range tests {
		in := newLecture(t, tt.step, tt.sent).input(t)
		if tt.passed {
			in.State.Pass()
		}
		_, root := pageOf(t, lectern.Drive(lectern.NewDrive(in)))
		if got := wordsOf(root, "#now .answers"); got != tt.answers {
			t.Errorf("step %d, sent up to %d: the answers are %q, want %q", tt.step, tt.sent, got, tt.answers)
		}
		if got := wordsOf(root, "#now .facts li:first-child"); got != tt.fact {
			t.Errorf("step %d, sent up to %d: the projector shows %q, want %q", tt.step, tt.sent, got, tt.fact)
		}
		if got := wordsOf(root, "#next h2"); got != tt.heading {
			t.Errorf("step %d, sent up to %d: what comes next is headed %q, want %q", tt.step, tt.sent, got, tt.heading)
		}
		if got := wordsOf(root, "#next h3"); got != tt.title {
			t.Errorf("step %d, sent up to %d: next comes %q, want %q", tt.step, tt.sent, got, tt.title)
		}
		if got := strings.HasPrefix(wordsOf(root, "#next .deed"), "Sends: "); got != tt.sends {
			t.Errorf("step %d, sent up to %d: going on sends: %t, want %t", tt.step, tt.sent, got, tt.sends)
		}
		if got, want := wordsOf(root, "#n-steps [aria-current]"), strconv.Itoa(tt.step)+" "+in.Bench.Steps[tt.step].Title; got != want {
			t.Errorf("the ruler is at %q, want %q", got, want)
		}
	}
}

// The class is numbers, and only numbers.
func TestDriveCountsTheClass(t *testing.T) {
	t.Parallel()
	v := newLecture(t, 5, 5)
	_, root := pageOf(t, lectern.Drive(lectern.NewDrive(v.input(t))))
	if got := wordsOf(root, "#class"); !strings.Contains(got, "0 devices") || !strings.Contains(got, "Nobody has joined yet.") || len(query(root, "#class rect")) != 0 {
		t.Errorf("an empty class: %q", got)
	}
	var followers []*room.Follower
	var names []string
	for i := range 6 {
		names = append(names, v.room.IssueDevice())
		f, _, err := v.room.Follow(names[i], i < 2)
		if err != nil {
			t.Fatal(err)
		}
		followers = append(followers, f)
	}
	for i, step := range []int{3, 4, 4} {
		if err := v.room.LookAt(names[i], step); err != nil {
			t.Fatal(err)
		}
	}
	v.room.Leave(followers[5])
	v.now = v.now.Add(10 * time.Second)
	in := v.input(t)
	in.Class.Stuck = 2
	raw, root := pageOf(t, lectern.Drive(lectern.NewDrive(in)))
	if got, want := wordsOf(root, "#n-class-h span"), "6 devices"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := wordsOf(root, ".n-counts"), "2 following 3 looking around, 2 of them on their own bench 1 reconnecting 2 longer than 90 s at one step of their own bench"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := wordsOf(root, ".n-rows .n"), "0 0 0 1 2 2 0 0 0 0 0"; got != want {
		t.Errorf("by step %q, want %q", got, want)
	}
	if got := wordsOf(root, ".n-rows .here span:first-child"); got != "5 Ask again" {
		t.Errorf("the class is shown %q", got)
	}
	for _, name := range names {
		if strings.Contains(raw, name) {
			t.Error("the page names a device")
		}
	}
}

// What went wrong is said where the instructor looks, as data, with a way on.
func TestInstructorsSeeWhatWentWrong(t *testing.T) {
	t.Parallel()
	v := newLecture(t, 5, 1)
	views := map[string]func() templ.Component{
		"drive":   func() templ.Component { return lectern.Drive(lectern.NewDrive(v.input(t))) },
		"clicker": func() templ.Component { return lectern.Clicker(lectern.NewClicker(v.input(t))) },
	}
	check := func(state, words string, again bool) {
		t.Helper()
		for name, view := range views {
			raw, root := pageOf(t, view())
			if got := wordsOf(root, "#trouble"); !strings.HasPrefix(got, words) || (got == "") != (words == "") {
				t.Errorf("%s, %s: %q, want %q", name, state, got, words)
			}
			if got := len(query(root, `#trouble form[data-act="send"]`)) == 1; got != again {
				t.Errorf("%s, %s: can be sent again: %t, want %t", name, state, got, again)
			}
			if strings.Contains(raw, "<script>alert") {
				t.Errorf("%s: a problem is markup", name)
			}
		}
	}
	check("at first", "", false)
	v.drive(t, func(s *room.State) error { return s.Send(v.now) })
	check("sending", "Sending 5…", false)
	v.room.Sent(v.window, "<script>alert(1)</script>\u202eno")
	check("failed", `Sending step 5 failed. <script>alert(1)</script>\u{202e}no Send again`, true)
}

// The fragment holds every part of the page that changes, and each as it is on the
// page.
func TestInstructorsFragmentsAreThePage(t *testing.T) {
	t.Parallel()
	v := newLecture(t, 9, 9)
	in := v.input(t)
	tests := []struct {
		name       string
		page, live templ.Component
		stages     int
	}{
		{"drive", lectern.Drive(lectern.NewDrive(in)), lectern.DriveLive(lectern.NewDrive(in)), 2},
		{"clicker", lectern.Clicker(lectern.NewClicker(in)), lectern.ClickerLive(lectern.NewClicker(in)), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, whole := pageOf(t, tt.page)
			_, part := pageOf(t, tt.live)
			if got, want := liveParts(t, part), liveParts(t, whole); !slices.Equal(got, want) {
				t.Errorf("the fragment has\n%.200q\nthe page has\n%.200q", got, want)
			}
			ids := map[string]bool{}
			for _, n := range query(whole, "[id]") {
				id := attr(n, "id")
				if ids[id] {
					t.Errorf("the id %q is there twice", id)
				}
				ids[id] = true
			}
			if n := len(query(whole, "iframe")); n != tt.stages {
				t.Errorf("%d frames, want %d", n, tt.stages)
			}
			main := query(whole, "main")[0]
			if attr(main, "data-room") != "/room/K7QX-3MHP" || attr(main, "data-page") != tt.name {
				t.Errorf("main is of %q, page %q", attr(main, "data-room"), attr(main, "data-page"))
			}
			for _, f := range query(whole, "form[data-act]") {
				if attr(f, "action") != "/room/K7QX-3MHP/drive" || attr(f, "method") != "post" {
					t.Errorf("a move is sent by %s to %s", attr(f, "method"), attr(f, "action"))
				}
			}
		})
	}
}

// liveParts are the parts of a page that change, in order of their ids.
func liveParts(t *testing.T, root *html.Node) (parts []string) {
	t.Helper()
	for _, n := range query(root, "[data-live]") {
		var b strings.Builder
		if err := html.Render(&b, n); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, attr(n, "id")+" "+b.String())
	}
	slices.Sort(parts)
	return parts
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
