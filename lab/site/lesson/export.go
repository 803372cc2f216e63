package lesson

import (
	"io"
	"net/http"
	"runtime/debug"
	"strconv"

	"authlab/lab/bench"
	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
)

// selection is what a visitor takes home: the exchanges of a bench, of one of
// its steps, or a single one.
type selection struct {
	from      export.Bench
	exchanges []*journal.Exchange
	name      string // of the file, without its ending: "authlab-step-5"
}

// selected finds the exchanges that a request names: one by {n} in the path, a
// step's by step in the query, else all. A step that looks again at another
// has that one's.
func (le *Pages) selected(r *http.Request) (selection, error) {
	b, err := le.Find(r)
	if err != nil {
		return selection{}, err
	}
	s := selection{from: le.ExportBench(b, r), name: "authlab-bench"}
	if n := r.PathValue("n"); n != "" {
		x, err := web.ExchangeValue(n, b.Journal())
		if err != nil {
			return selection{}, err
		}
		s.exchanges, s.name = []*journal.Exchange{x}, "authlab-exchange-"+strconv.Itoa(x.Number)
		return s, nil
	}
	step, err := exportStep(r.FormValue("step"))
	if err != nil {
		return selection{}, err
	}
	if step != export.Every {
		s.name, step = "authlab-step-"+strconv.Itoa(step), plot.LooksAt(step)
	}
	s.exchanges = export.Of(b.Journal(), step)
	return s, nil
}

// exportStep reads the step that an export is limited to, export.Every where
// none is named.
func exportStep(value string) (int, error) {
	if value == "" {
		return export.Every, nil
	}
	step, err := plot.Parse(value)
	if err != nil {
		return 0, &web.VisitorError{
			Status: http.StatusNotFound, Heading: "There is no such step", Cause: err,
			Text: "A step is " + plot.Numbers + ". Without one, the export has everything that the bench recorded.",
		}
	}
	return step, nil
}

// ExportBench is what exports say of a bench, as the request reached it.
func (le *Pages) ExportBench(b *bench.Bench, r *http.Request) export.Bench {
	return export.Bench{
		ID: b.ID(), Base: web.Origin(r), Version: version(),
		Title: func(step int) string { return le.uses.Steps[step].Title },
	}
}

// version is what the Go toolchain says of this build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

const plainText = "text/plain; charset=utf-8"

// ExportHAR is GET /bench/{id}/export.har and …/exchanges/{n}/har: an HTTP
// Archive, step=N limits it to a step.
func (le *Pages) ExportHAR(w http.ResponseWriter, r *http.Request) error {
	s, err := le.selected(r)
	if err != nil {
		return err
	}
	web.Download(w, "application/json", s.name+".har")
	return le.Streamed(w, r, func(out io.Writer) error { return export.WriteHAR(out, s.from, s.exchanges) })
}

// ExportHTTP is GET /bench/{id}/export.http and …/exchanges/{n}/http: an .http
// file for the HTTP clients of editors.
func (le *Pages) ExportHTTP(w http.ResponseWriter, r *http.Request) error {
	s, err := le.selected(r)
	if err != nil {
		return err
	}
	web.Download(w, plainText, s.name+".http")
	return le.Streamed(w, r, func(out io.Writer) error { return export.WriteHTTPFile(out, s.from, s.exchanges) })
}

// ExportZip is GET /bench/{id}/export.zip: the bytes of all messages, one file
// each.
func (le *Pages) ExportZip(w http.ResponseWriter, r *http.Request) error {
	s, err := le.selected(r)
	if err != nil {
		return err
	}
	web.Download(w, "application/zip", s.name+".zip")
	return le.Streamed(w, r, func(out io.Writer) error { return export.WriteZip(out, s.exchanges) })
}

// ExportCurl is GET /bench/{id}/curl and …/exchanges/{n}/curl: commands for a
// shell, shown rather than downloaded.
func (le *Pages) ExportCurl(w http.ResponseWriter, r *http.Request) error {
	s, err := le.selected(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", plainText)
	return le.Streamed(w, r, func(out io.Writer) error { return export.WriteCurls(out, s.from, s.exchanges) })
}

// ExportBytes is GET /bench/{id}/exchanges/{n}/request and …/response: one
// message's bytes as they crossed the connection.
func (le *Pages) ExportBytes(part string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, err := le.selected(r)
		if err != nil {
			return err
		}
		web.Download(w, "application/octet-stream", s.name+"-"+part+".http")
		_, _ = w.Write(export.Part(s.exchanges[0], part).Bytes)
		return nil
	}
}

// Handout is GET /bench/{id}/handout: the run on paper, step=N for one step.
func (le *Pages) Handout(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	only, err := exportStep(r.FormValue("step"))
	if err != nil {
		return err
	}
	in, err := le.Input(b, r)
	if err != nil {
		return err
	}
	if only != export.Every {
		only = plot.LooksAt(only)
	}
	return le.RenderStreamed(w, r, panes.Handout(panes.NewHandout(in, only)))
}

// Journal is GET /bench/{id}/journal.json: everything recorded.
func (le *Pages) Journal(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return le.Streamed(w, r, func(out io.Writer) error {
		of := export.JournalOf{ID: b.ID(), Made: b.Made(), Clock: b.Now(), Ahead: b.Ahead(), Settings: b.Settings()}
		return export.WriteJournal(out, of, b.Journal())
	})
}
