package page

import (
	"strconv"

	"authlab/lab/plot"
)

// StepCount is how many steps the lesson has, at the beginning of a line: in a word
// where there is a short one.
var StepCount = howMany(plot.Count) + " steps"

func howMany(n int) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}
