package operator

import (
	"strconv"
	"time"

	"authlab/lab/site/page"
)

// View is the page for whoever runs the lab: what is held, by whom, and who
// is held back. It names no bench and no class that could be opened by it.
type View struct {
	page.Chrome
	At       string
	Figures  []Figure
	Clients  []Client
	Benches  []Bench
	Classes  []Class
	Refusals []Refusal
	Recent   []Refusal
}

// Figure is one figure of the process, and what bounds it; Bound is empty
// where nothing does.
type Figure struct{ ID, Name, Value, Bound string }

// Client is what the benches of one network address hold.
type Client struct {
	Client  string // "" for the lab itself
	Bytes   int64
	Benches int
}

// Bench is one of the largest benches.
type Bench struct {
	Client     string
	Bytes      int64
	Exchanges  int
	Open, Held bool
}

// Class is a class. Its code is not told: it would let one join.
type Class struct {
	Made                   time.Time
	Step, Following, Votes int
	Ended                  bool
}

// Refusal is what was refused: how often, whom last, and when.
type Refusal struct {
	Kind, Client string
	Count        int
	At           time.Time
}

// Whole returns the name of who holds something.
func (c Client) Whole() string { return client(c.Client) }

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

func benchState(b Bench) string {
	switch {
	case b.Held:
		return "a class follows it"
	case b.Open:
		return "open in a page"
	}
	return "not open"
}

func classState(c Class) string {
	if c.Ended {
		return "has ended"
	}
	return "at step " + page.Itoa(c.Step)
}
