package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"authlab/content"
)

// TestRunServesUntilStopped starts the program, follows the address that it
// prints, and stops it.
func TestRunServesUntilStopped(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		ctx, stop := context.WithCancel(t.Context())
		out, printed := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- run(ctx, []string{"-addr", "localhost:0", "-log", format}, printed, io.Discard)
			printed.Close()
		}()
		lines := bufio.NewReader(out)
		line, err := lines.ReadString('\n')
		url, ok := strings.CutPrefix(strings.TrimSpace(line), "AuthLab is at ")
		if err != nil || !ok || !strings.HasPrefix(url, "http://localhost:") {
			t.Fatalf("it prints %q, %v", line, err)
		}
		for path, want := range map[string]int{"/": 200, "/healthz": 200, "/readyz": 200, "/nowhere": 404, "/dev/states": 404} {
			got, err := http.Get(url + path)
			if err != nil {
				t.Fatal(err)
			}
			got.Body.Close()
			if got.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, got.StatusCode, want)
			}
		}
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("stopped with %v", err)
		}
		if rest, _ := io.ReadAll(lines); len(rest) > 0 {
			t.Errorf("it prints more than one line: %q", rest)
		}
		if _, err := http.Get(url); err == nil {
			t.Error("it still serves after it has stopped")
		}
	}
}

// TestRunRefuses what it does not understand, in words.
func TestRunRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args    []string
		err     string // in the error
		printed string // for people
	}{
		{[]string{"-nope"}, "flag provided but not defined: -nope", "-addr host:port"},
		{[]string{"serve"}, `"serve" is not understood`, ""},
		{[]string{"-log", "xml"}, `-log "xml": the format is text or json`, ""},
		{[]string{"-url", "lab.example"}, "write it as browsers reach the lab", "base URL"},
		{[]string{"-url", "https://lab.example/here"}, "nothing after them", "base URL"},
		{[]string{"-addr", "nowhere"}, "missing port", ""},
		{[]string{"-addr", "localhost:port"}, "choose another with -addr", ""},
		{[]string{"-addr", taken.Addr().String()}, "choose another with -addr", ""},
		{[]string{"-h"}, flag.ErrHelp.Error(), "localhost:8080"},
		{[]string{"-h"}, flag.ErrHelp.Error(), "/dev/states"},
	} {
		var out, errs bytes.Buffer
		err := run(t.Context(), c.args, &out, &errs)
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%v: the error is %v, want %q in it", c.args, err, c.err)
		}
		if !strings.Contains(errs.String(), c.printed) || out.Len() > 0 {
			t.Errorf("%v: it prints %q and %q", c.args, out.String(), errs.String())
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v, want flag.ErrHelp", err)
	}
}

// copyOfTexts writes the embedded texts to a folder, with some files changed.
func copyOfTexts(t *testing.T, changed map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, content.Embedded()); err != nil {
		t.Fatal(err)
	}
	for name, text := range changed {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestRunRefusesBadTexts names the one file that is wrong, its line and what to
// do, in one sentence each, and does not start.
func TestRunRefusesBadTexts(t *testing.T) {
	chapter, err := fs.ReadFile(content.Embedded(), "chapters/10-the-comparison.md")
	if err != nil {
		t.Fatal(err)
	}
	twice := fmt.Sprintf("chapters/10-the-comparison.md:%d: ", bytes.Count(chapter, []byte("\n"))+4)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dir string
		err string // the whole of the error has one line
	}{
		"a missing folder": {filepath.Join(t.TempDir(), "nowhere"), "this is no folder that can be read"},
		"a file":           {file, "this is no folder that can be read"},
		"broken front matter": {copyOfTexts(t, map[string]string{"notes/03.md": "---\nstep: 3\nminutes: [\n---\nText.\n"}),
			"notes/03.md:3: "},
		"an unknown step": {copyOfTexts(t, map[string]string{"notes/03.md": "---\nstep: 30\nminutes: 3\n---\nText.\n"}),
			"notes/03.md:2: "},
		"HTML": {copyOfTexts(t, map[string]string{"front.md": "Welcome.\n\n<script>alert(1)</script>\n"}),
			"front.md:3: HTML is not allowed"},
		"a script's address": {copyOfTexts(t, map[string]string{"front.md": "[Go](javascript:alert(1))\n"}),
			"front.md:1: link to "},
		"a function that there is not": {copyOfTexts(t, map[string]string{"reading.md": "Text.\n", "predictions/encrypted.md": "---\nstep: 3\nmisconceptions: [1]\n" +
			"question: What?\noptions: [A, B]\nwhen: [never, {token: {decodes: all}}]\npoint: {flow: token, place: wire, at: body}\n---\nText.\n\n::code token nowhere\n"}),
			"predictions/encrypted.md:11: the token app has no function nowhere"},
		"a duplicate anchor": {copyOfTexts(t, map[string]string{"chapters/10-the-comparison.md": string(chapter) + "\n## One\n\n## One\n"}),
			twice},
	} {
		var out, errs bytes.Buffer
		err := run(t.Context(), []string{"-addr", "localhost:0", "-content", c.dir}, &out, &errs)
		if err == nil || out.Len() > 0 {
			t.Errorf("%s: it starts, and prints %q (%v)", name, out.String(), err)
			continue
		}
		if _, lines, _ := strings.Cut(err.Error(), ": "); strings.Contains(lines, "\n") || strings.Count(lines, c.err) != 1 {
			t.Errorf("%s: the error is %v, want one line with %q", name, err, c.err)
		}
	}
}

// TestRunServesAnothersTexts starts with an instructor's own copy.
func TestRunServesAnothersTexts(t *testing.T) {
	dir := copyOfTexts(t, map[string]string{"front.md": "Welcome to class 7b.\n"})
	ctx, stop := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-addr", "localhost:0", "-content", dir}, printed, io.Discard)
		printed.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err, <-done)
	}
	got, err := http.Get(strings.TrimPrefix(strings.TrimSpace(line), "AuthLab is at "))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(got.Body)
	got.Body.Close()
	if err != nil || !strings.Contains(string(text), "Welcome to class 7b.") {
		t.Errorf("the front page has not the text of the folder (%v)", err)
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	if err := <-done; err != nil {
		t.Errorf("stopped with %v", err)
	}
}

func TestShownAddr(t *testing.T) {
	got := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4711}
	for asked, want := range map[string]string{
		"localhost:0": "localhost:4711", "127.0.0.1:4711": "127.0.0.1:4711", "lab.localhost:0": "lab.localhost:4711",
		":0": "127.0.0.1:4711", "nonsense": "127.0.0.1:4711", "[::1]:0": "[::1]:4711",
	} {
		if shown := shownAddr(asked, got); shown != want {
			t.Errorf("asked for %q: shown %q, want %q", asked, shown, want)
		}
	}
}
