package lesson

import (
	"fmt"
	"strconv"

	"authlab/lab/explain"
	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// TakeView is what a visitor can take away from a page.
type TakeView struct {
	Commands []CommandView
	Exports  []ExportRow
	Handout  string // the address of the print handout, "" where there is none
}

// CommandView is an exchange's request as a curl command. A long one is not on the
// page: Text is empty then, and Long says so, Href is where it can be had.
type CommandView struct{ ID, Name, Text, Long, Href string }

// ExportRow is the forms in which a selection of exchanges can be had.
type ExportRow struct {
	Name  string // "This step"
	Forms []page.Choice
}

// exportBench is what exports need to know of the bench.
func exportBench(in *panes.BenchInput) export.Bench { return export.Bench{ID: in.ID, Base: in.Origin} }

func commandFor(in *panes.BenchInput, x *journal.Exchange) CommandView {
	v := CommandView{
		ID:   "take-" + strconv.Itoa(x.Number),
		Name: fmt.Sprintf("%s, exchange %d", explain.FlowOf(x.Flow).State, x.Number),
		Text: export.Curl(exportBench(in), x),
	}
	if len(v.Text) > panes.LongMessage {
		v.Long, v.Text = "The command is "+page.Size(int64(len(v.Text)))+" long, too long for this page.", ""
		v.Href = fmt.Sprintf("%s/exchanges/%d/curl", in.Path(), x.Number)
	}
	return v
}

// NewTake is what the bench page offers: what it shows as commands, the step and
// the whole bench as files.
func NewTake(in *panes.BenchInput) TakeView {
	t := TakeView{Handout: in.Path() + "/handout"}
	for _, flow := range in.Lanes {
		if x := in.Exchange(flow); x != nil {
			t.Commands = append(t.Commands, commandFor(in, x))
		}
	}
	at := "?step=" + strconv.Itoa(in.Step)
	t.Exports = []ExportRow{
		{Name: "This step", Forms: append(formsFor(in, at), page.Choice{Name: "handout", Href: in.Path() + "/handout" + at})},
		{Name: "The whole bench", Forms: formsFor(in, "")},
	}
	return t
}

func formsFor(in *panes.BenchInput, query string) []page.Choice {
	return []page.Choice{
		{Name: "HAR", Href: in.Path() + "/export.har" + query},
		{Name: ".http file", Href: in.Path() + "/export.http" + query},
		{Name: "raw bytes, ZIP", Href: in.Path() + "/export.zip" + query},
		{Name: "curl commands", Href: in.Path() + "/curl" + query},
	}
}

// NewTakeOne is what the page of one exchange offers.
func NewTakeOne(in *panes.BenchInput, x *journal.Exchange) TakeView {
	at := in.Path() + "/exchanges/" + strconv.Itoa(x.Number)
	return TakeView{
		Commands: []CommandView{commandFor(in, x)},
		Exports: []ExportRow{{Name: "This exchange", Forms: []page.Choice{
			{Name: "HAR", Href: at + "/har"},
			{Name: ".http file", Href: at + "/http"},
			{Name: "the request’s bytes", Href: at + "/request"},
			{Name: "the response’s bytes", Href: at + "/response"},
			{Name: "curl command as text", Href: at + "/curl"},
		}}},
	}
}

// copyCommand is a request for the profile with a copied credential, as somebody
// else would send it.
func copyCommand(in *panes.BenchInput, x *journal.Exchange, c explain.Credential) string {
	name, value := c.Field(x.Settings)
	field := export.Field{Name: name, Value: value}
	r := export.Request{Method: "GET", Target: in.Path() + "/" + string(c.Flow) + "/profile", Fields: []export.Field{field}}
	return r.Curl(in.Origin)
}
