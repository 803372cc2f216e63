package wall

import (
	"fmt"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// SlideRow is one place of one step on the projector, both flows beside each other.
type SlideRow struct {
	ID, Name string
	Class    string // of the place: "strip", "ledger", "window"
	Note     string // what is unusual: "sent from a copy"
	Cells    []SlideCell
}

// SlideCell is one flow in one place.
type SlideCell struct {
	Class, State string
	Lines        []SlideLine
}

// SlideLine is one line: of a message, or a sentence with recorded values in it.
type SlideLine struct {
	Kind    LineForm
	Bits    []Bit
	Changed bool   // since the exchange before
	Was     string // the value before
}

// LineForm is how a line is set.
type LineForm string

// The forms of lines.
const (
	WireLine  LineForm = "ln"       // of a message, as it crossed the wire
	ReplyLine LineForm = "ln reply" // the answer's status
	RuleLine  LineForm = "ln rules" // a cookie's attributes
	FactLine  LineForm = "fact"     // a sentence
	NoLine    LineForm = "absent"   // what is not there, in words
)

func fact(list ...Bit) SlideLine { return SlideLine{Kind: FactLine, Bits: list} }

func absent(text string) SlideLine { return SlideLine{Kind: NoLine, Bits: words(text)} }

// slide is what the projector shows of one flow at one step.
type slide struct {
	cutter
	x       *journal.Exchange
	lane    panes.Lane
	held    explain.Held
	verdict explain.Verdict
	step    int
	alone   bool // the other flow is not shown: there is room for more
}

func slideOf(in *hall.RoomInput, flow journal.Flow) slide {
	s := slide{cutter: cutter{in.Bench.ID}, x: in.Bench.Exchange(flow), lane: in.Bench.Lane(flow), step: in.Bench.Step, alone: in.Bench.View != page.ViewBoth}
	if s.x != nil {
		s.verdict = explain.Read(s.x).Verdict()
		s.held = explain.HeldAfter(in.Bench.Journal.Exchanges, flow, s.x.Number)
	}
	return s
}

// sights draw what the plot has a step show of its exchange: what its text speaks of.
var sights = map[plot.Sight]func(*slide) []SlideLine{
	plot.Unproved: (*slide).strange, plot.LoggedIn: (*slide).loggedIn, plot.TakenApart: (*slide).issued, plot.Carried: (*slide).asked,
	plot.RoleTold: (*slide).toldRole, plot.LoggedOut: (*slide).loggedOut, plot.Presented: (*slide).presented,
	plot.Written: (*slide).written, plot.Remembered: (*slide).remembered, plot.Judged: (*slide).judged, plot.Deciding: (*slide).decided, plot.Deleted: (*slide).deleted,
	plot.KeptHere: (*slide).kept, plot.LeftHere: (*slide).left,
}

// rows lays the step's places out, from the cause to the effect.
func rows(step int, shown []slide) []SlideRow {
	p := plot.At(step)
	var out []SlideRow
	for _, place := range []struct {
		id, name, class string
		sight           plot.Sight
	}{
		{"wire", "Wire", "strip", p.Wire},
		{"server", "Server", "ledger", p.Server},
		{"browser", "Browser", "window", p.Browser},
	} {
		if place.sight == plot.Nothing {
			continue
		}
		row := SlideRow{ID: place.id, Name: place.name, Class: place.class}
		for i := range shown {
			s := &shown[i]
			row.Cells = append(row.Cells, SlideCell{Class: s.lane.Class, State: s.lane.State, Lines: s.lines(sights[place.sight])})
			if place.id == "wire" && s.x != nil && s.x.By == journal.Replay {
				row.Note = "sent from a copy"
			}
		}
		out = append(out, row)
	}
	return out
}

// lines are those of one place, or a sentence where this flow has sent nothing.
func (s *slide) lines(of func(*slide) []SlideLine) []SlideLine {
	if s.x == nil {
		return []SlideLine{absent("Nothing was sent here yet.")}
	}
	if list := of(s); len(list) > 0 {
		return list
	}
	return []SlideLine{absent("Nothing to see here.")}
}

// heading is the answer as a number and a word. Where our explanation leads to
// another answer, the number stands alone.
func (s *slide) heading() (status, word string) {
	switch {
	case s.x == nil:
		return "", "not sent yet"
	case s.verdict.Answered == 0:
		return "", "no answer"
	case panes.Mismatch(s.verdict) != "":
		return page.Itoa(s.verdict.Answered), ""
	}
	return page.Itoa(s.verdict.Answered), s.verdict.Outcome
}

// actedOn is what was done between the exchange that is shown and the step before:
// an administrator's deed, the clock that was moved.
func actedOn(in *hall.RoomInput) string {
	last := 0
	for _, flow := range in.Bench.Lanes {
		if x := in.Bench.Exchange(flow); x != nil {
			last = max(last, x.Number)
		}
	}
	at := plot.LooksAt(in.Bench.Step)
	before := 0
	for _, x := range in.Bench.Journal.Exchanges {
		if x.Number < last && x.Step != at && x.Step != plot.NoStep {
			before = x.Number
		}
	}
	var said []string
	for _, a := range in.Bench.Journal.Actions {
		if a.After >= before && a.After < last && a.Kind != journal.SettingsChanged {
			said = append(said, a.Detail)
		}
	}
	return strings.Join(said, " ")
}

// count writes how many of how many.
func count(n, of int) string { return fmt.Sprintf("%d of %d", n, of) }
