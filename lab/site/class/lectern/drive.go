package lectern

import (
	"fmt"
	"strings"

	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// DriveView is the instructor view: what the class sees, what comes next, the
// notes, where the class is, and every control.
type DriveView struct {
	Instruct
	Join  hall.JoinView
	Now   OnProjector
	Next  Ahead
	Steps []DriveStep
	Keys  hall.Controls // with their full names, for the map of the keys
	Stage hall.StageView
}

// OnProjector is what the projector shows, in words.
type OnProjector struct {
	Covered string // what covers the step, "" if nothing does
	Facts   []string
}

// Ahead is what going on leads to.
type Ahead struct {
	Heading, Title string
	Deed           string    // what going on does
	Text           page.HTML // the step's own, "" where it leads to none
	Facts          []string
}

// DriveStep is a step in the ruler: the move that leads there.
type DriveStep struct {
	panes.StepLink
	Move hall.Control
}

// NewDrive builds the instructor view. The bench must be at the step that the
// class is shown.
func NewDrive(in hall.RoomInput) DriveView {
	v := DriveView{
		Instruct: newInstruct(&in, fmt.Sprintf("Drive, step %d: AuthLab", in.State.Step)),
		Join:     in.Join, Stage: hall.NewStage(in),
	}
	v.Now = OnProjector{Covered: covers[in.State.Overlay], Facts: projected(&in, v.Poll)}
	v.Next = aheadOf(&in, v.Controls.GoOn)
	for i, link := range in.Bench.Links() {
		v.Steps = append(v.Steps, DriveStep{link, v.Controls.Steps[i]})
	}
	v.Keys = v.Controls
	v.shorten()
	return v
}

// shorten gives controls that stand beside what they change a shorter name.
func (v *DriveView) shorten() {
	c := &v.Controls
	c.Overview.Label, c.Smaller.Label, c.Larger.Label, c.Rest.Label = "Overview", "Smaller", "Larger", "The rest"
}

var covers = map[room.Overlay]string{
	room.Blank:    "The projector is blank.",
	room.JoinCard: "The join card covers the step.",
	room.Overview: "The overview of the class covers the step.",
}

func projected(in *hall.RoomInput, p *hall.PollView) []string {
	here := in.Bench.Steps[in.State.Step]
	looksAt := plot.LooksAt(here.Number)
	result := "Result shown"
	switch {
	case !in.Bench.Sent(looksAt):
		result = "Nothing sent yet"
	case !in.Told():
		result = "Sent, and told once the answer is out"
	case !here.Sends:
		result = fmt.Sprintf("Looks again at step %d", looksAt)
	}
	return []string{result, votePhase(p), sizeFact(in.State.Size)}
}

// votePhase says how far the question of the step has come.
func votePhase(p *hall.PollView) string {
	switch {
	case p == nil:
		return "No question at this step"
	case !p.Asked:
		return "Question not asked yet"
	case p.Phase == room.Open:
		return "Vote open"
	case p.Phase == room.Closed:
		return "Vote shown, answer not"
	default:
		return "Vote and answer shown"
	}
}

func sizeFact(size int) string {
	switch {
	case size > 0:
		return "Type larger by " + page.Itoa(size)
	case size < 0:
		return "Type smaller by " + page.Itoa(-size)
	default:
		return "Type at its usual size"
	}
}

// aheadOf describes what going on leads to, from the step's own text.
func aheadOf(in *hall.RoomInput, g hall.GoOn) Ahead {
	step := in.Bench.Steps[g.Step]
	a := Ahead{Heading: "Next", Title: fmt.Sprintf("%d %s", step.Number, step.Title), Text: step.Both}
	switch g.Deed {
	case room.DeedReveal:
		return Ahead{Heading: "Next", Title: g.Label, Deed: "Shows what there is to see, which answer it is, and why. Nothing is sent."}
	case room.DeedNone:
		return Ahead{Heading: "Next", Title: "Nothing, this is the last step", Deed: "End the class when you are done. Its handout stays."}
	case room.DeedSend:
		a.Heading, a.Deed = "Next, not sent yet", strings.TrimSpace("Sends: "+in.Bench.Prepare(new(panes.NextView), step.Number, step.Action)+". "+g.Why)
	default:
		a.Heading, a.Deed = showsNext(in, step)
	}
	a.Facts = []string{asksNext(in, step.Number), fmt.Sprintf("Planned %d min", noteOf(in, step.Number).Minutes)}
	return a
}

// showsNext describes going to a step.
func showsNext(in *hall.RoomInput, step panes.StepText) (heading, deed string) {
	switch {
	case !step.Sends:
		return "Next, sends nothing", fmt.Sprintf("Looks again at what step %d sent.", plot.LooksAt(step.Number))
	case in.Bench.Sent(step.Number):
		return "Next, sent already", "Shows what was recorded. Nothing is sent."
	default:
		return "Next, not sent yet", "Shows the step. Going on from there sends: " + step.Action
	}
}

func asksNext(in *hall.RoomInput, step int) string {
	asks := false
	for _, p := range in.Bench.Predictions {
		asks = asks || p.Step == step
	}
	switch {
	case !asks:
		return "No question"
	case in.State.AskedAt(step) == nil:
		return "Has a question to ask first"
	default:
		return "Its question was asked"
	}
}
