package main

import (
	"io"
	"slices"
	"testing"
)

// TestNamesToAnswerFor reads -url and -addr.
func TestNamesToAnswerFor(t *testing.T) {
	for _, c := range []struct {
		args  []string
		url   string
		hosts []string
	}{
		{nil, "", []string{"localhost"}},
		{[]string{"-addr", "box.example:80", "-url", "https://Lab.example/"}, "https://lab.example", []string{"box.example"}},
		{[]string{"-addr", ":80"}, "", nil},
		{[]string{"-addr", "[::1]:80"}, "", nil},
	} {
		o, err := read(c.args, io.Discard)
		if err != nil || o.url != c.url || !slices.Equal(o.hosts(), c.hosts) {
			t.Errorf("%q: %q and %q, %v; want %q and %q", c.args, o.url, o.hosts(), err, c.url, c.hosts)
		}
	}
}
