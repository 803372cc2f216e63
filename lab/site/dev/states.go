package dev

import (
	"slices"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/article"
	"authlab/lab/site/inspect"
	"authlab/lab/site/lesson"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// question is a prediction of a step that sends, as it was answered, before or
// after it was sent.
func (d dev) question(sent bool, answers func(panes.PredictionText) map[string]panes.Answered) templ.Component {
	sends := func(p panes.PredictionText) bool { return p.PointFlow != "" && d.in.Bench.Steps[p.Step].Sends }
	p := d.in.Bench.Predictions[slices.IndexFunc(d.in.Bench.Predictions, sends)]
	in := d.lesson()
	in.Answers = answers(p)
	return panes.Predict(p.On(&in, sent))
}

// lesson is the bench as it was when the lesson was over, before all else was sent.
func (d dev) lesson() panes.BenchInput {
	in := d.in.Bench
	in.Journal = in.Journal.Upto(d.in.Cast.Page.Number - 1)
	return in
}

// tellings are what is said of a step's outcome: as the text says, or otherwise,
// which a step of the lesson is held to that it does not show.
func (d dev) tellings() []State {
	in := d.lesson()
	step := in.Steps[7]
	another := step
	another.Expect = in.Steps[9].Expect
	odd := in
	odd.Steps = slices.Clone(in.Steps)
	odd.Steps[7] = another
	sending, unsent := in, in
	sending.Sending, unsent.Journal = 7, journal.View{}
	otherwise := odd.Tell(7)
	return []State{
		{"difference", "", panes.DifferenceOf(step, in.Tell(7))},
		{"difference, went otherwise", "", panes.DifferenceOf(another, otherwise)},
		{"difference, not sent", "", panes.DifferenceOf(step, unsent.Tell(7))},
		{"difference, being sent", "", panes.DifferenceOf(step, sending.Tell(7))},
		{"text", "", panes.Told(step, in.Tell(7))},
		{"text, went otherwise", "", panes.Told(another, otherwise)},
		{"explanation, went otherwise", "", panes.Explained(in.Predictions[0].Explained, []string{otherwise.Otherwise[0].Text})},
	}
}

// tokens are the token inspector's form and what it finds out.
func (d dev) tokens() []State {
	states := []State{
		{"tabs", "inspect", inspect.InspectTabs(inspect.TabsView("token"))},
		{"form, empty", "inspect", inspect.TokenForm(inspect.NewInspectToken(d.in.Tokens["empty"]).Form)},
		{"form, filled", "inspect", inspect.TokenForm(inspect.NewInspectToken(d.in.Tokens["verified"]).Form)},
	}
	for _, name := range []string{"sample", "verified", "no key", "stale", "white space", "duplicates"} {
		states = append(states, State{name, "inspect", inspect.TokenResult(inspect.NewInspectToken(d.in.Tokens[name]))})
	}
	return states
}

func (d dev) predictions() []State {
	at := d.in.Cast.Page.Started
	answer := func(option func(panes.PredictionText) int, found bool) func(panes.PredictionText) map[string]panes.Answered {
		return func(p panes.PredictionText) map[string]panes.Answered {
			return map[string]panes.Answered{p.Slug: {Option: option(p), At: at, Found: found}}
		}
	}
	right := func(p panes.PredictionText) int { return p.Answer }
	wrong := func(p panes.PredictionText) int { return p.Answer%len(p.Options) + 1 }
	skip := func(panes.PredictionText) int { return 0 }
	none := func(panes.PredictionText) map[string]panes.Answered { return nil }
	return []State{
		{"reading", "", panes.Predict(d.in.Bench.Predictions[0].Reading())},
		{"reading, answer shown", "", unfolded(panes.Predict(d.in.Bench.Predictions[0].Reading()))},
		{"open", "", d.question(false, none)},
		{"locked", "", d.question(false, answer(wrong, false))},
		{"skipped", "", d.question(false, answer(skip, false))},
		{"sent, right", "", d.question(true, answer(right, false))},
		{"sent, wrong", "", d.question(true, answer(wrong, false))},
		{"done", "", d.question(true, answer(wrong, true))},
		{"done, never answered", "", d.question(true, none)},
	}
}

// codes is the QR code of the sheet's own path. It fits in any.
func (d dev) codes() []State {
	code, err := page.NewQR("/DEV/STATES", "The path of this sheet: /dev/states")
	if err != nil {
		return nil
	}
	return []State{{"path", "", page.QRCode(code)}}
}

// unprepared is a step whose premise does not hold.
func (d dev) unprepared() lesson.BenchView {
	in := d.sent(plot.AskAgain)
	in.Premise = func(int) plot.Premise {
		return plot.Premise{First: []plot.Deed{{Do: plot.DoLogin, Flow: "token"}}, Does: "Log in again", Why: "The token ended 14:32:05 UTC, 3 min ago."}
	}
	return lesson.NewBench(in)
}

func (d dev) steppers() []State {
	return []State{
		{"first", "lab", lesson.Stepper(d.new())},
		{"middle", "lab", lesson.Stepper(d.step(plot.AskAgain))},
		{"first log in again", "lab", lesson.Stepper(d.unprepared())},
		{"last", "lab", lesson.Stepper(d.step(plot.Last))},
		{"while a step is sent", "lab", busy(lesson.Stepper(d.new()))},
	}
}

func (d dev) heads() []State {
	return []State{
		{"not sent", "lab", panes.Heads(d.new().Lanes)},
		{"sent", "lab", panes.Heads(d.step(plot.AskAgain).Lanes)},
		{"several", "lab", panes.Heads(d.step(plot.Login).Lanes)},
		{"sent by another client", "lab", panes.Heads(d.step(plot.Replay).Lanes)},
	}
}

func (d dev) holds() []State {
	return []State{
		{"cookie", "box", panes.Held(d.lane(plot.Login, journal.Session))},
		{"no cookie", "box", panes.Held(d.lane(plot.Stranger, journal.Session))},
		{"token", "box", panes.Held(d.lane(plot.Login, journal.Token))},
		{"token, taken apart", "box", unfolded(panes.Held(d.lane(plot.Login, journal.Token)))},
		{"no token", "box", panes.Held(d.lane(plot.Logout, journal.Token))},
		{"sealed session", "box", panes.Held(d.lane(plot.Login, journal.Sealed))},
		{"sealed session, taken apart", "box", unfolded(panes.Held(d.lane(plot.Login, journal.Sealed)))},
		{"no sealed session", "box", panes.Held(d.lane(plot.Logout, journal.Sealed))},
	}
}

func (d dev) frames() []State {
	v := lesson.NewBench(d.in.Bench)
	return []State{
		{"session", "", devPlace("browser", panes.Browser(v.Lanes[0]))},
		{"token", "", devPlace("browser", panes.Browser(v.Lanes[1]))},
	}
}

func (d dev) wires() []State {
	idle, login, cast := d.new().Lanes[0], d.lane(plot.Login, journal.Token), d.in.Cast
	up := func(name string, x *journal.Exchange) State { return wireState(name, d.of(x).Response, "up") }
	down := func(name string, x *journal.Exchange) State { return wireState(name, d.of(x).Request, "down") }
	return []State{
		wireState("request, not sent yet", idle.Request, "down"),
		wireState("response, not sent yet", idle.Response, "up"),
		wireState("request", d.lane(plot.Login, journal.Session).Request, "down"),
		wireState("response", d.lane(plot.Login, journal.Session).Response, "up"),
		wireState("long token, folded", login.Response, "up"),
		unfoldedState(wireState("long token, unfolded", login.Response, "up")),
		wireState("sent with a copy", d.lane(plot.Replay, journal.Session).Request, "down"),
		down("cut off", cast.CutOff),
		down("truncated", cast.Truncated),
		up("interim 100", cast.Interim),
		unfoldedState(down("nasty bytes", cast.Nasty)),
		up("HTML content", cast.Page),
		{"explanation, open", "", shownPopover(page.Gloss(login.Response.Gloss[0]))},
	}
}

func wireState(name string, w panes.WireView, arrow string) State {
	return State{name, "strip one", panes.WireMessage(w, arrow)}
}

func unfoldedState(s State) State {
	s.Body = unfolded(s.Body)
	return s
}

func (d dev) checks() []State {
	// An answer to one request, under the checks of another: the page has to say
	// that they do not fit.
	mixed := *d.in.Bench.ExchangeAt(0, journal.Session)
	mixed.Response = d.in.Cast.Page.Response
	mismatch := panes.Lane{Flow: mixed.Flow, Sent: true, Server: panes.NewServer(&mixed, nil, explain.Read(&mixed).Verdict(), nil)}
	return []State{
		{"nothing yet", "ledger", devChecks(d.new().Lanes[0])},
		{"all passed", "ledger", devChecks(d.lane(plot.AskAgain, journal.Token))},
		{"all passed by a sealed session", "ledger", unfolded(devChecks(d.lane(plot.AskAgain, journal.Sealed)))},
		{"stopped", "ledger", devChecks(d.lane(plot.Replay, journal.Session))},
		{"stopped at the signature", "ledger", devChecks(d.of(d.in.Cast.Forged))},
		{"each rule shown", "ledger", unfolded(devChecks(d.lane(plot.AskAgain, journal.Session)))},
		{"mismatch", "ledger", devChecks(mismatch)},
	}
}

func (d dev) records() []State {
	last := func(name string, l panes.Lane) State {
		list := l.Server.Records
		return State{name, "ledger", devRecord(list[len(list)-1])}
	}
	at := func(step int) panes.Lane { return d.lane(step, journal.Session) }
	return []State{
		last("new", at(1)), last("changed", d.of(d.in.Cast.Later)), last("gone", at(8)), last("expired", at(10)),
	}
}

func (d dev) remembers() []State {
	return []State{
		{"nobody", "ledger", devRemembers(d.new().Lanes[0].Server)},
		{"a record and its bytes", "ledger", unfolded(devRemembers(d.lane(plot.AskAgain, journal.Session).Server))},
		{"accounts changed", "ledger", devRemembers(d.lane(plot.Role, journal.Session).Server)},
		{"a tombstone and its key", "ledger", unfolded(devRemembers(d.lane(plot.Logout, journal.Session).Server))},
		{"keys", "ledger", devRemembers(d.lane(plot.Role, journal.Token).Server)},
		{"a sealing key", "ledger", devRemembers(d.lane(plot.Role, journal.Sealed).Server)},
	}
}

func (d dev) backstage() []State {
	login, forged := d.lane(plot.Login, journal.Token).Server, d.of(d.in.Cast.Forged).Server
	return []State{
		{"folded", "", panes.Backstage(login)},
		{"events", "", unfolded(panes.Backstage(panes.ServerView{Events: d.lane(plot.Login, journal.Session).Server.Events}))},
		{"proof, matching", "", unfolded(panes.Proof(*login.Proof))},
		{"proof, not matching", "", unfolded(panes.Proof(*forged.Proof))},
		{"proof by a public key", "", unfolded(panes.Proof(*d.of(d.in.Cast.Public).Server.Proof))},
		{"what is sealed", "", unfolded(panes.Proof(*d.lane(plot.Login, journal.Sealed).Server.Proof))},
		{"code", "", page.CodeBlock(login.Code[0])},
	}
}

func (d dev) takes() []State {
	at, in := d.sent(plot.AskAgain), d.in.Bench
	return []State{
		{"folded", "", devTake(lesson.NewTake(&at))},
		{"unfolded", "", unfolded(devTake(lesson.NewTake(&at)))},
		{"nothing sent", "", unfolded(devTake(d.new().Take))},
		{"one exchange, with nasty bytes", "", unfolded(devTake(lesson.NewTakeOne(&in, d.in.Cast.Nasty)))},
		{"one exchange that curl cannot send", "", unfolded(devTake(lesson.NewTakeOne(&in, d.in.Cast.CutOff)))},
	}
}

// handouts are steps on paper: of the first question of a step that sends, as it
// was answered.
func (d dev) handouts() []State {
	in := d.in.Bench
	p := in.Predictions[slices.IndexFunc(in.Predictions, func(p panes.PredictionText) bool { return p.PointFlow != "" && in.Steps[p.Step].Sends })]
	step := func(found bool, option int) templ.Component {
		in.Answers = map[string]panes.Answered{p.Slug: {Option: option, At: d.in.Cast.Page.Started, Found: found}}
		return panes.HandoutStep(panes.NewHandout(in, p.Step).Steps[0])
	}
	return []State{
		{"predicted", "", step(true, p.Answer%len(p.Options)+1)},
		{"predicted, result not seen", "", step(false, p.Answer)},
		{"skipped", "", step(false, 0)},
	}
}

func (d dev) rows() []State {
	v := d.step(plot.AskAgain)
	return []State{
		{"wire", "lab", panes.Wire(v.Step.Place, v.Lanes)},
		{"server", "lab", panes.Server(v.Step.Place, v.Lanes)},
		{"difference", "lab", lesson.Difference(v)},
		{"drawn", "lab", panes.Drawn(v.Diagrams)},
	}
}

func (d dev) beside() []State {
	return []State{
		{"chapter of the step, nothing sent", "", lesson.Chapter(d.new())},
		{"chapter of the step, sent", "", lesson.Chapter(lesson.NewBench(d.in.Bench))},
		{"administrator, nobody logged in", "", unfolded(lesson.Admin(d.new()))},
		{"administrator, role", "", lesson.Admin(d.step(plot.Role))},
		{"administrator, copied credential", "", lesson.Admin(d.step(plot.Replay))},
		{"administrator, clock", "", lesson.Admin(d.step(plot.Expire))},
		{"copied credential, its command", "admin", unfolded(lesson.Copied(d.step(plot.Replay), d.step(plot.Replay).Admin.Copies[0]))},
	}
}

func (d dev) journals() []State {
	full := d.in.Bench
	full.Journal = d.in.Full
	return []State{
		{"empty", "", lesson.Log(d.new())},
		{"many", "", lesson.Log(lesson.NewBench(d.in.Bench))},
		{"at its limit", "", lesson.Log(lesson.NewBench(full))},
	}
}

func (d dev) diagrams() []State {
	v, none := d.step(plot.Logout), d.new()
	lesson := d.in.Sample.Journal.Exchanges[:4]
	return []State{
		{"empty", "", panes.Diagram(none.Diagrams[0])},
		{"session", "", panes.Diagram(v.Diagrams[0])},
		{"token", "", panes.Diagram(v.Diagrams[1])},
		{"in words", "", unfolded(panes.Diagram(v.Diagrams[0]))},
		{"sample", "", panes.Diagram(panes.NewDiagram("sample", journal.Session, lesson, plot.NoStep, true))},
	}
}

func (d dev) article() []State {
	own := article.Run{Journal: d.in.Bench.Journal, LogsIn: d.in.Bench.LogsIn}
	none := article.Run{LogsIn: d.in.Bench.LogsIn}
	value := func(r article.Run) templ.Component {
		v, _ := r.Live("session.status.0")
		told := page.Report{Parts: []page.Part{{HTML: "The answer was "}, {Live: &v}, {HTML: "."}}, Sample: r.Sample}
		if v.Text == "" {
			told.Absent = []page.Absent{r.Absent(journal.Session, v.Step)}
		}
		return page.Parts([]page.Part{{HTML: "<p>"}, {Report: &told}, {HTML: "</p>"}})
	}
	quote := func(r article.Run) templ.Component {
		return page.Excerpt(r.NewExcerpt("excerpt", journal.Session, plot.Login, true, []string{"Set-Cookie", "Location"}, false))
	}
	return []State{
		{"report, own", "prose", value(own)},
		{"report, sample", "prose", value(d.in.Sample)},
		{"report, absent", "prose", value(none)},
		{"excerpt, own", "prose", quote(own)},
		{"excerpt, sample", "prose", quote(d.in.Sample)},
		{"excerpt, absent", "prose", quote(none)},
		{"term of the glossary", "", devTerms(d.in.Term)},
		{"before and after", "", article.Turn(d.in.Learn)},
	}
}

func (d dev) comparison() []State { return []State{{"row", "", devCompare(d.in.Feature)}} }

func (d dev) pairs() []State {
	lesson, own := d.in.Pairs[0], d.in.Pairs[1]
	states := []State{{"head, lesson", "page-head", panes.PairsHead(lesson)}, {"head, bench", "page-head", panes.PairsHead(own)}}
	for _, p := range lesson.Pairs {
		states = append(states, State{p.Name + ", lesson", "", panes.Pair(p)})
	}
	for _, p := range own.Pairs {
		p.Anchor = "own-" + p.Anchor // the page has the lesson's, too
		states = append(states, State{p.Name + ", bench", "", panes.Pair(p)})
	}
	return states
}

func (d dev) searches() []State {
	return []State{
		{"nothing asked", "", article.Found(d.in.Asked)},
		{"none", "", article.Found(d.in.NotFound)},
		{"hits", "", article.Found(d.in.Found)},
	}
}

func (d dev) notices() (list []State) {
	for _, n := range Notices {
		list = append(list, State{n.Name, "", devNotice(n)})
	}
	return list
}

func (d dev) problems() (list []State) {
	for _, p := range d.in.Problems {
		list = append(list, State{page.StatusText(p.Status) + ": " + p.Heading, "", page.Problem(p)})
	}
	return list
}

func (d dev) menus() []State {
	v := d.step(plot.AskAgain)
	return []State{
		{"theme", "pop", page.Papers()},
		{"flows shown", "", page.Toggle(v.Toggle)},
		{"all steps", "", shownPopover(lesson.AllSteps(v))},
	}
}
