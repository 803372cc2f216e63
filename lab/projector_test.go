package lab

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/room"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/class/wall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// showing is a state of the projector.
type showing struct {
	step   int
	sent   bool // the step was
	view   string
	phase  room.Phase
	rounds int // of the vote, 0 where nothing was asked
	rest   bool
	held   bool // a step that only looks, before its question was asked or passed over
}

func (w showing) String() string {
	return fmt.Sprintf("step %d, sent %t, %s, vote %d %s, rest %t, held %t", w.step, w.sent, w.view, w.rounds, w.phase, w.rest, w.held)
}

// input is what the projector is made from in this state.
func (w showing) input(t *testing.T) hall.RoomInput {
	t.Helper()
	last := w.step
	if !w.sent {
		last--
	}
	v := newLecture(t, w.step, last)
	in := v.input(t)
	in.State.View, in.Bench.View, in.State.Rest = w.view, w.view, w.rest
	in.Bench.ID, _, _ = bench.SplitPath(strings.Fields(string(v.lab.article.Sample.Exchanges[0].Request.Bytes))[1])
	in.Bench.Journal.Actions = v.lab.article.Sample.Actions
	if w.rounds == 0 && !w.held {
		in.State.Pass()
	}
	if w.rounds > 0 {
		in.State.Polls = []room.Poll{w.poll(in)}
	}
	return in
}

func (w showing) poll(in hall.RoomInput) room.Poll {
	at := slices.IndexFunc(in.Bench.Predictions, func(p panes.PredictionText) bool { return p.Step == w.step })
	p := room.Poll{Slug: in.Bench.Predictions[at].Slug, Step: w.step, Options: len(in.Bench.Predictions[at].Options), Phase: w.phase}
	for i := range w.rounds {
		r := room.Round{Answers: 7 + i}
		if w.phase != room.Open || i+1 < w.rounds {
			r.Votes = make([]int, p.Options)
			r.Votes[i] = 7 + i
		}
		p.Rounds = append(p.Rounds, r)
	}
	return p
}

// walls are all states of the projector without an overlay.
func walls() (list []showing) {
	for step := range plot.Count {
		for _, view := range page.ViewsOf(journal.Lesson) {
			for _, sent := range []bool{false, true} {
				for _, rest := range []bool{false, true} {
					list = append(list, showing{step, sent, view, "", 0, rest, false})
					if step == 2 || step == 3 || step == 4 || step == 6 {
						list = append(list, showing{step, sent, view, "", 0, rest, true})
					}
					for _, phase := range []room.Phase{room.Open, room.Closed, room.Revealed} {
						list = append(list, showing{step, sent, view, phase, 1, rest, false}, showing{step, sent, view, phase, 2, rest, false})
					}
				}
			}
		}
	}
	return list
}

// TestProjectorInEveryState holds what is true of the projector in every state.
func TestProjectorInEveryState(t *testing.T) {
	t.Parallel()
	for _, w := range walls() {
		in := w.input(t)
		v := wall.NewProjector(in)
		_, root := pageOf(t, wall.Projector(v))
		_, live := pageOf(t, wall.ProjectorLive(v))
		checkParts(t, w, root, live)
		checkSecrets(t, w, in, root)
		checkVote(t, w, root)
		checkTelling(t, w, in, root)
		checkShort(t, w, in, root)
	}
}

// checkParts: ids are unique, the fragment has the page's parts, and headings do
// not skip a level.
func checkParts(t *testing.T, w showing, root, live *html.Node) {
	t.Helper()
	seen := map[string]bool{}
	var parts, fresh []string
	for _, n := range query(root, "[id]") {
		id := attributeOf(n, "id")
		if seen[id] {
			t.Errorf("%s: two elements have the id %q", w, id)
		}
		seen[id] = true
	}
	for _, n := range query(root, "[data-live]") {
		parts = append(parts, attributeOf(n, "id"))
	}
	for _, n := range query(live, "[data-live]") {
		fresh = append(fresh, attributeOf(n, "id"))
	}
	slices.Sort(parts)
	slices.Sort(fresh)
	if !slices.Equal(parts, fresh) || len(parts) < 7 {
		t.Errorf("%s: the page has the parts %q, the fragment %q", w, parts, fresh)
	}
	if n := len(query(root, "main > :not([hidden]) h1")); n != 1 {
		t.Errorf("%s: %d first headings are shown", w, n)
	}
	for _, cell := range query(root, ".p-cell, .p-place .side, .p-ahead h2") {
		if wording(cell) == "" {
			t.Errorf("%s: something is blank: <%s class=%q>", w, cell.Data, attributeOf(cell, "class"))
		}
	}
}

// checkSecrets: nowhere but on the stage is the bench named.
func checkSecrets(t *testing.T, w showing, in hall.RoomInput, root *html.Node) {
	t.Helper()
	for n := range root.Descendants() {
		if n.Type == html.TextNode && strings.Contains(n.Data, in.Bench.ID) && !within(n, "stage") {
			t.Errorf("%s: the wall shows the bench's id in %q", w, n.Data)
		}
	}
}

func within(n *html.Node, class string) bool {
	for ; n != nil; n = n.Parent {
		if slices.Contains(strings.Fields(attributeOf(n, "class")), class) {
			return true
		}
	}
	return false
}

func attributeOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// checkVote: nothing of how it falls before the round is closed, nothing of the
// answer before it is revealed.
func checkVote(t *testing.T, w showing, root *html.Node) {
	t.Helper()
	happened := w.sent || w.step == 2 || w.step == 3 || w.step == 4 || w.step == 6
	told := happened && w.rounds > 0 && w.phase == room.Revealed
	hidden := w.rest && told
	shown := w.rounds > 0 && !hidden
	if n := len(query(root, "#p-vote:not([hidden]) .votes")); n != btoi(shown) {
		t.Errorf("%s: %d votes are shown", w, n)
	}
	counted := len(query(root, ".votes .n"))
	if w.phase == room.Open && counted != 0 || shown && w.phase != room.Open && counted < 3 {
		t.Errorf("%s: %d options have counts", w, counted)
	}
	if n := len(query(root, ".votes .right")); n != btoi(told && shown) {
		t.Errorf("%s: %d options are marked as right", w, n)
	}
	if n := len(query(root, ".votes small")); (n > 0) != (shown && w.phase != room.Open && w.rounds == 2) {
		t.Errorf("%s: %d options say what they had before", w, n)
	}
	if n := len(query(root, "#p-vote .qr")); n != btoi(shown) {
		t.Errorf("%s: %d codes to scan", w, n)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkTelling: a step is told once it was sent and what was asked is revealed, and
// then as it was recorded.
func checkTelling(t *testing.T, w showing, in hall.RoomInput, root *html.Node) {
	t.Helper()
	exchanges := slices.ContainsFunc(in.Bench.Journal.Exchanges, func(x *journal.Exchange) bool { return x.Step == plot.LooksAt(w.step) })
	told := exchanges && !w.held && (w.rounds == 0 || w.phase == room.Revealed)
	evidence := len(query(root, ".p-place, .difference, .verdict, .p-rest, .p-lede"))
	if told != (evidence > 0) || told == (len(query(root, ".p-ahead")) > 0) {
		t.Errorf("%s: told %t, and %d elements tell", w, told, evidence)
	}
	if !told {
		return
	}
	if rest := len(query(root, ".p-rest")); rest != btoi(w.rest) || w.rest == (len(query(root, ".p-place")) > 0) {
		t.Errorf("%s: the rest is shown %d times", w, rest)
	}
	var status []string
	for _, flow := range journal.Lesson {
		if w.view == page.ViewBoth || strings.HasPrefix(map[journal.Flow]string{journal.Session: "stateful", journal.Token: "stateless"}[flow], w.view) {
			x := in.Bench.Journal.Latest(flow, func(x *journal.Exchange) bool {
				return x.Step == plot.LooksAt(w.step) && (plot.LooksAt(w.step) != plot.Login || bench.LogsIn(x))
			})
			status = append(status, strconv.Itoa(explain.Read(x).Verdict().Answered)+" "+explain.Read(x).Verdict().Outcome)
		}
	}
	if got, want := wordsOf(root, ".verdict"), strings.Join(status, " "); got != want {
		t.Errorf("%s: the heads say %q, recorded was %q", w, got, want)
	}
}

// checkShort: what is shortened is the beginning of something recorded.
func checkShort(t *testing.T, w showing, in hall.RoomInput, root *html.Node) {
	t.Helper()
	for _, n := range query(root, "[data-short]") {
		begins, cut := strings.CutSuffix(wording(n), "…")
		if !cut || !recorded(in, begins) {
			t.Errorf("%s: %q is not the beginning of anything recorded", w, wording(n))
		}
	}
}

func recorded(in hall.RoomInput, text string) bool {
	for _, x := range in.Bench.Journal.Exchanges {
		if bytes.Contains(x.Request.Bytes, []byte(text)) || bytes.Contains(x.Response.Bytes, []byte(text)) {
			return true
		}
	}
	return false
}

var more = regexp.MustCompile(`^and (\d+) more lines?, ([\d,]+) B$`)

// TestProjectorSaysWhatIsLeftOut counts the lines of the rest of each exchange.
func TestProjectorSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	left := 0
	for step := range plot.Count {
		in := showing{step: step, sent: true, view: page.ViewOf(journal.Session), rest: true}.input(t)
		in.State.Size = room.MaxSize
		_, root := pageOf(t, wall.Projector(wall.NewProjector(in)))
		x := in.Bench.Journal.Latest(journal.Session, func(x *journal.Exchange) bool {
			return x.Step == plot.LooksAt(step) && (plot.LooksAt(step) != plot.Login || bench.LogsIn(x))
		})
		for i, m := range []explain.Message{explain.Request(x), explain.Response(x)} {
			var want int
			for _, line := range m.Lines {
				want += btoi(line.Kind != explain.BlankLine)
			}
			section := query(root, ".p-rest section")[i]
			got := len(query(section, "code"))
			for _, n := range query(section, ".more-lines") {
				found := more.FindStringSubmatch(wording(n))
				if found == nil {
					t.Fatalf("step %d: %q says not what is left out", step, wording(n))
				}
				count, _ := strconv.Atoi(found[1]) // digits, by the pattern
				got, left = got+count, left+1
			}
			if got != want {
				t.Errorf("step %d: of %d lines %d are shown or said to be left out", step, want, got)
			}
		}
	}
	if left == 0 {
		t.Error("everything fitted, so nothing was tested")
	}
}

// TestProjectorShowsWhatStrangersSent as text of a size that fits.
func TestProjectorShowsWhatStrangersSent(t *testing.T) {
	t.Parallel()
	in := showing{step: 5, sent: true, view: page.ViewBoth}.input(t)
	for i, x := range in.Bench.Journal.Exchanges {
		if x.Step == 5 && x.Flow == journal.Session {
			nasty := *x
			head, _, _ := bytes.Cut(x.Request.Bytes, []byte("Cookie:"))
			nasty.Request.Bytes = append(bytes.Clone(head), "Cookie: sid="+strings.Repeat("<b>", 2000)+"\r\nCookie: x=\u202edlrow\x01"+strings.Repeat("y", 3000)+"\r\n\r\n"...)
			nasty.Request.Length = int64(len(nasty.Request.Bytes))
			in.Bench.Journal.Exchanges[i] = &nasty
		}
	}
	for _, rest := range []bool{false, true} {
		in.State.Rest = rest
		text, root := pageOf(t, wall.Projector(wall.NewProjector(in)))
		for _, bad := range []string{"<b><b>", "\u202e", "\x01"} {
			if strings.Contains(text, bad) {
				t.Errorf("rest %t: the page holds %q", rest, bad)
			}
		}
		for _, n := range query(root, ".p-flows code") {
			if said := wording(n); len(said) > 250 {
				t.Errorf("rest %t: a line of %d bytes: %.80q…", rest, len(said), said)
			}
		}
	}
}

// TestProjectorOverlays: each covers the slide, and says what it is for.
func TestProjectorOverlays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		overlay room.Overlay
		ended   bool
		says    []string
		not     string
	}{
		{"blank", room.Blank, false, []string{"Blank"}, "K7QX"},
		{"join card", room.JoinCard, false, []string{"127.0.0.1:8080", "K7QX-3MHP", "301 have joined"}, "Stranger"},
		{"overview", room.Overview, false, []string{"0 Stranger 4", "9 Replay the old credential 297", "5 on a bench of their own, 2 of them"}, "K7QX"},
		{"ended", room.Clear, true, []string{"This class has ended.", "127.0.0.1:8080/room/K7QX-3MHP/handout"}, "Replay"},
	} {
		in := showing{step: 9, sent: true, view: page.ViewBoth, phase: room.Revealed, rounds: 1}.input(t)
		in.State.Overlay, in.State.Ended = c.overlay, c.ended
		in.Class = room.Class{Following: 287, Looking: 14, Own: 5, Stuck: 2, At: []int{4, 0, 0, 0, 0, 0, 0, 0, 0, 297, 0}}
		_, root := pageOf(t, wall.Projector(wall.NewProjector(in)))
		got := wordsOf(root, "#p-over:not([hidden])")
		for _, want := range c.says {
			if !strings.Contains(got, want) {
				t.Errorf("%s: says %q, without %q", c.name, got, want)
			}
		}
		if strings.Contains(got, c.not) {
			t.Errorf("%s: says %q", c.name, got)
		}
		if n := len(query(root, "#p-head:not([hidden]), #p-flows:not([hidden]), #p-vote:not([hidden]), #p-foot:not([hidden])")); n != 0 {
			t.Errorf("%s: %d parts are seen under it", c.name, n)
		}
	}
}
