package content

import (
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"authlab/lab/plot"
)

// lesson returns a small content without faults, with some files replaced. An
// empty text removes the file.
func lesson(replaced map[string]string) fs.FS {
	all := map[string]string{
		"front.md":               "Welcome.\n",
		"chapters/01-first.md":   chapterText(1, "Text.\n\n## One\n\nMore.\n"),
		"chapters/02-second.md":  chapterText(2, "Text.\n"),
		"predictions/guess.md":   predictionText("step: 7\n", "Because.\n"),
		"glossary.md":            "## JWS\n\nA signature.\n",
		"compare.md":             comparison(""),
		"pairs.md":               pairText,
		"notes/03.md":            "---\nstep: 3\nminutes: 2\n---\nSay it.\n",
		"reading.md":             "Read [this](https://library.test/).\n",
		"chapters/ignored.draft": "no chapter",
	}
	for n := range plot.Count {
		all[stepFile(n)] = stepText(n, "Both.\n")
	}
	maps.Copy(all, replaced)
	fsys := fstest.MapFS{}
	for name, text := range all {
		if text != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return fsys
}

// chapterText returns a chapter whose body begins on line 7.
func chapterText(n int, body string) string {
	return fmt.Sprintf("---\nchapter: %d\ntitle: Chapter %d\nsummary: Short.\nsteps: [%d]\n---\n%s", n, n, n, body)
}

// predictionText returns a prediction that meets all misconceptions and that
// has other front matter from line 2 on.
func predictionText(head, body string) string {
	answer, point := "answer: 2\n", ""
	if strings.HasPrefix(head, "step:") {
		answer, point = "when: [never, {token: {status: 200}}]\n", "point: {flow: token, place: wire, at: status}\n"
	}
	return "---\n" + head + "misconceptions: [" + everyMisconception() + "]\nquestion: What?\noptions: [A, B]\n" + answer + point + "---\n" + body
}

func everyMisconception() string {
	var numbers []string
	for n := 1; n <= LastMisconception; n++ {
		numbers = append(numbers, strconv.Itoa(n))
	}
	return strings.Join(numbers, ", ")
}

// comparison returns ten features, of which the first is another. Each has 17
// lines, and an empty one behind.
func comparison(first string) string {
	var out strings.Builder
	for n := range Features {
		text := "## Feature " + strconv.Itoa(n) + "\n\n:::stateful\nA.\n:::\n\n:::stateless\nB.\n:::\n\n:::always\nC.\n:::\n:::depends\nD.\n:::\n:::proof 5\nE.\n:::\n\n"
		if n == 0 && first != "" {
			text = first
		}
		out.WriteString(text)
	}
	return out.String()
}

// beyond is the number of no step, and numbers what errors say of those that are.
var (
	beyond  = strconv.Itoa(plot.Count)
	numbers = fmt.Sprintf("from %d to %d", plot.First, plot.Last)
)

func stepFile(n int) string { return fmt.Sprintf("steps/%02d.md", n) }

// stepText returns a step whose body begins on line 10.
func stepText(n int, body string) string {
	action := "# sends nothing\n"
	if plot.At(n).Sends() {
		action = "action: Go\n"
	}
	return fmt.Sprintf("---\nstep: %d\ntitle: A\nplace: wire\nlook: Here.\n"+action+expects+"---\n%s\n:::difference\nOne sentence.\n:::\n", n, body)
}

// withHead returns step 3, which sends nothing, with another front matter.
func withHead(head string) string {
	return "---\n" + head + "---\n:::difference\nOne sentence.\n:::\n"
}

// expects is what a step of the tests expects.
const expects = "expect:\n  session: {status: 200}\n"

const restOfHead = "title: A\nplace: wire\nlook: Here.\n# sends nothing\n" + expects

func TestLoadReportsFileAndLine(t *testing.T) {
	body := func(text string) string { return stepText(3, text) }
	tests := []struct {
		name string
		text string // of steps/03.md
		want string // the whole error begins with it
		says string // and tells what to do
	}{
		{"no front matter", "Hello.\n:::difference\nOne.\n:::\n", "steps/03.md:1: the front matter is missing", "begin the file with a line of ---"},
		{"empty file", "\n", "steps/03.md:1: the front matter is missing", "begin the file"},
		{"front matter not closed", "---\nstep: 3\n", "steps/03.md:1: the front matter does not end", "close it"},
		{"front matter too long", withHead("title: " + strings.Repeat("x", 5000) + "\n"), "steps/03.md:1: the front matter does not end", "within 4 KiB"},
		{"front matter broken", withHead("step: 3\ntitle: [a\n" + restOfHead), "steps/03.md:4: the front matter is broken", "quote values"},
		{"front matter empty", withHead(""), "steps/03.md:1: the front matter is broken", "key: value"},
		{"front matter a list", withHead("- step\n"), "steps/03.md:1: the front matter is broken", "not a list of keys"},
		{"colon in a value", withHead("step: 3\nlook: one: two\n"), "steps/03.md:3: the front matter is broken", "quote values"},
		{"key twice", withHead("step: 3\nstep: 3\n" + restOfHead), "steps/03.md:3: the front matter is broken", "already defined"},
		{"unknown key", withHead("step: 3\ntitel: A\n" + restOfHead), `steps/03.md:3: unknown key "titel"`, "the keys are step, title"},
		{"missing step", withHead(restOfHead), "steps/03.md:1: the front matter has no step", "add “step: …”"},
		{"missing title", withHead("step: 3\nplace: wire\nlook: H.\n" + expects), "steps/03.md:1: the front matter has no title", "add “title: …”"},
		{"missing place", withHead("step: 3\ntitle: A\nlook: H.\n" + expects), "steps/03.md:1: the front matter has no place", "add “place: …”"},
		{"missing look", withHead("step: 3\ntitle: A\nplace: wire\n"), "steps/03.md:1: the front matter has no look", "add “look: …”"},
		{"missing expect", withHead("step: 3\ntitle: A\nplace: wire\nlook: H.\n"), "steps/03.md:1: the front matter has no expect", "add “expect: …”"},
		{"expect not a case", withHead("step: 3\ntitle: A\nplace: wire\nlook: H.\nexpect: nothing\n"), "steps/03.md:6: a case must be {name: value}", "session, token"},
		{"action without sending", withHead("step: 3\ntitle: A\nplace: wire\nlook: H.\naction: Go\n" + expects), "steps/03.md:6: step 3 sends nothing, so it has no Send button", "remove the action"},
		{"sending told again", withHead("step: 3\nsends: true\n" + restOfHead), `steps/03.md:3: unknown key "sends"`, "the keys are step, title"},
		{"step not a number", withHead("step: three\n" + restOfHead), "steps/03.md:2: step must be a whole number", numbers},
		{"step too large", withHead("step: " + beyond + "\n" + restOfHead), "steps/03.md:2: step must be a whole number", numbers},
		{"step negative", withHead("step: -1\n" + restOfHead), "steps/03.md:2: step must be a whole number", numbers},
		{"title not text", withHead("step: 3\ntitle: 5\nplace: wire\nlook: H.\n" + expects), "steps/03.md:3: title must be text", "quotes"},
		{"title empty", withHead("step: 3\ntitle: \"\"\nplace: wire\nlook: H.\n" + expects), "steps/03.md:3: title must be text", "quotes"},
		{"title an alias", withHead("step: 3\ntitle: &a A\nplace: wire\nlook: *a\n" + expects), "steps/03.md:3: title must be text", "quotes"},
		{"place unknown", withHead("step: 3\ntitle: A\nplace: moon\nlook: H.\n" + expects), `steps/03.md:4: place "moon" is unknown`, "browser, wire, server"},

		{"step twice", stepText(4, "Both.\n"), "steps/04.md:2: step 4 is already in steps/03.md:2", "a number of its own"},
		{"step missing", "", "steps: missing 3", "add a file"},

		{"block unknown", body("A.\n\n:::statefull\nB.\n:::\n"), `steps/03.md:12: unknown block "statefull"`, ":::stateful, :::stateless"},
		{"block not closed", "---\nstep: 3\n" + restOfHead + "---\n:::difference\nOne.\n", "steps/03.md:10: block :::difference is not closed", "end it with a line of :::"},
		{"block in block", body("A.\n:::stateful\nB.\n:::stateless\nC.\n:::\n:::\n"), "steps/03.md:13: block :::stateless stands inside", "close the block before it"},
		{"block in list", body("- A.\n\n  :::stateful\n  B.\n  :::\n"), "steps/03.md:12: block :::stateful stands inside", "out of lists and quotes"},
		{"block closed twice", body(":::stateful\nB.\n:::\n:::\n"), "steps/03.md:13: this ::: closes nothing", "remove it"},

		{"difference missing", "---\nstep: 3\n" + restOfHead + "---\nA.\n", "steps/03.md:1: the difference is missing", "add a :::difference"},
		{"difference twice", body(":::difference\nTwo sentences.\n:::\n"), "steps/03.md:14: a second :::difference", "keep one"},
		{"difference of two sentences", "---\nstep: 3\n" + restOfHead + "---\n:::difference\nOne. Two.\n:::\n", "steps/03.md:10: the difference must be one paragraph of one sentence", "shorten it"},
		{"difference of two paragraphs", "---\nstep: 3\n" + restOfHead + "---\n:::difference\nOne.\n\nTwo.\n:::\n", "steps/03.md:10: the difference must be", "shorten it"},
		{"difference without an end", "---\nstep: 3\n" + restOfHead + "---\n:::difference\nOne\n:::\n", "steps/03.md:10: the difference must be", "full stop"},
		{"difference a list", "---\nstep: 3\n" + restOfHead + "---\n:::difference\n- One.\n:::\n", "steps/03.md:10: the difference must be", "paragraph"},
		{"difference empty", "---\nstep: 3\n" + restOfHead + "---\n:::difference\n:::\n", "steps/03.md:10: the difference must be", "paragraph"},

		{"HTML block", body("A.\n\n<div>\nB\n</div>\n"), "steps/03.md:12: HTML is not allowed", "write markdown"},
		{"HTML inline", body("A\nb <b>c</b>.\n"), "steps/03.md:11: HTML is not allowed", "backquotes"},
		{"HTML comment", body("A.\n\n<!-- b -->\n"), "steps/03.md:12: HTML is not allowed", "write markdown"},
		{"HTML in a block", body(":::stateful\nB <img src=x onerror=y>.\n:::\n"), "steps/03.md:11: HTML is not allowed", "write markdown"},
		{"picture", body("A\n![b](c.png).\n"), "steps/03.md:11: pictures are not supported", "link to it"},

		{"javascript link", body("A\n[b](javascript:alert(1)).\n"), `steps/03.md:11: link to "javascript:alert(1)" is not allowed`, "use https:"},
		{"javascript link in capitals", body("[b](JavaScript:alert(1))\n"), "steps/03.md:10: link to", "use https:"},
		{"javascript link by entity", body("[b](&#106;avascript:alert(1))\n"), "steps/03.md:10: link to", "use https:"},
		{"javascript link by tab", body("[b](<java\tscript:alert(1)>)\n"), "steps/03.md:10: link to", "use https:"},
		{"javascript link by definition", body("A [b][c].\n\n[c]: javascript:alert(1)\n"), "steps/03.md:10: link to", "use https:"},
		{"javascript autolink", body("<javascript:alert(1)>\n"), "steps/03.md:10: link to", "use https:"},
		{"mail autolink", body("<a@library.test>\n"), `steps/03.md:10: link to "mailto:a@library.test"`, "use https:"},
		{"data link", body("[b](data:text/html,x)\n"), "steps/03.md:10: link to", "use https:"},
		{"link to another host without a scheme", body("[b](//library.test/)\n"), "steps/03.md:10: link to", "use https:"},
		{"empty link", body("[b]()\n"), "steps/03.md:10: link to", "use https:"},

		{"reference unknown", body("A\n[b]{pay.rolle}.\n"), "steps/03.md:11: unknown reference {pay.rolle}", "pay.role"},
		{"reference empty", body("[b]{}\n"), "steps/03.md:10: unknown reference {}", "one of attr.domain"},
		{"reference over two lines", body("[the\nid]{sid}\n"), "steps/03.md:11: this looks like a reference", "on one line"},
		{"reference around code", body("[`a`]{sid}\n"), "steps/03.md:10: this looks like a reference", "plain text"},

		{"not UTF-8", body("A\nb\xff.\n"), "steps/03.md:11: this is not UTF-8", "save the file"},
		{"a NUL in a reference", body("A\n[\x00>]{sid}\n"), "steps/03.md:11: U+0000 is a control character", "delete it"},
		{"a control character of two bytes", body("A\nb\u0085c\n"), "steps/03.md:11: U+0085 is a control character", "delete it"},
		{"an old line ending", body("A\rb\n"), "steps/03.md:10: U+000D is a control character", "delete it"},
		{"too large", body(strings.Repeat("A.\n\n", maxFile/4)), "steps/03.md:1: the file is larger than 1 MiB", "split it"},
		{"too many lines", body(strings.Repeat("\n", maxLines)), "steps/03.md:20001: more than 20000 lines", "split"},
		{"nested too deeply", body("A.\n\n" + strings.Repeat(">", 10_000) + " B.\n"), "steps/03.md:12: more than 100 spaces and marks", "nest and indent less"},
		{"passage too long", body("A.\n\n" + strings.Repeat("A.\n", maxPassage/3+1)), "steps/03.md:5473: more than 16 KiB without a blank line", "divide"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Load(lesson(map[string]string{"steps/03.md": test.text}))
			if err == nil || got != nil {
				t.Fatalf("Load = %v, %v; want no content and an error", got, err)
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error\n\t%v\nwant it to begin with\n\t%s", err, test.want)
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); !strings.Contains(first, test.says) {
				t.Errorf("error\n\t%v\nwant it to say\n\t%s", first, test.says)
			}
		})
	}
}

// One mistake is one error: no others follow from it.
func TestLoadReportsOneErrorForOneMistake(t *testing.T) {
	for name, text := range map[string]string{
		"front matter missing": ":::difference\nOne.\n:::\n",
		"front matter broken":  withHead("step: [\n"),
		"step unreadable":      withHead("step: x\n" + restOfHead),
		"unknown block":        stepText(3, ":::x\n- A\n:::\n"),
		"broken reference":     stepText(3, "[a [b]{sid\n"),
		"HTML":                 stepText(3, "<div>\n<b>x</b>\n</div>\n"),
	} {
		_, err := Load(lesson(map[string]string{"steps/03.md": text}))
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Load's error is\n%v\nwant one line", name, err)
		}
	}
}

func TestLoadReportsEverythingAtOnce(t *testing.T) {
	_, err := Load(lesson(map[string]string{
		"front.md":    ":::stateful\nA.\n:::\n",
		"steps/02.md": stepText(2, "[a]{b}\n\n<b>\n\n[c](d:e)\n"),
		"steps/07.md": "",
		"steps/09.md": withHead("step: 9\nsort: 1\naction: Go\n" + restOfHead),
	}))
	if err == nil {
		t.Fatal("Load accepted faulty content")
	}
	var got []string
	for line := range strings.Lines(err.Error()) {
		got = append(got, strings.Join(strings.SplitN(line, ":", 3)[:2], ":"))
	}
	want := "front.md:1 steps/02.md:10 steps/02.md:12 steps/02.md:14 steps/09.md:3 steps: missing 7"
	if g := strings.Join(got, " "); g != want {
		t.Errorf("errors at\n\t%s\nwant\n\t%s\nin\n%v", g, want, err)
	}
}

func TestLoadOrdersStepsByNumber(t *testing.T) {
	c, err := Load(lesson(map[string]string{"steps/00.md": "", "steps/zz.md": stepText(0, "Last file.\n")}))
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range c.Steps {
		if s.Number != n {
			t.Errorf("Steps[%d].Number = %d", n, s.Number)
		}
	}
	if got, want := c.Steps[0].Source, "steps/zz.md:2"; got != want {
		t.Errorf("Source = %q, want %q", got, want)
	}
}

// Files saved on another system mean the same.
func TestLoadAcceptsOtherLineEndingsAndByteOrderMark(t *testing.T) {
	text := strings.TrimSuffix(stepText(3, ":::stateful\n[A]{sid}\n:::\n"), "\n")
	c, err := Load(lesson(map[string]string{"steps/03.md": "\uFEFF" + strings.ReplaceAll(text, "\n", "\r\n")}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Steps[3].Of["session"], HTML("<p><span class=\"ink sid\" data-ref=\"sid\">A</span></p>\n"); got != want {
		t.Errorf("Stateful = %q, want %q", got, want)
	}
}

// An instructor's copy may come from a stranger: what is nasty must neither
// take minutes nor exhaust memory or the stack. What is counted is the memory that
// each of its bytes asks for, which no other program on the machine changes.
func TestLoadSurvivesNesting(t *testing.T) {
	units := []string{"|", "|-", "|a", "|-|\n", "\\|", "`\\|", "`", "::", "::x\n", "::diagram both\n", "{live ", "{live token.exp}", "[a](step:1)", "[a](#", "## a\n", "a\n-\n", "```go\n", ">", "> ", "[", "![", "]", "(", "<", "*", "*a_", "`", "[a](", "[a]{", "- ", "1. ", ":::", ":::\n", ":::stateful\n", "\\", "'", `"`, "&", "{", "[[", "#", "\t"}
	most := uint64(12_000)
	if raced {
		most *= 5
	}
	md := newMarkdown()
	for _, unit := range units {
		for where, text := range map[string]string{
			"in a line":            stepText(3, strings.Repeat(unit, 10_000)),
			"in the front matter":  withHead("step: " + strings.Repeat(unit, 3_900/len(unit)) + "\n"),
			"in passages":          stepText(3, strings.Repeat(strings.Repeat(unit, 3_000/len(unit))+"\n\n", 10)),
			"before empty lines":   stepText(3, strings.Repeat(unit, maxMargin/len(unit))+strings.Repeat("\n", maxLines-100)),
			"in a chapter":         chapterText(1, strings.Repeat(strings.Repeat(unit, 3_000/len(unit))+"\n\n", 10)),
			"in code of a chapter": chapterText(1, "```js\n"+strings.Repeat(unit, maxCode/len(unit)-1)+"\n```\n"),
		} {
			l := &loader{fsys: fstest.MapFS{"chapters/01-x.md": {Data: []byte(text)}}, md: md}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if strings.HasSuffix(where, "chapter") {
				l.chapter("chapters/01-x.md")
			} else {
				l.step("chapters/01-x.md")
			}
			err := l.err()
			runtime.ReadMemStats(&after)
			if used := (after.TotalAlloc - before.TotalAlloc) / uint64(len(text)); used > most {
				t.Errorf("%q %s took %d bytes of memory for each of the text (error %.200v)", unit, where, used, err)
			}
		}
	}
}

// nasty is what strangers try.
var nasty = []string{
	"<script>", "[<b>]{sid}", "`<script>`", "[a](<javascript:x>)", "\\<b>", "&lt;b>", "[a](b \"<i onclick='x'>\")",
	"a\\\nb", "|a|\n|-||`\\\n|",
	"    <script>", "```<b>\n<script>\n```", "```html\n<script>\n```", "<http://x/\"onclick=y>",
	"[a\"><b>](step:5)", "[a](chapter:\"onclick=y)", "[a](term:x\"y)", "[a](chapter:x#\"onclick=\"y)", "[a](#\"b)",
	"{live session.id}", "{live <b>}", "{live session.id\"}", "*{live token.exp}*\n\n> {live token.exp}",
	"## <b>", "## \"onclick=\"y", "## &lt;b>", "## [a]{sid} `<b>` ß", ":::note\n{live token.exp}\n:::",
	":::stateful\n::exchange session 1 response Set-Cookie body\n:::", "::exchange session 1 request <b>", "::code session <b>",
	"::predict <b>", "::diagram \"", "|a|b|\n|:-|-:|\n|<b>|{live token.exp}|", "|a|\n|-|\n|`\\|`|",
}

func addEmbedded(f *testing.F, pattern string) {
	names, err := fs.Glob(Embedded(), pattern)
	if err != nil || len(names) == 0 {
		f.Fatalf("embedded %s: %v, error %v", pattern, names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(Embedded(), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
}

// FuzzLoad holds that no text makes Load panic, and that what it accepts
// brings no markup of its author's.
func FuzzLoad(f *testing.F) {
	addEmbedded(f, "steps/*.md")
	for _, body := range nasty {
		f.Add(stepText(3, body))
	}
	md := newMarkdown()
	f.Fuzz(func(t *testing.T, text string) {
		l := &loader{fsys: fstest.MapFS{"x.md": {Data: []byte(text)}}, md: md}
		step := l.step("x.md")
		if l.err() != nil {
			return
		}
		for _, html := range []HTML{step.Both, step.Of["session"], step.Of["token"], step.Of["sealed"], step.Difference} {
			for tag := range tagsOf(string(html)) {
				if !ours.MatchString(tag) {
					t.Errorf("tag %s in %q", tag, html)
				}
			}
		}
	})
}
