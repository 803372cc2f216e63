package lectern

import (
	"fmt"
	"time"

	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
)

// RightsView is who may drive a class.
type RightsView struct {
	Most  int    // how many may
	Life  string // for how long each
	List  []RightView
	Alone bool // no browser may but the one that looks
	// Displaced says which right made way for a newer one last, "" if none did.
	Displaced string
}

// RightView is one browser's right to drive.
type RightView struct {
	Name  string       // "Right 3"
	Facts []string     // how it was given, when it was used, what is open with it
	Own   bool         // it is the right of the browser that looks
	Take  hall.Control // takes it back
}

func rightsOf(in *hall.RoomInput) RightsView {
	v := RightsView{Most: room.MaxRights, Life: page.Plural(int(room.RightLife.Hours()), "hour")}
	for _, r := range in.Rights {
		take := hall.Control{Path: in.Path() + "/drive", Act: "takeback", Label: "Take right " + page.Itoa(r.Number) + " back", Fields: []hall.Hidden{{Name: "right", Value: page.Itoa(r.Number)}}}
		v.List = append(v.List, RightView{
			Name: "Right " + page.Itoa(r.Number), Own: r.Number == in.Right, Take: take,
			Facts: []string{rightGiven(in, r), usedAt(in, r), openWindows(r.Open)},
		})
	}
	v.Alone = len(v.List) == 1 && v.List[0].Own
	switch d := in.Displaced; {
	case d.At.IsZero():
	case d.Used.IsZero():
		v.Displaced = fmt.Sprintf("At %s a right that nobody had used for longest made way for a new one.", minuteOf(in, d.At))
	default:
		v.Displaced = fmt.Sprintf("At %s the right that was not used since %s made way for a new one.", minuteOf(in, d.At), minuteOf(in, d.Used))
	}
	return v
}

func openWindows(n int) string {
	if n == 0 {
		return "no open window"
	}
	return page.Plural(n, "open window")
}

// rightGiven says how and when a browser came by its right.
func rightGiven(in *hall.RoomInput, r room.Right) string {
	switch r.Origin {
	case room.ByOpening:
		return "Opened the class, " + minuteOf(in, r.Given)
	case room.ByBench:
		return "Presented the bench, " + minuteOf(in, r.Given)
	case room.ByInvite:
		return fmt.Sprintf("Handed over to the %s, %s", r.To, minuteOf(in, r.Given))
	default:
		return "Given before the lab noted how and when"
	}
}

// usedAt says when a right was used last, and by what.
func usedAt(in *hall.RoomInput, r room.Right) string {
	if r.By == "" {
		return "not used since"
	}
	return fmt.Sprintf("last used by the %s, %s", r.By, minuteOf(in, r.Used))
}

// minuteOf is a time to the minute, in UTC, with its date where that is another day's.
func minuteOf(in *hall.RoomInput, t time.Time) string {
	t, now := t.UTC(), in.Now.UTC()
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2 Jan, 15:04") + " UTC"
	}
	return t.Format("15:04") + " UTC"
}
