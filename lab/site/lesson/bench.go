package lesson

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// BenchView is the bench page.
type BenchView struct {
	page.Chrome
	ID, Short   string
	Path        string // "/bench/{id}"
	Made        string
	Expires     string
	Step        panes.StepText
	Links       []panes.StepLink
	Back        string // link to the step before, "" at the first
	Next        panes.NextView
	Lanes       []panes.Lane
	Admin       AdminView
	Log         []LogRow
	LogNote     string
	Permalink   string
	Take        TakeView
	Clock       string // the bench's time, and how far it is ahead
	Login       panes.LoginView
	Predictions []panes.PredictView
	Asking      bool // a question of this step is still open: the text must not tell its answer
	Told        panes.Telling
	Unsent      bool   // as in BenchInput
	Press       string // as in BenchInput
	Chapter     *page.ChapterView
	Diagrams    []panes.DiagramView
	Settings    SettingsView
	Kept        []KeptCount
	Refused     []KeptCount // the tombstones, nil where there is none
	Room        *panes.RoomLink
	Held        bool // a class follows it, so it does not expire
	// LaneSets are the flows that can be shown side by side, InLanes those that are, as
	// addresses name them; "" for those of the lesson.
	LaneSets []page.Choice
	InLanes  string
	Compares bool // as in BenchInput
}

// KeptCount is how many records a flow's server holds now, or how many tombstones.
type KeptCount struct{ Count, State, Class string }

// NewBench builds the bench page.
func NewBench(in panes.BenchInput) BenchView {
	step := in.Steps[in.Step]
	v := BenchView{
		Chrome: in.Chrome(fmt.Sprintf("Step %d, %s: AuthLab", step.Number, step.Title)),
		ID:     in.ID, Short: page.Brief(in.ID, 8), Path: in.Path(),
		Made:    in.Made.UTC().Format("2 Jan 2006"),
		Expires: moment.Clock(in.Expires) + " UTC",
		Step:    step, Links: in.Links(),
		Permalink: in.Link(in.Step, in.View, in.ShownPins()),
		Clock:     benchClock(&in), Login: in.Logins[0], Room: in.Room, Held: in.Held,
	}
	if in.Step > plot.First {
		v.Back = in.Link(in.Step-1, in.View, nil)
	}
	v.Next = in.Next()
	v.Kept, v.Refused = keptBy(&in), refusedBy(&in)
	for _, flow := range in.Lanes {
		v.Lanes = append(v.Lanes, in.Lane(flow))
	}
	v.Predictions = in.Questions(v.Next)
	v.Told, v.Unsent, v.Press = in.Tell(in.Step), in.Unsent, in.Press
	v.Asking = !in.BeingSent(in.Step) && slices.ContainsFunc(v.Predictions, func(p panes.PredictView) bool { return p.Step == in.Step && p.State != panes.PredictDone })
	v.Chapter, v.Compares, v.InLanes, v.LaneSets = in.Chapter, in.Compares(), page.WriteLanes(in.Lanes), laneSets(in)
	v.Diagrams = in.Diagrams()
	v.Admin = newAdmin(&in)
	v.Settings = newSettings(&in)
	v.Take = NewTake(&in)
	v.Log, v.LogNote = newLog(&in)
	return v
}

// sets are the lanes that are offered: the lesson's, and the sealed flow beside
// either and both.
var sets = [][]journal.Flow{
	journal.Lesson,
	{journal.Session, journal.Sealed},
	{journal.Token, journal.Sealed},
	journal.Flows,
}

// laneSets lead to the step with other lanes.
func laneSets(in panes.BenchInput) []page.Choice {
	now := in.Lanes
	var out []page.Choice
	for _, lanes := range sets {
		var names []string
		for _, flow := range lanes {
			names = append(names, explain.FlowOf(flow).State)
		}
		in.Lanes = lanes
		out = append(out, page.Choice{
			Name: strings.Join(names, " and "), Href: in.Link(in.Step, page.ViewBoth, nil), Current: slices.Equal(lanes, now),
		})
	}
	return out
}

func keptBy(in *panes.BenchInput) []KeptCount {
	var out []KeptCount
	for _, flow := range in.Lanes {
		k := KeptCount{Count: page.Itoa(len(in.Now[flow].Records)), State: string(flow), Class: page.ClassOf(flow)}
		if in.Now[flow].Unread != "" {
			k.Count = "?"
		}
		out = append(out, k)
	}
	return out
}

func refusedBy(in *panes.BenchInput) []KeptCount {
	var out []KeptCount
	all := 0
	for _, flow := range in.Lanes {
		n := len(in.Now[flow].Tombstones)
		all += n
		out = append(out, KeptCount{Count: page.Itoa(n), State: string(flow), Class: page.ClassOf(flow)})
	}
	if all == 0 {
		return nil
	}
	return out
}

// titled gives an element a title, where there is one.
func titled(text string) templ.Attributes {
	if text == "" {
		return nil
	}
	return templ.Attributes{"title": text}
}

func benchClock(in *panes.BenchInput) string {
	if in.Ahead == 0 {
		return moment.Clock(in.Clock) + " UTC"
	}
	return moment.Clock(in.Clock) + " UTC, moved forward by " + moment.Whole(in.Ahead.Round(time.Second))
}
