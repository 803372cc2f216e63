package hall

import (
	"strconv"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// Control is one move of an instructor's: a form with one button.
type Control struct {
	Path   string   // where it is posted: "/room/{code}/drive"
	Act    string   // the move, see lab's drive handler
	Fields []Hidden // what else it says; "at" is the number of the state that it is pressed at
	Label  string
	Keys   []string // as they are called on the page: "→", "PgDn"
	// KeyNames are the same as KeyboardEvent.key has them, separated by spaces;
	// the space bar is "Space" (UI Events KeyboardEvent key values).
	KeyNames string
	Switch   bool // it switches something on and off,
	Pressed  bool // which is on
}

// Hidden is a field of a form that is not seen.
type Hidden struct{ Name, Value string }

// Controls are all moves of an instructor's.
type Controls struct {
	Room     string // the room's path
	GoOn     GoOn
	Next     Control // does what GoOn says
	Back     Control
	Send     Control // the step that is shown, again where it was sent
	Poll     Control // opens the vote, closes it, opens its second round
	Reveal   Control
	Views    []Control
	Overview Control
	Join     Control
	Blank    Control
	Rest     Control
	Larger   Control
	Smaller  Control
	TakeOver Control
	HandBack Control
	End      Control
	Steps    []Control // to each step
}

// NewControls returns the moves that an instructor has now.
func NewControls(in RoomInput) Controls {
	s := in.State
	c := func(act, label, names string, keys ...string) Control {
		return Control{Path: in.Path() + "/drive", Act: act, Label: label, KeyNames: names, Keys: keys, Fields: []Hidden{{"at", page.Itoa(s.Seq)}}}
	}
	pressed := func(c Control, on bool) Control {
		c.Switch, c.Pressed = true, on
		return c
	}
	overlay := func(o room.Overlay, label, name, key string) Control {
		x := pressed(c("overlay", label, name, key), s.Overlay == o)
		x.Fields = append(x.Fields, Hidden{"overlay", string(o)})
		return x
	}
	size := func(label, by, names, key string) Control {
		x := c("size", label, names, key)
		x.Fields = append(x.Fields, Hidden{"by", by})
		return x
	}
	out := Controls{
		Room: in.Path(), GoOn: NewGoOn(in),
		Back:     c("back", "Back", "ArrowLeft PageUp", "←", "PgUp"),
		Send:     c("send", in.sendLabel(), "Enter", "Enter"),
		Poll:     c("poll", in.pollLabel(), "p P", "P"),
		Reveal:   c("reveal", "Reveal", "r R", "R"),
		Overview: overlay(room.Overview, "Overview of the class", "o O", "O"),
		Join:     overlay(room.JoinCard, "Join card", "j J", "J"),
		Blank:    overlay(room.Blank, "Blank", "b B .", "B"),
		Rest:     pressed(c("rest", "The rest of the exchange", "x X", "X"), s.Rest),
		Larger:   size("Larger on the projector", "1", "+ =", "+"),
		Smaller:  size("Smaller on the projector", "-1", "-", "−"),
		TakeOver: c("takeover", "Take over", "t T", "T"),
		HandBack: c("handback", "Hand back", ""),
		End:      c("end", "End the class", ""),
	}
	out.Next = c("next", out.GoOn.Label, "ArrowRight PageDown Space", "→", "PgDn")
	for i, view := range page.ViewsOf(in.Bench.Lanes) {
		x := pressed(c("view", page.ViewName(view, in.Bench.Lanes), page.Itoa(i+1), page.Itoa(i+1)), s.View == view)
		x.Fields = append(x.Fields, Hidden{"view", view})
		out.Views = append(out.Views, x)
	}
	for _, step := range in.Bench.Steps {
		x := pressed(c("step", page.Itoa(step.Number)+" "+step.Title, ""), s.Step == step.Number)
		x.Fields = append(x.Fields, Hidden{"step", page.Itoa(step.Number)})
		out.Steps = append(out.Steps, x)
	}
	return out
}

func (in *RoomInput) sendLabel() string {
	here := in.Bench.Steps[in.State.Step]
	switch {
	case !here.Sends:
		return "Nothing to send at this step"
	case in.Bench.Sent(here.Number):
		return "Send " + page.Itoa(here.Number) + " again"
	default:
		return "Send " + page.Itoa(here.Number) + ": " + in.Bench.Prepare(new(panes.NextView), here.Number, here.Action)
	}
}

// pollLabel says what the key of the vote does now.
func (in *RoomInput) pollLabel() string {
	p := in.State.AskedAt(in.State.Step)
	switch {
	case p == nil:
		return "Open the vote"
	case p.Phase == room.Open:
		return "Close the vote"
	case p.Phase == room.Closed && p.Round() < room.MaxRounds:
		return "Open the second vote"
	default:
		return "Both votes are over"
	}
}

// StageView is the apps of the bench, in the frames of the window that sends,
// and what sending needs to know.
type StageView struct {
	Bench  string // the bench's path
	Login  panes.LoginView
	Lanes  []StageLane
	Unseen bool // the frames only send: nobody sees them or comes to them by keyboard
}

// StageLane is one app in its frame.
type StageLane struct {
	Flow, State, Base string
	Client            bool // a script of the app's page is the client
}

// NewStage builds the stage of a room.
func NewStage(in RoomInput) StageView {
	v := StageView{Bench: in.Bench.Path(), Login: in.Bench.Logins[0]}
	for _, flow := range in.Bench.Lanes {
		of := explain.FlowOf(flow)
		v.Lanes = append(v.Lanes, StageLane{Flow: string(flow), State: page.Lower(of.State), Base: in.Bench.Path() + "/" + string(flow) + "/", Client: of.Client})
	}
	return v
}

// moves lists the controls that have a key.
func (c Controls) moves() []Control {
	list := []Control{c.Next, c.Back, c.Send, c.Poll, c.Reveal}
	list = append(list, c.Views...)
	return append(list, c.Overview, c.Join, c.Blank, c.Rest, c.Larger, c.Smaller, c.TakeOver)
}

// state says whether what a control switches is on.
func (c Control) state() templ.Attributes {
	if !c.Switch {
		return nil
	}
	return templ.Attributes{"aria-pressed": strconv.FormatBool(c.Pressed)}
}

// Title is the document's title of a room's pages.
func (in *RoomInput) Title() string {
	step := in.Bench.Steps[in.Bench.Step]
	return "Step " + page.Itoa(step.Number) + ", " + step.Title + ": class " + in.Join.Code
}

// answers is how many have voted in the last round of the step that is shown; it is
// not told before the round is closed.
func (in *RoomInput) answers() int {
	p := in.State.AskedAt(in.Bench.Step)
	if p == nil {
		return 0
	}
	return p.Rounds[len(p.Rounds)-1].Answers
}

// sending is the step that is being sent, "" for none.
func (in *RoomInput) sending() string {
	if in.State.Sending == plot.NoStep {
		return ""
	}
	return page.Itoa(in.State.Sending)
}
