package mask

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// form is one way in which a secret is written, and what is written in its place.
type form struct {
	from, to string // of the same length
	least    int    // how many characters in a row count as a part of the secret
	folded   bool   // from is in capitals, and small letters count as these
	escaped  bool   // characters may be percent-encoded
	at       [256][]int
	pairs    [1 << 13]byte // a bit for each two characters that follow one another in from
}

// The least runs that are hidden. Eight characters are nothing that other random
// data has by chance: there is one chance in 2^40 for each place. Ten of base64
// hold all of eight characters, wherever these begin.
const (
	leastPlain  = 8
	leastBase64 = 10
)

// forms are the ways in which a secret may be written: as it is, and in base64
// from each of the three places in a group of three bytes at which it may begin.
func forms(secret string) []*form {
	if secret == "" {
		return nil
	}
	masked := strings.Repeat("x", len(secret))
	list := []*form{newForm(strings.ToUpper(secret), masked, leastPlain)}
	list[0].folded, list[0].escaped = true, true
	for skipped := range 3 {
		list = append(list, newForm(inner(secret, skipped), inner(masked, skipped), leastBase64))
	}
	return list
}

func newForm(from, to string, least int) *form {
	f := &form{from: from, to: to, least: min(least, len(from))}
	for i := range len(from) {
		f.at[from[i]] = append(f.at[from[i]], i)
		if i > 0 {
			at := pair(from[i-1], from[i])
			f.pairs[at/8] |= 1 << (at % 8)
		}
	}
	return f
}

func pair(a, b byte) int { return int(a)<<8 | int(b) }

// inner is the base64 of s behind a number of other bytes, as far as it does not
// depend on these or on what follows. Letters and digits make neither of the
// characters in which the two alphabets of RFC 4648 differ.
func inner(s string, skipped int) string {
	all := base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\x00", skipped) + s))
	const byteBits, charBits = 8, 6
	first := (skipped*byteBits + charBits - 1) / charBits
	last := (skipped + len(s)) * byteBits / charBits
	return all[first:last]
}

// masking is what is masked, and what comes of it.
type masking struct {
	b   []byte
	out []byte // nil as long as nothing was hidden
}

// from is the place in out from which on something is to be hidden.
func (m *masking) from(i int) []byte {
	if m.out == nil {
		m.out = make([]byte, len(m.b))
		copy(m.out, m.b)
	}
	return m.out[i:]
}

// hide writes over, in what comes of it, every run of the secret that m has. It reads
// m.b alone, so that runs which overlap are each found whole.
//
// Recordings are long and have the secret in few places. Where nothing is escaped,
// it looks at two characters in every few: a run that counts has such a pair of the
// secret's own at one of these places at least.
func (f *form) hide(m *masking) {
	b := m.b
	if f.escaped && bytes.IndexByte(b, '%') >= 0 || f.least < 3 {
		f.hideIn(m, 0, len(b))
		return
	}
	stride := f.least - 1
	for at := 0; at+1 < len(b); at += stride {
		if p := pair(f.fold(b[at]), f.fold(b[at+1])); f.pairs[p/8]&(1<<(p%8)) != 0 {
			f.hideIn(m, max(at-stride, 0), at+1)
		}
	}
}

// hideIn hides the runs that begin in m.b[from:to].
func (f *form) hideIn(m *masking, from, to int) {
	for i := from; i < to; i++ {
		c, _ := f.read(m.b, i)
		for _, start := range f.at[c] {
			if n := f.run(m.b[i:], start); n >= f.least {
				f.write(m.from(i), start, n)
			}
		}
	}
}

// run counts the characters from start on with which b begins.
func (f *form) run(b []byte, start int) (n int) {
	for at := 0; at < len(b) && start+n < len(f.from); n++ {
		c, width := f.read(b, at)
		if c != f.from[start+n] {
			break
		}
		at += width
	}
	return n
}

func (f *form) write(out []byte, start, n int) {
	at := 0
	for _, to := range []byte(f.to[start : start+n]) {
		if out[at] == '%' {
			copy(out[at:], fmt.Sprintf("%%%02x", to))
			at += len("%00")
			continue
		}
		out[at] = to
		at++
	}
}

// read returns the character that is written at b[at], and how many bytes it takes.
func (f *form) read(b []byte, at int) (c byte, width int) {
	c, width = b[at], 1
	if f.escaped && c == '%' && at+2 < len(b) {
		high, low := digit(b[at+1]), digit(b[at+2])
		if high >= 0 && low >= 0 {
			c, width = byte(high<<4|low), len("%00")
		}
	}
	return f.fold(c), width
}

func (f *form) fold(c byte) byte {
	if f.folded && 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}

// digit is the value of a hexadecimal digit, or -1.
func digit(c byte) int {
	at := strings.IndexByte("0123456789abcdefABCDEF", c)
	if at >= 16 {
		at -= 6
	}
	return at
}
