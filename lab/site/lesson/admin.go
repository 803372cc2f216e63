package lesson

import (
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// AdminView is what an administrator can do to a bench besides asking its apps.
type AdminView struct {
	Path     string
	Step     int
	View     string
	Accounts []AdminAccount
	Clock    string
	Moves    []ClockMove
	Ends     []ClockEnd
	// OtherClocks says what does not go by the bench's clock.
	OtherClocks string
	Copies      []CopyView
	Open        string // the part that this step is about: "role", "replay", "clock", ""
}

// AdminAccount is an account whose role can be changed.
type AdminAccount struct{ ID, Email, Role, Other string }

// ClockMove is a distance that the clock can be moved by.
type ClockMove struct{ Label, By string }

// CopyView is a credential that somebody else may have copied.
type CopyView struct {
	Flow    journal.Flow
	State   string
	Number  int
	Value   string
	Command string // the same request as a curl command
}

func newAdmin(in *panes.BenchInput) AdminView {
	d := AdminView{
		Path: in.Path(), Step: in.Step, View: in.View, Clock: benchClock(in),
		Moves: []ClockMove{{"1 minute", "1m"}, {"15 minutes", "15m"}, {"1 hour", "1h"}, {"1 day", "24h"}},
		Ends:  endsOf(in), OtherClocks: otherClocks(in),
		Open: adminPart(plot.At(in.Step)),
	}
	for _, a := range in.Now[in.Lanes[0]].Accounts {
		other := "member"
		if a.Role == other {
			other = "staff"
		}
		d.Accounts = append(d.Accounts, AdminAccount{ID: a.ID, Email: a.Email, Role: a.Role, Other: other})
	}
	for _, flow := range in.Lanes {
		if x := in.Journal.Latest(flow, func(x *journal.Exchange) bool { return visitorsLogin(in, x) }); x != nil {
			d.Copies = append(d.Copies, copyOf(in, x))
		}
	}
	return d
}

// adminPart is the part of the administrator's that a step is done with, "" for none.
func adminPart(step plot.Step) string {
	switch {
	case step.Does(plot.DoRole):
		return "role"
	case step.Does(plot.DoReplay):
		return "replay"
	case step.Does(plot.DoClock):
		return "clock"
	}
	return ""
}

// visitorsLogin reports whether an exchange is the lesson's login, or one that was
// made again before a step: its credential is the one to copy.
func visitorsLogin(in *panes.BenchInput, x *journal.Exchange) bool {
	return x.By == journal.Visitor && (x.Step == plot.Login || x.Restores) && in.LogsIn(x)
}

func copyOf(in *panes.BenchInput, x *journal.Exchange) CopyView {
	c, _ := explain.Read(x).Issued()
	return CopyView{
		Flow: x.Flow, State: explain.FlowOf(x.Flow).State, Number: x.Number, Value: page.Brief(c.Value, 6),
		Command: copyCommand(in, x, c),
	}
}

func copyInk(c CopyView) string { return string(explain.FlowOf(c.Flow).Ink) }
