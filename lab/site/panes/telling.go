package panes

import (
	"fmt"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/explain/client"
	"authlab/lab/explain/facts"
	"authlab/lab/journal"
	"authlab/lab/outcome"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

// Telling is what can be said of what a step came to. A text that reports an outcome
// is told as what happened only where the recorded exchanges bear it out.
type Telling struct {
	// Lanes are the flows that it is about.
	Lanes []journal.Flow
	// Known says that every flow has an exchange which shows the step, and that the
	// step is not being sent; Wait says what is missing, where something is.
	Known bool
	Wait  string
	// Otherwise says what happened instead, for each flow whose exchange is not what
	// the text takes for granted; none where the run went as the text says.
	Otherwise []Account
}

// Account says of one flow what came of its request.
type Account struct {
	Flow         journal.Flow
	Class, State string // "flow flow-token", "Stateless"
	Text         string
}

// Plain reports whether the run went as the text says.
func (t Telling) Plain() bool { return t.Known && len(t.Otherwise) == 0 }

// Of is the account of a flow that went otherwise, "" where it did not.
func (t Telling) Of(flow journal.Flow) string {
	for _, a := range t.Otherwise {
		if a.Flow == flow {
			return a.Text
		}
	}
	return ""
}

// shows returns the exchange that shows what a step is about in a flow: the one that
// the address names, if it does, else the latest one. It is nil where there is none,
// and while the step is being sent.
func (in *BenchInput) shows(flow journal.Flow, step int) *journal.Exchange {
	if in.BeingSent(step) {
		return nil
	}
	if x, ok := in.Journal.Exchange(in.Pins[flow]); ok && step == in.Step && x.Flow == flow && in.Shows(x, step) {
		return x
	}
	if x := in.Journal.Latest(flow, func(x *journal.Exchange) bool { return in.Shows(x, step) && in.LogsIn(x) }); x != nil {
		return x
	}
	return in.Journal.Latest(flow, func(x *journal.Exchange) bool { return in.Shows(x, step) })
}

// BeingSent reports whether a page is sending what a step shows.
func (in *BenchInput) BeingSent(step int) bool { return in.Sending == plot.LooksAt(step) }

// facts are what the exchanges that show a step came to, of each flow that has one.
func (in *BenchInput) facts(step int) map[string]outcome.Facts {
	run := map[string]outcome.Facts{}
	for _, flow := range in.Lanes {
		if x := in.shows(flow, step); x != nil {
			run[string(flow)] = facts.Of(x, in.heldBy(x))
		}
	}
	return run
}

// heldBy is what the browser that sent an exchange holds after it.
func (in *BenchInput) heldBy(x *journal.Exchange) explain.Held {
	own := client.Of(x, in.PageOf(x)).Own(in.Journal.Exchanges, in.PageOf)
	return explain.HeldAfter(own, x.Flow, x.Number)
}

// Tell works out what can be said of a step.
func (in *BenchInput) Tell(step int) Telling {
	run := in.facts(step)
	t := Telling{Lanes: in.Lanes, Known: len(run) == len(in.Lanes), Wait: in.wait(step, run)}
	if !t.Known {
		return t
	}
	for _, flow := range in.Lanes {
		expected, facts := in.Steps[step].Expect[string(flow)], run[string(flow)]
		if !expected.Holds(facts) {
			t.Otherwise = append(t.Otherwise, Account{
				Flow: flow, Class: page.ClassOf(flow), State: explain.FlowOf(flow).State, Text: account(in.shows(flow, step), expected, facts),
			})
		}
	}
	return t
}

// wait says why nothing can be told of a step.
func (in *BenchInput) wait(step int, run map[string]outcome.Facts) string {
	at := plot.LooksAt(step)
	switch {
	case in.BeingSent(step):
		return "It is being sent. What came of it is told once " + in.answered() + "."
	case len(run) == len(in.Lanes):
		return ""
	case len(run) == 0 && at == step:
		return "Not sent yet. What came of it is told here once it was."
	case len(run) == 0:
		return fmt.Sprintf("This step looks at what step %d sends, and that was not sent yet.", at)
	}
	for _, flow := range in.Lanes {
		if _, sent := run[string(flow)]; !sent {
			return fmt.Sprintf("Step %d was not sent to the %s app yet. Send it to %s to see what differs.", at, flow, in.together())
		}
	}
	return ""
}

// answered says that all apps that are shown have answered.
func (in *BenchInput) answered() string {
	return []string{"", "the app has answered", "both apps have answered", "all apps have answered"}[len(in.Lanes)]
}

// account says what came of a request where the text takes something else for
// granted: the answer, the check that decided, and each fact that differs.
func account(x *journal.Exchange, expected outcome.Expected, f outcome.Facts) string {
	v := explain.Read(x).Verdict()
	said := []string{fmt.Sprintf("The %s app answered %s.", x.Flow, page.StatusText(v.Answered))}
	if v.Answered == 0 {
		said[0] = fmt.Sprintf("The %s app gave no answer.", x.Flow)
	}
	for _, c := range v.Checks {
		if c.Result == explain.Failed && Mismatch(v) == "" {
			said = append(said, fmt.Sprintf("It stopped at the check “%s”: %s", c.Name, page.Shown(c.Detail)))
			break
		}
	}
	for _, fact := range factOrder {
		if any, is := expected[fact]; is && !(outcome.Expected{fact: any}).Holds(f) {
			said = append(said, differs(fact, any, f))
		}
	}
	return strings.Join(strings.Fields(strings.Join(said, " ")), " ")
}

// factOrder is the order in which what differs is said. What the answer's status and
// the deciding check say already is not among them.
var factOrder = []outcome.Fact{
	outcome.Carries, outcome.LetIn, outcome.Stopped, outcome.Checked, outcome.Role, outcome.Gives, outcome.Clears, outcome.Writes,
	outcome.Deletes, outcome.Raises, outcome.KeepsIn, outcome.Decodes, outcome.Held, outcome.Scripts,
}

// differences say of each fact, by its value, what was recorded.
var differences = map[outcome.Fact]map[string]string{
	outcome.Carries: {
		"cookie": "The request carried the credential in a cookie.", "authorization": "The request carried the credential in its Authorization field.",
		"nothing": "The request carried no credential.",
	},
	outcome.LetIn:   {"yes": "It gave the page that was asked for.", "no": "It did not give the page that was asked for."},
	outcome.Stopped: {"nothing": "No check failed."},
	outcome.Gives: {
		"cookie": "The answer handed out a cookie.", "token": "The answer handed out a token in its content.", "nothing": "The answer handed out no credential.",
	},
	outcome.Clears:  {"yes": "The answer told the browser to drop its cookie.", "no": "The answer told the browser to drop no cookie."},
	outcome.Writes:  {"yes": "The server wrote a record.", "no": "The server wrote no record."},
	outcome.Deletes: {"yes": "The server deleted a record.", "no": "The server deleted no record."},
	outcome.Raises:  {"yes": "The server raised the account’s version, which ends the tokens that were made before.", "no": "The server raised no version."},
	outcome.KeepsIn: {
		"cookie": "The role is in the cookie.", "record": "The role is in the record.", "token": "The role is in the token.", "accounts": "The role is in the accounts.",
	},
	outcome.Decodes: {
		"nothing": "Nothing of the token could be read.", "header": "Of the token only the header could be read.", "all": "Header and payload of the token could be read.",
	},
	outcome.Held: {
		"cookie": "The browser keeps the credential in a cookie.", "localStorage": "The browser keeps the credential in localStorage.",
		"sessionStorage": "The browser keeps the credential in sessionStorage.", "memory": "The page keeps the credential in a variable of its script.",
		"nowhere": "The browser holds no credential.",
	},
	outcome.Scripts: {"can": "Scripts of the page can read it there.", "cannot": "Scripts of the page cannot read it there."},
}

func differs(fact outcome.Fact, expected []string, f outcome.Facts) string {
	switch is := f.One(fact); {
	case fact == outcome.Checked:
		return fmt.Sprintf("The check “%s” was not made.", expected[0])
	case fact == outcome.Role && is == "none":
		return "The answer names no role."
	case fact == outcome.Role:
		return "The answer names the role " + page.Shown(page.Brief(is, 20)) + "."
	default:
		return differences[fact][is] // a check that failed has been named
	}
}

// happened are the options of a question that a run bears out, from 1. known says
// that the run has all that any of them speaks of.
func (p PredictionText) happened(run map[string]outcome.Facts) (options []int, known bool) {
	known = true
	for i, c := range p.When {
		all, holds := c.Of(run)
		known = known && all
		if holds && len(c) > 0 {
			options = append(options, i+1)
		}
	}
	if !known {
		return nil, false
	}
	return options, true
}

// Happened are the options of a question, from 1, that the run bears out.
func (in *BenchInput) Happened(p PredictionText) []int {
	options, _ := p.happened(in.facts(p.Step))
	return options
}

// Otherwise says what the run came to where it is not what the text of a step takes
// for granted, in one sentence or more; "" where it is.
func (in *BenchInput) Otherwise(step int) string {
	t := in.Tell(step)
	said := []string{t.Wait}
	for _, a := range t.Otherwise {
		said = append(said, a.Text)
	}
	return strings.TrimSpace(strings.Join(said, " "))
}

// Lapses writes a moment for the page's script, "" for never.
func Lapses(at int64) string {
	if at == 0 {
		return ""
	}
	return strconv.FormatInt(at, 10)
}
