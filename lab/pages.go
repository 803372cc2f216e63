package lab

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// makeBench is POST /bench: makes a bench and goes to it.
func (l *Lab) makeBench(w http.ResponseWriter, r *http.Request) error {
	b, err := l.NewBench(w, r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/bench/"+b.ID(), http.StatusSeeOther)
	return nil
}

// bench is GET /bench/{id}: the bench page, or with fragment=live the parts of
// it that change.
func (l *Lab) bench(w http.ResponseWriter, r *http.Request) error {
	b, err := l.Find(r)
	if err != nil {
		return err
	}
	in, err := l.input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	live := r.FormValue("fragment") == "live"
	if !live {
		in.Press = web.NewPress()
	}
	return l.Draw(w, http.StatusOK, r, func() templ.Component {
		if live {
			return page.BenchLive(page.NewBench(in))
		}
		return page.Bench(page.NewBench(in))
	})
}

// exchange is GET /bench/{id}/exchanges/{n}: one exchange; request=N and response=N
// name the byte that the part of a long message begins at. With fragment=request or
// fragment=response it is that message, as a whole; began=T is when the exchange began
// that is meant (page.Began).
func (l *Lab) exchange(w http.ResponseWriter, r *http.Request) error {
	b, err := l.Find(r)
	if err != nil {
		return err
	}
	x, err := exchangeValue(r.PathValue("n"), b.Journal())
	if err != nil {
		return err
	}
	if began := r.FormValue("began"); began != "" && began != page.Began(x) {
		return &web.Failure{
			Status: http.StatusNotFound, Heading: "No such exchange",
			Text: "The bench was reset since. Another exchange has this number now.",
		}
	}
	which := r.FormValue("fragment")
	var at page.PartsAt
	at.Request, _ = strconv.Atoi(r.FormValue("request")) // anything else is the beginning
	at.Response, _ = strconv.Atoi(r.FormValue("response"))
	in, err := l.input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	return l.Draw(w, http.StatusOK, r, func() templ.Component {
		if which == "request" || which == "response" {
			return page.Message(page.NewWhole(x, which))
		}
		return page.Exchange(page.NewExchange(in, x, at))
	})
}

// exchangeValue returns the exchange that a path names by its number.
func exchangeValue(value string, v journal.View) (*journal.Exchange, error) {
	n, err := strconv.Atoi(value)
	x, ok := v.Exchange(n)
	if err != nil || !ok {
		return nil, &web.Failure{
			Status: http.StatusNotFound, Heading: "No such exchange", Cause: err,
			Text: "This bench has recorded " + strconv.Itoa(len(v.Exchanges)) + " exchanges. The journal on its page lists them.",
		}
	}
	return x, nil
}

// input gathers what a bench's pages are made from. The URL may name the step,
// the view and one exchange of each flow; without a step it is the last one that
// was sent.
func (l *Lab) input(b *bench.Bench, r *http.Request) (page.BenchInput, error) {
	pins := map[journal.Flow]int{}
	for _, flow := range journal.Flows {
		pins[flow], _ = strconv.Atoi(r.FormValue(string(flow))) // anything else names none
	}
	step, err := stepValue(r.FormValue("step"), b.Shown())
	if err != nil {
		return page.BenchInput{}, err
	}
	in, err := l.benchAt(b, web.Origin(r), step, page.ValidView(r.FormValue("view")), pins, web.Viewer(r))
	in.Room, in.PlainHTTP = l.classLink(r), l.PlainHTTP(r)
	in.Unsent = r.FormValue("unsent") != ""
	return in, err
}

// benchAt is input for a step and a view, for who looks.
func (l *Lab) benchAt(b *bench.Bench, origin string, step int, view string, pins map[journal.Flow]int, who explain.Client) (page.BenchInput, error) {
	in := page.BenchInput{
		Assets: l.assets.Path(), ID: b.ID(), Origin: origin,
		Step: step, View: view, Pins: pins,
		Journal: b.Shown(), Sending: journal.NoStep, Viewer: who, PageOf: b.PageOf, Now: map[journal.Flow]journal.State{},
		Clock: b.Now(), Ahead: b.Ahead(), Made: b.Made(), Expires: b.Expires(), Held: b.Held(),
		Steps: l.steps, LooksAt: bench.LooksAt, LogsIn: bench.LogsIn, Shows: bench.Shows, Settings: b.Settings(), Stores: b.Stores(), Lesson: b.Lesson(), Ran: l.code.Ran, Logins: logins,
	}
	for _, flow := range journal.Flows {
		in.Now[flow] = b.ShownState(flow)
	}
	if s, ok := b.Sending(); ok {
		in.Sending = s.Step
	}
	in.Premise = func(step int) plot.Premise { return b.Premise(step, who.Own(in.Journal.Exchanges, b.PageOf)) }
	return in, l.article.Beside(&in, b)
}

func stepValue(value string, v journal.View) (int, error) {
	if value == "" {
		return lastStep(v), nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > bench.LastStep {
		return 0, web.BadRequest("A step is a number from 0 to 10. Choose one from the list of steps on your bench.", err)
	}
	return n, nil
}

// lastStep is the step of the latest exchange that shows one.
func lastStep(v journal.View) int {
	for i := len(v.Exchanges) - 1; i >= 0; i-- {
		if s := v.Exchanges[i].Step; s != journal.NoStep {
			return s
		}
	}
	return 0
}

var logins = func() (out []page.LoginView) {
	for _, l := range bench.Logins {
		out = append(out, page.LoginView{ID: l.ID, Email: l.Email, Password: l.Password, Role: l.Role})
	}
	return out
}()

// app is everything below /bench/{id}/session/ and /bench/{id}/token/: the two
// applications.
func (l *Lab) app(w http.ResponseWriter, r *http.Request) error {
	if _, err := l.Find(r); err != nil {
		web.SecureHeaders(w)
		return err
	}
	return l.Benches().ServeApp(w, r)
}

// icon is GET /favicon.ico, which browsers ask for by themselves.
func (l *Lab) icon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.Redirect(w, r, l.assets.Path()+"/icon.svg", http.StatusFound)
	return nil
}

// healthy is GET /healthz: the process answers.
func (l *Lab) healthy(w http.ResponseWriter, _ *http.Request) error {
	_, err := w.Write([]byte("ok\n"))
	return err
}

// ready is GET /readyz: the lab takes new visitors. It says no once it is about
// to stop, and while nothing can be saved.
func (l *Lab) ready(w http.ResponseWriter, _ *http.Request) error {
	select {
	case <-l.Stopping().Done():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return nil
	default:
	}
	if u := l.unsaved(); u != nil {
		http.Error(w, "not saving since "+u.Since.UTC().Format(time.RFC3339)+": "+string(u.Why), http.StatusServiceUnavailable)
		return nil
	}
	_, err := w.Write([]byte("ready\n"))
	return err
}
