package keep

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"authlab/lab/labtest"
)

// TestMain is also the program that is killed: this binary, run again.
func TestMain(m *testing.M) {
	if name := os.Getenv("KEEP_FILE"); name != "" {
		if err := runChild(name, os.Getenv("KEEP_DO"), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child is this binary, about to do something with a file.
func child(t *testing.T, name, what string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "KEEP_FILE="+name, "KEEP_DO="+what)
	return c
}

// The writers of a child, how many changes each asks for before it waits for
// them, and how many times at most.
const (
	childWriters = 8
	childBurst   = 3
	childTimes   = 1000
)

// runChild opens a file and, unless that is all, writes to it without end. What is
// acknowledged it says on out: the round, the writer and the number.
func runChild(name, round string, out io.Writer) error {
	if round == "full disk" {
		return fullDisk(name)
	}
	f, err := Open(name, plain)
	if err != nil {
		return err
	}
	if round == "open" {
		return f.Close()
	}
	var work sync.WaitGroup
	failed := make([]error, childWriters)
	for w := range childWriters {
		work.Go(func() {
			for first := 0; first < childTimes*childBurst && failed[w] == nil; first += childBurst {
				failed[w] = burst(f, out, round, w, first)
			}
		})
	}
	work.Wait()
	return errors.Join(failed...)
}

// burst asks for some changes and then waits for each. Every one is a key of its
// own, and the writer's last key too.
func burst(f *File, out io.Writer, round string, writer, first int) error {
	var saved [childBurst]Saved
	for i := range saved {
		n := strconv.Itoa(first + i)
		own := fmt.Sprintf("%s/%d", round, writer)
		f.Put("each", own+"/"+n, []byte(n))
		saved[i] = f.Put("last", own, []byte(n))
	}
	for i, s := range saved {
		if err := s.Wait(); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s/%d/%d\n", round, writer, first+i); err != nil {
			return err
		}
	}
	return nil
}

// TestKill kills a process that writes, at any moment, over and over on the same
// file: all that it acknowledged is there, and what it did not is there as a row
// without gaps.
func TestKill(t *testing.T) {
	rounds := labtest.Rounds(t, 10, 50)
	name := fresh(t)
	last := map[string]int{} // what each writer of each round acknowledged last
	for round := range rounds {
		acknowledged := killed(t, name, round)
		for _, line := range acknowledged {
			own, n, _ := cutLast(line)
			last[own] = max(last[own], n)
		}
		f := opened(t, name)
		mustHold(t, f, last)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(last) < rounds*childWriters/2 {
		t.Errorf("only %d writers got as far as one acknowledgement; the test kills too early", len(last))
	}
}

// killed runs a child, kills it after some of its acknowledgements, and returns
// all that it said before it was dead.
func killed(t *testing.T, name string, round int) (lines []string) {
	t.Helper()
	c := child(t, name, strconv.Itoa(round))
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	after := rand.IntN(400)
	if round%10 == 9 {
		after = 0 // while it opens the file, or before
	}
	in := bufio.NewReader(out)
	for {
		if len(lines) == after {
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		line, err := in.ReadString('\n')
		if err != nil {
			break // what has no end of its line was not said
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if err := c.Wait(); err == nil || complaint.Len() > 0 {
		t.Errorf("round %d: the child ended by itself: %v, %s", round, err, complaint.String())
	}
	return lines
}

func cutLast(line string) (own string, n int, err error) {
	at := strings.LastIndexByte(line, '/')
	n, err = strconv.Atoi(line[at+1:])
	return line[:at], n, err
}

// mustHold makes sure that every writer's changes are there, as far as it had them
// acknowledged, with no gap up to the last that is there.
func mustHold(t *testing.T, f *File, last map[string]int) {
	t.Helper()
	count, highest := map[string]int{}, map[string]int{}
	err := f.Each("each", "", func(key string, body []byte) error {
		own, n, err := cutLast(key)
		if err != nil || strconv.Itoa(n) != string(body) {
			t.Errorf("%s holds %q", key, body)
		}
		count[own]++
		highest[own] = max(highest[own], n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for own, n := range last {
		if highest[own] < n {
			t.Errorf("%s: change %d was acknowledged, and the last that is there is %d", own, n, highest[own])
		}
	}
	for own, n := range highest {
		if count[own] != n+1 {
			t.Errorf("%s: %d changes are there up to number %d", own, count[own], n)
		}
	}
	err = f.Each("last", "", func(own string, body []byte) error {
		// A change and its writer's last key may be parted by the death of the process.
		if n, err := strconv.Atoi(string(body)); err != nil || n < last[own] || n < highest[own]-1 || n > highest[own] {
			t.Errorf("%s: the last key holds %q, acknowledged was %d, there is %d", own, body, last[own], highest[own])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
