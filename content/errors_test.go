package content

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"authlab/lab/plot"
)

// TestLoadReportsFileAndLine has what is wrong in steps, and with markdown
// anywhere; this has the rest.
func TestLoadReportsFileAndLineOfEveryKind(t *testing.T) {
	const (
		first  = "chapters/01-first.md"
		guess  = "predictions/guess.md"
		second = "chapters/02-second.md"
	)
	chapter := func(body string) string { return chapterText(1, body+"\n\n## One\n") } // body from line 7
	head := func(text string) string { return "---\n" + text + "---\nText.\n" }
	predict := func(old, by string) string {
		return strings.Replace(predictionText("step: 7\n", "Because.\n"), old, by, 1)
	}
	free := func(old, by string) string {
		return strings.Replace(predictionText("", "Because.\n"), old, by, 1)
	}
	feature := func(old, by string) string {
		first, _, _ := strings.Cut(comparison(""), "## Feature 1")
		return comparison(strings.Replace(first, old, by, 1))
	}
	note := func(text string) string { return "---\nstep: 3\nminutes: 2\n---\n" + text }
	tests := []struct {
		name string
		file string
		text string
		want string // the whole error begins with it
		says string // and tells what to do
	}{
		{"chapter's name", "chapters/First.md", chapter("A."), "chapters/First.md:1: the file's name must be", "01-slug.md"},
		{"chapter's number and name", first, chapterText(3, "A.\n\n## One\n"), first + ":2: chapter 3 is in a file whose name begins with 01", "make them the same"},
		{"chapter's number missing", first, head("title: A\nsummary: B.\nsteps: []\n"), first + ":1: the front matter has no chapter", "add “chapter: …”"},
		{"chapter's number not one", first, head("chapter: one\ntitle: A\nsummary: B.\nsteps: []\n"), first + ":2: chapter must be a whole number from 1 to 99", ""},
		{"chapter without front matter", first, "A.\n", first + ":1: the front matter is missing", "begin the file"},
		{"chapter's unknown key", first, head("chapter: 1\ntitle: A\nsummary: B.\nsteps: []\nstep: 2\n"), first + `:6: unknown key "step"`, "chapter, title, summary, steps, misconceptions"},
		{"chapter's steps not a list", first, head("chapter: 1\ntitle: A\nsummary: B.\nsteps: 2\n"), first + ":5: steps must be a list of whole numbers", "[one, another]"},
		{"chapter's step unknown", first, head("chapter: 1\ntitle: A\nsummary: B.\nsteps: [2, " + beyond + "]\n"), first + ":5: steps must be a list, and each of it a whole number " + numbers, ""},
		{"chapter's misconception unknown", first, head("chapter: 1\ntitle: A\nsummary: B.\nsteps: []\nmisconceptions: [0]\n"), first + ":6: misconceptions must be a list, and each of it a whole number from 1 to 30", ""},
		{"chapter's number twice", "chapters/02-third.md", chapterText(2, "A.\n"), "chapters/02-third.md:2: chapter 2 is already in chapters/02-second.md:2", "a number of its own"},
		{"chapter's slug twice", "chapters/03-second.md", chapterText(3, "A.\n"), "chapters/03-second.md:1: the slug \"second\" is already that of chapters/02-second.md", "rename"},
		{"chapter missing", first, "", "chapters: missing 1", "add a file"},

		{"anchor twice", first, chapter("## One\n\nA."), first + ":11: the anchor #one is already that of line 7", "word one heading differently"},
		{"anchor of nothing", first, chapter("## ?!\n\nA."), first + ":7: the heading has no letter or digit", "give it words"},
		{"heading too high", first, chapter("# A"), first + ":7: a heading of level 1", "one of ## and ###"},
		{"heading too deep", first, chapter("#### A"), first + ":7: a heading of level 4", "one of ## and ###"},
		{"heading with nothing above", first, chapter("### A"), first + ":7: the first heading has level 3", "begin with ##"},
		{"heading in a list", first, chapter("- ## A"), first + ":7: a heading stands in a list or a quote", "outside"},
		{"heading in a note", first, chapter(":::note\n## A\n:::"), first + ":8: a heading stands in :::note", "put it before"},
		{"link in a heading", first, chapter("## A [b](term:jws)"), first + ":7: a link stands in a heading", "in the text below"},
		{"live value in a heading", first, chapter("## A {live session.id}"), first + ":7: a live value stands in a heading", "in the text below"},
		{"sending step without words for its button", "steps/05.md", strings.Replace(stepText(5, "Both.\n"), "action: Go\n", "", 1), "steps/05.md:1: the front matter has no action", "add “action: …”"},
		{"heading in a step", "steps/03.md", stepText(3, "## A\n"), "steps/03.md:10: this file has no headings", "without them"},
		{"heading in a prediction", guess, predictionText("step: 7\n", "# A\n"), guess + ":9: this file has no headings", "without them"},

		{"block unknown", first, chapter("A.\n\n:::difference\nB.\n:::"), first + `:9: unknown block "difference"`, ":::stateful, :::stateless, :::note, :::warning"},
		{"block in block", first, chapter(":::stateful\nA.\n:::note\nB.\n:::\n:::"), first + ":9: block :::note stands inside something else", "close the block before it"},
		{"block where there is none", "front.md", "A.\n\n:::note\nB.\n:::\n", `front.md:3: unknown block "note"`, "this file has none"},
		{"table too wide", first, chapter("A.\n\n" + strings.Repeat("|a", 30)), first + ":9: more than 24 vertical bars in a line", "narrower"},
		{"tables too large", first, chapter(strings.Repeat("|a|b|c|d|e|f|g|\n\n", 600)), first + ":1007: more than 4000 vertical bars in the file", "split"},
		{"code in an unknown language", first, chapter("A.\n\n```cobol\nB.\n```"), first + `:9: code in "cobol" is not known`, "css, go, html"},
		{"too much code", first, chapter("```go\n" + strings.Repeat("a\n\n", 2000) + "```"), first + ":7: more than 4 KiB of code", "show less"},

		{"too much code in all", first, chapter(strings.Repeat("```sh\n"+strings.Repeat("a\n", 2000)+"```\n\n", 6)), first + ":8019: more than 16 KiB of code in the file", "show less"},

		{"directive unknown", first, chapter("A.\n::predicts guess"), first + `:8: unknown directive "::predicts"`, "::predict, ::code, ::exchange, ::variant, ::decoded, ::diagram"},
		{"variant unknown", first, chapter("::variant token-in-shoe token 5 request"), first + ":7: ::variant token-in-shoe token 5 request is not complete or not known", "token-in-cookie"},
		{"variant of no exchange", first, chapter("::variant token-in-cookie token"), first + ":7: ::variant token is not complete", "request or response"},
		{"decoded signature", first, chapter("::decoded signature"), first + ":7: ::decoded signature is not complete or not known", "::decoded header or ::decoded payload"},
		{"report of the reader", first, chapter("A. Your token ends at\n{live token.exp}."), first + `:7: a sentence about a run says "Your"`, "{yours words beside a bench|words without one}"},
		{"report of the reader's moment", first, chapter("A.\n\n- Now it is {live token.exp}."), first + `:9: a sentence about a run says "Now"`, "word it without"},
		{"report of a bench, in bold", first, chapter("On **this bench** it is {live token.exp}."), first + `:7: a sentence about a run says "bench"`, "word it without"},
		{"report of the reader, in a prediction", guess, predict("Because.", "You got {live token.status.5}."), guess + `:9: a sentence about a run says "You"`, "word it without"},
		{"report of the reader, in the comparison", "compare.md", feature("C.", "Yours is {live token.length} long."), "compare.md:12: a sentence about a run says \"Yours\"", "word it without"},
		{"exchange of the reader", first, chapter("A. This came when you logged in:\n\n::exchange session 1 response"), first + `:7: a sentence about a run says "you"`, "word it without"},
		{"claims of the reader", first, chapter("These are your claims:\n\n::decoded payload"), first + `:7: a sentence about a run says "your"`, "word it without"},
		{"diagram of the reader", first, chapter("These are your requests:\n\n::diagram both"), first + `:7: a sentence about a run says "your"`, "word it without"},
		{"words for each run on the front page", "front.md", "{yours A|B}\n", "front.md:1: {yours …} cannot stand here", "with a bench and without"},
		{"directive empty", first, chapter("::"), first + `:7: unknown directive "::"`, "::predict"},
		{"directive in a list", first, chapter("- ::diagram both"), first + ":7: ::diagram stands inside a list or a quote", "outside"},
		{"directive where there is none", "steps/03.md", stepText(3, "::diagram both\n"), `steps/03.md:10: unknown directive "::diagram"`, "this file has none"},
		{"prediction in a prediction", guess, predictionText("step: 7\n", "A.\n\n::predict guess\n"), guess + `:11: unknown directive "::predict"`, "::code, ::exchange, ::variant, ::decoded, ::diagram"},
		{"predict nothing", first, chapter("::predict"), first + ":7: ::predict  is not complete", "write ::predict slug"},
		{"prediction unknown", first, chapter("::predict guesses"), first + `:7: unknown prediction "guesses"`, "it is one of guess"},
		{"prediction twice", first, chapter("::predict guess\n\n::predict guess"), first + `:9: the prediction "guess" is already in chapters/01-first.md:7`, "ask it once"},
		{"code of no app", first, chapter("::code jwt login"), first + ":7: ::code jwt login is not complete or not known", "::code session or ::code token"},
		{"code without a name", first, chapter("::code session"), first + ":7: ::code session is not complete", "name of a function"},
		{"code with a range", first, chapter("::code session login 3-5"), first + ":7: ::code session login 3-5 is not", "name of a function"},
		{"code by a strange name", first, chapter("::code session ../login"), first + ":7: ::code session ../login is not", "name of a function"},
		{"exchange of no flow", first, chapter("::exchange jwt 1 response"), first + ":7: ::exchange jwt 1 response is not complete or not known", "::exchange session"},
		{"exchange without a side", first, chapter("::exchange token 1"), first + ":7: ::exchange token 1 is not complete", "request or response"},
		{"exchange of no side", first, chapter("::exchange token 1 answer"), first + ":7: ::exchange token 1 answer is not", "request or response"},
		{"exchange at no step", first, chapter("::exchange token " + beyond + " request"), first + fmt.Sprintf(":7: unknown step %q", beyond), numbers},
		{"exchange at a quiet step", first, chapter("::exchange token 3 request"), first + ":7: step 3 sends nothing", "name a step that sends"},
		{"exchange with commas", first, chapter("::exchange token 1 response Date, Vary"), first + `:7: "Date," is not the name of a header`, "by spaces"},
		{"diagram of nothing", first, chapter("::diagram jwt"), first + ":7: ::diagram jwt is not", "::diagram both"},

		{"live value unknown", first, chapter("A\n{live session.name}."), first + ":8: unknown live value {live session.name}", "token.signature"},
		{"live value without a name", first, chapter("{live}"), first + ":7: unknown live value {live }", "session.id"},
		{"live value at no step", first, chapter("{live session.status." + beyond + "}"), first + ":7: unknown live value {live session.status." + beyond + "}", "session.status.N"},
		{"live value without its step", first, chapter("{live session.status}"), first + ":7: unknown live value {live session.status}", "session.status.N"},
		{"live value with a step too many", first, chapter("{live session.id.3}"), first + ":7: unknown live value", "session.id"},
		{"live value at a quiet step", first, chapter("{live token.request.size.3}"), first + ":7: step 3 sends nothing", "name a step that sends"},
		{"live value in a step", "steps/03.md", stepText(3, "{live session.id}\n"), "steps/03.md:10: {live session.id} cannot stand here", "no live values"},
		{"live value on the front page", "front.md", "{live session.id}\n", "front.md:1: {live session.id} cannot stand here", ""},
		{"live value in a link", first, chapter("[a {live session.id}](step:1)"), first + ":7: a live value stands inside a link", "before or behind"},
		{"reference in a link", first, chapter("[a [b]{sid}](https://library.test/)"), first + ":7: a reference stands inside a link", "before or behind"},
		{"parameter unknown", first, chapter("[a]{hdr.cty}"), first + ":7: unknown reference {hdr.cty}", "hdr.alg"},
		{"status unknown", first, chapter("[a]{status.299}"), first + ":7: unknown reference {status.299}", "the code of a status"},

		{"link to no step", first, chapter("[a](step:" + beyond + ")"), first + fmt.Sprintf(":7: unknown step %q", beyond), numbers},
		{"link to a step from the front page", "front.md", "[a](step:1)\n", "front.md:1: a link to step 1 cannot stand here", "link to a chapter"},
		{"link to no term", first, chapter("A\n[a](term:jwt)"), first + `:8: unknown term "jwt" in glossary.md`, "it is one of jws"},
		{"link to no chapter", first, chapter("[a](chapter:third)"), first + `:7: unknown chapter "third"`, "first, second"},
		{"link to no anchor of a chapter", second, chapterText(2, "[a](chapter:first#two)\n"), second + `:7: unknown anchor "two" in chapters/01-first.md`, "it is one of one"},
		{"link to no anchor here", first, chapter("[a](#two)"), first + `:7: unknown anchor "two" in chapters/01-first.md`, "it is one of one"},
		{"link from the glossary to no term", "glossary.md", "## JWS\n\n[A](term:jwt).\n", `glossary.md:3: unknown term "jwt"`, "jws"},
		{"link from a step to no term", "steps/03.md", stepText(3, "[a](term:jwt)\n"), `steps/03.md:10: unknown term "jwt"`, "jws"},
		{"link of another scheme", first, chapter("[a](Step:1)"), first + `:7: link to "Step:1" is not allowed`, "step:, term:, chapter:"},
		{"javascript link", first, chapter("[a](javascript:alert)"), first + `:7: link to "javascript:alert" is not allowed`, "https:"},
		{"javascript link in a table", first, chapter("|a|\n|-|\n|[b](javascript:alert)|"), first + ":9: link to", "https:"},
		{"HTML in a table", first, chapter("|a|\n|-|\n|<b>|"), first + ":9: HTML is not allowed", "backquotes"},
		{"HTML in a note", first, chapter(":::note\n<script>\n:::"), first + ":8: HTML is not allowed", "write markdown"},

		{"prediction's name", "predictions/My guess.md", predictionText("step: 7\n", "A.\n"), "predictions/My guess.md:1: the file's name must be a slug", "slug.md"},
		{"prediction's step unknown", guess, predict("step: 7", "step: "+beyond), guess + ":2: step must be a whole number " + numbers, ""},
		{"prediction without misconceptions", guess, head("step: 7\nquestion: A\noptions: [A, B]\nwhen: [never, {token: {status: 200}}]\npoint: {flow: token, place: wire, at: body}\n"), guess + ":1: the front matter has no misconceptions", "add “misconceptions: …”"},
		{"prediction's misconception unknown", guess, predict("[1,", "[31,"), guess + ":3: misconceptions must be a list, and each of it a whole number from 1 to 30", ""},
		{"prediction without a question", guess, predict("question: What?\n", ""), guess + ":1: the front matter has no question", "add “question: …”"},
		{"prediction with one option", guess, predict("[A, B]", "[A]"), guess + ":5: the number of options is 1", "give 2 to 5"},
		{"prediction with six options", guess, predict("[A, B]", "[A, B, C, D, E, F]"), guess + ":5: the number of options is 6", "give 2 to 5"},
		{"prediction with an option twice", guess, predict("[A, B]", "[A, A]"), guess + `:5: the option "A" is there twice`, "word one differently"},
		{"prediction with a number as option", guess, predict("[A, B]", "[A, 401]"), guess + ":5: options must be a list, and each of it text", "quotes"},
		{"prediction's options not a list", guess, predict("[A, B]", "A"), guess + ":5: options must be a list of texts", "[one, another]"},
		{"prediction's answer unknown", guess, free("answer: 2", "answer: 3"), guess + ":5: the answer is option 3 and there are 2", "count from 1"},
		{"prediction's answer from 0", guess, free("answer: 2", "answer: 0"), guess + ":5: answer must be a whole number from 1 to 5", ""},
		{"prediction with when and no step", guess, free("answer: 2", "when: [never, {token: {status: 200}}]\nanswer: 2"), guess + ":5: there is a “when” and no step", "add the step"},
		{"prediction with an answer at a step", guess, predict("when:", "answer: 2\nwhen:"), guess + ":6: a question at a step has no answer of its own", "by “when”"},
		{"prediction with too few cases", guess, predict("[never, ", "["), guess + ":6: when has 1 cases and there are 2 options", "give one for each"},
		{"prediction whose cases are none", guess, predict("[never, {token: {status: 200}}]", "often"), guess + ":6: when must be a list with one case for each option", ""},
		{"case that is none", guess, predict("never, ", "often, "), guess + ":6: a case must be {name: value}", "session, token"},
		{"case of no flow", guess, predict("{token: {status: 200}}", "{cookie: {status: 200}}"), guess + `:6: unknown key "cookie"`, "the keys are session, token"},
		{"case of no fact", guess, predict("{token: {status: 200}}", "{token: {}}"), guess + ":6: what is expected of the token flow must be {name: value}", "carries, checked"},
		{"case that is empty", guess, predict("{token: {status: 200}}", "{}"), guess + ":6: a case must be {name: value}", "session, token"},
		{"fact unknown", guess, predict("status: 200", "colour: red"), guess + `:6: unknown key "colour"`, "the keys are carries, checked"},
		{"fact of another value", guess, predict("status: 200", "let-in: perhaps"), guess + `:6: let-in is never "perhaps"`, "it is one of yes, no"},
		{"fact of no value", guess, predict("status: 200", "let-in: {a: b}"), guess + ":6: a fact has a word or a number", ""},
		{"status that is none", guess, predict("status: 200", "status: 20"), guess + `:6: the status "20" is none`, "from 100 to 599"},
		{"value twice", guess, predict("status: 200", "status: [200, 200]"), guess + `:6: status is "200" twice`, ""},
		{"prediction without a point", guess, predict("point: {flow: token, place: wire, at: status}\n", ""), guess + ":1: the front matter has a step and no point", "add “point:"},
		{"prediction without a step", guess, free("answer: 2\n", "answer: 2\npoint: {flow: token, place: wire, at: status}\n"), guess + ":6: there is a point and no step", "remove the point"},
		{"point not a mapping", guess, predict("{flow: token, place: wire, at: status}", "status"), guess + ":7: point must be {flow: …", ""},
		{"point of no flow", guess, predict("flow: token", "flow: jwt"), guess + `:7: flow "jwt" is unknown`, "session, token"},
		{"point without a place", guess, predict("place: wire, ", ""), guess + ":7: the point has no place", "browser, wire, server"},
		{"point at nothing", guess, predict("at: status", "at: header"), guess + `:7: at "header" is unknown`, "set-cookie"},
		{"point's unknown key", guess, predict("at: status", "at: status, on: it"), guess + `:7: unknown key "on"`, "flow, place, at"},
		{"prediction without a text", guess, predict("Because.", ""), guess + ":9: there is no text", "below the front matter"},
		{"prediction that nobody is asked", guess, predictionText("", "A.\n"), guess + ":1: no step and no chapter asks this", "::predict guess"},
		{"misconception not met", guess, predict(" 9, 10,", ""), "predictions: nothing meets the misconceptions 9, 10:", "add them"},
		{"no predictions", guess, "", "predictions: there are none", "add a file"},

		{"note's name", "notes/3.md", note("A.\n"), "notes/3.md:1: the file's name must be the step's number", "00.md"},
		{"note's step and name", "notes/03.md", "---\nstep: 4\nminutes: 2\n---\nA.\n", "notes/03.md:2: the note for step 4 is in a file named 03.md", "the same"},
		{"note's step unknown", "notes/" + beyond + ".md", "---\nstep: " + beyond + "\nminutes: 2\n---\nA.\n", "notes/" + beyond + ".md:2: step must be a whole number " + numbers, ""},
		{"note without minutes", "notes/03.md", "---\nstep: 3\n---\nA.\n", "notes/03.md:1: the front matter has no minutes", "add “minutes: …”"},
		{"note with no time", "notes/03.md", "---\nstep: 3\nminutes: 0\n---\nA.\n", "notes/03.md:3: minutes must be a whole number from 1 to 60", ""},
		{"note without a text", "notes/03.md", note(""), "notes/03.md:4: there is no text", "below the front matter"},

		{"glossary missing", "glossary.md", "", "glossary.md: cannot be opened, and is needed", ""},
		{"glossary without terms", "glossary.md", "\n", "glossary.md:1: the glossary has no terms", "## heading"},
		{"text before the terms", "glossary.md", "A.\n\n## JWS\n\nB.\n", "glossary.md:1: this stands before the first term", "under a ## heading"},
		{"term without a text", "glossary.md", "## JWS\n\n## JWT\n\nB.\n", `glossary.md:1: the term "JWS" has no text`, "one to three sentences"},
		{"term twice", "glossary.md", "## JWS\n\nA.\n\n## jws\n\nB.\n", "glossary.md:5: the anchor #jws is already that of line 1", "word one"},
		{"block in the glossary", "glossary.md", "## JWS\n\n:::note\nA.\n:::\n", `glossary.md:3: unknown block "note"`, "this file has none"},
		{"anchor of a term twice", "reading.md", "## JWS\n\nA.\n", "reading.md:1: the anchor #jws is already that of glossary.md:1", "on the same page"},
		{"reading wrong", "reading.md", "[a](ftp://library.test/)\n", "reading.md:1: link to", "https:"},

		{"compare missing", "compare.md", "", "compare.md: cannot be opened, and is needed", ""},
		{"nine features", "compare.md", strings.TrimPrefix(comparison("\n"), "\n"), "compare.md:1: there are 9 features", "write 10"},
		{"text before the features", "compare.md", "A.\n\n" + comparison(""), "compare.md:1: this stands before the first feature", "remove it"},
		{"text outside blocks", "compare.md", feature(":::stateless", "C.\n\n:::stateless"), `compare.md:7: this stands outside the blocks of "Feature 0"`, "into one"},
		{"feature without a block", "compare.md", feature(":::always\nC.\n:::\n", ""), `compare.md:1: the feature "Feature 0" has no :::always`, "add it"},
		{"feature without a proof", "compare.md", feature(":::proof 5\nE.\n:::\n", ""), `compare.md:1: the feature "Feature 0" has no :::proof`, "add it"},
		{"feature with a block twice", "compare.md", feature(":::always", ":::depends\nX.\n:::\n:::always"), `compare.md:17: a second :::depends for "Feature 0"`, "keep one"},
		{"feature with an empty block", "compare.md", feature("C.\n", ""), "compare.md:11: this :::always is empty", "one or two sentences"},
		{"proof of no step", "compare.md", feature(":::proof 5", ":::proof"), "compare.md:17: a proof names the step that shows it", numbers},
		{"proof of an unknown step", "compare.md", feature(":::proof 5", ":::proof "+beyond), "compare.md:17: a proof names the step", numbers},

		{"chapter too large", first, chapter(strings.Repeat("All work and no play. \n\n", 10<<20/24)), first + ":1: the file is larger than 1 MiB", "split it"},
		{"chapter nested too deeply", first, chapter(strings.Repeat("- ", 5_000) + "A."), first + ":7: more than 100 spaces and marks", "nest and indent less"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Load(lesson(map[string]string{test.file: test.text}))
			if err == nil || c != nil {
				t.Fatalf("Load = %v, %v; want no content and an error", c, err)
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error\n\t%v\nwant it to begin with\n\t%s", err, test.want)
			}
			first, rest, _ := strings.Cut(err.Error(), "\n")
			if !strings.Contains(first, test.says) {
				t.Errorf("error\n\t%v\nwant it to say\n\t%s", first, test.says)
			}
			if rest != "" {
				t.Errorf("one mistake led to\n%v", err)
			}
		})
	}
}

func TestLoadSaysWhatIsMissing(t *testing.T) {
	_, err := Load(fstest.MapFS{})
	if err == nil {
		t.Fatal("Load accepted an empty folder")
	}
	var every []string
	for n := range plot.Count {
		every = append(every, strconv.Itoa(n))
	}
	want := []string{
		"front.md: cannot be opened, and is needed",
		"glossary.md: cannot be opened, and is needed",
		"compare.md: cannot be opened, and is needed",
		"pairs.md: cannot be opened, and is needed",
		"steps: missing " + strings.Join(every, ", ") + ":",
		"chapters: missing 1:",
		"predictions: there are none:",
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d errors, want %d:\n%v", len(lines), len(want), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("error %q, want it to begin with %q", line, want[i])
		}
	}
}

// Notes and further reading are an instructor's own affair.
func TestLoadNeedsNoNotesAndReading(t *testing.T) {
	c, err := Load(lesson(map[string]string{"notes/03.md": "", "reading.md": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Notes) != 0 || c.Reading != nil {
		t.Errorf("notes %v and reading %v, want none", c.Notes, c.Reading)
	}
}

// What is wrong in one file does not make what others say of it wrong.
func TestBrokenFilesKeepTheirNames(t *testing.T) {
	_, err := Load(lesson(map[string]string{
		"chapters/01-first.md":  "\xff\n",
		"chapters/02-second.md": chapterText(2, "[a](chapter:first#one) [b](term:jws) [c](step:3)\n\n::predict guess\n"),
		"predictions/guess.md":  "No front matter.\n",
		"glossary.md":           "\xff\n",
	}))
	var got []string
	for line := range strings.Lines(fmt.Sprint(err)) {
		got = append(got, strings.Join(strings.SplitN(line, ":", 3)[:2], ":"))
	}
	if g, want := strings.Join(got, " "), "chapters/01-first.md:1 predictions/guess.md:1 glossary.md:1"; g != want {
		t.Errorf("errors at %s, want %s:\n%v", g, want, err)
	}
}

func TestCheckReportsFunctions(t *testing.T) {
	c, err := Load(lesson(map[string]string{"chapters/02-second.md": chapterText(2, "::code session login\n\n::code token verify\n\n::code session verify\n")}))
	if err != nil {
		t.Fatal(err)
	}
	known := func(flow, name string) bool { return flow+" "+name != "session verify" }
	want := "chapters/02-second.md:11: the session app has no function verify: name one of its source"
	if err := c.Check(known); err == nil || err.Error() != want {
		t.Errorf("Check = %v, want %s", err, want)
	}
	if err := c.Check(func(_, _ string) bool { return true }); err != nil {
		t.Errorf("Check = %v, want nil", err)
	}
}
