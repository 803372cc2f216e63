package room

import (
	"fmt"
	"slices"
)

// UnsavedError is returned for what was done, and holds, but could not be saved: it
// would be gone after a restart. Whoever gets it must not ask for it again.
type UnsavedError struct{ Err error }

func (e UnsavedError) Error() string { return fmt.Sprintf("done, but not saved: %v", e.Err) }

// Unwrap returns why it could not be saved.
func (e UnsavedError) Unwrap() error { return e.Err }

// kept waits until something is saved, and returns UnsavedError where it is not.
func kept(s Saved) error {
	if err := s.Wait(); err != nil {
		return UnsavedError{err}
	}
	return nil
}

// maxPresses is how many presses a room remembers; the oldest gives way. A press is
// sent again within seconds, if at all.
const maxPresses = 32

// pressed reports whether what a press asks for was done before. r.mu must be held.
func (r *Room) pressed(press string) bool {
	return press != "" && slices.Contains(r.presses, press)
}

// press remembers that what a press asks for is done. r.mu must be held.
func (r *Room) press(press string) {
	if press == "" {
		return
	}
	if len(r.presses) == maxPresses {
		r.presses = slices.Clone(r.presses[1:])
	}
	r.presses = append(r.presses, press)
}
