package hall

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"authlab/lab/journal"
	"authlab/lab/room"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// RoomInput is what the pages of a class are made from.
type RoomInput struct {
	// Bench is the instructor's bench at the step and in the view that are shown.
	Bench panes.BenchInput
	// State is what the class is shown, Class who is there.
	State room.State
	Class room.Class
	Join  JoinView
	Notes []panes.NoteText // for instructors, by step
	Now   time.Time        // by the machine's clock
	// Hide returns a bench's exchanges as [Masked] does, and may keep them. With nil
	// each page makes its own.
	Hide func([]*journal.Exchange) []*journal.Exchange
	// Looking says that the page shows a step of the reader's own choice: Bench.Step
	// is not State.Step.
	Looking bool
	// Rights are who may drive, for instructors, and Right the number of the reader's
	// own. Displaced is the right that made way last.
	Rights    []room.Right
	Right     int
	Displaced room.Displaced
	// Me is the name of a device without scripts, from its address, "" for none.
	Me string
	// Unsaved is that nothing can be saved, nil while all is well.
	Unsaved *page.Unsaved
}

// JoinView is how a class joins.
type JoinView struct {
	Code  string  // "K7QX-3MHP"
	Short string  // to be typed in: "192.168.7.20:8080/j"
	URL   string  // "http://192.168.7.20:8080/j/K7QX-3MHP"
	QR    page.QR // of URL
}

// Path returns the room's own path: "/room/K7QX-3MHP".
func (in *RoomInput) Path() string { return "/room/" + in.Join.Code }

// PollView is a question to the class.
type PollView struct {
	Slug, Question string
	Asked          bool   // it was opened once at least
	Round          int    // 1 or 2; 0 where it was not asked
	Name           string // "first vote", "second vote"
	Phase          room.Phase
	Answers        int // how many have voted in this round
	Options        []PollOption
	Explained      []page.Part // once it is revealed
	Otherwise      []string    // as in PredictView
	State          string      // in words: "open, 12 answers", "closed, 271 answers"
}

// PollOption is one answer to choose.
type PollOption struct {
	Value string // from "1"
	Text  string
	Shown bool    // the votes are known: the round is closed
	Votes int     // in this round
	Share float64 // of the most votes that an option got, in percent
	First int     // votes in the round before, -1 if there was none
	Right bool    // it is what happened; known once it is revealed
}

// Poll is the question of the step that is shown, or nil where there is none.
func (in *RoomInput) Poll() *PollView {
	for _, text := range in.Bench.Predictions {
		if text.Step == in.Bench.Step {
			v := in.pollOf(text)
			return &v
		}
	}
	return nil
}

// VoteNames are what the rounds of a vote are called, the first first.
var VoteNames = []string{"", "first vote", "second vote"}

func (in *RoomInput) pollOf(text panes.PredictionText) PollView {
	v := PollView{Slug: text.Slug, Question: text.Question, State: "not asked yet"}
	p := in.State.Poll(text.Slug)
	var votes, before []int
	if p != nil {
		last := p.Rounds[len(p.Rounds)-1]
		v.Asked, v.Round, v.Name, v.Phase = true, p.Round(), VoteNames[p.Round()], p.Phase
		v.Answers, votes = last.Answers, last.Votes
		if p.Phase == room.Open {
			v.Answers = in.Class.Answers
		}
		if p.Round() > 1 {
			before = p.Rounds[p.Round()-2].Votes
		}
		v.State = fmt.Sprintf("%s %s, %s", v.Name, PollWords[v.Phase], page.Plural(v.Answers, "answer"))
	}
	happened := in.Bench.Happened(text)
	most := 1
	for _, n := range votes {
		most = max(most, n)
	}
	for i, option := range text.Options {
		o := PollOption{Value: page.Itoa(i + 1), Text: option, Shown: votes != nil, First: -1}
		if votes != nil {
			o.Votes = votes[i]
			o.Share = 100 * float64(votes[i]) / float64(most)
		}
		if before != nil {
			o.First = before[i]
		}
		o.Right = v.Phase == room.Revealed && slices.Contains(happened, i+1)
		v.Options = append(v.Options, o)
	}
	if v.Phase == room.Revealed {
		v.Explained, v.Otherwise = text.Explained, in.Bench.SaidOtherwise(text, happened)
	}
	return v
}

// PollWords say how far a vote is.
var PollWords = map[room.Phase]string{room.Open: "open", room.Closed: "closed", room.Revealed: "closed"}

// GoOn is the control that goes on, and what it says.
type GoOn struct {
	Deed  room.Deed
	Step  int
	Label string // "Send 9: Send the copies", "Step 10: Let it expire"
	Title string // of the step that it leads to
	// Why says what sending does first, and why; "" where it does nothing first.
	// Lapses is as in NextView.
	Why    string
	Lapses int64
}

// NewGoOn says what going on does, which the room decides.
func NewGoOn(in RoomInput) GoOn {
	here := in.Bench.Steps[in.State.Step]
	g := GoOn{Deed: in.State.GoOn(in.Bench.Sent(here.Number), in.asks(here.Number)), Step: here.Number, Title: here.Title}
	switch g.Deed {
	case room.DeedSend:
		var n panes.NextView
		g.Label = fmt.Sprintf("Send %d: %s", here.Number, in.Bench.Prepare(&n, here.Number, here.Action))
		g.Why, g.Lapses = n.Why, n.Lapses
	case room.DeedReveal:
		g.Label = "Reveal the answer"
		if in.State.AskedAt(here.Number) == nil {
			g.Label = "Reveal without a vote"
		}
	case room.DeedMove:
		next := in.Bench.Steps[in.State.Step+1]
		g.Step, g.Title, g.Label = next.Number, next.Title, fmt.Sprintf("Step %d: %s", next.Number, next.Title)
	case room.DeedNone:
		g.Title, g.Label = "", "The last step"
	}
	return g
}

// Told reports whether the text of the step that is shown may be told: a question
// that is asked before it must not be answered by it.
func (in *RoomInput) Told() bool {
	p := in.State.AskedAt(in.Bench.Step)
	here := in.Bench.Steps[in.Bench.Step]
	if p != nil && p.Phase != room.Revealed || in.State.Withholds(here.Number, in.asks(here.Number)) || in.Bench.BeingSent(here.Number) {
		return false
	}
	return !here.Sends || in.Bench.Sent(here.Number)
}

// asks reports whether a step has a question.
func (in *RoomInput) asks(step int) bool {
	return slices.ContainsFunc(in.Bench.Predictions, func(p panes.PredictionText) bool { return p.Step == step })
}

// Percent is a share of all, from 0 to 100, for an attribute.
func Percent(share float64) string { return strconv.FormatFloat(share, 'f', 1, 64) }
