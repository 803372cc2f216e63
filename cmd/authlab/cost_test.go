package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// change is a file of the module with one text in another's place, or with "" in the
// place of none a new file.
type change struct{ file, was, is string }

// laterText is the text of one more step.
const laterText = `---
step: 11
title: Another day
place: wire
look: The line that carries the proof.
action: Ask, another day
expect:
  session: {let-in: yes}
  token: {let-in: yes}
  sealed: {let-in: yes}
---
Some time later.

:::stateful
A cookie.
:::

:::stateless
A token.
:::

:::sealed
A seal.
:::

:::difference
It is another day.
:::
`

// One more step costs its text and its entry in the plot, one more knob its field, its
// choices, and what turns it into an option of an app. The program is built with these
// and nothing else, and has both: in its own run at start, on its pages, in its apps and
// in what is exported.
func TestWhatAStepAndAKnobCost(t *testing.T) {
	t.Parallel()
	lab := startChanged(t,
		// The step.
		change{"lab/plot/plot.go", "	Expire          // time runs out\n", "	Expire          // time runs out\n	Later           // another day\n"},
		change{"lab/plot/plot.go", "var steps = numbered([]Step{\n", "var steps = numbered([]Step{\n	Later: {LooksAt: Later, Needs: In, Acts: []Act{DoAsk}, Shows: DoAsk, Wire: Carried},\n"},
		change{"content/steps/11-another-day.md", "", laterText},
		// The knob.
		change{"lab/settings/settings.go", "type Session struct {\n", "type Session struct {\n	Hints string `json:\"hints\"`\n"},
		change{"lab/settings/settings.go", "		Session: Session{\n", "		Session: Session{\n			Hints: On,\n"},
		change{"lab/settings/knobs.go", "var sessionKnobs = []Knob{\n", "var sessionKnobs = []Knob{\n" + `	{SessionFlow, "session.hints", "Demo logins", []Choice{
			{On, "printed", "Everybody can log in.", open}, {Off, "kept back", "Who knows one can log in.", open},
		}, func(s *Settings) *string { return &s.Session.Hints }},` + "\n"},
		change{"lab/bench/flow_session.go", "sessionLogins,\n", "map[string][]session.Login{settings.On: sessionLogins}[s.Hints],\n"},
	)

	bench := lab.redirected(t, "/bench", nil)
	page := lab.get(t, bench+"?step=11")
	for _, want := range []string{"Another day", "Step 11 of 11", `data-send="11"`, "Demo logins", "kept back"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the step lacks %q", want)
		}
	}
	if login := lab.get(t, bench+"/session/login"); !strings.Contains(login, "shelf-mark") {
		t.Error("the login page does not print the demo logins")
	}
	lab.redirected(t, bench+"/settings", url.Values{"session.hints": {"off"}})
	if login := lab.get(t, bench+"/session/login"); strings.Contains(login, "shelf-mark") {
		t.Error("the login page prints the demo logins, though its knob is turned")
	}
	if all := lab.get(t, bench+"/journal.json"); !strings.Contains(all, `"hints":"off"`) && !strings.Contains(all, `"hints": "off"`) {
		t.Error("what is exported does not know the knob")
	}
}

// changed is the program built with changes, and a browser without scripts.
type changed struct {
	base   string
	client *http.Client
}

// startChanged builds the program as if the module had the changes, and starts it.
func startChanged(t *testing.T, changes ...change) changed {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	texts := map[string]string{}
	for _, c := range changes {
		text, begun := texts[c.file]
		if !begun && c.was != "" {
			b, err := os.ReadFile(filepath.Join(root, c.file))
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		if n := strings.Count(text, c.was); n != 1 {
			t.Fatalf("%s has %q %d times", c.file, c.was, n)
		}
		texts[c.file] = strings.Replace(text, c.was, c.is, 1)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for file, text := range texts {
		at := filepath.Join(dir, strings.ReplaceAll(file, "/", "-"))
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(root, file)] = at
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	replaced := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(replaced, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return startBuilt(t, filepath.Join(dir, "authlab"), replaced)
}

// startBuilt builds the program with an overlay of files, and starts it.
func startBuilt(t *testing.T, bin, replaced string) changed {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", replaced, "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), bin, "-addr", "127.0.0.1:0")
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // by that signal
	})
	line, err := bufio.NewReader(said).ReadString('\n')
	base := regexp.MustCompile(`http://\S+`).FindString(line)
	if err != nil || base == "" {
		t.Fatalf("it says %q, %v\n%s", line, err, errs.String())
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return changed{base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (c changed) get(t *testing.T, path string) string {
	t.Helper()
	got, err := c.client.Get(c.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v: %s", path, got.StatusCode, err, body)
	}
	return string(body)
}

// redirected sends a form and returns where it leads.
func (c changed) redirected(t *testing.T, path string, form url.Values) string {
	t.Helper()
	got, err := c.client.PostForm(c.base+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusSeeOther {
		body, _ := io.ReadAll(got.Body)
		t.Fatalf("%s: %d %s", path, got.StatusCode, body)
	}
	return got.Header.Get("Location")
}
