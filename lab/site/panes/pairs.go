package panes

import (
	"authlab/lab/site/page"
)

// PairsView is the page of the apps' functions that do the same, side by side.
type PairsView struct {
	page.Chrome
	Pairs []PairView
	// Marked says that the lines are marked that a bench's settings choose.
	Marked bool
	// Back leads to the bench; it is "" where there is none.
	Back string
	// Of leads from a bench to the same page without a bench's settings.
	Of string
}

// PairView is what both apps do, each with a function of its own.
type PairView struct {
	Number                    int
	Name, Anchor              string
	Both, Stateful, Stateless []page.Part
}

// NewPairs makes the page for a bench.
func NewPairs(in BenchInput, pairs []PairView) PairsView {
	return PairsView{
		Chrome: in.Chrome("Both apps’ code, as your lab is set up: AuthLab").WithToggle(in.Path()+"/code", in.View),
		Pairs:  pairs, Marked: true, Back: in.Link(in.Step, in.View, in.Pins), Of: page.WithView("/compare/code", in.View),
	}
}

// codePath is where both apps' code is to be read side by side: as the bench is set
// up, or in a class, whose bench is no student's, as the lesson is.
func (in *BenchInput) codePath() string {
	if in.Class {
		return "/compare/code"
	}
	return in.Path() + "/code"
}
