package lab

import (
	"bytes"
	"context"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/bench"
	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/rehearsal"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// Sample is the lab's own run, for tests from outside.
func (l *Lab) Sample() journal.View { return l.article.Sample }

// Lesson goes through the whole lesson on a bench, over a socket of its own: that of the
// lanes, or where none is named of the lesson's.
func (l *Lab) Lesson(b *bench.Bench, lanes ...journal.Flow) error {
	return l.withSample(b, func(ctx context.Context, s *rehearsal.Client) error {
		if len(lanes) > 0 {
			s.Lanes = lanes
		}
		return s.Lesson(ctx)
	})
}

// RoomInput is what a class's pages are made from in a given state, for one who
// looks at step.
func (l *Lab) RoomInput(b *bench.Bench, s room.State, step int) (hall.RoomInput, error) {
	in, err := l.lesson.BenchAt(b, "http://lab.test", step, s.View, nil, client.Client{})
	in.Class = true
	return hall.RoomInput{
		Bench: in, State: s, Class: room.Class{Following: 8881, Answers: 8882}, Now: time.Now(), Looking: step != s.Step,
		Join:  hall.JoinView{Code: "K7QX-3MHP", Short: "lab.test/j", URL: "http://lab.test/j/K7QX-3MHP"},
		Notes: []panes.NoteText{{Step: step, Parts: []page.Part{{HTML: "for instructors only"}}}},
	}, err
}

// Markup renders a component.
func Markup(c templ.Component) (string, error) {
	var b bytes.Buffer
	err := c.Render(context.Background(), &b)
	return b.String(), err
}

// Right is the answer to a question, from 1, that is right in the lab's own run.
func (l *Lab) Right(slug string) int { return l.article.Right[slug] }
