package room

import (
	"crypto/rand"
	"strings"
)

// Code is what a class types in to join: eight letters and digits, written
// XXXX-XXXX. It lets one watch and vote, and nothing else.
type Code string

// symbols are the letters and digits of a code: 31 of them, without 0 and O, 1, I
// and L, which look alike on a projector. Eight make 39.6 bits.
const symbols = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const (
	codeLength = 8
	codeHalf   = codeLength / 2
)

// newCode returns a random code.
func newCode() Code {
	var b [codeLength]byte
	var one [1]byte
	for i := 0; i < codeLength; {
		_, _ = rand.Read(one[:]) // never fails, as its documentation says
		if n := int(one[0]); n < 256/len(symbols)*len(symbols) {
			b[i] = symbols[n%len(symbols)]
			i++
		}
	}
	return Code(b[:codeHalf]) + "-" + Code(b[codeHalf:])
}

// ParseCode reads a code as people write it: in small or capital letters, with
// the dash, without it or with spaces. It returns false for anything else.
func ParseCode(s string) (Code, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ':
			return -1
		case 'a' <= r && r <= 'z': // not ToUpper, which makes an S of ſ
			return r - 'a' + 'A'
		}
		return r
	}, s)
	if len(s) != codeLength || strings.Trim(s, symbols) != "" {
		return "", false
	}
	return Code(s[:codeHalf] + "-" + s[codeHalf:]), true
}
