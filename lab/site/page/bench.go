package page

import (
	"fmt"
	"slices"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// BenchView is the bench page.
type BenchView struct {
	Chrome
	ID, Short   string
	Path        string // "/bench/{id}"
	Made        string
	Expires     string
	Step        StepText
	Links       []StepLink
	Back        string // link to the step before, "" at the first
	Next        NextView
	Lanes       []Lane
	Desk        DeskView
	Log         []LogRow
	LogNote     string
	Permalink   string
	Take        TakeView
	Clock       string // the bench's time, and how far it is ahead
	Login       LoginView
	Predictions []PredictView
	Asking      bool // a question of this step is still open: the text must not tell its answer
	Told        Telling
	Unsent      bool   // as in BenchInput
	Press       string // as in BenchInput
	Chapter     *ChapterView
	Diagrams    []DiagramView
	Settings    SettingsView
	Kept        []KeptCount
	Refused     []KeptCount // the tombstones, nil where there is none
	Room        *RoomLink
	Held        bool // a class follows it, so it does not expire
}

// KeptCount is how many records a flow's server holds now, or how many tombstones.
type KeptCount struct{ Count, State, Class string }

// NewBench builds the bench page.
func NewBench(in BenchInput) BenchView {
	step := in.Steps[in.Step]
	v := BenchView{
		Chrome: in.Chrome(fmt.Sprintf("Step %d, %s: AuthLab", step.Number, step.Title)),
		ID:     in.ID, Short: Brief(in.ID, 8), Path: in.Path(),
		Made:    in.Made.UTC().Format("2 Jan 2006"),
		Expires: ClockTime(in.Expires) + " UTC",
		Step:    step, Links: in.Links(),
		Permalink: in.link(in.Step, in.View, in.shownPins()),
		Clock:     in.clock(), Login: in.Logins[0], Room: in.Room, Held: in.Held,
	}
	if in.Step > plot.First {
		v.Back = in.link(in.Step-1, in.View, nil)
	}
	v.Next = in.next()
	v.Kept, v.Refused = in.kept(), in.refused()
	for _, flow := range journal.Flows {
		v.Lanes = append(v.Lanes, in.Lane(flow))
	}
	v.Predictions = in.predictions(v.Next)
	v.Told, v.Unsent, v.Press = in.Tell(in.Step), in.Unsent, in.Press
	v.Asking = !in.BeingSent(in.Step) && slices.ContainsFunc(v.Predictions, func(p PredictView) bool { return p.Step == in.Step && p.State != PredictDone })
	v.Chapter = in.Chapter
	v.Diagrams = in.Diagrams()
	v.Desk = in.desk()
	v.Settings = in.settingsView()
	v.Take = in.Take()
	v.Log, v.LogNote = in.log()
	return v
}

func (in *BenchInput) kept() []KeptCount {
	var out []KeptCount
	for _, flow := range journal.Flows {
		k := KeptCount{Count: Itoa(len(in.Now[flow].Records)), State: string(flow), Class: FlowNames[flow].Class}
		if in.Now[flow].Unread != "" {
			k.Count = "?"
		}
		out = append(out, k)
	}
	return out
}

func (in *BenchInput) refused() []KeptCount {
	var out []KeptCount
	all := 0
	for _, flow := range journal.Flows {
		n := len(in.Now[flow].Tombstones)
		all += n
		out = append(out, KeptCount{Count: Itoa(n), State: string(flow), Class: FlowNames[flow].Class})
	}
	if all == 0 {
		return nil
	}
	return out
}
