package share

import (
	"errors"
	"testing"
)

// TestPot leaves something for whoever comes next.
func TestPot(t *testing.T) {
	p := NewPot(1000)
	first, err := p.Take("anna", 800)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Take("anna", 1); !errors.Is(err, ErrPot) {
		t.Errorf("more than four fifths: %v", err)
	}
	second, err := p.Take("ben", 160)
	if err != nil {
		t.Errorf("four fifths of what is left: %v", err)
	}
	if _, err := p.Take("ben", 1); !errors.Is(err, ErrPot) {
		t.Errorf("more than that: %v", err)
	}
	first()
	first()
	second()
	if taken, size := p.Held(); taken != 0 || size != 1000 || len(p.by) != 0 {
		t.Errorf("in the end %d of %d are held, by %v", taken, size, p.by)
	}
}
