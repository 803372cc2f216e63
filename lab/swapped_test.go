package lab_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"authlab/content"
	"authlab/lab"
	"authlab/lab/plot"
)

// copied is the embedded content with one file changed.
func copied(t testing.TB, name string, change func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(content.Embedded(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(content.Embedded(), path)
		if path == name {
			changed := change(string(text))
			if changed == string(text) {
				t.Fatalf("%s was not changed", name)
			}
			text = []byte(changed)
		}
		out[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var whenLine = regexp.MustCompile(`(?m)^  - (never|\{.*\})$`)

// swapped swaps two cases of a question's when, from 0.
func swapped(i, j int) func(string) string {
	return func(text string) string {
		lines := whenLine.FindAllString(text, -1)
		n := -1
		return whenLine.ReplaceAllStringFunc(text, func(line string) string {
			switch n++; n {
			case i:
				return lines[j]
			case j:
				return lines[i]
			}
			return line
		})
	}
}

// The answers that are right in the lab's own run are those that are right in the
// lesson.
func TestRightAnswers(t *testing.T) {
	t.Parallel()
	l, err := lab.New(lab.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for slug, right := range rights {
		if got := l.Right(slug); got != right+1 {
			t.Errorf("%s: option %d is right, want %d", slug, got, right+1)
		}
	}
}

// Two outcomes that are swapped in a question are found at start where one of them is
// the lesson's own, with the file's name.
func TestSwappedAnswersAreFoundAtStart(t *testing.T) {
	t.Parallel()
	for _, p := range texts(t).Predictions {
		right, asked := rights[p.Slug]
		if !asked {
			continue
		}
		other := (right + 1) % len(p.Options)
		name := "predictions/" + p.Slug + ".md"
		l, err := lab.New(lab.Config{Content: copied(t, name, swapped(right, other))})
		if err == nil {
			// Exactly one case holds in the lesson's run, but not the one that the test
			// knows to be right: the pages would mark another option.
			if got := l.Right(p.Slug); got == right+1 {
				t.Errorf("%s: with options %d and %d swapped, %d is still right", p.Slug, right+1, other+1, got)
			}
		} else if !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error does not name the file: %v", p.Slug, err)
		}
	}
}

// What a step expects of one flow, put to the other's account, is refused at start.
func TestSwappedStepsAreRefusedAtStart(t *testing.T) {
	t.Parallel()
	for _, s := range texts(t).Steps {
		name, _, _ := strings.Cut(s.Source, ":")
		exchange := strings.NewReplacer("  session: {", "  token: {", "  token: {", "  session: {")
		if _, err := lab.New(lab.Config{Content: copied(t, name, exchange.Replace)}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("step %d with its flows exchanged: %v", s.Number, err)
		}
	}
}

// Two outcomes that the lesson's own run does not have are found by a run that has
// one of them: what the page then marks is held against the journal.
func TestSwappedOutcomesAreFoundByARun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		slug        string
		i, j        int
		knob, value string
		last        int
	}{
		{"role-change", 0, 2, "token.role", "off", plot.Role},
		{"who-writes-it-down", 0, 1, "token.refresh", "on", plot.Login},
		{"what-logout-does", 0, 2, "token.revocation", "jti", plot.Logout},
		{"logout-kills-jwt", 0, 1, "token.revocation", "jti", plot.Replay},
	} {
		w := startLab(t, lifted, func(to *lab.Config) { to.Content = copied(t, "predictions/"+c.slug+".md", swapped(c.i, c.j)) })
		r := &runner{visitor: w.visit(t)}
		r.post(t, r.path("/settings"), c.knob, c.value)
		for step := range c.last + 1 {
			if plot.At(step).Sends() {
				r.step(t, step)
			}
		}
		r.post(t, r.path("/predict"), "slug", c.slug, "skip", "1", "quiet", "1")
		if wrong := r.hold(t, c.last, r.read(t, c.last)); len(wrong) == 0 {
			t.Errorf("%s: options %d and %d are swapped, and nothing is wrong with %s=%s", c.slug, c.i+1, c.j+1, c.knob, c.value)
		}
	}
}
