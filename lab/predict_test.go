package lab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/content"
	"authlab/lab/plot"
)

// predictionAt is the question before a step.
func predictionAt(t testing.TB, step int) content.Prediction {
	t.Helper()
	for _, p := range texts(t).Predictions {
		if p.Step == step {
			return p
		}
	}
	t.Fatalf("nothing is asked before step %d", step)
	return content.Prediction{}
}

// rights are the answers, from 0, that are right in the lesson's own configuration at
// its own pace.
var rights = map[string]int{
	"stranger": 1, "who-writes-it-down": 2, "what-the-record-holds": 2, "encrypted": 2, "httponly-xss": 0, "who-attaches": 1,
	"decoding-is-checking": 2, "role-change": 1, "what-logout-does": 3, "logout-kills-jwt": 2, "expiry": 0,
}

// asked is the question as the bench's page at a step has it.
func (v *visitor) asked(t testing.TB, slug string, step int) *html.Node {
	t.Helper()
	got := v.get(t, v.path("?step="+itoa(step)))
	found := all(tree(t, got.body), "section.predict[data-predict="+slug+"]")
	if got.status != http.StatusOK || len(found) != 1 {
		t.Fatalf("the page at step %d (%d) has %d questions %q", step, got.status, len(found), slug)
	}
	return found[0]
}

// TestPredictAnswers posts what the page's forms post, and what they do not.
func TestPredictAnswers(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	last := itoa(len(predictionAt(t, 1).Options))
	for _, c := range []struct {
		name   string
		fields []string
		status int
		locked int // the answer that the bench holds to step 1's question, -1 for none
		found  bool
	}{
		{"no such question", []string{"slug", "nothing", "option", "1"}, 400, -1, false},
		{"no question", []string{"option", "1"}, 400, -1, false},
		{"a question of a chapter only", []string{"slug", "weak-secret", "option", "1"}, 400, -1, false},
		{"no option", []string{"slug", predictionAt(t, 1).Slug}, 400, -1, false},
		{"option 0", []string{"slug", predictionAt(t, 1).Slug, "option", "0"}, 400, -1, false},
		{"option too large", []string{"slug", predictionAt(t, 1).Slug, "option", itoa(len(predictionAt(t, 1).Options) + 1)}, 400, -1, false},
		{"option in words", []string{"slug", predictionAt(t, 1).Slug, "option", "one"}, 400, -1, false},
		{"found before it was answered", []string{"slug", predictionAt(t, 1).Slug, "found", "1"}, 409, -1, false},
		{"locked in", []string{"slug", predictionAt(t, 1).Slug, "option", last, "step", "1", "view", "both"}, 303, len(predictionAt(t, 1).Options), false},
		{"locked in again", []string{"slug", predictionAt(t, 1).Slug, "option", "1"}, 409, len(predictionAt(t, 1).Options), false},
		{"skipped after all", []string{"slug", predictionAt(t, 1).Slug, "skip", "1"}, 409, len(predictionAt(t, 1).Options), false},
		{"found", []string{"slug", predictionAt(t, 1).Slug, "found", "1"}, 303, len(predictionAt(t, 1).Options), true},
		{"found again", []string{"slug", predictionAt(t, 1).Slug, "found", "1"}, 303, len(predictionAt(t, 1).Options), true},
		{"another is skipped", []string{"slug", predictionAt(t, 5).Slug, "skip", "1"}, 303, len(predictionAt(t, 1).Options), true},
		{"and skipped again", []string{"slug", predictionAt(t, 5).Slug, "skip", "1"}, 409, len(predictionAt(t, 1).Options), true},
		{"and answered after all", []string{"slug", predictionAt(t, 5).Slug, "option", "1"}, 409, len(predictionAt(t, 1).Options), true},
	} {
		got := v.post(t, v.path("/predict"), c.fields...)
		a, answered := v.bench(t).Answers()[predictionAt(t, 1).Slug]
		if !answered {
			a.Option = -1
		}
		if got.status != c.status || a.Option != c.locked || a.Found != c.found {
			t.Errorf("%s: %d, and the bench holds %+v; want %d, %d, found %v", c.name, got.status, a, c.status, c.locked, c.found)
		}
		if c.status >= 400 && len(all(tree(t, got.body), "h1")) != 1 {
			t.Errorf("%s: %d without a page that says so", c.name, got.status)
		}
	}
	if a := v.bench(t).Answers()[predictionAt(t, 5).Slug]; a.Option != 0 || a.At.IsZero() {
		t.Errorf("a skipped question is held as %+v", a)
	}
	if n := len(v.bench(t).Journal().Exchanges); n != 0 {
		t.Errorf("predicting recorded %d exchanges", n)
	}
}

// The form comes back to where it was sent from; a script is told in a sentence.
func TestPredictComesBack(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	got := v.post(t, v.path("/predict"), "slug", predictionAt(t, 1).Slug, "option", "1", "step", "1", "view", "stateful")
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.HasPrefix(to, v.path("?step=")) || !strings.Contains(to, "view=stateful") {
		t.Errorf("locked in: %d to %q", got.status, to)
	}
	got = v.post(t, v.path("/predict"), "slug", predictionAt(t, 1).Slug, "option", "1", "quiet", "1")
	if got.status != http.StatusConflict || strings.Contains(got.body, "<") || !strings.Contains(got.body, "prediction") {
		t.Errorf("locked in again, quietly: %d %q", got.status, got.body)
	}
}

// Starting over asks again.
func TestResetForgetsPredictions(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	slug := predictionAt(t, 0).Slug
	v.administer(t, "predict", "slug", slug, "option", "1")
	if got := attribute(v.asked(t, slug, 0), "data-state"); got != "locked" {
		t.Fatalf("locked in, the page says %s", got)
	}
	v.administer(t, "reset")
	if n := len(v.bench(t).Answers()); n != 0 {
		t.Errorf("after a reset the bench holds %d answers", n)
	}
	if got := attribute(v.asked(t, slug, 0), "data-state"); got != "open" {
		t.Errorf("after a reset the page says %s", got)
	}
}

// Another site predicts nothing, and nobody does at another's bench.
func TestOthersPredictNothing(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v, other := w.visit(t), w.visit(t)
	slug := predictionAt(t, 0).Slug
	for _, from := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Origin": {"https://evil.test"}}, {"Origin": {"null"}}} {
		from["Content-Type"] = formHeader["Content-Type"]
		if got := v.send(t, "POST", v.path("/predict"), from, "slug="+slug+"&option=1"); got.status != http.StatusForbidden {
			t.Errorf("with %v: %d, want 403", from, got.status)
		}
	}
	other.administer(t, "predict", "slug", slug, "option", "1")
	if n := len(v.bench(t).Answers()); n != 0 {
		t.Errorf("others left %d answers", n)
	}
	if got := v.post(t, "/bench/nobody/predict", "slug", slug, "option", "1"); got.status != http.StatusNotFound {
		t.Errorf("at no bench: %d, want 404", got.status)
	}
	if got := v.get(t, v.path("/predict")); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d, want 405", got.status)
	}
}

// explainedIn reports whether an element holds a prediction's explanation or
// marks which option happened.
func explainedIn(t testing.TB, n *html.Node, p content.Prediction) bool {
	t.Helper()
	if len(all(n, ".truth")) > 0 || len(all(n, ".answer")) > 0 {
		return true
	}
	for _, part := range p.Explanation {
		for piece := range strings.SplitSeq(words(tree(t, string(part.HTML))), ".") {
			if len(piece) > 20 && strings.Contains(words(n), piece) {
				return true
			}
		}
	}
	return false
}

// Of each question the page tells the answer only once the request was sent and
// the visitor has found its result, has skipped it, or never answered.
func TestPredictionsTellNothingBefore(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for step := range plot.Count {
		p := predictionAt(t, step)
		n := v.asked(t, p.Slug, step)
		checkQuestion(t, n, p, "open")
		if radios := all(n, "input[type=radio]"); len(radios) != len(p.Options) || slices.ContainsFunc(radios, func(r *html.Node) bool { return has(r, "checked") }) {
			t.Errorf("step %d: %d options to choose from, one of them chosen", step, len(radios))
		}
		if len(all(n, "form[data-lock]")) != 1 || len(all(n, "button[name=skip]")) != 1 || len(all(n, "fieldset")) != 1 || words(all(n, "legend")[0]) != p.Question {
			t.Errorf("step %d: an open question is not a form", step)
		}
		v.administer(t, "predict", "slug", p.Slug, "option", "1")
		page := v.get(t, v.path("?step="+itoa(step))).body
		if !texts(t).Steps[step].Sends {
			continue // it looks at what was sent already
		}
		n = v.asked(t, p.Slug, step)
		checkQuestion(t, n, p, "locked")
		if chosen := all(n, "li.chosen"); len(chosen) != 1 || words(chosen[0]) != p.Options[0]+" your prediction" || len(all(n, "form")) != 0 {
			t.Errorf("step %d: locked in, the page marks %d options", step, len(chosen))
		}
		if explainedIn(t, all(tree(t, page), "section.lab")[0], p) {
			t.Errorf("step %d: the page explains it elsewhere", step)
		}
	}
}

// While a step's own question is open the text beside it does not tell what
// happens, nor what the difference is; once it is done both are there.
func TestTheTextWaitsForItsQuestion(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for step := range plot.Count {
		v.showsText(t, step, false)
		v.administer(t, "predict", "slug", predictionAt(t, step).Slug, "option", "1")
		v.showsText(t, step, false)
	}
	v.administer(t, "reset")
	v.both(t, "profile")
	v.await(t, 2)
	v.showsText(t, 0, true) // never answered
	for _, step := range []int{2, 3, 4, 6} {
		v.administer(t, "predict", "slug", predictionAt(t, step).Slug, "skip", "1")
		v.showsText(t, step, false) // what it looks at was not sent
	}
	v.logIn(t, librarian)
	v.both(t, "profile")
	v.both(t, "profile")
	v.await(t, 8)
	for _, step := range []int{2, 3, 4, 6} {
		v.showsText(t, step, true)
	}
}

// showsText holds that a step's page shows what happens in both flows, or has it
// under a fold that is closed and leaves the difference out.
func (v *visitor) showsText(t testing.TB, step int, want bool) {
	t.Helper()
	root := tree(t, v.get(t, v.path("?step="+itoa(step))).body)
	folds, flows := all(root, "#chapter > .prose > details.told"), all(root, "#chapter > .prose .only")
	difference := words(all(root, "#difference .said")[0])
	told := strings.Contains(difference, words(tree(t, string(texts(t).Steps[step].Difference))))
	if len(flows) != 2 || (len(folds) == 0) != want || told != want {
		t.Errorf("step %d: what happens in %d flows, under %d folds; the difference reads %q; want them shown: %v", step, len(flows), len(folds), difference, want)
	}
	if len(folds) == 1 && (has(folds[0], "open") || flows[0].Parent != folds[0] || flows[1].Parent != folds[0]) {
		t.Errorf("step %d: the fold does not hold what happens", step)
	}
}

func checkQuestion(t testing.TB, n *html.Node, p content.Prediction, state string) {
	t.Helper()
	if got := attribute(n, "data-state"); got != state {
		t.Errorf("%s is %s, want %s", p.Slug, got, state)
	}
	if (state == "open" || state == "locked") && explainedIn(t, n, p) {
		t.Errorf("%s, %s, tells its answer", p.Slug, state)
	}
	if !strings.Contains(words(n), p.Question) {
		t.Errorf("%s, %s, does not show its question", p.Slug, state)
	}
}

// The ways from the question to its explanation.
func TestPredictionStates(t *testing.T) {
	t.Parallel()
	p := predictionAt(t, 0)
	right, wrong := rights[p.Slug]+1, (rights[p.Slug]+1)%len(p.Options)+1
	w := startLab(t, lifted)
	for _, c := range []struct {
		name    string
		answer  []string // before it is sent
		sent    string   // the state once it is
		verdict string
		chosen  int
	}{
		{"right", []string{"option", itoa(right)}, "sent", "You saw it coming.", right},
		{"wrong", []string{"option", itoa(wrong)}, "sent", "Not quite: here is what happened.", wrong},
		{"skipped", []string{"skip", "1"}, "done", "", 0},
		{"not asked", nil, "done", "", 0},
	} {
		v := w.visit(t)
		if c.answer != nil {
			v.administer(t, "predict", append([]string{"slug", p.Slug}, c.answer...)...)
			checkQuestion(t, v.asked(t, p.Slug, 0), p, "locked")
		}
		v.both(t, "profile")
		v.await(t, 2)
		n := v.asked(t, p.Slug, 0)
		checkQuestion(t, n, p, c.sent)
		checkOptions(t, c.name, n, p, c.chosen)
		var verdict string
		if found := all(n, ".verdict"); len(found) == 1 {
			verdict = words(found[0])
		}
		if verdict != c.verdict {
			t.Errorf("%s: the verdict is %q, want %q", c.name, verdict, c.verdict)
		}
		if c.sent == "sent" {
			checkPointing(t, c.name, n, p)
			v.administer(t, "predict", "slug", p.Slug, "found", "1")
			n = v.asked(t, p.Slug, 0)
			checkQuestion(t, n, p, "done")
			checkOptions(t, c.name, n, p, c.chosen)
		}
		if len(all(n, "div.answer")) != 1 || len(all(n, "form")) != 0 || !explainedIn(t, n, p) {
			t.Errorf("%s: done, the page explains nothing", c.name)
		}
	}
}

func checkOptions(t testing.TB, name string, n *html.Node, p content.Prediction, chosen int) {
	t.Helper()
	for i, li := range all(n, "li") {
		if i >= len(p.Options) {
			break // a list of the explanation
		}
		mark := map[[2]bool]string{
			{true, true}: " your prediction, and what happened", {true, false}: " your prediction", {false, true}: " what happened",
		}[[2]bool{i+1 == chosen, i == rights[p.Slug]}]
		if words(li) != p.Options[i]+mark {
			t.Errorf("%s: option %d reads %q", name, i+1, words(li))
		}
	}
}

// checkPointing looks at the form that says where the result shows. The
// explanation is not there before it is sent.
func checkPointing(t testing.TB, name string, n *html.Node, p content.Prediction) {
	t.Helper()
	forms := all(n, "form[data-found]")
	if len(forms) != 1 || attribute(forms[0], "data-point-flow") != p.Point.Flow || attribute(forms[0], "data-point-at") != p.Point.At {
		t.Fatalf("%s: the page does not say where to look", name)
	}
	if len(all(n, "div.answer")) != 0 || !strings.Contains(words(forms[0]), "Point at the ") {
		t.Errorf("%s: sent, the page reads %q", name, words(forms[0]))
	}
}

// Questions that look again are answered on the spot.
func TestQuestionsThatLookAgain(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.both(t, "profile")
	v.both(t, "profile")
	v.await(t, 6)
	for _, step := range []int{2, 3, 4, 6} {
		p := predictionAt(t, step)
		checkQuestion(t, v.asked(t, p.Slug, step), p, "open")
		v.administer(t, "predict", "slug", p.Slug, "option", "1")
		checkQuestion(t, v.asked(t, p.Slug, step), p, "sent")
		v.administer(t, "predict", "slug", p.Slug, "found", "1")
		checkQuestion(t, v.asked(t, p.Slug, step), p, "done")
	}
	if n := len(v.bench(t).Journal().Exchanges); n != 6 || v.bench(t).Cursor() != plot.NoStep {
		t.Errorf("predicting recorded %d exchanges", n-6)
	}
}

// In the article an answer is under a fold, and nothing is kept.
func TestPredictionsOfTheArticleAreFolded(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	for _, path := range chapterPages(t) {
		for _, n := range all(tree(t, v.get(t, path).body), "section.predict") {
			folds := all(n, "details.answer")
			if attribute(n, "data-state") != "reading" || len(folds) != 1 || has(folds[0], "open") || len(all(folds[0], "p.truth")) != 1 || len(all(n, "form")) != 0 {
				t.Errorf("%s: %s is not a question with its answer folded", path, attribute(n, "data-predict"))
			}
			if all(n, "p.truth")[0].Parent != folds[0] {
				t.Errorf("%s: %s tells its answer outside the fold", path, attribute(n, "data-predict"))
			}
		}
	}
}
