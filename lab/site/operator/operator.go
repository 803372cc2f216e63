package operator

import (
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"time"

	"authlab/lab/listen"
	"authlab/lab/room"
	"authlab/lab/share"
	"authlab/lab/site/web"
)

// How much of each list operators are shown.
const shownToOperator = 20

// Page is the page for whoever runs the lab.
type Page struct {
	*web.Site
	rooms   *room.Rooms
	refused func() []share.Refusals
}

// New makes the page. rooms are those of all classes, and refused returns what
// was refused in them.
func New(site *web.Site, rooms *room.Rooms, refused func() []share.Refusals) *Page {
	return &Page{Site: site, rooms: rooms, refused: refused}
}

// Show is GET /operator: who holds what, and who is held back. Only this machine
// is shown it, where it was asked for with -operator.
func (p *Page) Show(w http.ResponseWriter, r *http.Request) error {
	if !fromHere(r) {
		return &web.VisitorError{
			Status: http.StatusForbidden, Heading: "Only this machine is shown this page",
			Text: "It is for whoever runs the lab. Open it on the machine that the lab runs on, by localhost, without a proxy in between.",
		}
	}
	v := View{Chrome: p.Chrome("Operator: AuthLab"), At: time.Now().Format("2 Jan 15:04:05"), Figures: p.figures()}
	for _, h := range first(p.Benches().Memory().Holdings) {
		v.Clients = append(v.Clients, Client{Client: string(h.Client), Bytes: h.Bytes, Benches: h.Benches})
	}
	for _, b := range p.Benches().Largest(shownToOperator) {
		v.Benches = append(v.Benches, Bench{Client: string(b.Client), Bytes: b.Bytes, Exchanges: b.Exchanges, Open: b.Open, Held: b.Held})
	}
	v.Classes = p.classesShown()
	for _, s := range slices.Concat(p.Refusals(), p.refused()) {
		v.Refusals = append(v.Refusals, Refusal{Kind: string(s.Kind), Client: string(s.Client), Count: s.Count, At: s.At})
	}
	for _, r := range first(p.Recent()) {
		v.Recent = append(v.Recent, Refusal{Kind: string(r.Kind), Client: string(r.Client), At: r.At})
	}
	return p.Render(w, http.StatusOK, Operator(v), r)
}

// fromHere reports whether a request comes from this machine itself, and through
// nothing that forwards what others send.
func fromHere(r *http.Request) bool {
	if !listen.Loopback(r.RemoteAddr) {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return listen.Loopback(r.Host)
}

func first[E any](list []E) []E { return list[:min(len(list), shownToOperator)] }

// figures are those of the process.
func (p *Page) figures() []Figure {
	m := p.Benches().Memory()
	bound := ""
	if n := p.Conns().Limit(); n > 0 {
		bound = strconv.Itoa(n)
	}
	keys, inspecting := p.Waiting()
	return []Figure{
		{ID: "held", Name: "Held by benches", Value: Bytes(m.Bytes), Bound: Bytes(m.Budget)},
		{ID: "memory", Name: "Memory of the process", Value: Bytes(inUse()), Bound: Bytes(p.Memory())},
		{ID: "bench-count", Name: "Benches", Value: strconv.Itoa(p.Benches().Len())},
		{ID: "evicted", Name: "Benches ended to make room", Value: strconv.Itoa(m.Evicted)},
		{ID: "class-count", Name: "Classes", Value: strconv.Itoa(p.rooms.Len())},
		{ID: "class-ended", Name: "Of them ended", Value: strconv.Itoa(p.ended())},
		{ID: "connections", Name: "Connections", Value: strconv.Itoa(p.Conns().Len()), Bound: bound},
		{ID: "let-go", Name: "Connections let go to make room", Value: strconv.Itoa(p.Conns().LetGo())},
		{ID: "goroutines", Name: "Goroutines", Value: strconv.Itoa(runtime.NumGoroutine())},
		{ID: "keys-waiting", Name: "Waiting for an RSA key", Value: strconv.Itoa(keys)},
		{ID: "inspections-waiting", Name: "Waiting for an inspector", Value: strconv.Itoa(inspecting)},
	}
}

// inUse is what the runtime has from the system and has not given back, in bytes: what
// the memory limit counts.
func inUse() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64()) //nolint:gosec // it fits
}

// classesShown returns the classes, the newest first.
func (p *Page) classesShown() (out []Class) {
	for _, r := range p.rooms.All() {
		s, c := r.State(), r.Class()
		out = append(out, Class{Made: s.Made, Step: s.Step, Following: c.Following + c.Looking, Votes: c.Answers, Ended: s.Ended})
	}
	slices.SortFunc(out, func(a, b Class) int { return b.Made.Compare(a.Made) })
	return first(out)
}

// ended counts the classes that have ended and are kept for their handouts.
func (p *Page) ended() (n int) {
	for _, r := range p.rooms.All() {
		if r.State().Ended {
			n++
		}
	}
	return n
}
