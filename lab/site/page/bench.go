package page

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/outcome"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/source"
)

// StepText is what content says about one step.
type StepText struct {
	Number                                int
	Title, Action, Look, Place            string
	Sends                                 bool
	Both, Stateful, Stateless, Difference HTML
	// Expect is what the text takes for granted of the run.
	Expect outcome.Case
}

// BenchInput is what a bench page is made from. The functions are the lab's
// knowledge of where things are.
type BenchInput struct {
	Assets string
	ID     string
	Origin string // the scheme and host by which the visitor reached the lab
	// PlainHTTP is as in Chrome.
	PlainHTTP string
	Step      int
	View      string
	Pins      map[journal.Flow]int // exchanges chosen by the URL instead of the step's own
	Journal   journal.View
	Now       map[journal.Flow]journal.State // what each server remembers now
	Clock     time.Time                      // the bench's time
	Ahead     time.Duration                  // how far it was moved
	Made      time.Time
	Expires   time.Time
	Steps     []StepText
	// LogsIn reports whether an exchange is a login that gave a credential.
	LogsIn func(*journal.Exchange) bool
	// Shows reports whether an exchange shows what a step is about.
	Shows func(x *journal.Exchange, step int) bool
	// Premise says how what a step needs stands now.
	Premise func(step int) plot.Premise
	// Unsent says that the visitor has pressed a control that sends, in a browser without
	// scripts: nothing was sent.
	Unsent bool
	// Press names what is pressed on the page that is made, "" for a part of it.
	Press string
	// Sending is the step that is being sent, plot.NoStep for none. What has been recorded of
	// it is not in Journal and Now yet.
	Sending int
	// Class says that the bench is a class's, and Viewer then the browser that sends for
	// it.
	Class bool
	// Viewer is who looks, PageOf how the page calls itself that has sent an exchange,
	// "" where that is not known.
	Viewer explain.Client
	PageOf func(*journal.Exchange) string
	// Ran returns the functions of the app that an exchange went through.
	Ran    func(*journal.Exchange) []source.Block
	Logins []LoginView
	// Settings are those of now, Stores where this lab can keep records.
	Settings settings.Settings
	Stores   []string
	// Lesson are the settings of a new bench here: the lesson's configuration.
	Lesson settings.Settings

	Predictions []PredictionText
	Answers     map[string]Answered // by slug
	// Chapter is the chapter for this step, with the bench's own values.
	Chapter *ChapterView
	// Held says that a class follows the bench, which does not expire meanwhile.
	Held bool
	// Room is the class that the visitor follows beside their own bench, or nil.
	Room *RoomLink
}

// RoomLink leads from a bench of one's own back to the class.
type RoomLink struct {
	Code string // "K7QX-3MHP"
	Path string // "/room/K7QX-3MHP"
	Step int    // that the class is shown
}

// LoginView is a demo login.
type LoginView struct{ ID, Email, Password, Role string }

// BenchView is the bench page.
type BenchView struct {
	Chrome
	ID, Short   string
	Path        string // "/bench/{id}"
	Made        string
	Expires     string
	Step        StepText
	Links       []StepLink
	Back        string // link to the step before, "" at the first
	Next        NextView
	Lanes       []Lane
	Desk        DeskView
	Log         []LogRow
	LogNote     string
	Permalink   string
	Take        TakeView
	Clock       string // the bench's time, and how far it is ahead
	Login       LoginView
	Predictions []PredictView
	Asking      bool // a question of this step is still open: the text must not tell its answer
	Told        Telling
	Unsent      bool   // as in BenchInput
	Press       string // as in BenchInput
	Chapter     *ChapterView
	Diagrams    []DiagramView
	Settings    SettingsView
	Kept        []KeptCount
	Refused     []KeptCount // the tombstones, nil where there is none
	Room        *RoomLink
	Held        bool // a class follows it, so it does not expire
}

// KeptCount is how many records a flow's server holds now, or how many tombstones.
type KeptCount struct{ Count, State, Class string }

// StepLink is a step in the ruler.
type StepLink struct {
	Number      int
	Title, Href string
	Sends, Done bool
	Current     bool
	Class       string
}

// Lane is one flow at this step.
type Lane struct {
	Flow              journal.Flow
	State, Credential string // "Stateful", "session cookie"
	Class             string
	Base              string // the app's path
	Host              string // shown before it
	Sent              bool   // there is an exchange to show
	Number            int
	Status            string // "200 OK"
	Line              string // "GET /…/profile"
	Others            []Choice
	By                string
	Request, Response WireView
	Server            ServerView
	Held              HeldView
	Now               HeldNow
	Exchange          string // the exchange's own page
	Turned            string // the knobs that were not as the lesson has them, "" for none
}

// Chrome is what is around a bench's pages.
func (in *BenchInput) Chrome(title string) Chrome {
	c := Chrome{Title: title, Assets: in.Assets, View: in.View, Bench: in.Path(), PlainHTTP: in.PlainHTTP}
	for _, v := range Views {
		c.Toggle = append(c.Toggle, Choice{
			Name: viewNames[v], Value: v, Href: in.link(in.Step, v, in.Pins), Current: v == in.View,
		})
	}
	return c
}

var viewNames = map[string]string{ViewBoth: "Both", ViewStateful: "Stateful", ViewStateless: "Stateless"}

// Path is the bench's: "/bench/{id}".
func (in *BenchInput) Path() string { return "/bench/" + in.ID }

// link is the permalink of a step in a view, with the exchanges pinned.
func (in *BenchInput) link(step int, view string, pins map[journal.Flow]int) string {
	q := url.Values{"step": {strconv.Itoa(step)}, "view": {view}}
	for flow, n := range pins {
		if n > 0 {
			q.Set(string(flow), strconv.Itoa(n))
		}
	}
	if in.Room != nil {
		q.Set("room", in.Room.Code)
	}
	return in.Path() + "?" + q.Encode()
}

// NewBench builds the bench page.
func NewBench(in BenchInput) BenchView {
	step := in.Steps[in.Step]
	v := BenchView{
		Chrome: in.Chrome(fmt.Sprintf("Step %d, %s: AuthLab", step.Number, step.Title)),
		ID:     in.ID, Short: Brief(in.ID, 8), Path: in.Path(),
		Made:    in.Made.UTC().Format("2 Jan 2006"),
		Expires: ClockTime(in.Expires) + " UTC",
		Step:    step, Links: in.Links(),
		Permalink: in.link(in.Step, in.View, in.shownPins()),
		Clock:     in.clock(), Login: in.Logins[0], Room: in.Room, Held: in.Held,
	}
	if in.Step > plot.First {
		v.Back = in.link(in.Step-1, in.View, nil)
	}
	v.Next = in.next()
	v.Kept, v.Refused = in.kept(), in.refused()
	for _, flow := range journal.Lesson {
		v.Lanes = append(v.Lanes, in.Lane(flow))
	}
	v.Predictions = in.predictions(v.Next)
	v.Told, v.Unsent, v.Press = in.Tell(in.Step), in.Unsent, in.Press
	v.Asking = !in.beingSent(in.Step) && slices.ContainsFunc(v.Predictions, func(p PredictView) bool { return p.Step == in.Step && p.State != PredictDone })
	v.Chapter = in.Chapter
	v.Diagrams = in.Diagrams()
	v.Desk = in.desk()
	v.Settings = in.settingsView()
	v.Take = in.Take()
	v.Log, v.LogNote = in.log()
	return v
}

func (in *BenchInput) kept() []KeptCount {
	var out []KeptCount
	for _, flow := range journal.Lesson {
		k := KeptCount{Count: Itoa(len(in.Now[flow].Records)), State: string(flow), Class: names[flow].class}
		if in.Now[flow].Unread != "" {
			k.Count = "?"
		}
		out = append(out, k)
	}
	return out
}

func (in *BenchInput) refused() []KeptCount {
	var out []KeptCount
	all := 0
	for _, flow := range journal.Lesson {
		n := len(in.Now[flow].Tombstones)
		all += n
		out = append(out, KeptCount{Count: Itoa(n), State: string(flow), Class: names[flow].class})
	}
	if all == 0 {
		return nil
	}
	return out
}

func (in *BenchInput) clock() string {
	if in.Ahead == 0 {
		return ClockTime(in.Clock) + " UTC"
	}
	return ClockTime(in.Clock) + " UTC, moved forward by " + lasting(in.Ahead.Round(time.Second))
}

// Sent reports whether a step has an exchange of its own in any flow.
func (in *BenchInput) Sent(step int) bool {
	for _, x := range in.Journal.Exchanges {
		if x.Step == step {
			return true
		}
	}
	return false
}

// Links lead to the steps, from the first to the last.
func (in *BenchInput) Links() []StepLink {
	var links []StepLink
	for _, s := range in.Steps {
		l := StepLink{
			Number: s.Number, Title: s.Title, Sends: s.Sends,
			Href: in.link(s.Number, in.View, nil), Current: s.Number == in.Step,
			Done: in.Sent(plot.LooksAt(s.Number)),
		}
		state := "todo"
		switch {
		case l.Current:
			state = "now"
		case l.Done:
			state = "done"
		}
		sends := ""
		if l.Sends {
			sends = "sends"
		}
		l.Class = Classes(state, sends)
		links = append(links, l)
	}
	return links
}

// Exchange returns the exchange that a flow shows at this step: the one that
// the URL names, else the step's latest, the login itself before the page that
// follows it.
func (in *BenchInput) Exchange(flow journal.Flow) *journal.Exchange {
	if x, ok := in.Journal.Exchange(in.Pins[flow]); ok && x.Flow == flow {
		return x
	}
	if in.beingSent(in.Step) {
		return nil
	}
	if x := in.shows(flow, in.Step); x != nil {
		return x
	}
	at := plot.LooksAt(in.Step)
	return in.Journal.Latest(flow, func(x *journal.Exchange) bool { return x.Step == at })
}

// shownPins names the exchanges that the page shows, so that its permalink
// shows the same when more have come.
func (in *BenchInput) shownPins() map[journal.Flow]int {
	pins := map[journal.Flow]int{}
	for _, flow := range journal.Lesson {
		if x := in.Exchange(flow); x != nil {
			pins[flow] = x.Number
		}
	}
	return pins
}

// Lane is a flow as it stands at the step.
func (in *BenchInput) Lane(flow journal.Flow) Lane {
	n := names[flow]
	l := Lane{
		Flow: flow, State: n.state, Credential: n.credential, Class: n.class,
		Base: in.Path() + "/" + string(flow) + "/", Host: in.Origin, Now: newHeldNow(in.Viewer.Own(in.Journal.Exchanges, in.PageOf), flow),
	}
	x := in.Exchange(flow)
	if x == nil {
		return in.emptyLane(l)
	}
	verdict := explain.Read(x).Verdict()
	l.Sent, l.Number, l.Line = true, x.Number, requestLine(x)
	l.Status = StatusText(verdict.Answered)
	l.By = in.sender(x)
	l.Turned = strings.Join(in.turned(x), "; ")
	l.Exchange = in.Path() + "/exchanges/" + strconv.Itoa(x.Number)
	l.Others = in.others(flow, x)
	l.Request = newWire("Request", string(flow)+"-req", x.Request, explain.Request(x), beginning(x.Request)).leadOn(x, l.Exchange, "request")
	l.Response = newWire("Response", string(flow)+"-res", x.Response, explain.Response(x), beginning(x.Response)).leadOn(x, l.Exchange, "response")
	l.Request.Copied = x.By == journal.Replay
	earlier := in.Journal.Latest(flow, func(e *journal.Exchange) bool { return e.Number < x.Number })
	l.Server = NewServer(x, earlier, verdict, in.Ran(x))
	l.Server.BothApps = in.codePath()
	l.Held = in.held(flow, x.Number)
	return l
}

// held is what the viewer's browser holds for a flow after an exchange; in a class,
// what the browser holds that sends for it.
func (in *BenchInput) held(flow journal.Flow, number int) HeldView {
	own := in.Viewer.Own(in.Journal.Exchanges, in.PageOf)
	v := newHeld(explain.HeldAfter(own, flow, number), flow, in.ID)
	given := slices.ContainsFunc(own, func(x *journal.Exchange) bool { return x.Flow == flow && x.Number <= number && in.LogsIn(x) })
	for _, x := range in.Journal.Exchanges {
		if x.Flow == flow && x.Number <= number && !given && in.LogsIn(x) {
			v.Elsewhere = fmt.Sprintf("What exchange %d gave went to %s, not to this browser.", x.Number, Shown(in.Viewer.Sender(x, in.PageOf(x))))
		}
	}
	return v
}

// emptyLane is a flow that has nothing to show at this step yet.
func (in *BenchInput) emptyLane(l Lane) Lane {
	nothing := "Nothing has been sent for this step yet. What is sent will stand here, byte for byte."
	l.Status = "not sent yet"
	if in.beingSent(in.Step) {
		l.Status, nothing = "being sent", "This step is being sent. What was sent and answered will stand here once both apps have answered."
	}
	l.Request = WireView{Kind: "Request", ID: string(l.Flow) + "-req", Badge: l.Status, Absent: nothing}
	l.Response = WireView{Kind: "Response", ID: string(l.Flow) + "-res", Badge: l.Status, Absent: "No answer without a question."}
	l.Server = idleServer(l.Flow, in.Now[l.Flow], in.Clock, in.Settings)
	last := 0
	if n := len(in.Journal.Exchanges); n > 0 {
		last = in.Journal.Exchanges[n-1].Number
	}
	l.Held = in.held(l.Flow, last)
	return l
}

// others lists the other exchanges of the same step and flow.
func (in *BenchInput) others(flow journal.Flow, shown *journal.Exchange) []Choice {
	var out []Choice
	pins := in.shownPins()
	for _, x := range in.Journal.Exchanges {
		if x.Flow != flow || x.Step == plot.NoStep || x.Step != shown.Step {
			continue
		}
		pins[flow] = x.Number
		out = append(out, Choice{
			Name: fmt.Sprintf("#%d", x.Number), Value: requestLine(x),
			Href: in.link(in.Step, in.View, pins), Current: x == shown,
		})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// sender says who sent an exchange, and whether it was sent before a step.
func (in *BenchInput) sender(x *journal.Exchange) string {
	page := in.PageOf(x)
	who := in.Viewer.Sender(x, page)
	if in.Class && x.By == journal.Visitor && in.Viewer.Same(explain.ClientOf(x, page)) {
		who = "the instructor"
	}
	by := "sent by " + Shown(who)
	if x.Restores {
		by += ", before the step"
	}
	return by
}

// Diagrams draws what the bench has sent so far, this step marked.
func (in *BenchInput) Diagrams() []DiagramView {
	var out []DiagramView
	for _, flow := range journal.Lesson {
		out = append(out, NewDiagram("diagram-"+string(flow), flow, in.Journal.Exchanges, plot.LooksAt(in.Step), false))
	}
	return out
}

// ExchangeAt is what a flow shows at a step.
func (in BenchInput) ExchangeAt(step int, flow journal.Flow) *journal.Exchange {
	in.Step, in.Pins = step, nil
	return in.Exchange(flow)
}
