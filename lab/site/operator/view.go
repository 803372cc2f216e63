package operator

import (
	"strconv"
	"time"

	"authlab/lab/site/page"
)

// OperatorView is the page for whoever runs the lab: what is held, by whom, and who
// is held back. It names no bench and no class that could be opened by it.
type OperatorView struct {
	page.Chrome
	At       string
	Figures  []OperatorFigure
	Clients  []OperatorClient
	Benches  []OperatorBench
	Classes  []OperatorClass
	Refusals []OperatorRefusal
	Recent   []OperatorRefusal
}

// OperatorFigure is one figure of the process, and what bounds it; Bound is empty
// where nothing does.
type OperatorFigure struct{ ID, Name, Value, Bound string }

// OperatorClient is what the benches of one network address hold.
type OperatorClient struct {
	Client  string // "" for the lab itself
	Bytes   int64
	Benches int
}

// OperatorBench is one of the largest benches.
type OperatorBench struct {
	Client     string
	Bytes      int64
	Exchanges  int
	Open, Held bool
}

// OperatorClass is a class. Its code is not told: it would let one join.
type OperatorClass struct {
	Made                   time.Time
	Step, Following, Votes int
	Ended                  bool
}

// OperatorRefusal is what was refused: how often, whom last, and when.
type OperatorRefusal struct {
	Kind, Client string
	Count        int
	At           time.Time
}

// Whole returns the name of who holds something.
func (c OperatorClient) Whole() string { return client(c.Client) }

func client(name string) string {
	if name == "" {
		return "the lab itself, and classes brought back"
	}
	return name
}

// Bytes writes a number of bytes as people read them: "12.4 MiB".
func Bytes(n int64) string {
	switch {
	case n < 1<<20:
		return page.Size(n)
	case n < 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	}
	return strconv.FormatFloat(float64(n)/(1<<30), 'f', 2, 64) + " GiB"
}

func timeOfDay(t time.Time) string { return t.Format("15:04:05") }

func benchState(b OperatorBench) string {
	switch {
	case b.Held:
		return "a class follows it"
	case b.Open:
		return "open in a page"
	}
	return "not open"
}

func classState(c OperatorClass) string {
	if c.Ended {
		return "has ended"
	}
	return "at step " + page.Itoa(c.Step)
}
