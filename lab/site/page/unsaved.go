package page

import (
	"time"

	"authlab/lab/moment"
)

// WhyUnsaved says why nothing can be saved.
type WhyUnsaved string

// Why nothing can be saved.
const (
	DiskFull    WhyUnsaved = "the lab’s disk is full"
	DiskFails   WhyUnsaved = "the lab’s disk does not take what is written"
	SavingFails WhyUnsaved = "saving fails"
)

// Unsaved is that what happens in a class is not saved.
type Unsaved struct {
	Since time.Time // by the machine's clock
	Why   WhyUnsaved
}

// ForInstructor says it to who can do something about it.
func (u *Unsaved) ForInstructor() string {
	remedy := map[WhyUnsaved]string{DiskFull: "Make room", DiskFails: "See to that disk", SavingFails: "See the lab’s log"}[u.Why]
	return "Since " + moment.Clock(u.Since) + " UTC nothing is saved: " + string(u.Why) + ". " + remedy + "; the lab goes on by itself, and saves all of it once it can."
}

// ForVoter says it to who has voted, and has no script that could.
func (u *Unsaved) ForVoter() string {
	return "Votes count, but are not saved at the moment: " + string(u.Why) + ". They would be gone after a restart of the lab."
}
