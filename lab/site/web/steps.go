package web

import (
	"net/http"
	"strconv"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// StepValue reads the step that a request names; where it names none it is the last one
// that was sent. It fails for what is no step of the lesson.
func StepValue(value string, v journal.View) (int, error) {
	if value == "" {
		return lastStep(v), nil
	}
	n, err := plot.Parse(value)
	if err != nil {
		return 0, BadRequest("A step is "+plot.Numbers+". Choose one from the list of steps on your bench.", err)
	}
	return n, nil
}

// lastStep is the step of the latest exchange that shows one.
func lastStep(v journal.View) int {
	for i := len(v.Exchanges) - 1; i >= 0; i-- {
		if s := v.Exchanges[i].Step; s != plot.NoStep {
			return s
		}
	}
	return plot.First
}

// ExchangeValue returns the exchange that a path names by its number.
func ExchangeValue(value string, v journal.View) (*journal.Exchange, error) {
	n, err := strconv.Atoi(value)
	x, ok := v.Exchange(n)
	if err != nil || !ok {
		return nil, &VisitorError{
			Status: http.StatusNotFound, Heading: "No such exchange", Cause: err,
			Text: "This bench has recorded " + strconv.Itoa(len(v.Exchanges)) + " exchanges. The journal on its page lists them.",
		}
	}
	return x, nil
}

// Download says what an answer holds and what it is called when it is kept. name
// is one of ours.
func Download(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
