package lab

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/room"
	"authlab/lab/settings"
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
		for i := range n {
			id := strings.Repeat(string(rune('a'+option)), 16) + string(rune('A'+i))
			if err := v.room.Vote(id, p.Slug, p.Round(), option); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// input is what the pages are made from.
func (v *lecture) input(t *testing.T) page.RoomInput {
	t.Helper()
	s := v.room.State()
	set := v.lab.sampleSetting("note", s.View)
	in := page.RoomInput{
		State: s, Class: v.room.Class(), Now: v.now,
		Join: page.JoinView{Code: "K7QX-3MHP", Short: "127.0.0.1:8080/j"},
		Bench: page.BenchInput{
			Assets: v.lab.assets.Path(), ID: "thebenchthatisasecret", Step: s.Step, View: s.View,
			Journal: journal.View{Exchanges: slices.Clone(v.lab.sample.Exchanges)},
			Now:     map[journal.Flow]journal.State{}, Clock: v.now, Steps: v.lab.steps,
			LooksAt: bench.LooksAt, LogsIn: bench.LogsIn, Ran: v.lab.code.ran, Logins: logins, Settings: settings.Default(false),
		},
	}
	in.Bench.Journal.Exchanges = slices.DeleteFunc(in.Bench.Journal.Exchanges, func(x *journal.Exchange) bool { return x.Step > v.sent })
	for _, p := range v.lab.content.Predictions {
		text, err := set.predictionText(p)
		if err != nil {
			t.Fatal(err)
		}
		in.Bench.Predictions = append(in.Bench.Predictions, text)
	}
	for _, n := range v.lab.content.Notes {
		parts, err := set.passage(n.Body)
		if err != nil {
			t.Fatal(err)
		}
		in.Notes = append(in.Notes, page.NoteText{Step: n.Step, Minutes: n.Minutes, Parts: parts})
	}
	return in
}

// markup is a component as it is written, and read again.
func markup(t *testing.T, c templ.Component) (string, *html.Node) {
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

func wordsOf(root *html.Node, selector string) string {
	var b strings.Builder
	for _, n := range cascadia.QueryAll(root, cascadia.MustCompile(selector)) {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
