package lectern

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/moment"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
)

// Pace is where a class is on its way through the plan, at one moment. What
// changes with time is written anew each second by the page's script, by the rule
// of Words and of moment.Stopwatch, from Began, Since, Before and Here.
type Pace struct {
	Began  time.Time     // when the class first moved on or sent; zero before
	Since  time.Time     // when it came to this step, Began at the earliest; zero before
	Before time.Duration // planned for the steps before this one
	Here   time.Duration // planned for this step
	Plan   time.Duration // planned for the whole lesson
	Now    time.Time
}

// newPace reads the plan from the notes. Steps without a note are not planned.
func newPace(in *hall.RoomInput) Pace {
	p := Pace{Began: in.State.Began, Now: in.Now}
	for _, n := range in.Notes {
		minutes := time.Duration(n.Minutes) * time.Minute
		p.Plan += minutes
		switch {
		case n.Step < in.State.Step:
			p.Before += minutes
		case n.Step == in.State.Step:
			p.Here = minutes
		}
	}
	if p.Began.IsZero() {
		return p
	}
	p.Since = in.State.Arrived
	if p.Since.Before(p.Began) {
		p.Since = p.Began // the first step was shown before the class began
	}
	return p
}

// Used is how long the lesson has lasted, 0 before it began.
func (p Pace) Used() time.Duration { return since(p.Began, p.Now) }

// AtStep is how long this step has lasted.
func (p Pace) AtStep() time.Duration { return since(p.Since, p.Now) }

// Planned is where the plan is: the time that it gives to the steps before, and
// to as much of this step as has passed. It stays at the end of a step that lasts
// longer than planned.
func (p Pace) Planned() time.Duration { return p.Before + min(p.AtStep(), p.Here) }

// onTime is how far from the plan still counts as on time.
const onTime = 30 * time.Second

// Words says how the class keeps to the plan: "not begun", "on time" if Planned
// and Used are at most 30 s apart, else "40 s ahead" or "2 min behind". Below two
// minutes it goes by tens of seconds, from there by minutes; both are rounded down,
// so that the words stand still.
func (p Pace) Words() string {
	if p.Began.IsZero() {
		return "not begun"
	}
	off, way := p.Planned()-p.Used(), "ahead"
	if off < 0 {
		off, way = -off, "behind"
	}
	switch {
	case off <= onTime:
		return "on time"
	case off < 2*time.Minute:
		return fmt.Sprintf("%d s %s", off/(10*time.Second)*10, way)
	default:
		return fmt.Sprintf("%d min %s", off/time.Minute, way)
	}
}

// Scale is the length of the bar in seconds: the plan, or the time used where that
// is more. It is at least 1.
func (p Pace) Scale() int { return max(seconds(p.Plan), seconds(p.Used()), 1) }

// bar says what the bar of the pace shows, for those who do not see it.
func (p Pace) bar() string {
	return fmt.Sprintf("%s used of %s; by the plan it would be %s", moment.Stopwatch(p.Used()), moment.Stopwatch(p.Plan), moment.Stopwatch(p.Planned()))
}

// since is the time from one moment to another, 0 from none or if it lies ahead.
func since(from, now time.Time) time.Duration {
	if from.IsZero() {
		return 0
	}
	return max(now.Sub(from), 0)
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// stampOf writes a moment for a script, as RFC 3339 has it; "" for none.
func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// paceStamps are what the script needs to go on with the times.
func paceStamps(p Pace) templ.Attributes {
	return templ.Attributes{
		"data-pace": true, "data-began": stampOf(p.Began), "data-arrived": stampOf(p.Since),
		"data-before": page.Itoa(seconds(p.Before)), "data-here": page.Itoa(seconds(p.Here)), "data-planned": page.Itoa(seconds(p.Plan)),
	}
}
