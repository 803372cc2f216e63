package panes

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/outcome"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/site/page"
	"authlab/lab/source"
)

// StepText is what content says about one step.
type StepText struct {
	Number                     int
	Title, Action, Look, Place string
	Sends                      bool
	// Both is for all flows, Of for one, and Difference about those of the lesson.
	Both, Difference page.HTML
	Of               map[journal.Flow]page.HTML
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
	Lanes     []journal.Flow // the flows shown, one to three
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
	Viewer client.Client
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
	Chapter *page.ChapterView
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

// StepLink is a step in the ruler.
type StepLink struct {
	Number      int
	Title, Href string
	Sends, Done bool
	Current     bool
	Class       string
}

// Chrome is what is around a bench's pages.
func (in *BenchInput) Chrome(title string) page.Chrome {
	c := page.Chrome{Title: title, Assets: in.Assets, View: in.View, Bench: in.Path(), PlainHTTP: in.PlainHTTP}
	views := page.ViewsOf(in.Lanes)
	if len(views) == 1 {
		return c
	}
	for _, v := range views {
		c.Toggle = append(c.Toggle, page.Choice{
			Name: page.ViewName(v, in.Lanes), Value: v, Href: in.Link(in.Step, v, in.Pins), Current: v == in.View,
		})
	}
	return c
}

// Path is the bench's: "/bench/{id}".
func (in *BenchInput) Path() string { return "/bench/" + in.ID }

// Link is the permalink of a step in a view, with the exchanges pinned.
func (in *BenchInput) Link(step int, view string, pins map[journal.Flow]int) string {
	q := url.Values{"step": {strconv.Itoa(step)}, "view": {view}}
	for flow, n := range pins {
		if n > 0 {
			q.Set(string(flow), strconv.Itoa(n))
		}
	}
	if lanes := page.WriteLanes(in.Lanes); lanes != "" {
		q.Set("lanes", lanes)
	}
	if in.Room != nil {
		q.Set("room", in.Room.Code)
	}
	return in.Path() + "?" + q.Encode()
}

// Sent is SentIn of what the page shows.
func (in *BenchInput) Sent(step int) bool { return SentIn(in.Journal, in.Lanes, step) }

// SentIn reports whether a step has an exchange of its own in one of the lanes that is the
// lesson's, and in each that stands beside those.
func SentIn(recorded journal.View, lanes []journal.Flow, step int) bool {
	sent := false
	for _, flow := range lanes {
		has := recorded.Latest(flow, func(x *journal.Exchange) bool { return x.Step == step }) != nil
		if !has && !slices.Contains(journal.Lesson, flow) {
			return false
		}
		sent = sent || has
	}
	return sent
}

// Compares reports whether the flows that the lesson compares are all shown: what it
// says of their difference, and asks about it, is said and asked then.
func (in *BenchInput) Compares() bool {
	for _, flow := range journal.Lesson {
		if !slices.Contains(in.Lanes, flow) {
			return false
		}
	}
	return true
}

// together says how many flows are meant by all that are shown: "both", say.
func (in *BenchInput) together() string {
	return []string{"", "it", "both", "all"}[len(in.Lanes)]
}

// Links lead to the steps, from the first to the last.
func (in *BenchInput) Links() []StepLink {
	var links []StepLink
	for _, s := range in.Steps {
		l := StepLink{
			Number: s.Number, Title: s.Title, Sends: s.Sends,
			Href: in.Link(s.Number, in.View, nil), Current: s.Number == in.Step,
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
		l.Class = page.Classes(state, sends)
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
	if in.BeingSent(in.Step) {
		return nil
	}
	if x := in.shows(flow, in.Step); x != nil {
		return x
	}
	at := plot.LooksAt(in.Step)
	return in.Journal.Latest(flow, func(x *journal.Exchange) bool { return x.Step == at })
}

// ShownPins names the exchanges that the page shows, so that its permalink
// shows the same when more have come.
func (in *BenchInput) ShownPins() map[journal.Flow]int {
	pins := map[journal.Flow]int{}
	for _, flow := range in.Lanes {
		if x := in.Exchange(flow); x != nil {
			pins[flow] = x.Number
		}
	}
	return pins
}

// ExchangeAt is what a flow shows at a step.
func (in BenchInput) ExchangeAt(step int, flow journal.Flow) *journal.Exchange {
	in.Step, in.Pins = step, nil
	return in.Exchange(flow)
}

// NoteText is what the content tells an instructor about one step.
type NoteText struct {
	Step, Minutes int // Minutes are planned for the step
	Parts         []page.Part
}
