package lab

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"authlab/lab/site/web"
)

// TestWhatBreaksIsAnsweredLikeAllElse fails in the two ways that are ours: the page
// that says so has the fields of every other.
func TestWhatBreaksIsAnsweredLikeAllElse(t *testing.T) {
	t.Parallel()
	l, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.classes.Rooms.Stop()
	for name, h := range map[string]http.Handler{
		"a panic":   l.Recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("as a handler might") })),
		"a failure": l.Adapt(func(http.ResponseWriter, *http.Request) error { return errors.New("as a disk might") }),
	} {
		s := httptest.NewServer(h)
		got, err := s.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		want := http.Header{}
		web.SecureFields(want)
		for field := range want {
			if got.StatusCode != http.StatusInternalServerError || got.Header.Get(field) != want.Get(field) {
				t.Errorf("%s (%d): %s is %q, want %q", name, got.StatusCode, field, got.Header.Get(field), want.Get(field))
			}
		}
		s.Close()
	}
}
