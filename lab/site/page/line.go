package page

import (
	"bytes"
	"slices"
	"strconv"

	"authlab/lab/explain"
	"authlab/lab/explain/gloss"
)

// LineView is one line of a message. Its pieces are the line's bytes in order,
// nothing left out; Cut, where it is not empty, is a short form that stands for
// them until the reader asks for all.
type LineView struct {
	Class  string
	Field  string // "set-cookie"; "start" for the start line, "body" for content
	Pieces []Piece
	Cut    []Piece
	Whole  string // what the control that shows all is called
}

// longBody is the length up to which content is shown without being asked for.
const longBody = 400

// Piece is a run of a line: text, and what it is.
type Piece struct {
	Text    string
	Ink     string // the ink's class, "" for none
	Ref     string
	Gloss   string // the id of the gloss that explains it, "" for none
	Escaped bool   // Text stands for bytes that cannot be shown
	Bytes   string // "51 B": how many bytes a cut piece stands for
	Label   string // what a control that shows Text is called, if not Text
}

// GlossView is an explanation that a piece opens.
type GlossView struct {
	ID string
	gloss.Gloss
}

// LongValue is the length in bytes from which a value is shown cut.
const LongValue = 120

// Glosses gives each different explanation of a message one id.
type Glosses struct {
	List   []GlossView // in the order in which they were asked for
	prefix string
	seen   map[gloss.Gloss]string
}

// NewGlosses begins a list. prefix makes its ids unique on the page.
func NewGlosses(prefix string) *Glosses {
	return &Glosses{prefix: prefix, seen: map[gloss.Gloss]string{}}
}

// Id is the id of an explanation, "" for one that says nothing.
func (g *Glosses) Id(gloss gloss.Gloss) string {
	if gloss.Text == "" {
		return ""
	}
	id, ok := g.seen[gloss]
	if !ok {
		id = g.prefix + "-g" + strconv.Itoa(len(g.List)+1)
		g.seen[gloss] = id
		g.List = append(g.List, GlossView{ID: id, Gloss: gloss})
	}
	return id
}

// Line lays out a line of the message raw.
func (g *Glosses) Line(raw []byte, line explain.Line) LineView {
	v := LineView{Class: lineClass(line), Field: lineField(line)}
	at := line.Start
	for _, s := range line.Spans {
		v.add(Piece{Text: string(raw[at:s.Start])})
		v.add(Piece{Text: string(raw[s.Start:s.End]), Ink: string(s.Ink), Ref: s.Ref, Gloss: g.Id(s.Gloss)})
		at = s.End
	}
	v.add(Piece{Text: string(raw[at:line.Text])})
	v.Pieces = makeVisible(v.Pieces, line.Kind == explain.BodyLine)
	v.cut(raw, line)
	return v
}

func (v *LineView) add(p Piece) {
	if p.Text != "" {
		v.Pieces = append(v.Pieces, p)
	}
}

func lineClass(line explain.Line) string {
	switch line.Kind {
	case explain.BodyLine:
		return "ln body"
	case explain.InterimLine:
		return "ln dim"
	case explain.HeaderLine:
		if !line.Notable {
			return "ln dim"
		}
	}
	return "ln"
}

// lineField names a line, for what points at it.
func lineField(line explain.Line) string {
	if line.Kind == explain.HeaderLine {
		return Lower(line.Name)
	}
	return string(line.Kind)
}

// makeVisible splits pieces at what cannot be shown as it is.
func makeVisible(pieces []Piece, lines bool) []Piece {
	var out []Piece
	for _, p := range pieces {
		for _, part := range Visible(p.Text, lines) {
			q := p
			q.Text, q.Escaped = part.Text, part.Escaped
			out = append(out, q)
		}
	}
	return out
}

// cut gives the line a short form where it, or a value in it, is long.
func (v *LineView) cut(raw []byte, line explain.Line) {
	text := raw[line.Start:line.Text]
	if line.Kind == explain.BodyLine {
		if len(text) > longBody || bytes.Count(text, []byte("\n")) > 8 {
			v.Whole = "show the content"
			v.Cut = []Piece{{Text: "content", Bytes: Size(int64(len(text)))}}
			if hasToken(v.Pieces) {
				v.Cut, v.Whole = cutPieces(v.Pieces), "whole token"
			}
			return
		}
	}
	if hasToken(v.Pieces) {
		v.Cut, v.Whole = cutPieces(v.Pieces), "whole token"
	} else if hasParts(v.Pieces) || len(text) > 2*LongValue {
		v.Cut, v.Whole = cutPieces(v.Pieces), "whole line"
	}
}

// hasToken reports whether a signed token is among pieces, hasParts whether any
// credential is that has parts, a sealed session too.
func hasToken(pieces []Piece) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.Ref == string(explain.TokenSig) })
}

func hasParts(pieces []Piece) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.Ink == string(explain.TokenSig) })
}

// cutPieces shortens long pieces, keeping the identity of each.
func cutPieces(pieces []Piece) []Piece {
	var out []Piece
	for _, p := range pieces {
		part := p.Ink == string(explain.TokenHeader) || p.Ink == string(explain.TokenPayload) || p.Ink == string(explain.TokenSig)
		switch {
		case part && len(p.Text) > 8:
			p.Bytes = Size(int64(len(p.Text) - 4))
			p.Label = p.Ref
			p.Text = p.Text[:4]
		case len(p.Text) > LongValue:
			p.Bytes = Size(int64(len(p.Text) - 40))
			p.Text = CutText(p.Text, 40)
		}
		out = append(out, p)
	}
	return out
}

// CutText returns at most n bytes of s, not splitting a character.
func CutText(s string, n int) string {
	for n > 0 && n < len(s) && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:min(n, len(s))]
}
