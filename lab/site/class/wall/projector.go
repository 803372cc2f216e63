package wall

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// ProjectorView is what a class sees on the wall: one step at a time, and only
// what matters of it.
type ProjectorView struct {
	page.Chrome
	Room     string // the room's path
	Step     panes.StepText
	Last     int // the number of the last step
	Join     hall.JoinView
	Size     int
	Overlay  room.Overlay
	Ended    bool
	Told     bool // what happened may be shown, and something has
	Telling  panes.Telling
	Lede     string // one sentence over what happened
	Ahead    string // what is about to happen, "" once it has
	Why      string // what is done before, and why; "" where nothing is
	Watch    string // what to look at when it is sent
	Question string // that will be asked; "" once it is, or was told
	At       string // the bench's clock at the exchange
	Heads    []SlideHead
	Rows     []SlideRow
	Rest     []RestView     // nil unless it is asked for
	Poll     *hall.PollView // nil unless it was asked
	PollHead string
	Counts   room.Class
	Driver   ProjectorDriver
	Problem  string // why the last sending failed
	Where    []WhereRow
	Handout  string
	Stage    hall.StageView
	Controls hall.Controls
	in       hall.RoomInput
}

// SlideHead is one flow's name and what came of its request.
type SlideHead struct{ Class, State, Credential, Status, Word string }

// ProjectorDriver is who drives, in words.
type ProjectorDriver struct{ Other, Nobody string }

// WhereRow is how many of the class are at one step.
type WhereRow struct {
	Number int
	Title  string
	Count  int
	Share  string // of the most that are at one step, in percent
	Here   bool   // the instructor is there
}

// sizeStep is how much each step of size makes the type larger or smaller.
const sizeStep = 0.06

// NewProjector builds the projector's page.
func NewProjector(in hall.RoomInput) ProjectorView {
	step := in.Bench.Steps[in.Bench.Step]
	v := ProjectorView{
		Chrome: page.Chrome{Title: fmt.Sprintf("Step %d, %s: AuthLab projector", step.Number, step.Title), Assets: in.Bench.Assets, View: in.Bench.View, Paper: "projector"},
		Room:   in.Path(), Step: step, Last: plot.Last, Join: in.Join,
		Size: in.State.Size, Overlay: in.State.Overlay, Ended: in.State.Ended,
		Counts: in.Class, Driver: driverOf(in.State.Driver), Problem: in.State.Problem,
		Handout: in.Path() + "/handout", Stage: hall.NewStage(in), Controls: hall.NewControls(in), in: in,
	}
	list := slidesOf(&in)
	v.Stage.Unseen = true
	v.Told, v.Telling = in.Told() && happened(list), in.Bench.Tell(in.Bench.Step)
	if v.Told {
		v.tell(&in, list)
	} else {
		v.foretell(&in)
	}
	if p := in.Poll(); p != nil && p.Asked && v.Rest == nil {
		v.Poll, v.Question = p, ""
		v.PollHead = p.Question
		if v.Told {
			v.PollHead = "You predicted"
		}
		v.makeRoom()
	}
	v.Where = whereOf(&in)
	return v
}

// makeRoom leaves out what does not fit beside a vote: the sentence over three
// places, and in larger type all but the place that the step is about.
func (v *ProjectorView) makeRoom() {
	if len(v.Rows) > 2 || v.Size > 0 {
		v.Lede = ""
	}
	if v.Size > 0 {
		v.Watch = ""
	}
	if v.Size <= 0 || len(v.Rows) < 2 {
		return
	}
	about := max(0, slices.IndexFunc(v.Rows, func(r SlideRow) bool { return r.ID == v.Step.Place }))
	v.Rows = v.Rows[about : about+1]
}

// slidesOf are the flows of the view.
func slidesOf(in *hall.RoomInput) []slide {
	var out []slide
	for _, flow := range in.Bench.Lanes {
		if in.Bench.View == page.ViewBoth || in.Bench.View == page.ViewOf(flow) {
			out = append(out, slideOf(in, flow))
		}
	}
	return out
}

func happened(list []slide) bool {
	for _, s := range list {
		if s.x != nil {
			return true
		}
	}
	return false
}

// tell shows what happened.
func (v *ProjectorView) tell(in *hall.RoomInput, list []slide) {
	v.Lede = actedOn(in)
	if v.Lede == "" {
		v.Lede = firstSentence(v.Step.Both)
	}
	for i := range list {
		s := &list[i]
		h := SlideHead{Class: s.lane.Class, State: s.lane.State, Credential: explain.FlowOf(s.lane.Flow).Short}
		h.Status, h.Word = s.heading()
		v.Heads = append(v.Heads, h)
		if s.x != nil {
			v.At = moment.Clock(s.x.Clock)
		}
	}
	if in.State.Rest {
		v.Rest = restRows(in, list)
		return
	}
	v.Rows = rows(v.Step.Number, list)
}

var tag = regexp.MustCompile(`<[^>]*>`)

// firstSentence is how a text of the content begins, without its markup.
func firstSentence(text page.HTML) string {
	plain := strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(string(text), ""))), " ")
	if at := strings.Index(plain, ". "); at >= 0 {
		return plain[:at+1]
	}
	return plain
}

// foretell shows what is about to be sent, and nothing of what comes of it.
func (v *ProjectorView) foretell(in *hall.RoomInput) {
	sent := in.Bench.Sent(v.Step.Number)
	var n panes.NextView
	v.Watch = page.LowerFirst(v.Step.Look)
	switch {
	case in.State.Sending == v.Step.Number || in.Bench.Sending == v.Step.Number:
		v.Ahead = "Being sent now: " + v.Step.Action
	case v.Step.Sends && sent:
		v.Ahead = "It was sent. What came of it is shown once the vote is over."
	case v.Step.Sends:
		v.Ahead = "About to be sent: " + in.Bench.Prepare(&n, v.Step.Number, v.Step.Action)
		v.Why = n.Why
	case in.Told():
		v.Ahead = "This step looks at what step " + page.Itoa(plot.LooksAt(v.Step.Number)) + " sends, and that was not sent yet."
	default:
		v.Ahead = "Nothing is sent here: this step looks at what step " + page.Itoa(plot.LooksAt(v.Step.Number)) + " sent."
	}
	if p := in.Poll(); p != nil && !in.Told() {
		v.Question = p.Question
	}
}

func driverOf(d room.Driver) ProjectorDriver {
	if d.Window == "" {
		return ProjectorDriver{Nobody: "Nobody drives"}
	}
	name := strings.ToUpper(string(d.Kind[:1])) + string(d.Kind[1:])
	return ProjectorDriver{Other: name + " drives since " + d.Since.UTC().Format("15:04") + " UTC", Nobody: "Nobody drives"}
}

// whereOf is how many are at each step.
func whereOf(in *hall.RoomInput) []WhereRow {
	most := 1
	for _, n := range in.Class.At {
		most = max(most, n)
	}
	var out []WhereRow
	for i, s := range in.Bench.Steps {
		r := WhereRow{Number: s.Number, Title: s.Title, Here: i == in.State.Step}
		if i < len(in.Class.At) {
			r.Count = in.Class.At[i]
		}
		r.Share = hall.Percent(100 * float64(r.Count) / float64(most))
		out = append(out, r)
	}
	return out
}

// longAddress reports whether an address is too long for the largest type.
func longAddress(j hall.JoinView) bool { return len(j.Short) > 22 }

// host and path are the two halves of the short address, which may break there.
func halvesOf(j hall.JoinView) (host, path string) {
	host, path, _ = strings.Cut(j.Short, "/")
	return host, "/" + path
}

// Covered reports whether something covers the slide.
func (v ProjectorView) Covered() bool { return v.Ended || v.Overlay != room.Clear }

// HandoutAddress is where the handout is, as it is typed in.
func (v ProjectorView) HandoutAddress() string {
	host, _, _ := strings.Cut(v.Join.Short, "/")
	return host + v.Handout
}
