package cookie_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"

	"authlab/lab/cookie"
)

// vectors are the public cases beside the repository, where they are present.
const vectors = "../../../shared/conformance/cookies/wpt-cases.json"

type vector struct {
	ID     string   `json:"id"`
	API    string   `json:"api"`
	SetURL string   `json:"set_url"`
	Set    []string `json:"set"`
	GetURL string   `json:"get_url"`
	GetAPI string   `json:"get_api"`
	Expect string   `json:"expect"`
}

// Every public vector gives the expected Cookie line, but for the deviations that
// testdata/deviations.json lists, each with its reason.
func TestPublicVectors(t *testing.T) {
	var cases []vector
	if !readJSON(t, vectors, &cases) {
		t.Logf("%s is not here; the project's own cases run without it", vectors)
		return
	}
	var deviations map[string]struct{ Got, Reason string }
	if !readJSON(t, "testdata/deviations.json", &deviations) {
		t.Fatal("the list of deviations is missing")
	}
	seen := 0
	for _, c := range cases {
		kind := cookie.Navigation
		if c.GetAPI == "dom" {
			kind = cookie.Script
		}
		api := cookie.HTTP
		if c.API == "dom" {
			api = cookie.ByPage
		}
		got, err := cookie.Inspect(cookie.Input{
			URL: c.SetURL, SetCookies: c.Set, API: api, Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
			Request: &cookie.Request{URL: c.GetURL, Kind: kind},
		})
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		want := c.Expect
		if d, ok := deviations[c.ID]; ok {
			seen++
			if d.Reason == "" || d.Got == c.Expect {
				t.Errorf("%s is listed as a deviation without a reason, or without being one", c.ID)
			}
			want = d.Got
		}
		if got.Sending.Line != want {
			t.Errorf("%s: %.80q from %s at %s: got %.80q, want %.80q", c.ID, c.Set, c.SetURL, c.GetURL, got.Sending.Line, want)
		}
	}
	if seen != len(deviations) {
		t.Errorf("%d deviations are listed and %d met", len(deviations), seen)
	}
	t.Logf("%d public vectors, %d deviations", len(cases), seen)
}

// readJSON reads a file, and reports whether it is there.
func readJSON(t *testing.T, name string, into any) bool {
	t.Helper()
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return true
}
