package sealed

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// half is a place for keys that opens and does not seal.
type half struct{ keys }

func (half) Sealing(context.Context) (string, []byte, error) { return "", nil, errNoAnswer }

// A session that cannot be renewed is good until its end: the page is answered, and
// what failed is logged.
func TestWhatCannotBeRenewedIsKept(t *testing.T) {
	w := newWorld(t)
	w.logIn("reader")
	var log bytes.Buffer
	c := config(w)
	c.Keys = half{w.keys[base]}
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.apps[base] = New(c)
	answer := w.send("GET", "/profile", http.Header{}, "")
	if answer.Code != http.StatusOK || answer.Header().Get("Set-Cookie") != "" || !strings.Contains(log.String(), "session was not renewed") {
		t.Errorf("%d, %v; the log says %s", answer.Code, answer.Header(), &log)
	}
}

// Renewing moves the end and nothing else, and not beyond the login's own end.
func TestRenewedClaims(t *testing.T) {
	start := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		after time.Duration
		ends  time.Duration // after the login
	}{
		{"at once", 0, idleTimeout},
		{"later", 10 * time.Minute, 10*time.Minute + idleTimeout},
		{"near the end", lifetime - time.Minute, lifetime},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			c := config(w)
			now := start
			c.Now = func(context.Context) time.Time { return now }
			w.apps[base] = New(c)
			w.logIn("reader")
			for range int(test.after / (10 * time.Minute)) {
				now = now.Add(10 * time.Minute)
				w.send("GET", "/profile", http.Header{}, "")
			}
			now = start.Add(test.after)
			before := w.session()
			if answer := w.send("GET", "/", http.Header{}, ""); answer.Code != http.StatusOK || w.session() == before {
				t.Fatalf("%d, and the cookie is the same", answer.Code)
			}
			var said claims
			_, plain := opened(w.session(), w.keys[base]["k1"])
			if err := json.Unmarshal(plain, &said); err != nil {
				t.Fatal(err)
			}
			want := claims{
				Subject: "reader", Name: "Ravi Reader", Role: "member", LoggedIn: start.Unix(),
				IssuedAt: now.Unix(), Expires: start.Add(test.ends).Unix(),
			}
			if got, _ := json.Marshal(said); string(got) != string(must(json.Marshal(want))) {
				t.Errorf("it says %s, want %+v", got, want)
			}
		})
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
