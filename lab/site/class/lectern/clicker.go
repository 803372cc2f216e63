package lectern

import (
	"fmt"
	"strings"

	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
)

// ClickerView is the remote for a phone: two large buttons and the note.
type ClickerView struct {
	Instruct
	Next     string // the step after this one, "" at the last
	NextNote []page.Part
	Go, What string // the large button's two lines: "Send 10", "Let it expire"
	Blank    bool   // the projector is blank
}

// NewClicker builds the clicker. The bench must be at the step that the class is
// shown.
func NewClicker(in hall.RoomInput) ClickerView {
	v := ClickerView{Instruct: newInstruct(&in, fmt.Sprintf("Clicker, step %d: AuthLab", in.State.Step))}
	if next := in.State.Step + 1; next < len(in.Bench.Steps) {
		v.Next = fmt.Sprintf("%d %s", next, in.Bench.Steps[next].Title)
		v.NextNote = noteOf(&in, next).Parts
	}
	v.Blank = in.State.Overlay == room.Blank
	v.Go, v.What = v.goLines()
	return v
}

func (v *ClickerView) goLines() (string, string) {
	g := v.Controls.GoOn
	switch {
	case v.Sending != "":
		return v.Sending, v.Step.Title
	case g.Deed == room.DeedSend:
		_, action, _ := strings.Cut(g.Label, ": ")
		return fmt.Sprintf("Send %d", g.Step), action
	case g.Deed == room.DeedReveal:
		return "Reveal", "the answer"
	case g.Deed == room.DeedMove:
		return fmt.Sprintf("Step %d", g.Step), g.Title
	default:
		return "The last step", "nothing comes after it"
	}
}

// noVote and noReveal are what stands in the place of a button that would do
// nothing, so that the others never move.
func (v *ClickerView) noVote() string {
	if v.Poll == nil {
		return "No question here"
	}
	return "Votes are over"
}

func (v *ClickerView) noReveal() string {
	switch {
	case v.Poll == nil:
		return ""
	case v.Poll.Asked:
		return "Answer shown"
	default:
		return "Not asked yet"
	}
}
