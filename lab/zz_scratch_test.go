package lab

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/room"
)

func TestZZ(t *testing.T) {
	l, err := New(Config{})
	if err != nil { t.Fatal(err) }
	b := l.benches.Make()
	if err := l.withSample(b, func(ctx context.Context, s *sample) error { return s.lesson(ctx) }); err != nil { t.Fatal(err) }
	dir := "/tmp/proj"
	os.RemoveAll(dir); os.MkdirAll(dir, 0o755)
	short := "192.168.7.20:8080/j"
	qr, err := page.NewQR("HTTP://192.168.7.20:8080/J/K7QX3MHP", "QR code for "+short)
	if err != nil { t.Fatal(err) }
	write := func(name string, step int, view string, full bool, edit func(*page.RoomInput)) {
		r := httptest.NewRequest("GET", fmt.Sprintf("/bench/x?step=%d&view=%s", step, view), nil)
		in, err := l.input(b, r)
		if err != nil { t.Fatal(err) }
		if !full {
			var xs []*journal.Exchange
			for _, x := range in.Journal.Exchanges { if x.Step < step { xs = append(xs, x) } }
			in.Journal.Exchanges = xs
		}
		made := time.Now()
		ri := page.RoomInput{Bench: in, State: room.State{Step: step, View: view, Sending: room.NoStep, Made: made, Driver: room.Driver{Window: "w", Kind: room.Instructor, Since: made}},
			Class: room.Class{Following: 287, Looking: 14, Reconnecting: 3, Own: 9, Stuck: 4, At: []int{0, 0, 3, 0, 0, 9, 2, 0, 0, 287, 0}, Answers: 12},
			Join: page.JoinView{Code: "K7QX-3MHP", Short: short, URL: "http://192.168.7.20:8080/j/K7QX-3MHP", QR: qr}, Now: made}
		if edit != nil { edit(&ri) }
		var sb strings.Builder
		if err := page.Projector(page.NewProjector(ri)).Render(context.Background(), &sb); err != nil { t.Fatal(err) }
		html := strings.ReplaceAll(sb.String(), "<main ", `<main data-drives="me" `)
		os.WriteFile(dir+"/"+name+".html", []byte(html), 0o644)
	}
	poll := func(phase room.Phase, rounds int) func(*page.RoomInput) {
		return func(in *page.RoomInput) {
			for _, p := range in.Bench.Predictions {
				if p.Step != in.Bench.Step { continue }
				q := room.Poll{Slug: p.Slug, Step: p.Step, Options: len(p.Options), Phase: phase}
				for i := range rounds {
					r := room.Round{Answers: 271 - i}
					if phase != room.Open || i < rounds-1 {
						for o := range p.Options { r.Votes = append(r.Votes, []int{38, 194, 28, 11}[(o+i)%4]) }
					}
					q.Rounds = append(q.Rounds, r)
				}
				in.State.Polls = []room.Poll{q}
			}
		}
	}
	rest := func(in *page.RoomInput) { in.State.Rest = true }
	for step := 0; step <= bench.LastStep; step++ {
		for _, view := range page.Views {
			n := fmt.Sprintf("%02d-%s", step, view)
			write(n+"-told", step, view, true, nil)
			write(n+"-revealed", step, view, true, poll(room.Revealed, 2))
			write(n+"-rest", step, view, true, rest)
			write(n+"-unsent", step, view, false, nil)
			write(n+"-open", step, view, false, poll(room.Open, 1))
			write(n+"-open2", step, view, false, poll(room.Open, 2))
			write(n+"-closed", step, view, false, poll(room.Closed, 1))
			write(n+"-closed2", step, view, false, poll(room.Closed, 2))
		}
	}
	for _, o := range []room.Overlay{room.Blank, room.JoinCard, room.Overview} {
		write("over-"+string(o), 9, "both", true, func(in *page.RoomInput) { in.State.Overlay = o })
	}
	write("over-ended", 9, "both", true, func(in *page.RoomInput) { in.State.Ended = true })
	for s := -3; s <= 3; s++ { write(fmt.Sprintf("size%+d", s), 9, "both", true, func(in *page.RoomInput) { in.State.Size = s; poll(room.Revealed, 1)(in) }) }
	write("sizerest+3", 9, "both", true, func(in *page.RoomInput) { in.State.Size = 3; in.State.Rest = true })
	if port := os.Getenv("ZZ_PORT"); port != "" {
		mux := http.NewServeMux()
		mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "site.css") { r.URL.Path = l.assets.Path() + r.URL.Path[len(l.assets.Path()):]; l.assets.ServeHTTP(w, r); return }
			src, _ := os.ReadFile("../static/static.go")
			line := string(src); line = line[strings.Index(line, "var sheets"):]; line = line[:strings.Index(line, "}")]
			w.Header().Set("Content-Type", "text/css")
			for i, n := range strings.Split(line, "\"") { if i%2 == 1 { b, _ := os.ReadFile("../static/css/" + n + ".css"); w.Write(b) } }
		})
		mux.Handle("/", http.FileServer(http.Dir(dir)))
		go http.ListenAndServe("127.0.0.1:"+port, mux)
		os.WriteFile("/tmp/proj.ready", nil, 0o644)
		for { time.Sleep(200*time.Millisecond); if _, err := os.Stat("/tmp/proj.ready"); err != nil { return } }
	}
}
