package lab

import (
	"bytes"
	"context"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/plot"
	"authlab/lab/share"
)

func (l *Lab) chrome(title string) page.Chrome {
	return page.Chrome{Title: title, Assets: l.assets.Path()}
}

// render answers with a component.
func (l *Lab) render(w http.ResponseWriter, status int, c templ.Component, r *http.Request) error {
	return l.draw(w, status, r, func() templ.Component { return c })
}

// draw answers with a component that is made when its client's turn has come: pages
// take a processor for a moment, and nobody's stands behind a hundred of another's.
// It is rendered whole before the first byte is sent, so that a failure still gets an
// error page; it is sent with no turn taken.
func (l *Lab) draw(w http.ResponseWriter, status int, r *http.Request, made func() templ.Component) error {
	b := templ.GetBuffer()
	defer templ.ReleaseBuffer(b)
	// A client that has closed its sending side has cancelled the request's
	// context, and still waits for the answer.
	ctx := context.WithoutCancel(r.Context())
	leave, err := l.admission.drawing.Enter(ctx, share.From(ctx))
	if err != nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "The lab is busy with other pages. Nothing is lost; load this one again in ten seconds.", http.StatusServiceUnavailable)
		return nil
	}
	if err := drawInto(ctx, b, made, leave); err != nil {
		return err
	}
	back, err := l.admission.inFlight.Take(share.From(ctx), int64(b.Len()))
	if err != nil {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "Too many pages wait to be read at your network address. Nothing is lost; load this one again in two seconds.", http.StatusServiceUnavailable)
		return nil
	}
	defer back()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = bytes.NewReader(b.Bytes()).WriteTo(w) // a visitor who has gone is no failure of ours
	return nil
}

func drawInto(ctx context.Context, b *bytes.Buffer, made func() templ.Component, leave func()) error {
	defer leave()
	return made().Render(ctx, b)
}

// front is GET /: what this is, start here.
func (l *Lab) front(w http.ResponseWriter, r *http.Request) error {
	c := l.chrome("AuthLab: log in twice, see everything")
	c.Here, c.PlainHTTP = "start", l.plainHTTP(r)
	v := page.FrontView{
		Chrome: c,
		Text:   page.HTML(l.content.Front), Steps: l.steps, Press: newPress(),
	}
	return l.render(w, http.StatusOK, page.Front(v), r)
}

// makeBench is POST /bench: makes a bench and goes to it.
func (l *Lab) makeBench(w http.ResponseWriter, r *http.Request) error {
	b, err := l.newBench(w, r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/bench/"+b.ID(), http.StatusSeeOther)
	return nil
}

// find returns the bench that the path names, errNoBench or errEvicted.
func (l *Lab) find(r *http.Request) (*bench.Bench, error) {
	id := r.PathValue("id")
	b, ok := l.benches.Find(id)
	switch {
	case ok:
		return b, nil
	case l.benches.Evicted(id):
		return nil, errEvicted
	}
	return nil, errNoBench
}

// bench is GET /bench/{id}: the bench page, or with fragment=live the parts of
// it that change.
func (l *Lab) bench(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	in, err := l.input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	live := r.FormValue("fragment") == "live"
	if !live {
		in.Press = newPress()
	}
	return l.draw(w, http.StatusOK, r, func() templ.Component {
		if live {
			return page.Live(page.NewBench(in))
		}
		return page.Bench(page.NewBench(in))
	})
}

// exchange is GET /bench/{id}/exchanges/{n}: one exchange; request=N and response=N
// name the byte that the part of a long message begins at. With fragment=request or
// fragment=response it is that message, as a whole; began=T is when the exchange began
// that is meant (page.Began).
func (l *Lab) exchange(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	x, err := exchangeValue(r.PathValue("n"), b.Journal())
	if err != nil {
		return err
	}
	if began := r.FormValue("began"); began != "" && began != page.Began(x) {
		return &failure{
			status: http.StatusNotFound, heading: "No such exchange",
			text: "The bench was reset since. Another exchange has this number now.",
		}
	}
	which := r.FormValue("fragment")
	var at page.Parts
	at.Request, _ = strconv.Atoi(r.FormValue("request")) // anything else is the beginning
	at.Response, _ = strconv.Atoi(r.FormValue("response"))
	in, err := l.input(b, r) // which may ask a database
	if err != nil {
		return err
	}
	return l.draw(w, http.StatusOK, r, func() templ.Component {
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
		return nil, &failure{
			status: http.StatusNotFound, heading: "No such exchange", cause: err,
			text: "This bench has recorded " + strconv.Itoa(len(v.Exchanges)) + " exchanges. The journal on its page lists them.",
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
	in, err := l.benchAt(b, origin(r), step, page.ValidView(r.FormValue("view")), pins, viewer(r))
	in.Room, in.PlainHTTP = l.classLink(r), l.plainHTTP(r)
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
		Steps: l.steps, LooksAt: bench.LooksAt, LogsIn: bench.LogsIn, Shows: bench.Shows, Settings: b.Settings(), Stores: b.Stores(), Lesson: b.Lesson(), Ran: l.code.ran, Logins: logins,
	}
	for _, flow := range journal.Flows {
		in.Now[flow] = b.ShownState(flow)
	}
	if s, ok := b.Sending(); ok {
		in.Sending = s.Step
	}
	in.Premise = func(step int) plot.Premise { return b.Premise(step, who.Own(in.Journal.Exchanges, b.PageOf)) }
	return in, l.beside(&in, b)
}

func stepValue(value string, v journal.View) (int, error) {
	if value == "" {
		return lastStep(v), nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > bench.LastStep {
		return 0, badRequest("A step is a number from 0 to 10. Choose one from the list of steps on your bench.", err)
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

func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
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
	if _, err := l.find(r); err != nil {
		secureHeaders(w)
		return err
	}
	return l.benches.ServeApp(w, r)
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
	case <-l.stopping.Done():
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

// elsewhere answers what the table has no route for, as the lab answers everything:
// with a page of ours for 404, or 405 with the methods that would do, and with our
// fields where the mux sends an untidy path to its tidy form.
func (l *Lab) elsewhere(table *http.ServeMux) http.Handler {
	apps := l.adapt(l.benches.ServeApp)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI == "*" {
			secure(l.adapt(wholeServer)).ServeHTTP(w, r)
			return
		}
		if plainlyAnApps(r) {
			apps.ServeHTTP(w, r)
			return
		}
		h, _ := table.Handler(r)
		if _, ok := h.(route); ok {
			table.ServeHTTP(w, r)
			return
		}
		var verdict refused
		h.ServeHTTP(&verdict, r)
		if verdict.Header().Get("Location") != "" {
			secure(h).ServeHTTP(w, r)
			return
		}
		if allow := verdict.Header().Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
		}
		secure(l.adapt(func(http.ResponseWriter, *http.Request) error { return noRoute(verdict.status) })).ServeHTTP(w, r)
	})
}

// plainlyAnApps reports whether a request is one to a bench's app by a path that the
// table would not tidy. The table would lead it to the app as well, and it has been
// found by its path already, to be recorded.
func plainlyAnApps(r *http.Request) bool {
	p := r.URL.Path
	return bench.Recorded(r) && r.URL.RawPath == "" && strings.Count(p, "/") > 3 && path.Clean(p) == p
}

// wholeServer is OPTIONS *, which asks of no page (RFC 9110, section 9.3.7), and has
// nothing to be told. No other method asks for it.
func wholeServer(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodOptions {
		return noRoute(http.StatusNotFound)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func noRoute(status int) error {
	if status == http.StatusMethodNotAllowed {
		return &failure{
			status: status, heading: "That cannot be done here",
			text: "There is such a page, but not for this method. The Allow field says which it knows.",
		}
	}
	return &failure{
		status: http.StatusNotFound, heading: "There is no such page",
		text: "The address may be mistyped. The front page leads everywhere.",
	}
}

// refused is a http.ResponseWriter that keeps the status and the fields of an
// answer and drops its content.
type refused struct {
	header http.Header
	status int
}

func (v *refused) Header() http.Header {
	if v.header == nil {
		v.header = http.Header{}
	}
	return v.header
}

func (v *refused) WriteHeader(status int) { v.status = status }

func (v *refused) Write(b []byte) (int, error) { return len(b), nil }
