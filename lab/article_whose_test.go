package lab

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/article"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// reading is a text of the content, as a page sets it.
type reading struct {
	source string
	text   content.Passage
}

// allTold are all texts that may tell of a run.
func allTold(c *content.Content) (all []reading) {
	for _, chapter := range c.Chapters {
		all = append(all, reading{chapter.Source, chapter.Body}, reading{chapter.Source, chapter.OnePage})
	}
	for _, p := range c.Predictions {
		all = append(all, reading{p.Source, p.Explanation})
	}
	for _, n := range c.Notes {
		all = append(all, reading{n.Source, n.Body})
	}
	for _, t := range c.Glossary {
		all = append(all, reading{t.Source, t.Body})
	}
	for _, f := range c.Compare {
		for _, p := range []content.Passage{f.Stateful, f.Stateless, f.Always, f.Depends} {
			all = append(all, reading{f.Source, p})
		}
		for _, p := range f.Proofs {
			all = append(all, reading{f.Source, p.Body})
		}
	}
	return append(all, reading{"reading.md", c.Reading})
}

// shownOn is a text as a reader sees it.
func shownOn(t *testing.T, s *article.Setting, text content.Passage) *html.Node {
	t.Helper()
	// Questions that a text asks are texts of their own.
	text = slices.DeleteFunc(slices.Clone(text), func(p content.Part) bool { return p.Predict != "" })
	parts, err := s.Passage(text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := article.Learn(article.LearnView{Chapters: []page.ChapterView{{Parts: parts}}}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return cascadia.Query(root, cascadia.MustCompile(".chapter .prose"))
}

func found(n *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(n, cascadia.MustCompile(selector))
}

// ofReader are words that a sentence about the lab's own run must not have.
var ofReader = regexp.MustCompile(`(?i)\b(you|yours?|this bench)\b`)

// Without a bench each sentence with a value says, in words that are seen, that it
// is the lab's own run, and never that it is the reader's.
func TestWithoutABenchNothingIsTheReaders(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	reports := 0
	for _, told := range allTold(l.content) {
		root := shownOn(t, l.article.SampleSetting("c", page.ViewBoth), told.text)
		if len(found(root, ".absent")) > 0 || strings.Contains(textOf(root), "ot sent") {
			t.Errorf("%s: the sample lacks something: %s", told.source, textOf(root))
		}
		for _, n := range found(root, ".live") {
			if !slices.ContainsFunc(found(root, ".report .live"), func(m *html.Node) bool { return m == n }) {
				t.Errorf("%s: %q is in no report", told.source, textOf(n))
			}
		}
		for _, n := range found(root, ".report") {
			reports++
			marks := found(n, ".report > .sample")
			if len(marks) != 1 || textOf(marks[0]) != "(sample: a run of this lab’s own at start)" || len(found(n, ".vh, [hidden]")) > 0 {
				t.Errorf("%s: not marked as a sample: %s", told.source, textOf(n))
				continue
			}
			if ofReader.MatchString(strings.TrimSuffix(textOf(n), textOf(marks[0]))) {
				t.Errorf("%s: a sample is called the reader’s: %s", told.source, textOf(n))
			}
		}
		for _, n := range found(root, "figure.excerpt, figure.diagram") {
			if marks := found(n, "figcaption .sample"); len(marks) != 1 || textOf(marks[0]) != "sample: a run of this lab’s own at start" {
				t.Errorf("%s: not marked as a sample: %s", told.source, textOf(n))
			}
		}
	}
	if reports < 30 {
		t.Errorf("only %d reports were found", reports)
	}
}

// upTo is a run whose last step is the given one.
func upTo(v journal.View, last int) journal.View {
	v.Exchanges = slices.DeleteFunc(slices.Clone(v.Exchanges), func(x *journal.Exchange) bool { return x.Step > last })
	return v
}

// refusedLogins is a run whose logins were all refused.
func refusedLogins(v journal.View) journal.View {
	v.Exchanges = slices.DeleteFunc(slices.Clone(v.Exchanges), func(x *journal.Exchange) bool { return x.Step != plot.Login || bench.LogsIn(x) })
	return v
}

// benchRuns are how far a bench may have come.
func benchRuns(full journal.View) map[string]journal.View {
	runs := map[string]journal.View{
		"refused":                refusedLogins(full),
		"without a login":        without(journal.Session, 1)(without(journal.Token, 1)(full)),
		"without a token":        without(journal.Token, 1)(full),
		"without session step 5": without(journal.Session, 5)(full),
	}
	for last := -1; last <= plot.Last; last++ {
		runs[fmt.Sprintf("up to step %d", last)] = upTo(full, last)
	}
	return runs
}

// absentFrom lists the steps that a report tells of and a run has nothing of.
func absentFrom(run article.Run, p content.Passage) (steps []int) {
	for _, part := range p {
		if part.Live == "" {
			continue
		}
		name, step, _ := content.SplitLive(part.Live)
		flow, _, _ := strings.Cut(name, ".")
		if flow == "login" {
			flow = string(journal.Session)
		}
		has := func(x *journal.Exchange) bool { return x.Step == step }
		if step == plot.NoStep || step == plot.Login {
			step, has = plot.Login, func(x *journal.Exchange) bool { return x.Step == plot.Login && bench.LogsIn(x) }
		}
		if run.Journal.Latest(journal.Flow(flow), has) == nil && !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	return steps
}

// wanted is what a text must lead to, and how many values it must show.
func wanted(run article.Run, text content.Passage) (links []string, live int) {
	for _, part := range text {
		steps := absentFrom(run, part.Report)
		for _, step := range steps {
			links = append(links, fmt.Sprintf("/bench/x?step=%d&view=both", step))
		}
		for _, inner := range part.Report {
			if inner.Live != "" && len(steps) == 0 {
				live++
			}
		}
	}
	return links, live
}

// saysAbsent reports whether a page says of steps that they were not sent. Where
// all logins were refused, step 1 was sent.
func saysAbsent(text string, refused bool) bool {
	const not, bare = "Not sent on this bench yet: ", "Sent on this bench, and without what would stand here: "
	for said := range strings.SplitAfterSeq(text, ". ") {
		begins := not
		if refused && strings.Contains(said, ": step 1,") {
			begins = bare
		}
		if rest, ok := strings.CutPrefix(said, begins); !ok || !regexp.MustCompile(`^step \d+, [^.:]+\. ?$`).MatchString(rest) {
			return false
		}
	}
	return true
}

// On a bench a sentence with values stands when all of them were recorded. Where
// one was not, no word of it stands, but which step has not been sent.
func TestOnABenchOnlyWhatWasSentIsTold(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	for name, run := range benchRuns(l.article.Sample) {
		for _, told := range allTold(l.content) {
			s := l.article.BenchSetting(panes.BenchInput{Lanes: journal.Lesson, ID: "x", View: page.ViewBoth, Journal: run})
			root := shownOn(t, s, told.text)
			want, live := wanted(s.Run, told.text)
			var got []string
			for _, a := range found(root, "span.absent a.to-step") {
				got = append(got, hrefOf(a))
			}
			if !slices.Equal(got, want) || len(found(root, ".live")) != live {
				t.Errorf("%s, %s: leads to %q and shows %d values, want %q and %d: %s", name, told.source, got, len(found(root, ".live")), want, live, textOf(root))
			}
			for _, n := range found(root, ".absent") {
				if !saysAbsent(textOf(n), name == "refused") {
					t.Errorf("%s, %s: it says %q", name, told.source, textOf(n))
				}
			}
			if len(found(root, ".report, p .sample")) > 0 || strings.Contains(textOf(root), "not sent yet") {
				t.Errorf("%s, %s: the bench’s own run is called a sample, or has a gap: %s", name, told.source, textOf(root))
			}
		}
	}
}

func hrefOf(a *html.Node) string {
	return a.Attr[slices.IndexFunc(a.Attr, func(a html.Attribute) bool { return a.Key == "href" })].Val
}

// What a bench shows of another run, with another setting, is marked as such.
func TestVariantsAreMarked(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	for name := range content.Variants {
		v, ok := l.article.Variants[name]
		if !ok || len(v.Exchanges) < 4 {
			t.Fatalf("there is no run %s", name)
		}
		s := l.article.BenchSetting(panes.BenchInput{Lanes: journal.Lesson, ID: "x", View: page.ViewBoth})
		root := shownOn(t, s, content.Passage{{Exchange: &content.ExchangeRef{Flow: "token", Step: 5, Side: "request", Headers: []string{"Cookie", "Authorization"}, Variant: name}}})
		text := textOf(root)
		if !strings.Contains(text, "Cookie: access_token=eyJ") || strings.Contains(text, "Authorization") || strings.Contains(text, "ot sent") {
			t.Errorf("%s shows %s", name, text)
		}
		if mark := found(root, "figcaption .sample"); len(mark) != 1 || !strings.Contains(text, content.Variants[name]) {
			t.Errorf("%s is not marked: %s", name, text)
		}
	}
	if len(l.article.Variants) != len(content.Variants) {
		t.Errorf("there are %d runs, and %d that texts may show", len(l.article.Variants), len(content.Variants))
	}
}

// A decoded part of a token is the very JSON that its base64url spells.
func TestDecodedIsTheTokens(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	run := article.Run{Journal: l.article.Sample, Sample: true, LogsIn: bench.LogsIn}
	login := l.article.Sample.Latest(journal.Token, func(x *journal.Exchange) bool { return x.Step == plot.Login && bench.LogsIn(x) })
	_, body, _ := strings.Cut(string(login.Response.Bytes), `"access_token":"`)
	token := strings.Split(body[:strings.IndexByte(body, '"')], ".")
	for i, part := range []string{"header", "payload"} {
		e := run.NewDecoded("x", part)
		var text strings.Builder
		for _, line := range read(e) {
			text.WriteString(regexp.MustCompile(`^  ("[^"]+"): `).ReplaceAllString(line, "$1:"))
		}
		if got := base64url(text.String()); got != token[i] || !e.Sample || len(e.Lines) < 4 {
			t.Errorf("%s: %s is not what the token says", part, text.String())
		}
	}
	if e := (article.Run{LogsIn: bench.LogsIn}).NewDecoded("x", "payload"); len(e.Lines) > 0 || len(e.Absent) != 1 || e.Absent[0].Number != plot.Login {
		t.Errorf("without a run: %+v", e)
	}
}

func base64url(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
