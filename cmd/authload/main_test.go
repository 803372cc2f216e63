package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"

	"authlab/cmd/authload/report"
	"authlab/lab"
)

// asLab is set in the environment of this test's own program when it is to be the
// lab under load.
const asLab = "AUTHLOAD_TEST_AS_LAB"

// guard ends a test that hangs, and nothing else.
const guard = 5 * time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(asLab) == "" {
		startsIn, stopsIn, spare, patience, settled = guard, guard, guard, guard, 2*time.Second
		if err := os.Setenv(asLab, "1"); err != nil { // for what the tests start
			panic(err)
		}
		os.Exit(m.Run())
	}
	if err := serveLab(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveLab is cmd/authlab, as far as a load needs it.
func serveLab() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	addr := flags.String("addr", "", "where to listen")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}
	l, err := lab.New(lab.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	fmt.Printf("AuthLab is at http://%s\n", ln.Addr())
	return l.Serve(ctx, ln)
}

// TestQuickLoad lets a small class meet a real lab. How fast it is depends on the
// machine and is not asserted; all else is.
func TestQuickLoad(t *testing.T) {
	t.Parallel()
	o, err := readOptions([]string{"-lab", os.Args[0], "-quick"}, io.Discard)
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
		if !l.Holds && !l.Timed {
			t.Errorf("%s: %s: %s", l.Part, l.What, l.Got)
		}
	}
	if parts["join"] != 2 || parts["20 follow"] != 16 {
		t.Errorf("it looked at %v", parts)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// TestLoadSaysWhatIsWrong gives the judge classes that met something bad.
func TestLoadSaysWhatIsWrong(t *testing.T) {
	began := time.Now()
	at := func(seq, ms int) arrival {
		return arrival{notice{seq, seq}, began.Add(time.Duration(ms) * time.Millisecond)}
	}
	good := []arrival{at(1, 0), at(2, 10), at(3, 20)}
	for name, c := range map[string]struct {
		got, seen []arrival
		behind    int
		err       error
		wrong     string // the line that does not hold
	}{
		"all is well":             {good, good, 0, nil, ""},
		"one fetch for two":       {good, []arrival{at(1, 0), at(3, 30)}, 0, nil, ""},
		"an event is lost":        {[]arrival{at(1, 0), at(3, 20)}, good, 0, nil, "no event is lost: 1 of 2"},
		"an event comes twice":    {append(good[:2:2], good[1:]...), good, 0, nil, "none comes twice or out of order: 1"},
		"out of order":            {[]arrival{at(1, 0), at(3, 20), at(2, 30)}, good, 0, nil, "no event is lost: 1 of 2"},
		"an old fragment":         {good, good, 1, nil, "a fragment is never older than its event: 1 are"},
		"the last step not shown": {good, good[:2], 0, nil, "all show the last step in the end: 1 do not"},
		"an error":                {good, good, 0, io.ErrUnexpectedEOF, "nobody meets an error: 1 of 1 do"},
		"a slow event":            {[]arrival{at(1, 0), at(2, 10), at(3, 300)}, good, 0, nil, "p99 from key press to event under 250ms: 300.0 ms"},
		"a slow fragment":         {good, []arrival{at(1, 0), at(3, 300)}, 0, nil, "p99 from key press to fragment under 250ms: 300.0 ms"},
	} {
		var out bytes.Buffer
		r := report.Report{Out: &out}
		cl := class{fragments: newFragments(), presses: []press{{notice{2, 2}, began, alone}, {notice{3, 3}, began, alone}}}
		cl.judge(&r, []*follower{{got: c.got, seen: c.seen, behind: c.behind, err: c.err}}, limitClass)
		if r.Failed() != (c.wrong != "") || c.wrong != "" && !strings.Contains(out.String(), "FAIL  "+c.wrong+"\n") {
			t.Errorf("%s: want FAIL %q in\n%s", name, c.wrong, &out)
		}
	}
}

// TestJudgeCountsRenderings: who is given different renderings of one state has
// not shared one.
func TestJudgeCountsRenderings(t *testing.T) {
	for name, c := range map[string]struct {
		renderings []string
		holds      bool
	}{
		"one each": {[]string{"render;dur=1", "render;dur=2"}, true},
		"one more": {[]string{"render;dur=1", "render;dur=2", "render;dur=3"}, false},
		"unnamed":  {[]string{"", "render;dur=2"}, false},
	} {
		cl := class{fragments: newFragments()}
		cl.fragments.perSeq = map[int]int{1: 1, 2: 1}
		for _, field := range c.renderings {
			cl.fragments.renderings[field] = true
		}
		cl.judgeShared(func(_ string, _, holds bool, _ string, _ ...any) {
			if holds != c.holds {
				t.Errorf("%s: holds is %v", name, holds)
			}
		})
	}
}

// TestLoadStaysAtHome: it is an attack anywhere else.
func TestLoadStaysAtHome(t *testing.T) {
	for args, want := range map[string]string{
		"-addr 192.0.2.1:80":              "loopback only",
		"-addr [2001:db8::1]:80":          "loopback only",
		"-addr 0.0.0.0:80":                "loopback only",
		"-addr 127.0.0.1":                 "read -addr",
		"":                                "name either",
		"-lab x -addr 127.0.0.1:1":        "name either",
		"-lab x -followers -1":            "smaller than 0",
		"-lab x -seconds 0":               "time for one step",
		"-lab x -every 0s":                "time for one step",
		"-lab x more":                     "flags only",
		"-lab x -memory 512":              "write it like 512MiB",
		"-lab x -memory -1MiB":            "write it like 512MiB",
		"-lab x -attack -only nothing":    "no attack \"nothing\"",
		"-addr 127.0.0.1:1 -attack":       "start a lab of their own",
		"-addr 127.0.0.1:1 -soak 1s":      "start a lab of their own",
		"-lab /nowhere/authlab -quick":    "start the lab",
		"-addr 127.0.0.1:1 -many 9999999": "open a class",
	} {
		err := run(t.Context(), strings.Fields(args), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("authload %s: the error is %v, want %q", args, err, want)
		}
	}
	for _, addr := range []string{"127.0.0.1:80", "localhost:80", "[::1]:80", "127.1.2.3:80"} {
		if err := loopback(addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("authload -h: the error is %v, want flag.ErrHelp", err)
	}
}

// TestReadNotice reads what the lab writes, and nothing else.
func TestReadNotice(t *testing.T) {
	for data, want := range map[string]notice{
		`{"seq":7,"step":3}`: {7, 3}, `{"seq":12345,"step":10}`: {12345, 10}, `{"seq":7}`: {}, `{"step":3,"seq":7}`: {}, `{}`: {}, ``: {},
	} {
		got, err := readNotice([]byte(data))
		if got != want || (err == nil) != (want != notice{}) {
			t.Errorf("%q: %v, %v", data, got, err)
		}
	}
}
