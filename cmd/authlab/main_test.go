package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
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
