// Package export writes recorded exchanges in forms that other tools read: HAR
// 1.2 for browsers' developer tools, curl commands for a shell, .http files for
// editors, and the bytes as they were.
//
// Its functions are pure: they are given a journal's exchanges and the address
// by which the lab is reached. What they write comes from the captured bytes of
// messages alone; what the server keeps (keys, records, accounts) is in no
// export. A request that a form cannot say exactly is not written in that form:
// a comment stands in its place, says why, and names the address of its bytes.
package export

import (
	"fmt"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// Bench is what an export says about where the exchanges were recorded.
type Bench struct {
	ID   string
	Base string // scheme and host by which the lab is reached: "http://localhost:8080"
	// Version is the version of the lab that recorded.
	Version string
	// Title returns the title of a step of the lesson.
	Title func(step int) string
	// Shown is an exchange as it is shown, with what is not for everybody's eyes
	// hidden. It is asked for one exchange at a time. Nil shows all as it is.
	Shown func(*journal.Exchange) *journal.Exchange
}

func (b Bench) shown(x *journal.Exchange) *journal.Exchange {
	if b.Shown == nil {
		return x
	}
	return b.Shown(x)
}

// Every is the step that stands for all exchanges, also those of no step.
const Every = -2

// Of returns the exchanges of v that show a step, in order, or with Every all.
func Of(v journal.View, step int) []*journal.Exchange {
	if step == Every {
		return v.Exchanges
	}
	var xs []*journal.Exchange
	for _, x := range v.Exchanges {
		if x.Step == step {
			xs = append(xs, x)
		}
	}
	return xs
}

// address is where an exchange's page is; its parts are below it.
func (b Bench) address(x *journal.Exchange) string {
	return fmt.Sprintf("%s/bench/%s/exchanges/%d", b.Base, b.ID, x.Number)
}

// caption names an exchange without a word of what a stranger typed.
func caption(x *journal.Exchange) string {
	s := fmt.Sprintf("Exchange %d, %s", x.Number, x.Flow)
	if x.Step != plot.NoStep {
		s += fmt.Sprintf(", step %d", x.Step)
	}
	if x.By == journal.Replay {
		s += ", sent by another client with a copy"
	}
	return s
}

// nothing is what forms for people say where there is no exchange.
const nothing = "Nothing has been sent yet."
