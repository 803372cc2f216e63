package dev

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/rehearsal"
	"authlab/lab/site/article"
	"authlab/lab/site/inspect"
	"authlab/lab/site/lesson"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// Input is what the development page is made from. Nothing in it was made up:
// the exchanges were sent, the texts are the content's.
type Input struct {
	Bench    panes.BenchInput  // of a bench after the whole lesson and the cast's exchanges
	Cast     rehearsal.Cast    // those of its exchanges that are no part of the lesson
	Full     journal.View      // its journal with hardly any room left
	Sample   article.Run       // the lab's own run
	Learn    article.LearnView // a chapter between two others
	Term     article.TermView
	Feature  article.FeatureView
	Pairs    [2]panes.PairsView // as the lesson sets the apps up, and as the bench does
	Problems []page.ProblemView
	Tokens   map[string]inspect.TokenInput // states of the token inspector, by name

	Found, NotFound, Asked article.SearchView

	// Cookies are the cookie inspector with the sample, with a whole answer
	// pasted, and with a mistake in the form.
	Cookies [3]inspect.CookieView
}

// View is the development page.
type View struct {
	page.Chrome
	Bench  string // the path of the bench that everything happened on
	Groups []Group
}

// Group is a component with its states.
type Group struct {
	Name, ID string
	Wide     bool // each state takes the whole width
	States   []State
}

// State is a component in one state. Class is that of the element around it.
type State struct {
	Name, Class string
	Body        templ.Component
}

// Notice is a sentence that the scripts say.
type Notice struct{ Name, Text, Action string }

// Notices are the kinds of sentences that the scripts say.
var Notices = []Notice{
	{"plain", "Copied.", ""},
	{"asks first", "First: what will happen? Choose and lock it in, or send again to skip.", ""},
	{"with an action", "The lab does not answer. What you see stays as it was.", "Try again"},
	{"reconnecting", "Connection lost; trying again. What you see stays.", ""},
	{"expired", "This bench has expired, or the lab was restarted. What was on screen stays.", "Make a new bench"},
}

// NewDev builds the development page.
func NewDev(in Input) View {
	in.Bench.Premise = func(int) plot.Premise { return plot.Premise{} }
	d := dev{in}
	v := View{Chrome: in.Bench.Chrome("Specimen sheet: AuthLab"), Bench: in.Bench.Path()}
	v.Toggle, v.Chrome.Bench = nil, ""
	for _, g := range []Group{
		{Name: "Prediction", States: d.predictions()},
		{Name: "Telling", States: d.tellings()},
		{Name: "Stepper", Wide: true, States: d.steppers()},
		{Name: "Heads", Wide: true, States: d.heads()},
		{Name: "Browser holds", States: d.holds()},
		{Name: "Browser", States: d.frames()},
		{Name: "Wire", States: d.wires()},
		{Name: "Checks", States: d.checks()},
		{Name: "Records", States: d.records()},
		{Name: "Remembers", States: d.remembers()},
		{Name: "Backstage", States: d.backstage()},
		{Name: "Rows of the bench", Wide: true, States: d.rows()},
		{Name: "Take away", Wide: true, States: d.takes()},
		{Name: "Handout", Wide: true, States: d.handouts()},
		{Name: "Beside the lanes", States: d.beside()},
		{Name: "Journal", States: d.journals()},
		{Name: "Diagram", States: d.diagrams()},
		{Name: "In the article", States: d.article()},
		{Name: "Comparison", Wide: true, States: d.comparison()},
		{Name: "Both apps’ code", Wide: true, States: d.pairs()},
		{Name: "Search", States: d.searches()},
		{Name: "Cookie inspector", Wide: true, States: d.cookies()},
		{Name: "Token inspector", Wide: true, States: d.tokens()},
		{Name: "Notices", States: d.notices()},
		{Name: "Errors", States: d.problems()},
		{Name: "Menus", States: d.menus()},
		{Name: "QR code", States: d.codes()},
		{Name: "Plain http", Wide: true, States: []State{{"folded", "", page.PlainHTTP("192.168.7.20:8080")}, {"open", "", unfolded(page.PlainHTTP("192.168.7.20:8080"))}}},
	} {
		g.ID = "dev-" + strings.ReplaceAll(page.Lower(g.Name), " ", "-")
		for i, s := range g.States {
			g.States[i].Body = apart(fmt.Sprintf("%s-%d-", g.ID, i), s.Body)
		}
		v.Groups = append(v.Groups, g)
	}
	return v
}

// cookies are the parts of the cookie inspector.
func (d dev) cookies() []State {
	sample, pasted, wrong := d.in.Cookies[0], d.in.Cookies[1], d.in.Cookies[2]
	return []State{
		{Name: "form, with the sample", Class: "inspect", Body: inspect.CookieForm(sample)},
		{Name: "form, after a paste", Class: "inspect", Body: inspect.CookieForm(pasted)},
		{Name: "form, with a mistake", Class: "inspect", Body: inspect.CookieForm(wrong)},
		{Name: "answer, one cookie", Class: "inspect", Body: inspect.CookieResult(*sample.Result)},
		{Name: "answer, several", Class: "inspect", Body: inspect.CookieResult(*pasted.Result)},
	}
}

// dev builds the states of each component.
type dev struct{ in Input }

// at is the bench's page of a step as it was once exchange number was recorded,
// 0 for before any.
func (d dev) at(step, number int) panes.BenchInput {
	in := d.in.Bench
	in.Step, in.Now, in.Answers = step, map[journal.Flow]journal.State{}, nil
	all := in.Journal.Exchanges
	later := slices.IndexFunc(all, func(x *journal.Exchange) bool { return x.Number > number })
	if later < 0 {
		later = len(all)
	}
	in.Journal.Exchanges = all[:later]
	in.Journal.Actions = slices.DeleteFunc(slices.Clone(in.Journal.Actions), func(a journal.Action) bool { return a.After >= number })
	in.Clock, in.Ahead = in.Made, 0
	if later > 0 {
		last := all[later-1]
		in.Clock, in.Ahead = last.Clock, last.Clock.Sub(last.Started).Round(time.Second)
	}
	for _, x := range slices.Backward(all) {
		if x.Number > number {
			in.Now[x.Flow] = x.Before
		}
	}
	for _, x := range in.Journal.Exchanges {
		in.Now[x.Flow] = x.After
	}
	return in
}

// new is the page of a bench on which nothing has been sent.
func (d dev) new() lesson.BenchView { return lesson.NewBench(d.at(plot.First, 0)) }

// step is the bench's page of a step, just after what it sent.
func (d dev) step(step int) lesson.BenchView { return lesson.NewBench(d.sent(step)) }

func (d dev) sent(step int) panes.BenchInput {
	number := 0
	for _, x := range d.in.Bench.Journal.Exchanges {
		if x.Step == plot.LooksAt(step) && x.Number < d.in.Cast.Page.Number {
			number = x.Number
		}
	}
	return d.at(step, number)
}

// lane is a flow at a step.
func (d dev) lane(step int, flow journal.Flow) panes.Lane {
	in := d.sent(step)
	return in.Lane(flow)
}

// of is the lane of one exchange.
func (d dev) of(x *journal.Exchange) panes.Lane {
	in := d.in.Bench
	in.Pins = map[journal.Flow]int{x.Flow: x.Number}
	return in.Lane(x.Flow)
}
