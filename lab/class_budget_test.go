package lab

import (
	"strconv"
	"testing"

	"authlab/lab/share"
)

// TestGuestsAreBounded: who was not seen for longest is forgotten.
func TestGuestsAreBounded(t *testing.T) {
	t.Parallel()
	g := newGuests()
	for i := range 2 * maxGuests {
		g.welcome(share.Client(strconv.Itoa(i)), "AAAA-AAAA")
	}
	if len(g.by) != maxGuests || !g.knows(share.Client(strconv.Itoa(2*maxGuests-1)), "AAAA-AAAA") || g.knows("0", "AAAA-AAAA") {
		t.Errorf("%d guests are remembered", len(g.by))
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://lab.example": "https://lab.example", "http://LAB.example:8080/": "http://lab.example:8080", "http://[fd00::2]:81": "http://[fd00::2]:81",
		"": "", "lab.example": "", "ftp://lab.example": "", "https://": "", "https://a/b": "", "https://a?x=1": "", "https://a#x": "", "https://u:p@a": "",
		"https://a b": "", "https://a:99999": "", "https:a": "", "https://:80": "",
	} {
		got, err := BaseURL(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", text, got, err, want)
		}
	}
}
