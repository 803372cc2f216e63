package class

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"authlab/lab/room"
	"authlab/lab/site/page"
)

// errSpent stands for a code that was not looked up.
var errSpent = errors.New("too many wrong codes")

func TestJoin(t *testing.T) {
	long := strings.Repeat("K7QX3MHP", 100)
	tests := []struct {
		name, typed string
		err         error
		status      int
		field       string
		problem     string // how it begins
	}{
		{"nothing typed", "", nil, http.StatusOK, "", ""},
		{"no such class", "k7qx-3mhp", room.ErrNone, http.StatusNotFound, "k7qx-3mhp", "No class here has the code K7QX-3MHP."},
		{"with spaces", "K7QX 3MHP", room.ErrNone, http.StatusNotFound, "K7QX 3MHP", "No class here has the code K7QX-3MHP."},
		{"too many tries", "K7QX3MHP", errSpent, http.StatusTooManyRequests, "K7QX3MHP", "Too many codes that no class has came from this network address"},
		{"too many tries of no code", "K7", errSpent, http.StatusTooManyRequests, "K7", "Too many codes"},
		{"too short", "k7qx-3mh", nil, http.StatusBadRequest, "k7qx-3mh", "A code has 8 letters and digits, as in K7QX-3MHP. What you typed has 7."},
		{"too long", "K7QX-3MHPP", nil, http.StatusBadRequest, "K7QX-3MHPP", "A code has 8 letters and digits, as in K7QX-3MHP. What you typed has 9."},
		{"only dashes", "--", nil, http.StatusBadRequest, "--", "A code has 8 letters and digits, as in K7QX-3MHP. What you typed has 0."},
		{"a small o", "k7qo-3mhp", nil, http.StatusBadRequest, "k7qo-3mhp", "No code has “O” in it."},
		{"a zero and too short", "0", nil, http.StatusBadRequest, "0", "No code has “0” in it."},
		{"markup", "<b>7QX-3MHP", nil, http.StatusBadRequest, "<b>7QX-3MHP", "No code has “<” in it."},
		{"a bidi character", "K7QX\u202e3MHP", nil, http.StatusBadRequest, "", `No code has “\u{202e}” in it.`},
		{"a tab", "K7QX\t3MHP", nil, http.StatusBadRequest, "K7QX\t3MHP", `No code has “\t” in it.`},
		{"not UTF-8", "K7QX\xff3MHP", nil, http.StatusBadRequest, "", "No code has “\ufffd” in it."},
		{"very long", long, nil, http.StatusBadRequest, "", "A code has 8 letters and digits, as in K7QX-3MHP. What you typed has 800."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := NewJoin(page.Chrome{}, tt.typed, tt.err, errors.Is(tt.err, errSpent))
			if v.Status != tt.status || v.Typed != tt.field {
				t.Errorf("status %d and %q in the field, want %d and %q", v.Status, v.Typed, tt.status, tt.field)
			}
			if !strings.HasPrefix(v.Problem, tt.problem) || (v.Problem == "") != (tt.problem == "") {
				t.Errorf("%q, want %q", v.Problem, tt.problem)
			}
		})
	}
}

// The page names the symbols of codes; the room knows them.
func TestJoinKnowsTheSymbols(t *testing.T) {
	for c := rune(' ' + 1); c < 0x7f; c++ {
		if c == '-' {
			continue
		}
		typed := strings.Repeat(string(c), 8)
		_, valid := room.ParseCode(typed)
		if said := strings.Contains(noCode(typed), "No code has"); said == valid {
			t.Errorf("%q: valid %t, and the page says that no code has it: %t", c, valid, said)
		}
	}
}

func FuzzJoin(f *testing.F) {
	for _, seed := range []string{"", "k7qx-3mhp", "K7QX 3MHP", "0", "<b>", "\u202e", "\xff", "ſſſſſſſſ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		_, valid := room.ParseCode(typed)
		v := NewJoin(page.Chrome{}, typed, nil, false)
		if wrong := v.Status == http.StatusBadRequest; wrong == (valid || typed == "") {
			t.Errorf("%q: a code: %t, answered %d", typed, valid, v.Status)
		}
		if page.Hides(v.Problem) || page.Hides(v.Typed) || len(v.Problem) > 300 {
			t.Errorf("%q: says %q and fills in %q", typed, v.Problem, v.Typed)
		}
	})
}

func TestInvite(t *testing.T) {
	now := time.Date(2026, 1, 2, 10, 14, 30, 5000, time.UTC)
	for _, tt := range []struct {
		to     string
		lasts  time.Duration
		phone  bool
		wanted string
	}{
		{"clicker", 10*time.Minute - time.Millisecond, true, "10:24 UTC (in 10 min)"},
		{"drive", 10 * time.Minute, false, "10:24 UTC (in 10 min)"},
		{"", 9*time.Minute + 59*time.Second, false, "10:24 UTC (in 9 min)"},
	} {
		v := NewInvite(page.Chrome{}, "K7QX-3MHP", tt.to, "http://lab.test/x", page.QR{}, now.Add(tt.lasts), now)
		if v.Until != tt.wanted || v.Phone != tt.phone || v.Room != "/room/K7QX-3MHP" || v.Link != "http://lab.test/x" {
			t.Errorf("for %q: until %q, for a phone: %t, room %q, link %q", tt.to, v.Until, v.Phone, v.Room, v.Link)
		}
	}
}
