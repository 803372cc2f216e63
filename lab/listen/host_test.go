package listen_test

import (
	"testing"

	"authlab/lab/listen"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://lab.example": "https://lab.example", "http://LAB.example:8080/": "http://lab.example:8080", "http://[fd00::2]:81": "http://[fd00::2]:81",
		"": "", "lab.example": "", "ftp://lab.example": "", "https://": "", "https://a/b": "", "https://a?x=1": "", "https://a#x": "", "https://u:p@a": "",
		"https://a b": "", "https://a:99999": "", "https:a": "", "https://:80": "",
	} {
		got, err := listen.BaseURL(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", text, got, err, want)
		}
	}
}
