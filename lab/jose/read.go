package jose

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Read finds the token in whatever was pasted: between quotes, after Bearer, in
// a header line, a cookie, a member of JSON, an address or a command. What it
// takes off it names in Notes. White space inside the token is taken off too, so
// that the rest can be shown, and stays a mistake of the token. All ranges are
// offsets into the text as it was given.
func Read(given string) Token {
	r := reading{given: given, end: len(given)}
	r.peel()
	raw := given[r.start:r.end]
	if form := (&Token{Raw: raw}).form(); form == JSONFlattened || form == JSONGeneral || form == JWEJSON {
		gone := Part{Missing: true}
		t := Token{Raw: raw, Range: Range{r.start, r.end}, Form: form, Notes: r.notes, Header: gone, Payload: gone, Signature: gone}
		if form != JWEJSON {
			t.fromJSON()
		}
		return t
	}
	clean, spaces := r.close(raw)
	t := Parse(clean)
	t.Spaces = spaces
	t.shift(r.start)
	t.Notes = slices.Concat(r.notes, t.remarks())
	return t
}

// close takes white space out of a token, but for one whose payload stands there
// as it is. The spaces are offsets into the text as it was given.
func (r *reading) close(raw string) (clean string, spaces []Range) {
	if !strings.ContainsAny(raw, " \t\r\n") {
		return raw, nil
	}
	if t := Parse(raw); t.unencoded() {
		return raw, nil
	}
	var b strings.Builder
	lines := 0
	for at := 0; at < len(raw); {
		n := len(raw[at:]) - len(strings.TrimLeft(raw[at:], " \t\r\n"))
		if n > 0 {
			spaces = append(spaces, Range{r.start + at, r.start + at + n})
			lines += strings.Count(raw[at:at+n], "\n")
			at += n
			continue
		}
		end := strings.IndexAny(raw[at:], " \t\r\n")
		if end < 0 {
			end = len(raw) - at
		}
		b.WriteString(raw[at : at+end])
		at += end
	}
	what := "White space"
	if lines > 0 {
		what = "White space with line breaks"
	}
	r.note(spaces[0].Start, spaces[len(spaces)-1].End, "%s inside the token, in %s. It is taken off to read the rest; a verifier does not do that.", what, plural(len(spaces), "place"))
	return b.String(), spaces
}

// shift moves the ranges of the parts to where they stand in the text as it was
// given: past start, and past the white space that was taken off.
func (t *Token) shift(start int) {
	gaps := make([]int, len(t.Spaces)) // where each run was, counted in the clean text
	lost := make([]int, len(t.Spaces)+1)
	for i, s := range t.Spaces {
		gaps[i] = s.Start - start - lost[i]
		lost[i+1] = lost[i] + s.End - s.Start
	}
	move := func(at int, closing bool) int {
		n := sort.Search(len(gaps), func(i int) bool { return gaps[i] > at || closing && gaps[i] == at })
		return start + at + lost[n]
	}
	t.Range = Range{move(t.Start, false), move(t.End, true)}
	for _, p := range []*Part{&t.Header, &t.Payload, &t.Signature} {
		if p.Encoded == "" {
			p.Range = Range{move(p.Start, true), move(p.Start, true)}
			continue
		}
		p.Range = Range{move(p.Start, false), move(p.End, true)}
	}
}

// remarks name what is unusual about a token that could be taken apart.
func (t *Token) remarks() (notes []Note) {
	remark := func(format string, args ...any) {
		notes = append(notes, Note{fmt.Sprintf(format, args...), Range{t.End, t.End}})
	}
	switch {
	case t.Form == Empty:
		remark("There is nothing to inspect.")
	case t.Form == Detached:
		remark("The payload is empty: its content may travel elsewhere, detached (RFC 7515, appendix F).")
	case t.Form == JWECompact:
		remark("It has five parts: an encrypted token, a compact JWE (RFC 7516, section 7.1). Only its header can be read without the key.")
	case t.Payload.Missing:
		remark("The payload and the signature are missing: there is no dot.")
	case t.Signature.Missing:
		remark("The signature is missing, and the dot before it.")
	case t.Parts > 3:
		remark("It has %d parts, where a compact JWS has three.", t.Parts)
	}
	if t.Nested {
		remark("The payload is a token itself, a nested JWT (RFC 7519, section 5.2). Inspect it on its own.")
	}
	return notes
}
