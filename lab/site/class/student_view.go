package class

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"authlab/lab/journal"
	"authlab/lab/mask"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// StudentView is what one of the class sees: the instructor's bench, to look at
// and not to touch.
type StudentView struct {
	page.Chrome
	Path      string // "/room/K7QX-3MHP"
	Code      string
	Step      panes.StepText
	Following string // what the page is doing, in a sentence
	Looking   bool
	Ended     bool
	Furthest  int // the last step that the class has come to
	Ruler     []panes.StepLink
	Back      BackView
	Told      bool // the step's text may tell what happens
	Telling   panes.Telling
	Poll      *StudentPoll
	Lanes     []panes.Lane // what was sent, to look at
	Diagrams  []panes.DiagramView
	Try       string // where a bench of one's own is asked for
	Handout   string
	Shown     hall.RoomInput // what the page is made from, for the scripts' own part
}

// BackView is the way back to what the instructor shows.
type BackView struct {
	Href, Label string
	News        string // what goes on there meanwhile, "" for nothing new
	Step        int
}

// StudentPoll is the question of a step, as far as the class may know it.
type StudentPoll struct {
	hall.PollView
	Heading string
	Open    bool   // votes are taken
	Closed  bool   // it is not open any more, and not answered yet
	Discuss string // what to do until it is, else ""
	Action  string // where votes are posted
	Cards   []VoteCard
	Me      string // the device, "" where the script or the server chooses one
	Unsaved string // what is said to who has voted without a script that could, "" where all is saved
}

// VoteCard is one answer to vote for.
type VoteCard struct {
	Value, Letter, Text string
	// Counted is the id of the sentence which says that this answer was counted. A
	// browser without scripts is led to it.
	Counted string
}

// MaskNote says on every page for students what was hidden, and why.
const MaskNote = "The instructor’s bench address is the key to their bench: its 26 characters are shown as xxxx. All else is byte for byte as it was sent."

// masked is the input without the bench's id: x stands for each of its characters,
// whatever they stand in. What belongs to instructors is left out. Pages for students
// are made from this and nothing else. What it does not have to hide it shares with the
// bench, so nothing in it is ever changed.
func masked(in hall.RoomInput) hall.RoomInput {
	id, recorded := in.Bench.ID, in.Bench.Journal.Exchanges
	in.Notes, in.Class, in.State.Problem, in.Bench.Chapter, in.Bench.Room, in.Bench.Pins = nil, room.Class{}, "", nil, nil, nil
	in.Bench.Journal.Exchanges = nil // most of it, and masked one by one
	bench := in.Bench.Path()
	in = mask.Copy(in, id)
	in.Bench.Journal.Exchanges = hidden(&in, recorded, id)
	in.Bench.Predictions = toRoom(in.Bench.Predictions, mask.Copy(bench, id), in.Path())
	return in
}

// hidden masks exchanges: as Hide does, or each with a copy for this page alone.
func hidden(in *hall.RoomInput, recorded []*journal.Exchange, id string) []*journal.Exchange {
	if in.Hide != nil {
		return in.Hide(recorded)
	}
	hidden := make([]*journal.Exchange, len(recorded))
	for i, x := range recorded {
		hidden[i], _ = Masked(x, id)
	}
	return hidden
}

// Masked is an exchange without a bench's id, and how many bytes it holds that the
// exchange does not hold as well. It is the exchange itself where the id is nowhere in
// it, and must not be changed.
func Masked(x *journal.Exchange, id string) (hidden *journal.Exchange, bytes int64) {
	if hidden, bytes = mask.Sized(x, id); hidden != x {
		hidden.Freeze() // it is asked as often as one of a bench's own
	}
	return hidden, bytes
}

// toRoom turns the links to a bench's steps in what explains questions into links to
// the room's.
func toRoom(list []panes.PredictionText, bench, room string) []panes.PredictionText {
	list = slices.Clone(list)
	for i := range list {
		list[i].Explained = slices.Clone(list[i].Explained)
		for j, p := range list[i].Explained {
			if p.Link == nil {
				continue
			}
			if query, ok := strings.CutPrefix(p.Link.Href, bench); ok {
				link := *p.Link
				link.Href = room + query
				list[i].Explained[j].Link = &link
			}
		}
	}
	return list
}

// Furthest is the last step that the class has come to: the one that is shown, or
// a later one that was sent or asked about. Pages for students show none beyond it.
func Furthest(in *hall.RoomInput) int {
	last := in.State.Step
	for _, x := range in.Bench.Journal.Exchanges {
		last = max(last, x.Step)
	}
	for _, p := range in.State.Polls {
		last = max(last, p.Step)
	}
	return last
}

// NewStudent builds a student's page. It does not show the bench's id, in whatever
// it may stand, nor a step that the class has not come to, nor a count while votes
// are taken.
func NewStudent(in hall.RoomInput) StudentView {
	in = masked(in)
	if in.Bench.Step > Furthest(&in) {
		in.Bench.Step = in.State.Step
	}
	in.Looking = in.Bench.Step != in.State.Step
	step := in.Bench.Steps[in.Bench.Step]
	v := StudentView{
		Chrome: page.Chrome{Title: in.Title(), Assets: in.Bench.Assets, View: in.Bench.View},
		Path:   in.Path(), Code: in.Join.Code, Step: step,
		Looking: in.Looking, Ended: in.State.Ended, Furthest: Furthest(&in), Told: in.Told(), Telling: in.Bench.Tell(step.Number),
		Try: in.Path() + "/try", Handout: in.Path() + "/handout", Shown: in,
	}
	v.Following = followingOf(&in)
	v.Back = backOf(&in)
	v.Ruler = rulerOf(&in, v.Furthest)
	v.Poll = pollFor(&in)
	v.Lanes, v.Diagrams = shownLanes(&in), in.Bench.Diagrams()
	return v
}

// lookAt is the address of a step on the room's own page. The step that the class is
// shown is not named, so that the page goes on following.
func lookAt(in *hall.RoomInput, step int) string {
	q := url.Values{}
	if step != in.State.Step {
		q.Set("step", page.Itoa(step))
	}
	if in.Me != "" {
		q.Set("me", in.Me)
	}
	if len(q) == 0 {
		return in.Path()
	}
	return in.Path() + "?" + q.Encode()
}

// followingOf says what the page is doing.
func followingOf(in *hall.RoomInput) string {
	switch {
	case in.State.Ended:
		return "This class has ended."
	case in.Looking:
		return "You are looking around."
	case in.State.Sending == in.Bench.Step:
		return "Following the class. This step is being sent."
	case in.State.Began.IsZero():
		return "The class has not begun yet. What the instructor shows will stand here by itself."
	default:
		return "Following the class."
	}
}

func backOf(in *hall.RoomInput) BackView {
	b := BackView{Href: lookAt(in, in.State.Step), Step: in.State.Step, Label: "Back to step " + page.Itoa(in.State.Step)}
	if p := in.State.OpenPoll(); p != nil {
		b.News = "A vote is open."
	} else if in.State.Sending != plot.NoStep {
		b.News = "Step " + page.Itoa(in.State.Sending) + " is being sent."
	}
	return b
}

// rulerOf links to the steps that the class has come to. The others are there to be
// seen, without a link.
func rulerOf(in *hall.RoomInput, furthest int) []panes.StepLink {
	links := in.Bench.Links()
	for i := range links {
		l := &links[i]
		l.Href = ""
		if l.Number <= furthest {
			l.Href = lookAt(in, l.Number)
		}
		if l.Number == in.State.Step && !l.Current {
			l.Class = page.Classes(l.Class, "shown")
		}
	}
	return links
}

// shownLanes are the lanes of the bench without what leads to it or changes it.
func shownLanes(in *hall.RoomInput) []panes.Lane {
	var lanes []panes.Lane
	for _, flow := range in.Bench.Lanes {
		lanes = append(lanes, shownLane(in.Bench.Lane(flow)))
	}
	return lanes
}

// shownLane is a lane without what leads to the bench.
func shownLane(l panes.Lane) panes.Lane {
	l.Base, l.Host, l.Exchange, l.Others, l.Held.InspectCookie = "", "", "", nil, ""
	if l.Held.Token != nil {
		l.Held.Token.Inspect = ""
	}
	for _, w := range []*panes.WireView{&l.Request, &l.Response} {
		if w.Rest != nil {
			w.Rest = &panes.Rest{Said: w.Rest.Said, Beyond: w.Rest.Beyond, Class: true}
		}
	}
	return l
}

// pollFor is the question of the step that is shown once it was asked, or nil.
func pollFor(in *hall.RoomInput) *StudentPoll {
	p := in.Poll()
	if p == nil || !p.Asked {
		return nil
	}
	v := StudentPoll{
		PollView: *p, Action: in.Path() + "/vote", Me: in.Me,
		Open: p.Phase == room.Open, Closed: p.Phase == room.Closed,
	}
	if in.Me != "" && in.Unsaved != nil {
		v.Unsaved = in.Unsaved.ForVoter()
	}
	switch {
	case v.Open:
		v.Heading, v.Answers, v.State = "What will happen? "+heading(p.Name), 0, ""
	case v.Closed && p.Round < room.MaxRounds:
		v.Heading, v.Discuss = "How the class voted", "Discuss with your neighbour: why this answer, and not another?"
	case v.Closed:
		v.Heading, v.Discuss = "How the class voted", "Now see what really happens."
	default:
		v.Heading = "What happened"
	}
	for i, o := range p.Options {
		v.Cards = append(v.Cards, VoteCard{
			Value: o.Value, Letter: letter(i), Text: o.Text, Counted: Counted(p.Slug, p.Round, i+1),
		})
	}
	return &v
}

// Counted is the id of the sentence which says that a vote was counted: option is
// from 1.
func Counted(slug string, round, option int) string {
	return fmt.Sprintf("voted-%s-%d-%d", slug, round, option)
}

// heading begins a name with a capital letter.
func heading(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// letter names an answer: A for the first.
func letter(i int) string { return string(rune('A' + i)) }
