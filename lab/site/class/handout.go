package class

import (
	"iter"
	"slices"
	"strconv"

	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// HandoutView is a class on paper: what was sent, and how it voted.
type HandoutView struct {
	page.Chrome
	Entry  string // "Class K7QX-3MHP, 23 Nov 2026"
	Steps  []Beat
	Absent string // what is written where nothing was sent, else ""
	Note   string // what was recorded and is not here, or ""
	Back   string // the room
	HAR    string // all of it as a file for other tools
}

// Beat is one step on paper: what the class thought, what was sent.
type Beat struct {
	panes.HandoutStepView
	Polls []BallotView
}

// BallotView is a question to the class, with both of its rounds.
type BallotView struct {
	ID, Heading string
	Question    string
	Rounds      []string // "first vote, 31 answers"
	Options     []BallotOption
	Explained   []page.Part // once it is revealed
	Otherwise   []string    // as in PredictView
	Answered    bool        // it is revealed
}

// BallotOption is one answer, with its votes in each round.
type BallotOption struct {
	Letter, Text string
	Votes        []int
	Right        bool
}

// NewClassHandout builds the handout of a class, for students and instructors
// alike. Votes that are still taken are not on it, nor are answers which were not
// revealed; and the bench's id is in none of it.
func NewClassHandout(in hall.RoomInput) HandoutView {
	in = masked(in)
	in.Bench.View = page.ViewBoth
	run := in.Bench
	run.Predictions = nil // the bench's own, which are the instructor's
	h := panes.NewHandout(run, -1)
	v := HandoutView{
		Chrome: page.Chrome{Title: "Handout of class " + in.Join.Code + ": AuthLab", Assets: in.Bench.Assets},
		Entry:  "Class " + in.Join.Code + ", " + in.State.Made.UTC().Format("2 Jan 2006"),
		Note:   h.Note, Back: in.Path(), HAR: in.Path() + "/export.har",
	}
	sent := map[int]panes.HandoutStepView{}
	for _, s := range h.Steps {
		sent[s.Step.Number] = s
	}
	for _, text := range in.Bench.Steps {
		if beat, any := beatOf(&in, text, sent); any {
			v.Steps = append(v.Steps, beat)
		}
	}
	if len(v.Steps) == 0 {
		v.Absent = "Nothing has been sent in this class yet. What is sent and answered will stand here, and how the class voted."
	}
	return v
}

// beatOf is one step of the handout. any is false for a step with nothing to say.
func beatOf(in *hall.RoomInput, text panes.StepText, sent map[int]panes.HandoutStepView) (b Beat, any bool) {
	s, was := sent[text.Number]
	s.Step, s.Told = text, in.Bench.Tell(text.Number)
	s.Exchanges = onlyShown(s.Exchanges)
	for _, p := range in.Bench.Predictions {
		if asked := in.State.Poll(p.Slug); asked != nil && plot.LooksAt(p.Step) == text.Number {
			s.Asking = s.Asking || asked.Phase != room.Revealed
			if asked.Phase != room.Open {
				b.Polls = append(b.Polls, ballotOf(in, p, asked))
			}
		}
	}
	s.Asking = s.Asking || !was
	b.HandoutStepView = s
	return b, was || len(b.Polls) > 0
}

// onlyShown are exchanges on paper without what leads to the bench.
func onlyShown(xs iter.Seq[panes.HandoutExchangeView]) iter.Seq[panes.HandoutExchangeView] {
	if xs == nil {
		return nil
	}
	return func(yield func(panes.HandoutExchangeView) bool) {
		for x := range xs {
			x.Lane = shownLane(x.Lane)
			if !yield(x) {
				return
			}
		}
	}
}

// ballotOf is a question with its rounds. Only what the class was shown is in it.
func ballotOf(in *hall.RoomInput, text panes.PredictionText, p *room.Poll) BallotView {
	v := BallotView{
		ID: "ballot-" + text.Slug, Heading: "Asked at step " + strconv.Itoa(p.Step), Question: text.Question,
		Answered: p.Phase == room.Revealed,
	}
	for i, r := range p.Rounds {
		v.Rounds = append(v.Rounds, hall.VoteNames[i+1]+", "+page.Plural(r.Answers, "answer"))
	}
	happened := in.Bench.Happened(text)
	for i, option := range text.Options {
		o := BallotOption{Letter: letter(i), Text: option, Right: v.Answered && slices.Contains(happened, i+1)}
		for _, r := range p.Rounds {
			o.Votes = append(o.Votes, r.Votes[i])
		}
		v.Options = append(v.Options, o)
	}
	if v.Answered {
		v.Explained, v.Otherwise = text.Explained, in.Bench.SaidOtherwise(text, happened)
	}
	return v
}
