package panes

import (
	"fmt"

	"authlab/lab/plot"
)

// NextView is the control that goes on: a link where that only looks, a form
// where it sends.
type NextView struct {
	Sends bool
	Step  int
	Label string
	Href  string // where it only looks
	Again string // the label of the control that sends this step once more, ""
	// AgainFirst says what is done before this step is sent once more, AgainWhy why, and
	// Why why something is done before Step is sent; "" where nothing is.
	AgainFirst, AgainWhy, Why string
	// Lapses is when that changes by itself, in milliseconds of the Unix epoch, 0 for
	// never.
	Lapses int64
}

// Next works out what going on means: sending this step if it was not sent, else
// going to the next one, which sends if it must and has not.
func (in *BenchInput) Next() NextView {
	here := in.Steps[in.Step]
	var n NextView
	if here.Sends && in.Sent(here.Number) {
		var again NextView
		in.Prepare(&again, here.Number, "")
		n.Again, n.AgainFirst, n.AgainWhy, n.Lapses = "Send again", again.AgainFirst, again.Why, again.Lapses
	}
	target := here
	if (!here.Sends || in.Sent(here.Number)) && in.Step+1 < len(in.Steps) {
		target = in.Steps[in.Step+1]
	}
	n.Step = target.Number
	n.Sends = target.Sends && !in.Sent(target.Number)
	switch {
	case n.Sends:
		first := n.AgainFirst
		n.Label = fmt.Sprintf("Send %d: %s", target.Number, in.Prepare(&n, target.Number, target.Action))
		n.AgainFirst = first
	case target.Number == in.Step:
		n = NextView{Again: n.Again, AgainFirst: n.AgainFirst, AgainWhy: n.AgainWhy, Lapses: n.Lapses, Step: plot.First, Label: "From the start", Href: in.Link(plot.First, in.View, nil)}
	default:
		n.Label = fmt.Sprintf("Next %d: %s", target.Number, target.Title)
		n.Href = in.Link(target.Number, in.View, nil)
	}
	return n
}

// Prepare puts what has to be done before a step is sent in front of the words of
// the control that sends it, and notes why.
func (in *BenchInput) Prepare(n *NextView, step int, label string) string {
	if in.Sending != plot.NoStep {
		return label // it will stand otherwise once that is over
	}
	p := in.Premise(step)
	if p.Until > 0 && (n.Lapses == 0 || p.Until < n.Lapses) {
		n.Lapses = p.Until
	}
	if p.Holds() {
		return label
	}
	n.AgainFirst, n.Why = p.Does+" first", fmt.Sprintf("Before step %d: %s", step, p.Why)
	return p.Label(label)
}
