package page

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

// DevInput is what the development page is made from. Nothing in it was made up:
// the exchanges were sent, the texts are the content's.
type DevInput struct {
	Bench    BenchInput   // of a bench after the whole lesson and the cast's exchanges
	Cast     DevCast      // those of its exchanges that are no part of the lesson
	Full     journal.View // its journal with hardly any room left
	Sample   Run          // the lab's own run
	Learn    LearnView    // a chapter between two others
	Term     Term
	Feature  Feature
	Problems []Problem

	Found, NotFound, Asked SearchView

	// Cookies are the cookie inspector with the sample, with a whole answer
	// pasted, and with a mistake in the form.
	Cookies [3]CookieView
}

// DevCast are exchanges that stand for a state which no step of the lesson shows.
type DevCast struct {
	Page      *journal.Exchange // answered with HTML
	Later     *journal.Exchange // asked again a minute after the login
	Truncated *journal.Exchange // more content than is kept
	Forged    *journal.Exchange // a token whose signature was changed
	Interim   *journal.Exchange // answered with 100 first
	CutOff    *journal.Exchange // the connection ended within the content
	Nasty     *journal.Exchange // bytes that cannot be shown as they are
}

// DevView is the development page.
type DevView struct {
	Chrome
	Bench  string // the path of the bench that everything happened on
	Groups []DevGroup
}

// DevGroup is a component with its states.
type DevGroup struct {
	Name, ID string
	Wide     bool // each state takes the whole width
	States   []DevState
}

// DevState is a component in one state. Class is that of the element around it.
type DevState struct {
	Name, Class string
	Body        templ.Component
}

// DevNotice is a sentence that the scripts say.
type DevNotice struct{ Name, Text, Action string }

// DevNotices are the kinds of sentences that the scripts say.
var DevNotices = []DevNotice{
	{"plain", "Copied.", ""},
	{"asks first", "First: what will happen? Choose and lock it in, or send again to skip.", ""},
	{"with an action", "The lab does not answer. What you see stays as it was.", "Try again"},
	{"reconnecting", "Connection lost; trying again. Your bench stays as it is.", ""},
	{"expired", "This bench has expired, or the lab was restarted. What was on screen stays.", "Make a new bench"},
}

// NewDev builds the development page.
func NewDev(in DevInput) DevView {
	d := dev{in}
	v := DevView{Chrome: in.Bench.chrome("Specimen sheet: AuthLab"), Bench: in.Bench.path()}
	v.Toggle, v.Chrome.Bench = nil, ""
	for _, g := range []DevGroup{
		{Name: "Prediction", States: d.predictions()},
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
		{Name: "Search", States: d.searches()},
		{Name: "Cookie inspector", Wide: true, States: d.cookies()},
		{Name: "Notices", States: d.notices()},
		{Name: "Errors", States: d.problems()},
		{Name: "Menus", States: d.menus()},
	} {
		g.ID = "dev-" + strings.ReplaceAll(lower(g.Name), " ", "-")
		for i, s := range g.States {
			g.States[i].Body = apart(fmt.Sprintf("%s-%d-", g.ID, i), s.Body)
		}
		v.Groups = append(v.Groups, g)
	}
	return v
}

// cookies are the parts of the cookie inspector.
func (d dev) cookies() []DevState {
	sample, pasted, wrong := d.in.Cookies[0], d.in.Cookies[1], d.in.Cookies[2]
	return []DevState{
		{Name: "form, with the sample", Class: "inspect", Body: cookieForm(sample)},
		{Name: "form, after a paste", Class: "inspect", Body: cookieForm(pasted)},
		{Name: "form, with a mistake", Class: "inspect", Body: cookieForm(wrong)},
		{Name: "answer, one cookie", Class: "inspect", Body: cookieResult(*sample.Result)},
		{Name: "answer, several", Class: "inspect", Body: cookieResult(*pasted.Result)},
	}
}

// dev builds the states of each component.
type dev struct{ in DevInput }

// at is the bench's page of a step as it was once exchange number was recorded,
// 0 for before any.
func (d dev) at(step, number int) BenchInput {
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
func (d dev) new() BenchView { return NewBench(d.at(0, 0)) }

// step is the bench's page of a step, just after what it sent.
func (d dev) step(step int) BenchView { return NewBench(d.sent(step)) }

func (d dev) sent(step int) BenchInput {
	number := 0
	for _, x := range d.in.Bench.Journal.Exchanges {
		if x.Step == d.in.Bench.LooksAt(step) && x.Number < d.in.Cast.Page.Number {
			number = x.Number
		}
	}
	return d.at(step, number)
}

// lane is a flow at a step; a session's is the first.
func (d dev) lane(step int, flow journal.Flow) Lane {
	return d.step(step).Lanes[slices.Index(journal.Flows, flow)]
}

// of is the lane of one exchange.
func (d dev) of(x *journal.Exchange) Lane {
	in := d.in.Bench
	in.Pins = map[journal.Flow]int{x.Flow: x.Number}
	return in.lane(x.Flow)
}

// question is a prediction of a step that sends, as it was answered, before or
// after it was sent.
func (d dev) question(sent bool, answers func(PredictionText) map[string]Answered) templ.Component {
	sends := func(p PredictionText) bool { return p.PointFlow != "" && d.in.Bench.Steps[p.Step].Sends }
	p := d.in.Bench.Predictions[slices.IndexFunc(d.in.Bench.Predictions, sends)]
	in := d.in.Bench
	in.Answers = answers(p)
	return predict(p.on(&in, sent))
}

func (d dev) predictions() []DevState {
	at := d.in.Cast.Page.Started
	answer := func(option func(PredictionText) int, found bool) func(PredictionText) map[string]Answered {
		return func(p PredictionText) map[string]Answered {
			return map[string]Answered{p.Slug: {Option: option(p), At: at, Found: found}}
		}
	}
	right := func(p PredictionText) int { return p.Answer }
	wrong := func(p PredictionText) int { return p.Answer%len(p.Options) + 1 }
	skip := func(PredictionText) int { return 0 }
	none := func(PredictionText) map[string]Answered { return nil }
	return []DevState{
		{"reading", "", predict(d.in.Bench.Predictions[0].Reading())},
		{"reading, answer shown", "", unfolded(predict(d.in.Bench.Predictions[0].Reading()))},
		{"open", "", d.question(false, none)},
		{"locked", "", d.question(false, answer(wrong, false))},
		{"skipped", "", d.question(false, answer(skip, false))},
		{"sent, right", "", d.question(true, answer(right, false))},
		{"sent, wrong", "", d.question(true, answer(wrong, false))},
		{"done", "", d.question(true, answer(wrong, true))},
		{"done, never answered", "", d.question(true, none)},
	}
}

func (d dev) steppers() []DevState {
	return []DevState{
		{"first", "lab", stepper(d.new())},
		{"middle", "lab", stepper(d.step(5))},
		{"last", "lab", stepper(d.step(10))},
		{"while a step is sent", "lab", busy(stepper(d.new()))},
	}
}

func (d dev) heads() []DevState {
	return []DevState{
		{"not sent", "lab", heads(d.new())},
		{"sent", "lab", heads(d.step(5))},
		{"several", "lab", heads(d.step(1))},
		{"sent by another client", "lab", heads(d.step(9))},
	}
}

func (d dev) holds() []DevState {
	return []DevState{
		{"cookie", "box", held(d.lane(1, journal.Session))},
		{"no cookie", "box", held(d.lane(0, journal.Session))},
		{"token", "box", held(d.lane(1, journal.Token))},
		{"token, taken apart", "box", unfolded(held(d.lane(1, journal.Token)))},
		{"no token", "box", held(d.lane(8, journal.Token))},
	}
}

func (d dev) frames() []DevState {
	v := NewBench(d.in.Bench)
	return []DevState{
		{"session", "", devPlace("browser", browser(v.Lanes[0]))},
		{"token", "", devPlace("browser", browser(v.Lanes[1]))},
	}
}

func (d dev) wires() []DevState {
	idle, login, cast := d.new().Lanes[0], d.lane(1, journal.Token), d.in.Cast
	up := func(name string, x *journal.Exchange) DevState { return wireState(name, d.of(x).Response, "up") }
	down := func(name string, x *journal.Exchange) DevState { return wireState(name, d.of(x).Request, "down") }
	return []DevState{
		wireState("request, not sent yet", idle.Request, "down"),
		wireState("response, not sent yet", idle.Response, "up"),
		wireState("request", d.lane(1, journal.Session).Request, "down"),
		wireState("response", d.lane(1, journal.Session).Response, "up"),
		wireState("long token, folded", login.Response, "up"),
		unfoldedState(wireState("long token, unfolded", login.Response, "up")),
		wireState("sent with a copy", d.lane(9, journal.Session).Request, "down"),
		down("cut off", cast.CutOff),
		down("truncated", cast.Truncated),
		up("interim 100", cast.Interim),
		unfoldedState(down("nasty bytes", cast.Nasty)),
		up("HTML content", cast.Page),
		{"explanation, open", "", shownPopover(gloss(login.Response.Gloss[0]))},
	}
}

func wireState(name string, w Wire, arrow string) DevState {
	return DevState{name, "strip one", message(w, arrow)}
}

func unfoldedState(s DevState) DevState {
	s.Body = unfolded(s.Body)
	return s
}

func (d dev) checks() []DevState {
	// An answer to one request, under the checks of another: the page has to say
	// that they do not fit.
	mixed := *d.in.Bench.exchangeAt(0, journal.Session)
	mixed.Response = d.in.Cast.Page.Response
	mismatch := Lane{Flow: mixed.Flow, Sent: true, Server: newServer(&mixed, nil, explain.VerdictOf(&mixed), nil)}
	return []DevState{
		{"nothing yet", "ledger", devChecks(d.new().Lanes[0])},
		{"all passed", "ledger", devChecks(d.lane(5, journal.Token))},
		{"stopped", "ledger", devChecks(d.lane(9, journal.Session))},
		{"stopped at the signature", "ledger", devChecks(d.of(d.in.Cast.Forged))},
		{"each rule shown", "ledger", unfolded(devChecks(d.lane(5, journal.Session)))},
		{"mismatch", "ledger", devChecks(mismatch)},
	}
}

// exchangeAt is what a flow shows at a step.
func (in BenchInput) exchangeAt(step int, flow journal.Flow) *journal.Exchange {
	in.Step, in.Pins = step, nil
	return in.exchange(flow)
}

func (d dev) records() []DevState {
	last := func(name string, l Lane) DevState {
		list := l.Server.Records
		return DevState{name, "ledger", devRecord(list[len(list)-1])}
	}
	at := func(step int) Lane { return d.lane(step, journal.Session) }
	return []DevState{
		last("new", at(1)), last("changed", d.of(d.in.Cast.Later)), last("its role changed", at(7)), last("gone", at(8)), last("expired", at(10)),
	}
}

func (d dev) remembers() []DevState {
	return []DevState{
		{"nobody", "ledger", devRemembers(d.new().Lanes[0].Server)},
		{"a record and its bytes", "ledger", unfolded(devRemembers(d.lane(5, journal.Session).Server))},
		{"accounts changed", "ledger", devRemembers(d.lane(7, journal.Session).Server)},
		{"keys", "ledger", devRemembers(d.lane(7, journal.Token).Server)},
	}
}

func (d dev) backstage() []DevState {
	login, forged := d.lane(1, journal.Token).Server, d.of(d.in.Cast.Forged).Server
	return []DevState{
		{"folded", "", backstage(login)},
		{"events", "", unfolded(backstage(ServerView{Events: d.lane(1, journal.Session).Server.Events}))},
		{"proof, matching", "", unfolded(proof(*login.Proof))},
		{"proof, not matching", "", unfolded(proof(*forged.Proof))},
		{"code", "", codeBlock(login.Code[0])},
	}
}

func (d dev) takes() []DevState {
	at, in := d.sent(5), d.in.Bench
	return []DevState{
		{"folded", "", devTake(at.take())},
		{"unfolded", "", unfolded(devTake(at.take()))},
		{"nothing sent", "", unfolded(devTake(d.new().Take))},
		{"one exchange, with nasty bytes", "", unfolded(devTake(in.takeOne(d.in.Cast.Nasty)))},
		{"one exchange that curl cannot send", "", unfolded(devTake(in.takeOne(d.in.Cast.CutOff)))},
	}
}

// handouts are steps on paper: of the first question of a step that sends, as it
// was answered.
func (d dev) handouts() []DevState {
	in := d.in.Bench
	p := in.Predictions[slices.IndexFunc(in.Predictions, func(p PredictionText) bool { return p.PointFlow != "" && in.Steps[p.Step].Sends })]
	step := func(found bool, option int) templ.Component {
		in.Answers = map[string]Answered{p.Slug: {Option: option, At: d.in.Cast.Page.Started, Found: found}}
		return handoutStep(NewHandout(in, p.Step).Steps[0])
	}
	return []DevState{
		{"predicted", "", step(true, p.Answer%len(p.Options)+1)},
		{"predicted, result not seen", "", step(false, p.Answer)},
		{"skipped", "", step(false, 0)},
	}
}

func (d dev) rows() []DevState {
	v := d.step(5)
	return []DevState{
		{"wire", "lab", wire(v)},
		{"server", "lab", server(v)},
		{"difference", "lab", difference(v)},
		{"drawn", "lab", drawn(v)},
	}
}

func (d dev) beside() []DevState {
	return []DevState{
		{"chapter of the step, nothing sent", "", chapter(d.new())},
		{"chapter of the step, sent", "", chapter(NewBench(d.in.Bench))},
		{"desk, nobody logged in", "", unfolded(desk(d.new()))},
		{"desk, role", "", desk(d.step(7))},
		{"desk, copied credential", "", desk(d.step(9))},
		{"desk, clock", "", desk(d.step(10))},
		{"copied credential, its command", "admin", unfolded(copied(d.step(9), d.step(9).Desk.Copies[0]))},
	}
}

func (d dev) journals() []DevState {
	full := d.in.Bench
	full.Journal = d.in.Full
	return []DevState{
		{"empty", "", log(d.new())},
		{"many", "", log(NewBench(d.in.Bench))},
		{"at its limit", "", log(NewBench(full))},
	}
}

func (d dev) diagrams() []DevState {
	v, none := d.step(8), d.new()
	lesson := d.in.Sample.Journal.Exchanges[:4]
	return []DevState{
		{"empty", "", diagram(none.Diagrams[0])},
		{"session", "", diagram(v.Diagrams[0])},
		{"token", "", diagram(v.Diagrams[1])},
		{"in words", "", unfolded(diagram(v.Diagrams[0]))},
		{"sample", "", diagram(NewDiagram("sample", journal.Session, lesson, journal.NoStep, true))},
	}
}

func (d dev) article() []DevState {
	own := Run{Journal: d.in.Bench.Journal, LogsIn: d.in.Bench.LogsIn}
	none := Run{LogsIn: d.in.Bench.LogsIn}
	value := func(r Run) templ.Component {
		v, _ := r.Live("session.status.0")
		return parts([]Part{{HTML: "<p>The answer was "}, {Live: &v}, {HTML: ".</p>"}})
	}
	quote := func(r Run) templ.Component {
		return excerpt(r.NewExcerpt("excerpt", journal.Session, loginStep, true, []string{"Set-Cookie", "Location"}, false))
	}
	return []DevState{
		{"live value, own", "prose", value(own)},
		{"live value, sample", "prose", value(d.in.Sample)},
		{"live value, absent", "prose", value(none)},
		{"excerpt, own", "prose", quote(own)},
		{"excerpt, sample", "prose", quote(d.in.Sample)},
		{"excerpt, absent", "prose", quote(none)},
		{"term of the glossary", "", devTerms(d.in.Term)},
		{"before and after", "", turn(d.in.Learn)},
	}
}

func (d dev) comparison() []DevState { return []DevState{{"row", "", devCompare(d.in.Feature)}} }

func (d dev) searches() []DevState {
	return []DevState{
		{"nothing asked", "", found(d.in.Asked)},
		{"none", "", found(d.in.NotFound)},
		{"hits", "", found(d.in.Found)},
	}
}

func (d dev) notices() (list []DevState) {
	for _, n := range DevNotices {
		list = append(list, DevState{n.Name, "", devNotice(n)})
	}
	return list
}

func (d dev) problems() (list []DevState) {
	for _, p := range d.in.Problems {
		list = append(list, DevState{statusText(p.Status) + ": " + p.Heading, "", problem(p)})
	}
	return list
}

func (d dev) menus() []DevState {
	v := d.step(5)
	return []DevState{
		{"theme", "pop", papers()},
		{"flows shown", "", toggle(v.Toggle)},
		{"all steps", "", shownPopover(allSteps(v))},
	}
}

// reworked renders a component and changes its markup.
func reworked(c templ.Component, change func(string) string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := c.Render(ctx, &b); err != nil {
			return err
		}
		_, err := io.WriteString(w, change(b.String()))
		return err
	})
}

// unfolded opens every fold of a component.
func unfolded(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return strings.ReplaceAll(s, "<details", "<details open") })
}

// shownPopover shows a popover in its place.
func shownPopover(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return strings.Replace(s, " popover>", ">", 1) })
}

// busy says around a component what the page's main element says while a step is
// sent.
func busy(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return `<div class="lab" aria-busy="true">` + s + `</div>` })
}

// named are the attributes that give or use the id of an element. Our markup has
// a bare quote nowhere but around attributes' values.
var named = regexp.MustCompile(`( (?:id|for|aria-labelledby|aria-describedby|popovertarget|data-copy)="| href="#)([^"]*)"`)

// apart gives every id of a component a prefix, because the sheet shows again and
// again what a page has once. The icons are the page's own.
func apart(prefix string, c templ.Component) templ.Component {
	return reworked(c, func(s string) string {
		return named.ReplaceAllStringFunc(s, func(attribute string) string {
			m := named.FindStringSubmatch(attribute)
			if strings.HasPrefix(m[2], "i-") {
				return attribute
			}
			ids := strings.Fields(m[2])
			for i := range ids {
				ids[i] = prefix + ids[i]
			}
			return m[1] + strings.Join(ids, " ") + `"`
		})
	})
}
