package lectern

import (
	"fmt"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// Instruct is what every window of an instructor's shows.
type Instruct struct {
	page.Chrome
	Room, Code string // "/room/K7QX-3MHP", "K7QX-3MHP"
	Step       panes.StepText
	Last       int // the number of the lesson's last step
	Pace       Pace
	Driver     *DriverView // nil while no window drives
	Rights     RightsView
	Answers    []AnswerView
	Poll       *hall.PollView // the question of this step, nil where there is none
	Votes      bool           // the vote on it may be opened or closed
	Reveals    bool           // its answer may be revealed
	Note       []page.Part
	Class      ClassView
	Shown      hall.RoomInput // what the page is made from, for the scripts' own part
	Controls   hall.Controls
	Sending    string // "Sending 9…" while the stage sends, else ""
	Problem    string // why the last sending failed, else ""
	Ended      bool
}

// DriverView is the window that drives.
type DriverView struct{ Kind, Since string }

// AnswerView is how one flow's app answered at the step that is shown.
type AnswerView struct {
	Name    string // "Session"
	Sent    bool
	Status  string // "401 Unauthorized"
	Outcome string // "refused", or "" where the explanation and the answer differ
}

// ClassView is who is there, in numbers.
type ClassView struct {
	People    int // in all
	Following int
	Rows      []ClassRow
	Counts    []string // "20 look around, 3 of them on their own bench"
	Stuck     string   // "2 longer than 90 s at one step", or ""
	Absent    string   // what is written while nobody is there
}

// ClassRow is how many are at one step.
type ClassRow struct {
	Step  int
	Title string
	Count int
	Share float64 // of the step with most, in percent
	Here  bool    // it is the step that the class is shown
}

func newInstruct(in *hall.RoomInput, title string) Instruct {
	s := in.State
	v := Instruct{
		Chrome: page.Chrome{Title: title, Assets: in.Bench.Assets},
		Room:   in.Path(), Code: in.Join.Code, Shown: *in,
		Step: in.Bench.Steps[s.Step], Last: plot.Last,
		Pace: newPace(in), Poll: in.Poll(), Note: noteOf(in, s.Step).Parts,
		Class: classOf(in), Rights: rightsOf(in), Controls: hall.NewControls(*in),
		Problem: page.Shown(s.Problem), Ended: s.Ended,
	}
	if p := v.Poll; p != nil {
		v.Votes = p.Phase == room.Open || p.Phase != room.Revealed && p.Round < room.MaxRounds
		v.Reveals = p.Asked && p.Phase != room.Revealed
	}
	if s.Driver.Window != "" {
		v.Driver = &DriverView{Kind: string(s.Driver.Kind), Since: moment.Clock(s.Driver.Since)}
	}
	if s.Sending != plot.NoStep {
		v.Sending = fmt.Sprintf("Sending %d…", s.Sending)
		v.Controls.Next.Label = v.Sending
	}
	for _, flow := range in.Bench.Lanes {
		v.Answers = append(v.Answers, answerOf(in, flow))
	}
	return v
}

// noteOf is what is said about a step, nothing where there is no note for it.
func noteOf(in *hall.RoomInput, step int) panes.NoteText {
	for _, n := range in.Notes {
		if n.Step == step {
			return n
		}
	}
	return panes.NoteText{Step: step}
}

func answerOf(in *hall.RoomInput, flow journal.Flow) AnswerView {
	a := AnswerView{Name: page.UpperFirst(string(flow))}
	x := in.Bench.Exchange(flow)
	if x == nil {
		return a
	}
	verdict := explain.Read(x).Verdict()
	a.Sent, a.Status = true, page.StatusText(verdict.Answered)
	if verdict.Answered == verdict.Status {
		a.Outcome = verdict.Outcome
	}
	return a
}

func classOf(in *hall.RoomInput) ClassView {
	c := in.Class
	v := ClassView{People: c.Following + c.Looking + c.Reconnecting, Following: c.Following}
	if v.People == 0 {
		v.Absent = "Nobody has joined yet. The join card shows how; who joins is counted here."
	}
	most := 1
	for _, n := range c.At {
		most = max(most, n)
	}
	for i, step := range in.Bench.Steps {
		row := ClassRow{Step: step.Number, Title: step.Title, Here: step.Number == in.State.Step}
		if i < len(c.At) {
			row.Count = c.At[i]
			row.Share = 100 * float64(row.Count) / float64(most)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Counts = counts(c)
	if c.Stuck > 0 {
		v.Stuck = fmt.Sprintf("%d longer than %.0f s at one step of their own bench", c.Stuck, room.StuckAfter.Seconds())
	}
	return v
}

func counts(c room.Class) []string {
	looking := fmt.Sprintf("%d looking around", c.Looking)
	if c.Own > 0 {
		looking += fmt.Sprintf(", %d of them on their own bench", c.Own)
	}
	return []string{fmt.Sprintf("%d following", c.Following), looking, fmt.Sprintf("%d reconnecting", c.Reconnecting)}
}

// bareControl is a control where there are no keys to press.
func bareControl(c hall.Control) hall.Control {
	c.Keys = nil
	return c
}

// sendAgain is the control that sends, after it has failed.
func sendAgain(c hall.Control) hall.Control {
	c.Label = "Send again"
	return c
}

// number is the status code of a status: "401" of "401 Unauthorized".
func number(status string) string {
	code, _, _ := strings.Cut(status, " ")
	return code
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
