package cookie

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// bytes is no step of the draft: it is what some browsers refuse beyond it.
func (s *storing) bytes() bool {
	if !s.jar.rules.strictBytes {
		return true
	}
	if strings.Contains(s.Name+s.Value, "\t") {
		return s.refuse("tab")
	}
	if s.Name == "" && strings.Contains(s.Value, "=") {
		return s.refuse("nameless")
	}
	return true
}

// named is no step of the draft either: it is what some browsers make of a pair
// without a name.
func (s *storing) named() bool {
	if s.jar.rules.pairIsName && !s.equals {
		s.jar.notes.add("pairIsName")
		s.Name, s.Value = s.Value, ""
	}
	if s.jar.rules.needsName && s.Name == "" {
		return s.refuse("needsName")
	}
	return true
}

// refuse rejects the cookie for what a note says, and returns false.
func (s *storing) refuse(note string) bool {
	s.jar.notes.add(note)
	s.against = s.jar.rules.notes[note].Text
	return false
}

// ends is Expiry by the rules of a browser: some take the last attribute of a name
// even where it cannot be read.
func (s *storing) ends() (at time.Time, by string) {
	r, notes := s.jar.rules, &s.jar.notes
	age, expires := s.unreadable("Max-Age"), s.unreadable("Expires")
	if r.ownDates && expires != "" {
		notes.add("ownDates")
	}
	if r.minusIsPast && strings.HasPrefix(age, "-") {
		notes.add("minusIsPast")
		return earliest, "Max-Age"
	}
	at, by = s.Expiry()
	if r.lastMaxAge && by == "Max-Age" && age != "" {
		notes.add("lastMaxAge")
		at, by = time.Time{}, ""
		if a, ok := s.last("Expires"); ok {
			at, by = a.at, "Expires"
		}
	}
	if r.lastExpires && by == "Expires" && expires != "" {
		notes.add("lastExpires")
		return time.Time{}, ""
	}
	return at, by
}

// unreadable is the value of the last attribute of a name, if it cannot be read.
func (s *storing) unreadable(known string) string {
	for _, a := range slices.Backward(s.Attributes) {
		if a.Known == known && a.at.IsZero() {
			return cmp.Or(a.Value, "nothing")
		} else if a.Known == known {
			return ""
		}
	}
	return ""
}
