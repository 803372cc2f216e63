package lab_test

import (
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// TestLessonAfterALongWhile goes through the lesson by the one button, in a browser,
// with hours between its steps: the button says what it does first, that happens
// before the eyes of the visitor, and every step shows what it teaches.
func TestLessonAfterALongWhile(t *testing.T) {
	t.Parallel()
	inEach(t, func(t *testing.T, b *tab) {
		b.start()
		pauses := map[int]time.Duration{plot.AskAgain: 16 * time.Minute, plot.Role: 25 * time.Hour, plot.Logout: 61 * time.Minute, plot.Replay: 16 * time.Minute}
		for step := range plot.Count {
			if by := pauses[step]; by > 0 {
				if err := b.bench().MoveClock(by); err != nil {
					t.Fatal(err)
				}
				b.until("document.querySelector('#next').innerText.includes('Log in again')")
				b.until("document.querySelector('#why').innerText.includes(' ended at ')")
			}
			b.pressNext()
			b.until("document.querySelector('main').dataset.step === '" + itoa(step) + "'")
			b.settled()
			if !plot.At(step).Sends() {
				continue
			}
			b.until("document.querySelectorAll('#difference [data-otherwise], #chapter [data-otherwise]').length === 0")
			b.until("document.querySelector('#difference .absent') === null")
			if pauses[step] > 0 && !restoredBefore(b.bench().Journal(), step) {
				t.Errorf("before step %d nothing was recorded that restores its premise", step)
			}
		}
	})
}

// restoredBefore reports whether a login was recorded right before a step, as sent to
// restore its premise.
func restoredBefore(v journal.View, step int) bool {
	restored := false
	for _, x := range v.Exchanges {
		if x.Step == step {
			return restored
		}
		restored = restored && x.Step == plot.NoStep || x.Restores
	}
	return false
}
