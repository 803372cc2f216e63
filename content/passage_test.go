package content

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"authlab/lab/outcome"
	"authlab/lab/plot"
)

// show writes a passage as a test wants to read it.
func show(p Passage) string {
	var out strings.Builder
	for _, part := range p {
		switch {
		case part.Live != "":
			fmt.Fprintf(&out, "⟨live %s⟩", part.Live)
		case part.Link != nil:
			fmt.Fprintf(&out, "⟨%s %s⟩", part.Link.Href(), part.Link.Text)
		case part.Whose != nil:
			fmt.Fprintf(&out, "⟨%s|%s⟩", part.Whose.Yours, part.Whose.Sample)
		case part.Report != nil:
			fmt.Fprintf(&out, "«%s»", part.inner())
		case part.Decoded != "":
			fmt.Fprintf(&out, "⟨decoded %s⟩", part.Decoded)
		case part.Exchange != nil:
			fmt.Fprintf(&out, "⟨exchange %+v⟩", *part.Exchange)
		case part.Code != nil:
			fmt.Fprintf(&out, "⟨code %+v⟩", *part.Code)
		case part.Predict != "":
			fmt.Fprintf(&out, "⟨predict %s⟩", part.Predict)
		case part.Diagram != "":
			fmt.Fprintf(&out, "⟨diagram %s⟩", part.Diagram)
		default:
			out.WriteString(string(part.HTML))
		}
	}
	return strings.TrimSpace(out.String())
}

// inner writes a report, its spaces kept.
func (p Part) inner() string {
	const mark = "|"
	return strings.Trim(show(slices.Concat(Passage{{HTML: mark}}, p.Report, Passage{{HTML: mark}})), mark)
}

func loadChapter(t *testing.T, body string) Chapter {
	t.Helper()
	c, err := Load(lesson(map[string]string{"chapters/01-first.md": chapterText(1, body+"\n\n## One\n")}))
	if err != nil {
		t.Fatal(err)
	}
	checkPassage(t, c.Chapters[0].Body)
	checkPassage(t, c.Chapters[0].OnePage)
	return c.Chapters[0]
}

func TestPassage(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"live value", "It is {live session.id}.", "<p>«It is ⟨live session.id⟩.»</p>"},
		{"live value alone", "{live token.response.size.5}", "<p>«⟨live token.response.size.5⟩»</p>"},
		{"live value with spaces", "{live  token.exp }", "<p>«⟨live token.exp⟩»</p>"},
		{"live value in emphasis", "*a {live login.took}*", "<p>«<em>a ⟨live login.took⟩</em>»</p>"},
		{"live value in a list", "- {live session.records.0}\n- b", "<ul>\n<li>«⟨live session.records.0⟩»</li>\n<li>b</li>\n</ul>"},
		{"report among sentences", "A, 3.5 b. It is {live token.exp} [here](step:1), really! C? D.", "<p>A, 3.5 b. «It is ⟨live token.exp⟩ ⟨?step=1 here⟩, really! »C? D.</p>"},
		{"report at the ends of lines", "A.\nIt is\n{live token.exp}.\nB.", "<p>A.\n«It is\n⟨live token.exp⟩.\n»B.</p>"},
		{"report of two sentences", "A. It is {live token.exp}. It is {live login.took}. B.", "<p>A. «It is ⟨live token.exp⟩. It is ⟨live login.took⟩. »B.</p>"},
		{"two reports", "It is {live token.exp}. B. It is {live login.took}.", "<p>«It is ⟨live token.exp⟩. »B. «It is ⟨live login.took⟩.»</p>"},
		{"words for each run", "{yours Your own|The lab’s} is {live token.exp}.", "<p>«⟨Your own|The lab’s⟩ is ⟨live token.exp⟩.»</p>"},
		{"words for each run, in no report", "{yours It's yours | It's ours}.", "<p>⟨It’s yours|It’s ours⟩.</p>"},
		{"live value in a table", "|a|\n|-|\n|{live token.exp}|", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>«⟨live token.exp⟩»</td>\n</tr>\n</tbody>\n</table>"},
		{"live value in code is code", "`{live token.exp}`", "<p><code>{live token.exp}</code></p>"},
		{"live value escaped", `\{live token.exp}`, "<p>{live token.exp}</p>"},
		{"step link", "See [step *5*](step:5).", "<p>See ⟨?step=5 step <em>5</em>⟩.</p>"},
		{"term link", "[JWS](term:jws)", "<p>⟨/glossary#jws JWS⟩</p>"},
		{"chapter link", "[a](chapter:second)", "<p>⟨/learn/second a⟩</p>"},
		{"link to an anchor", "[a](chapter:first#one) [b](#one)", "<p>⟨/learn/first#one a⟩ ⟨/learn/first#one b⟩</p>"},
		{"link by definition", "[a]\n\n[a]: term:jws", "<p>⟨/glossary#jws a⟩</p>"},
		{"link elsewhere", "[a](https://library.test/)", `<p><a href="https://library.test/">a</a></p>`},
		{"parameter", "[alg]{hdr.alg}", `<p><span class="ink hdr" data-ref="hdr.alg">alg</span></p>`},
		{"status", "[401]{status.401}", `<p><code data-ref="status.401">401</code></p>`},
		{"prediction", "a\n::predict guess\nb", "<p>a</p>\n⟨predict guess⟩<p>b</p>"},
		{"code", "::code token keyFor", "⟨code {Flow:token Name:keyFor}⟩"},
		{"code of a method", "::code session App.login", "⟨code {Flow:session Name:App.login}⟩"},
		{"exchange", "::exchange session 1 response", "⟨exchange {Flow:session Step:1 Side:response Headers:[] Body:false Variant:}⟩"},
		{"exchange's headers", "::exchange token 5 request Host Authorization", "⟨exchange {Flow:token Step:5 Side:request Headers:[Host Authorization] Body:false Variant:}⟩"},
		{"exchange's body", "::exchange token 1 response body", "⟨exchange {Flow:token Step:1 Side:response Headers:[] Body:true Variant:}⟩"},
		{"variant", "::variant token-in-cookie token 5 request Cookie", "⟨exchange {Flow:token Step:5 Side:request Headers:[Cookie] Body:false Variant:token-in-cookie}⟩"},
		{"decoded", "::decoded payload", "⟨decoded payload⟩"},
		{"diagram", "::diagram both", "⟨diagram both⟩"},
		{"for one flow", ":::stateful\nA.\n\n::diagram session\n:::", "<div class=\"only stateful\">\n<p>A.</p>\n⟨diagram session⟩</div>"},
		{"for the other", ":::stateless\n- A.\n:::", "<div class=\"only stateless\">\n<ul>\n<li>A.</li>\n</ul>\n</div>"},
		{"note", ":::note\nA.\n:::", "<aside class=\"note\">\n<p>A.</p>\n</aside>"},
		{"warning", ":::warning\nA.\n:::", "<aside class=\"warning\">\n<p>A.</p>\n</aside>"},
		{"alignment", "|a|b|c|\n|:-|-:|:-:|", "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"right\">b</th>\n<th align=\"center\">c</th>\n</tr>\n</thead>\n</table>"},
		{"code block", "```go\nfunc a() {}\n```", "<pre class=\"chroma\"><code class=\"language-go\"><span class=\"kd\">func</span><span class=\"w\"> </span><span class=\"nf\">a</span><span class=\"p\">()</span><span class=\"w\"> </span><span class=\"p\">{}</span><span class=\"w\">\n</span></code></pre>"},
		{"code block of text", "```text\n<b>\n```", "<pre class=\"chroma\"><code class=\"language-text\">&lt;b&gt;\n</code></pre>"},
		{"code block of nothing", "```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"},
		{"code block of markup", "```html\n<b>\n```", "<pre class=\"chroma\"><code class=\"language-html\"><span class=\"p\">&lt;</span><span class=\"nt\">b</span><span class=\"p\">&gt;</span>\n</code></pre>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.TrimSpace(strings.TrimSuffix(show(loadChapter(t, test.markdown).Body), `<h2 id="one">One</h2>`))
			if got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.markdown, got, test.want)
			}
		})
	}
}

// Each part is one thing, and no two of HTML stand together.
func TestPartsAreOneThing(t *testing.T) {
	body := loadChapter(t, "[a](step:1)[b](term:jws){live token.exp}\n\n::predict guess\n::diagram both\n\n:::note\n> {live token.exp}\n:::").Body
	for i, p := range body {
		set := 0
		for _, value := range reflect.ValueOf(p).Fields() {
			if !value.IsZero() {
				set++
			}
		}
		if set != 1 {
			t.Errorf("part %d has %d fields set: %+v", i, set, p)
		}
		if i > 0 && p.HTML != "" && body[i-1].HTML != "" {
			t.Errorf("parts %d and %d are both HTML", i-1, i)
		}
	}
}

// tokens returns the HTML of a passage as its tokens, with something of its
// kind for each other part.
func tokens(text string) (all []html.Token) {
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		all = append(all, z.Token())
	}
	return all
}

// checkPassage holds that a passage with its parts in place is well-formed: a
// browser's parser has nothing to mend. It holds the tags against ours, too.
func checkPassage(t *testing.T, p Passage) {
	t.Helper()
	whole := placed(t, p)
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(whole), body)
	if err != nil {
		t.Fatalf("%v in %q", err, whole)
	}
	var parsed strings.Builder
	for _, n := range nodes {
		if err := html.Render(&parsed, n); err != nil {
			t.Fatal(err)
		}
	}
	if written, mended := tokens(whole), tokens(parsed.String()); !slices.EqualFunc(written, mended, sameToken) {
		t.Errorf("not well-formed: a browser makes\n\t%s\nof\n\t%s", parsed.String(), whole)
	}
}

// placed is a passage with something of its kind in the place of each part.
func placed(t *testing.T, p Passage) string {
	t.Helper()
	var whole strings.Builder
	for _, part := range p {
		for tag := range tagsOf(string(part.HTML)) {
			if !ours.MatchString(tag) {
				t.Errorf("tag %s in %q", tag, part.HTML)
			}
		}
		switch {
		case part.HTML != "":
			whole.WriteString(string(part.HTML))
		case part.Live != "":
			whole.WriteString("<span>1</span>")
		case part.Whose != nil:
			whole.WriteString("2")
		case part.Report != nil:
			checkPassage(t, part.Report)
			whole.WriteString("<span>" + placed(t, part.Report) + "</span>")
		case part.Link != nil:
			for tag := range tagsOf(string(part.Link.Text)) {
				if !ours.MatchString(tag) || strings.HasPrefix(tag, "<a") {
					t.Errorf("tag %s in the link %q", tag, part.Link.Text)
				}
			}
			fmt.Fprintf(&whole, `<a href="%s">%s</a>`, html.EscapeString(part.Link.Href()), part.Link.Text)
		default:
			whole.WriteString("<figure>1</figure>")
		}
	}
	return whole.String()
}

func sameToken(a, b html.Token) bool {
	return startOf(a.Type) == startOf(b.Type) && a.Data == b.Data && slices.Equal(a.Attr, b.Attr)
}

// startOf takes <br/> for the <br> that it is in HTML: of the two writers, one
// closes a void element and one does not.
func startOf(t html.TokenType) html.TokenType {
	if t == html.SelfClosingTagToken {
		return html.StartTagToken
	}
	return t
}

func TestChapter(t *testing.T) {
	c := loadChapter(t, "It's *one* [word]{sid} `more`.\n\n## The *second* [id]{sid} & `Set-Cookie`\n\n:::stateful\n### Über alles\n\nA.\n:::\n\n### 2.1 Last?\n\n|a|b|\n|-|-|\n|c|d|")
	if c.Number != 1 || c.Slug != "first" || c.Title != "Chapter 1" || c.Summary != "Short." || !slices.Equal(c.Steps, []int{1}) || c.Source != "chapters/01-first.md:2" {
		t.Errorf("front matter: %+v", c)
	}
	want := []Heading{
		{2, "the-second-id-set-cookie", "The second id & Set-Cookie", ""},
		{3, "uber-alles", "Über alles", "stateful"},
		{3, "2-1-last", "2.1 Last?", ""},
		{2, "one", "One", ""},
	}
	if !slices.Equal(c.Outline, want) {
		t.Errorf("outline\n got %+v\nwant %+v", c.Outline, want)
	}
	if c.Words != 19 {
		t.Errorf("%d words, want 19", c.Words)
	}
	body, onePage := show(c.Body), show(c.OnePage)
	if h := `<h3 id="uber-alles">Über alles</h3>`; !strings.Contains(body, h) {
		t.Errorf("no %s in %s", h, body)
	}
	if h := `<h4 id="first.uber-alles">Über alles</h4>`; !strings.Contains(onePage, h) {
		t.Errorf("no %s in %s", h, onePage)
	}
}

func TestMinutes(t *testing.T) {
	for words, want := range map[int]int{0: 1, 220: 1, 329: 1, 331: 2, 2200: 10} {
		if got := (Chapter{Words: words}).Minutes(); got != want {
			t.Errorf("%d words take %d minutes, want %d", words, got, want)
		}
	}
}

func TestPredictionIsRead(t *testing.T) {
	c, err := Load(lesson(map[string]string{"predictions/guess.md": predictionText("step: 7\n", "It's {live token.exp}.\n\n:::stateful\nA.\n:::\n")}))
	if err != nil {
		t.Fatal(err)
	}
	p := c.Predictions[0]
	if p.Slug != "guess" || p.Step != 7 || len(p.Misconceptions) != 30 || p.Question != "What?" || !slices.Equal(p.Options, []string{"A", "B"}) ||
		p.Answer != -1 || len(p.When) != 2 || len(p.When[0]) != 0 || p.When[1]["token"][outcome.Status][0] != "200" || *p.Point != (Point{"token", "wire", "status"}) || p.Source != "predictions/guess.md:4" {
		t.Errorf("prediction %+v", p)
	}
	checkPassage(t, p.Explanation)
	if got, want := show(p.Explanation), "<p>«It’s ⟨live token.exp⟩.»</p>\n<div class=\"only stateful\">\n<p>A.</p>\n</div>"; got != want {
		t.Errorf("explanation %s, want %s", got, want)
	}
}

func TestPredictionInAChapterOnly(t *testing.T) {
	c, err := Load(lesson(map[string]string{
		"predictions/guess.md":  predictionText("", "A.\n"),
		"chapters/02-second.md": chapterText(2, "::predict guess\n"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Predictions[0]; p.Step != plot.NoStep || p.Point != nil || p.When != nil || p.Answer != 1 {
		t.Errorf("step %d, point %v and when %v, want none; answer %d, want 1", p.Step, p.Point, p.When, p.Answer)
	}
}

// A chapter may meet misconceptions itself.
func TestMisconceptionsOfChapters(t *testing.T) {
	_, err := Load(lesson(map[string]string{
		"predictions/guess.md":  strings.Replace(predictionText("step: 7\n", "A.\n"), "[1, 2, 3,", "[", 1),
		"chapters/02-second.md": strings.Replace(chapterText(2, "A.\n"), "steps:", "misconceptions: [1, 2, 3]\nsteps:", 1),
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestNotesGlossaryReadingCompareAreRead(t *testing.T) {
	c, err := Load(lesson(map[string]string{"compare.md": comparison("## The first\n\n:::proof 9\nF.\n:::\n:::stateful\nA.\n:::\n:::proof 5\nE.\n:::\n:::stateless\nB {live token.length}.\n:::\n:::always\nC.\n:::\n:::depends\nD.\n:::\n\n")}))
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Notes[0]; n.Step != 3 || n.Minutes != 2 || show(n.Body) != "<p>Say it.</p>" || n.Source != "notes/03.md:2" {
		t.Errorf("note %+v", n)
	}
	if g := c.Glossary[0]; g.Anchor != "jws" || g.Name != "JWS" || show(g.Body) != "<p>A signature.</p>" || g.Source != "glossary.md:1" {
		t.Errorf("term %+v", g)
	}
	if got, want := show(c.Reading), `<p>Read <a href="https://library.test/">this</a>.</p>`; got != want {
		t.Errorf("reading %s, want %s", got, want)
	}
	f := c.Compare[0]
	if f.Anchor != "the-first" || f.Name != "The first" || f.Source != "compare.md:1" || len(f.Proofs) != 2 || len(c.Compare) != Features {
		t.Fatalf("feature %+v", f)
	}
	got := []string{show(f.Stateful), show(f.Stateless), show(f.Always), show(f.Depends)}
	for _, p := range f.Proofs {
		got = append(got, strconv.Itoa(p.Step)+show(p.Body))
	}
	if want := []string{"<p>A.</p>", "<p>«B ⟨live token.length⟩.»</p>", "<p>C.</p>", "<p>D.</p>", "9<p>F.</p>", "5<p>E.</p>"}; !slices.Equal(got, want) {
		t.Errorf("feature %q, want %q", got, want)
	}
}

// Texts that are HTML have their links in them.
func TestLinksOfSteps(t *testing.T) {
	c, err := Load(lesson(map[string]string{"steps/03.md": stepText(3, "[a](step:5) [b](term:jws) [c](chapter:first#one)\n"), "front.md": "[c](chapter:first)\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Steps[3].Both, HTML("<p><a href=\"?step=5\">a</a> <a href=\"/glossary#jws\">b</a> <a href=\"/learn/first#one\">c</a></p>\n"); got != want {
		t.Errorf("step %s, want %s", got, want)
	}
	if got, want := c.Front, HTML("<p><a href=\"/learn/first\">c</a></p>\n"); got != want {
		t.Errorf("front %s, want %s", got, want)
	}
}

func TestUses(t *testing.T) {
	c, err := Load(lesson(map[string]string{
		"front.md":              "[a]{sid} <https://library.test/>\n",
		"reading.md":            "",
		"chapters/02-second.md": chapterText(2, "{live token.exp} [a]{header.cookie}\n\n::exchange session 1 response Set-Cookie body Date\n\n::code token verify\n\n[x](https://library.test/) [a]{status.401}\n"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	const file = "chapters/02-second.md"
	want := []Use{
		{"ref", "sid", "front.md", 1},
		{"link", "https://library.test/", "front.md", 1},
		{"live", "token.exp", file, 7},
		{"ref", "header.cookie", file, 7},
		{"exchange", "session 1 response", file, 9},
		{"header", "session 1 response Set-Cookie", file, 9},
		{"header", "session 1 response Date", file, 9},
		{"code", "token verify", file, 11},
		{"ref", "status.401", file, 13},
		{"link", "https://library.test/", file, 13},
		{"code", "session issue", "pairs.md", 8},
		{"code", "token issue", "pairs.md", 13},
	}
	if !slices.Equal(c.Uses, want) {
		t.Errorf("uses\n got %v\nwant %v", c.Uses, want)
	}
}

func TestSplitLive(t *testing.T) {
	for name, want := range map[string]struct {
		value string
		step  int
		ok    bool
	}{
		"session.id":           {"session.id", plot.NoStep, true},
		"token.status.0":       {"token.status", 0, true},
		"session.records.10":   {"session.records", 10, true},
		"session.records.01":   {"session.records", plot.NoStep, false},
		"session.records.-1":   {"session.records", plot.NoStep, false},
		"session.records.":     {"session.records", plot.NoStep, false},
		"session.records":      {"session.records", plot.NoStep, false},
		"session.id.1":         {"", plot.NoStep, false},
		"token.request.size.5": {"token.request.size", 5, true},
		"":                     {"", plot.NoStep, false},
		".":                    {"", plot.NoStep, false},
	} {
		value, step, ok := SplitLive(name)
		if value != want.value || step != want.step || ok != want.ok {
			t.Errorf("SplitLive(%q) = %q, %d, %v; want %v", name, value, step, ok, want)
		}
	}
}

// FuzzLoadChapter holds that no text makes Load panic, and that what it accepts
// brings no markup of its author's and is well-formed.
func FuzzLoadChapter(f *testing.F) {
	addEmbedded(f, "chapters/*.md")
	for _, body := range nasty {
		f.Add(chapterText(1, body))
	}
	md := newMarkdown()
	f.Fuzz(func(t *testing.T, text string) {
		const name = "chapters/01-x.md"
		l := &loader{fsys: fstest.MapFS{name: {Data: []byte(text)}}, md: md}
		c := l.chapter(name)
		if l.err() != nil {
			return
		}
		checkPassage(t, c.Body)
		checkPassage(t, c.OnePage)
	})
}
