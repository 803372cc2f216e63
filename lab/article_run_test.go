package lab

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/article"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// liveNames are all live values, and what each looks like in a run.
var liveNames = map[string]string{
	"session.id": `^[\w-]{6}…$`, "session.record": `\S`, "session.expires": `^\d\d:\d\d:\d\d UTC$`, "session.deadline": `^\d\d:\d\d:\d\d UTC$`,
	"token.header": `^eyJ[\w-]{3}…$`, "token.payload": `^eyJ[\w-]{3}…$`, "token.signature": `^[\w-]{6}…$`,
	"token.exp": `^\d\d:\d\d:\d\d UTC$`, "token.length": `^\d{3} B$`, "login.took": `^\d[\d.]* (ms|s)$`,
}

func init() {
	sizes := `^[1-9][\d,]* B$`
	for step, status := range map[int][2]string{
		0: {"303 See Other", "401 Unauthorized"}, 1: {"303 See Other", "200 OK"}, 5: {"200 OK", "200 OK"}, 7: {"200 OK", "200 OK"},
		8: {"303 See Other", "204 No Content"}, 9: {"303 See Other", "200 OK"}, 10: {"303 See Other", "401 Unauthorized"},
	} {
		for i, flow := range journal.Lesson {
			at := func(what string) string { return string(flow) + "." + what + "." + strconv.Itoa(step) }
			liveNames[at("status")] = "^" + status[i] + "$"
			liveNames[at("request.size")], liveNames[at("response.size")] = sizes, sizes
			liveNames[at("records")] = `^0 records$`
		}
	}
	for _, step := range []int{1, 5, 7} {
		liveNames["session.records."+strconv.Itoa(step)] = `^1 record$`
	}
	// What a logout or an expiry leaves is remembered only to refuse it.
	for step, tombstones := range map[int]string{8: "1 tombstone", 9: "1 tombstone", 10: "2 tombstones"} {
		liveNames["session.records."+strconv.Itoa(step)] = "^0 records and " + tombstones + "$"
	}
}

// Every live value that texts may name comes from a run, and where there is none
// yet, is not there.
func TestLiveValues(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	run := article.Run{Journal: l.article.Sample, Sample: true, LogsIn: bench.LogsIn}
	none := article.Run{LogsIn: bench.LogsIn}
	for name, pattern := range liveNames {
		if _, _, known := content.SplitLive(name); !known {
			t.Errorf("the content knows no %s", name)
		}
		v, ok := run.Live(name)
		if !ok || !v.Sent || !regexp.MustCompile(pattern).MatchString(v.Text) {
			t.Errorf("%s of a run is %+v, %v; want %s", name, v, ok, pattern)
		}
		if v, ok := none.Live(name); !ok || v.Sent || v.Text != "" {
			t.Errorf("%s without a run is %+v, %v", name, v, ok)
		}
	}
	for _, name := range []string{"", ".", "session", "session.", "session.nothing", "token.id", "session.status", "session.status.x", "other.status.1", "login.took.1", ".1", "1", "token.exp.1"} {
		if v, ok := run.Live(name); ok {
			t.Errorf("%q is %+v, and there is no such value", name, v)
		}
		if _, _, known := content.SplitLive(name); known {
			t.Errorf("the content knows %q, and there is no such value", name)
		}
	}
}

// A live value has the ink of what it is, and lights up with it.
func TestLiveValuesAreBound(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	run := article.Run{Journal: l.article.Sample, LogsIn: bench.LogsIn}
	for name, want := range map[string]page.LiveValue{
		"session.id": {Ink: "sid", Ref: "sid"}, "session.record": {Ink: "own", Ref: "own"}, "token.header": {Ink: "hdr", Ref: "hdr"},
		"token.payload": {Ink: "pay", Ref: "pay"}, "token.signature": {Ink: "sig", Ref: "sig"}, "token.exp": {Ink: "pay", Ref: "pay.exp"},
		"token.length": {}, "login.took": {}, "session.status.0": {Ref: "status.303"}, "token.status.0": {Ref: "status.401"}, "session.records.1": {},
	} {
		if v, ok := run.Live(name); !ok || v.Ink != want.Ink || v.Ref != want.Ref {
			t.Errorf("%s is %+v, want ink %q and reference %q", name, v, want.Ink, want.Ref)
		}
	}
}

// References of the prose that a recorded message can show are bound to the
// same words there.
func TestReferencesMeetTheWire(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	onWire := map[string]bool{}
	for _, x := range l.article.Sample.Exchanges {
		for _, m := range []explain.Message{explain.Request(x), explain.Response(x)} {
			for _, line := range m.Lines {
				for _, s := range line.Spans {
					onWire[s.Ref] = true
				}
			}
		}
	}
	for _, u := range l.content.Uses {
		kind, _, _ := strings.Cut(u.Name, ".")
		if _, absent := namedAsAbsent[u.Name]; u.Kind != "ref" || absent || !slices.Contains([]string{"attr", "header", "status", "sid", "hdr", "pay", "sig"}, kind) {
			continue
		}
		if within := kind == "hdr" || kind == "pay"; !onWire[u.Name] && (!within || !onWire[kind]) {
			t.Errorf("%s:%d: nothing on the wire lights up with %s", u.File, u.Line, u.Name)
		}
	}
}

// read is the text of an excerpt's lines.
func read(e page.ExcerptView) (lines []string) {
	for _, l := range e.Lines {
		var b strings.Builder
		for _, p := range l.Pieces {
			b.WriteString(p.Text)
		}
		lines = append(lines, b.String())
	}
	return lines
}

// An excerpt is the very lines of the message.
func TestExcerpts(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	run := article.Run{Journal: l.article.Sample, Sample: true, LogsIn: bench.LogsIn}
	login := l.article.Sample.Latest(journal.Session, func(x *journal.Exchange) bool { return x.Step == plot.Login && bench.LogsIn(x) })
	head, _, _ := strings.Cut(string(login.Response.Bytes), "\r\n\r\n")
	all := strings.Split(head, "\r\n")
	for _, c := range []struct {
		response bool
		fields   []string
		body     bool
		want     []string
	}{
		{true, nil, false, all},
		{true, []string{"Set-Cookie"}, false, slices.Concat(all[:1], starting(all, "Set-Cookie:"))},
		{true, []string{"set-cookie", "LOCATION"}, false, slices.Concat(all[:1], starting(all, "Location:"), starting(all, "Set-Cookie:"))},
		{true, []string{"Nothing"}, false, all[:1]},
		{false, []string{"Content-Type"}, true, []string{
			"POST /bench/" + benchOf(login) + "/session/login HTTP/1.1", "Content-Type: application/x-www-form-urlencoded",
			"email=librarian%40library.test&password=shelf-mark",
		}},
	} {
		e := run.NewExcerpt("x", journal.Session, plot.Login, c.response, c.fields, c.body)
		if got := read(e); !slices.Equal(got, c.want) || len(e.Absent) > 0 || !e.Sample {
			t.Errorf("%v %v: %q, want %q", c.response, c.fields, got, c.want)
		}
		for _, line := range e.Lines {
			for _, p := range line.Pieces {
				if p.Gloss != "" && !slices.ContainsFunc(e.Gloss, func(g page.GlossView) bool { return g.ID == p.Gloss }) {
					t.Errorf("%q is explained by %s, which is not there", p.Text, p.Gloss)
				}
			}
		}
	}
	e := article.Run{LogsIn: bench.LogsIn}.NewExcerpt("x", journal.Token, 9, true, nil, false)
	if len(e.Lines) != 0 || len(e.Absent) != 1 || e.Absent[0].Number != 9 || e.Absent[0].Sent || e.Title != "Stateless, step 9, response" {
		t.Errorf("without a run: %+v", e)
	}
}

func starting(lines []string, with string) (list []string) {
	for _, line := range lines {
		if strings.HasPrefix(line, with) {
			list = append(list, line)
		}
	}
	return list
}

// benchOf is the id of the bench that an exchange belongs to.
func benchOf(x *journal.Exchange) string { return strings.Split(string(x.Request.Bytes), "/")[2] }

// A diagram draws what was recorded, row by row, and says the same in words.
func TestDiagramsDrawTheRun(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	for flow, want := range map[journal.Flow][]string{
		journal.Session: {
			"step 1: POST login / email and password", "checks the password", "writes … / N B", "303 See Other / Set-Cookie: sid=…",
			"step 8: POST logout / Cookie: sid=…", "looks up … / found", "deletes …", "303 See Other / the cookie is cleared",
			"step 9: GET profile, another client / Cookie: sid=…", "looks up … / not there: deleted", "303 See Other",
		},
		journal.Token: {
			"step 1: POST login / email and password", "checks the password", "signs with k1", "200 OK / access_token …",
			"step 8: POST logout / Bearer …", "204 No Content",
			"step 9: GET profile, another client / Bearer …", "verifies with k1", "200 OK",
		},
	} {
		var xs []*journal.Exchange
		for _, x := range l.article.Sample.Exchanges {
			if x.Step == plot.Login && bench.LogsIn(x) || x.Step == plot.Logout || x.Step == plot.Replay {
				xs = append(xs, x)
			}
		}
		d := panes.NewDiagram("d", flow, xs, plot.Replay, true)
		var got []string
		for i, r := range d.Rows {
			got = append(got, drawn(r))
			if i > 0 && r.Y <= d.Rows[i-1].Y || r.Y >= d.Height || r.Words == "" || r.Current != (i >= slices.IndexFunc(d.Rows, func(r panes.DiagramRow) bool { return r.Step == "step 9" })) {
				t.Errorf("%s: row %d is %+v", flow, i, r)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s draws\n%s\nwant\n%s", flow, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

var (
	inDrawing = regexp.MustCompile(`[\w-]{6,}…`)
	bytesIn   = regexp.MustCompile(`\d+ B$`)
)

func drawn(r panes.DiagramRow) string {
	s := r.Text
	if r.Detail != "" {
		s += " / " + r.Detail
	}
	if r.Step != "" {
		s = r.Step + ": " + s
	}
	return bytesIn.ReplaceAllString(inDrawing.ReplaceAllString(s, "…"), "N B")
}

// The text alternative of a diagram on a page has each row, in order.
func TestDiagramsAreSaidInWords(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	parts := l.article.SampleSetting("x", page.ViewBoth).Diagrams("both")
	if len(parts) != 2 {
		t.Fatalf("%d diagrams, want both", len(parts))
	}
	root, err := html.Parse(strings.NewReader(string(l.article.Published["/learn/all?"+page.ViewBoth].Body)))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for n := range root.Descendants() {
		if n.Data == "details" && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "class" && strings.Contains(a.Val, "words") }) {
			said = append(said, textOf(n))
		}
	}
	for _, p := range parts {
		if len(p.Rows) < 6 || !slices.ContainsFunc(said, func(s string) bool { return saysAll(s, p.Rows) }) {
			t.Errorf("no page says the %d rows of “%s” in words", len(p.Rows), p.Title)
		}
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// saysAll reports whether a text says the rows in their order.
func saysAll(text string, rows []panes.DiagramRow) bool {
	for _, r := range rows {
		_, after, found := strings.Cut(text, strings.TrimSpace(fmt.Sprint(r.Step, " ", r.Words)))
		if !found {
			return false
		}
		text = after
	}
	return true
}
