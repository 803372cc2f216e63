package lesson

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
	"authlab/lab/source"
)

// Make is POST /bench: makes a bench and goes to it.
func (le *Pages) Make(w http.ResponseWriter, r *http.Request) error {
	b, err := le.NewBench(w, r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/bench/"+b.ID(), http.StatusSeeOther)
	return nil
}

// Uses is what the lesson's pages need of others.
type Uses struct {
	// Steps are what the content says of each step, by number.
	Steps []panes.StepText
	// Predictions are the content's questions.
	Predictions []content.Prediction
	// Ran returns the functions of the app that an exchange went through.
	Ran func(*journal.Exchange) []source.Block
	// Beside sets what the article says beside a step of a bench.
	Beside func(*panes.BenchInput, *bench.Bench) error
	// BothApps is both apps' code as a bench sets them up.
	BothApps func(panes.BenchInput) (panes.PairsView, error)
	// Link leads to the class that the query of a bench's page names, nil for none.
	Link func(*http.Request) *panes.RoomLink
	// Follow follows the class that the query of a bench's events names, until leave
	// is called; nil for none.
	Follow func(*http.Request) (notices <-chan room.Notice, leave func())
}

// Pages are the bench page, what it does, and what can be taken away from it.
type Pages struct {
	*web.Site
	uses Uses
}

// New makes the pages.
func New(site *web.Site, uses Uses) *Pages { return &Pages{site, uses} }

// Bench is GET /bench/{id}: the bench page, or with fragment=live the parts of
// it that change.
func (le *Pages) Bench(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	in, err := le.Input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	live := r.FormValue("fragment") == "live"
	if !live {
		in.Press = web.NewPress()
	}
	return le.Draw(w, http.StatusOK, r, func() templ.Component {
		if live {
			return BenchLive(NewBench(in))
		}
		return Bench(NewBench(in))
	})
}

// Exchange is GET /bench/{id}/exchanges/{n}: one exchange; request=N and response=N
// name the byte that the part of a long message begins at. With fragment=request or
// fragment=response it is that message, as a whole; began=T is when the exchange began
// that is meant (page.Began).
func (le *Pages) Exchange(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	x, err := web.ExchangeValue(r.PathValue("n"), b.Journal())
	if err != nil {
		return err
	}
	if began := r.FormValue("began"); began != "" && began != panes.Began(x) {
		return &web.VisitorError{
			Status: http.StatusNotFound, Heading: "No such exchange",
			Text: "The bench was reset since. Another exchange has this number now.",
		}
	}
	which := r.FormValue("fragment")
	var at panes.PartsAt
	at.Request, _ = strconv.Atoi(r.FormValue("request")) // anything else is the beginning
	at.Response, _ = strconv.Atoi(r.FormValue("response"))
	in, err := le.Input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	return le.Draw(w, http.StatusOK, r, func() templ.Component {
		if which == "request" || which == "response" {
			return panes.Message(panes.NewWhole(x, which))
		}
		return Exchange(NewExchange(in, x, at))
	})
}

// Input gathers what a bench's pages are made from. The URL may name the flows,
// the step, the view and one exchange of each flow; without a step it is the last one that
// was sent.
func (le *Pages) Input(b *bench.Bench, r *http.Request) (panes.BenchInput, error) {
	pins := map[journal.Flow]int{}
	for _, flow := range journal.Flows {
		pins[flow], _ = strconv.Atoi(r.FormValue(string(flow))) // anything else names none
	}
	step, err := web.StepValue(r.FormValue("step"), b.Shown())
	if err != nil {
		return panes.BenchInput{}, err
	}
	lanes, err := lanesOf(r)
	if err != nil {
		return panes.BenchInput{}, err
	}
	in, err := le.benchIn(lanes, b, web.Origin(r), step, page.ValidView(r.FormValue("view"), lanes), pins, web.Viewer(r))
	in.Room, in.PlainHTTP = le.uses.Link(r), le.PlainHTTP(r)
	in.Unsent = r.FormValue("unsent") != ""
	return in, err
}

// lanesOf are the flows that a request wants to see side by side, or to send to.
func lanesOf(r *http.Request) ([]journal.Flow, error) {
	lanes, err := page.ParseLanes(r.FormValue("lanes"))
	if err != nil {
		return nil, web.BadRequest("Lanes are flows with commas between them, each once: session,sealed, say. Here "+err.Error()+".", err)
	}
	return lanes, nil
}

// BenchAt is input for a step and a view of the lesson's flows, for who looks.
func (le *Pages) BenchAt(b *bench.Bench, origin string, step int, view string, pins map[journal.Flow]int, who client.Client) (panes.BenchInput, error) {
	return le.benchIn(journal.Lesson, b, origin, step, view, pins, who)
}

// benchIn is BenchAt with the flows that are shown.
func (le *Pages) benchIn(lanes []journal.Flow, b *bench.Bench, origin string, step int, view string, pins map[journal.Flow]int, who client.Client) (panes.BenchInput, error) {
	in := panes.BenchInput{
		Assets: le.Assets(), ID: b.ID(), Origin: origin,
		Lanes: lanes, Step: step, View: view, Pins: pins,
		Journal: b.Shown(), Sending: plot.NoStep, Viewer: who, PageOf: b.PageOf, Now: map[journal.Flow]journal.State{},
		Clock: b.Now(), Ahead: b.Ahead(), Made: b.Made(), Expires: b.Expires(), Held: b.Held(),
		Steps: le.uses.Steps, LogsIn: bench.LogsIn, Shows: bench.Shows, Settings: b.Settings(), Stores: b.Stores(), Lesson: b.Lesson(), Ran: le.uses.Ran, Logins: Logins,
	}
	for _, flow := range journal.Flows {
		in.Now[flow] = b.ShownState(flow)
	}
	if s, ok := b.Sending(); ok {
		in.Sending = s.Step
	}
	in.Premise = func(step int) plot.Premise {
		return b.Premise(step, lanes, who.Own(in.Journal.Exchanges, b.PageOf))
	}
	return in, le.uses.Beside(&in, b)
}

// Logins are the demo's accounts, with their passwords.
var Logins = func() (out []panes.LoginView) {
	for _, l := range bench.Logins {
		out = append(out, panes.LoginView{ID: l.ID, Email: l.Email, Password: l.Password, Role: l.Role})
	}
	return out
}()

// App is everything below /bench/{id}/session/, /bench/{id}/token/ and so on: the
// applications.
func (le *Pages) App(w http.ResponseWriter, r *http.Request) error {
	if _, err := le.Find(r); err != nil {
		web.SecureHeaders(w)
		return err
	}
	return le.Benches().ServeApp(w, r)
}
