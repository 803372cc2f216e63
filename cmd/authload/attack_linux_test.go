package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"authlab/cmd/authload/report"
)

// quickly runs parts of the load on this test's own program, and returns how often
// each part looked at something. What depends on the machine's speed is not judged;
// all else holds, but for what is in spite of. Only Linux has all of 127.0.0.0/8 on
// loopback, from which the honest and the others come.
func quickly(t *testing.T, inSpiteOf string, args ...string) map[string]int {
	t.Helper()
	o, err := readOptions(append([]string{"-lab", os.Args[0], "-quick"}, args...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := report.Report{Out: &out}
	if err := o.programme(t.Context(), &r); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	parts := map[string]int{}
	for _, l := range r.Lines {
		parts[l.Part]++
		if !l.Holds && !l.Timed && l.What != inSpiteOf {
			t.Errorf("%s: %s: %s", l.Part, l.What, l.Got)
		}
	}
	t.Log(out.String())
	return parts
}

// TestQuickAttack lets each kind of attacker be at work for a moment, too short to
// take anything from the honest ones. Each has a lab of its own and mostly waits, so
// several are at work at a time.
func TestQuickAttack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"benches", "fill", "votes", "presence", "pages", "logins", "keys", "tokens", "headers"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if parts := quickly(t, "", "-attack", "-only", name); parts[name] != 14 {
				t.Errorf("it looked at %v", parts)
			}
		})
	}
}

// TestQuickFill fills a lab for a moment, and TestQuickCrowd lets a small crowd walk.
func TestQuickFill(t *testing.T) {
	t.Parallel()
	if parts := quickly(t, "", "-fill"); parts["fill"] != 6 {
		t.Errorf("it looked at %v", parts)
	}
}

func TestQuickCrowd(t *testing.T) {
	t.Parallel()
	if parts := quickly(t, "", "-crowd"); parts["crowd"] != 9 {
		t.Errorf("it looked at %v", parts)
	}
}

// TestQuickSoak soaks a lab for some seconds, in which it still becomes fuller.
func TestQuickSoak(t *testing.T) {
	t.Parallel()
	if parts := quickly(t, "at the end there are no more MiB of memory than at first", "-soak", "6s"); parts["soak"] != 7 {
		t.Errorf("it looked at %v", parts)
	}
}

// TestAttackSaysWhatIsWrong gives the judges honest ones that met something bad.
func TestAttackSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		met   func(*notes)
		wrong string
	}{
		"all is well":    {func(n *notes) { n.note(alone, 1, "GET /", http.StatusOK, "", nil) }, ""},
		"an app says no": {func(n *notes) { n.note(alone, 1, "GET /", http.StatusUnauthorized, "", nil) }, ""},
		"too many":       {func(n *notes) { n.note(alone, 1, "GET /", http.StatusTooManyRequests, "", nil) }, "nothing is refused to the honest: 1"},
		"full":           {func(n *notes) { n.note(alone, 1, "GET /", http.StatusServiceUnavailable, "", nil) }, "nothing is refused to the honest: 1"},
		"no bench":       {func(n *notes) { n.note(alone, 1, "GET /", http.StatusNotFound, "", nil) }, "no bench is lost: 1"},
		"a failure":      {func(n *notes) { n.note(alone, 1, "GET /", http.StatusInternalServerError, "", nil) }, "everything is answered, and nothing breaks: 1"},
		"no answer":      {func(n *notes) { n.note(alone, 1, "GET /", 0, "", io.ErrUnexpectedEOF) }, "everything is answered, and nothing breaks: 1"},
		"an exchange":    {func(n *notes) { n.fault(countMissingNote, "1 of 2") }, "no exchange is lost: 1"},
	} {
		var out bytes.Buffer
		r := report.Report{Out: &out}
		n := &notes{}
		c.met(n)
		judged{&r, "part"}.notes(n)
		saysOnly(t, name, &r, &out, c.wrong)
	}
}

func saysOnly(t *testing.T, name string, r *report.Report, out *bytes.Buffer, wrong string) {
	t.Helper()
	failed := strings.Count(out.String(), "FAIL")
	if wrong == "" && failed != 0 || wrong != "" && (failed != 1 || !strings.Contains(out.String(), "FAIL  "+wrong+"\n")) || r.Failed() != (wrong != "") {
		t.Errorf("%s: want FAIL %q only, in\n%s", name, wrong, out)
	}
}

// TestTwiceIsTheMost: p99 beside the attacker is held against p99 alone, and where
// nothing was measured beside it, that is no success.
func TestTwiceIsTheMost(t *testing.T) {
	times := func(ms int) []time.Duration { return []time.Duration{time.Duration(ms) * time.Millisecond} }
	for name, c := range map[string]struct {
		alone, beside []time.Duration
		wrong         string
	}{
		"twice":    {times(10), times(20), ""},
		"more":     {times(10), times(21), "x: p99 beside at most twice that alone: 2.1 times"},
		"no times": {times(10), nil, "x: p99 beside at most twice that alone: 0.0 times"},
	} {
		var out bytes.Buffer
		r := report.Report{Out: &out}
		judged{&r, "part"}.twice("x", c.alone, c.beside)
		saysOnly(t, name, &r, &out, c.wrong)
		if !r.Lines[0].Timed {
			t.Errorf("%s: it depends on the machine and does not say so", name)
		}
	}
}

// TestHoldingIsCompared: a tenth more and a little is the most that a soaked lab may
// hold more of.
func TestHoldingIsCompared(t *testing.T) {
	early := holding{goroutines: 100, counted: "goroutines", files: 100, memory: 100 << 20}
	for name, c := range map[string]struct {
		late  holding
		wrong string
	}{
		"the same":   {early, ""},
		"less":       {holding{goroutines: 1, counted: "goroutines", files: 1, memory: 1}, ""},
		"the most":   {holding{goroutines: 160, counted: "goroutines", files: 130, memory: 142 << 20}, ""},
		"goroutines": {holding{goroutines: 161, counted: "goroutines"}, "at the end there are no more goroutines than at first: 100 after 5m0s, 161 after 30m0s"},
		"files":      {holding{counted: "goroutines", files: 131}, "at the end there are no more open files than at first: 100 after 5m0s, 131 after 30m0s"},
		"memory":     {holding{counted: "goroutines", memory: 143 << 20}, "at the end there are no more MiB of memory than at first: 100 after 5m0s, 143 after 30m0s"},
	} {
		var out bytes.Buffer
		r := report.Report{Out: &out}
		judgeHolding(judged{&r, "soak"}, early, c.late, 5*time.Minute, 30*time.Minute)
		saysOnly(t, name, &r, &out, c.wrong)
	}
}

// TestRefusalsAreInWords: what an attacker is told is read, and a bare status counted.
func TestRefusalsAreInWords(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "busy": true,
		"<html><h1>Too many requests</h1><p>Wait a second and send it again.</p>": false,
	} {
		if got := wordless(http.StatusTooManyRequests, text); got != want {
			t.Errorf("%q: wordless is %v", text, got)
		}
	}
	if wordless(http.StatusOK, "") {
		t.Error("an answer that refuses nothing needs no words")
	}
}

// TestLogIsCounted: lines come in pieces, and only failures of the lab's own count.
func TestLogIsCounted(t *testing.T) {
	var l logged
	for _, piece := range []string{"time=1 level=WA", "RN msg=a\ntime=2 level=ERROR msg=b\n", "panic: c\n", "level=INFO d\n", "no end"} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("%q: %d, %v", piece, n, err)
		}
	}
	if l.lines != 4 || l.errors != 2 || l.first != "time=2 level=ERROR msg=b" {
		t.Errorf("%d lines, %d errors, first %q", l.lines, l.errors, l.first)
	}
}

// TestAttackerHasAnotherAddress: the lab tells clients apart by what it sees.
func TestAttackerHasAnotherAddress(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range append([]string{attackerAt, instructorAt, classAt, restsAt, arrivesAt, crowdAt}, visitorsAt...) {
		if seen[a] {
			t.Errorf("%s is used twice", a)
		}
		seen[a] = true
	}
}

// isCode is how a class's join code is written (lab/room/code.go).
var isCode = regexp.MustCompile(`^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$`)

// TestWrongCodesAreCodes: what is no code is refused before it is looked up.
func TestWrongCodesAreCodes(t *testing.T) {
	for range 1000 {
		if code := wrongCode(); !isCode.MatchString(code) {
			t.Fatalf("%q is no join code, and would not be looked up", code)
		}
	}
}

// TestStoppedIsNoFault: what breaks because the load ends is nobody's fault.
func TestStoppedIsNoFault(t *testing.T) {
	n := &notes{}
	b, err := newBrowser(from(restsAt), "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	b.met = n
	if _, _, err := b.get(t.Context(), "/"); err == nil || n.broken != 1 {
		t.Errorf("nobody listens: %v, %d broken", err, n.broken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := b.get(ctx, "/"); !errors.Is(err, ctx.Err()) || n.broken != 1 {
		t.Errorf("stopped: %v, %d broken", err, n.broken)
	}
}
