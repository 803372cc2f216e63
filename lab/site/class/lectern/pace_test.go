package lectern

import (
	"testing"
	"time"

	"authlab/lab/moment"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/panes"
)

func TestPace(t *testing.T) {
	at := func(s int) time.Time {
		return time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(s) * time.Second)
	}
	notes := []panes.NoteText{{Step: 0, Minutes: 4}, {Step: 1, Minutes: 5}, {Step: 2, Minutes: 3}}
	const never = -1
	tests := []struct {
		name                 string
		step, began, arrived int // in seconds
		now                  int
		used, here, planned  string
		words                string
		scale                int
	}{
		{"not begun", 0, never, 0, 500, "0:00", "0:00", "0:00", "not begun", 720},
		{"just begun, long after the room was made", 0, 500, 0, 500, "0:00", "0:00", "0:00", "on time", 720},
		{"within the first step", 0, 500, 0, 620, "2:00", "2:00", "2:00", "on time", 720},
		{"as much too long as is on time", 0, 0, 0, 270, "4:30", "4:30", "4:00", "on time", 720},
		{"one second more", 0, 0, 0, 271, "4:31", "4:31", "4:00", "30 s behind", 720},
		{"tens of seconds", 0, 0, 0, 359, "5:59", "5:59", "4:00", "110 s behind", 720},
		{"minutes", 0, 0, 0, 360, "6:00", "6:00", "4:00", "2 min behind", 720},
		{"moved on early", 1, 0, 200, 200, "3:20", "0:00", "4:00", "40 s ahead", 720},
		{"moved on 30 s early", 1, 0, 210, 210, "3:30", "0:00", "4:00", "on time", 720},
		{"skipped ahead", 2, 0, 10, 20, "0:20", "0:10", "9:10", "8 min ahead", 720},
		{"back again", 0, 0, 600, 600, "10:00", "0:00", "0:00", "10 min behind", 720},
		{"over an hour", 2, 0, 600, 3723, "1:02:03", "52:03", "12:00", "50 min behind", 3723},
		{"a clock that was set back", 0, 100, 100, 40, "0:00", "0:00", "0:00", "on time", 720},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := hall.RoomInput{Notes: notes, Now: at(tt.now), State: room.State{Step: tt.step, Arrived: at(tt.arrived)}}
			if tt.began != never {
				in.State.Began = at(tt.began)
			}
			p := newPace(&in)
			if got := moment.Stopwatch(p.Used()); got != tt.used {
				t.Errorf("used %s, want %s", got, tt.used)
			}
			if got := moment.Stopwatch(p.AtStep()); got != tt.here {
				t.Errorf("at this step for %s, want %s", got, tt.here)
			}
			if got := moment.Stopwatch(p.Planned()); got != tt.planned {
				t.Errorf("the plan is at %s, want %s", got, tt.planned)
			}
			if got := p.Words(); got != tt.words {
				t.Errorf("%q, want %q", got, tt.words)
			}
			if got := p.Scale(); got != tt.scale {
				t.Errorf("the bar has %d s, want %d", got, tt.scale)
			}
		})
	}
}

// A lesson without notes has no plan, and no division by it.
func TestPaceWithoutPlan(t *testing.T) {
	in := hall.RoomInput{}
	if p := newPace(&in); p.Words() != "not begun" || p.Scale() != 1 || p.Plan != 0 {
		t.Errorf("%q, a bar of %d s, a plan of %s", p.Words(), p.Scale(), p.Plan)
	}
}
