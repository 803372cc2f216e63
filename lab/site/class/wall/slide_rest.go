package wall

import (
	"unicode/utf8"

	"authlab/lab/explain"
	"authlab/lab/site/class/hall"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// RestView is the rest of an exchange on the projector: all lines of its messages,
// as far as they fit on the screen.
type RestView struct {
	Class, State string
	Messages     []RestMessage
}

// RestMessage is one message, folded to what fits.
type RestMessage struct {
	Kind, Badge string
	Lines       []SlideLine
	More        string // "and 3 more lines, 212 B", "" where all fit
	Absent      string // what is written where there is no message
}

// What fits on the screen, in rem of the usual size: the screen is 48 high, of which
// heads and foot take their part, and a row of the rest's type is 1.5625, 25 px on a
// screen of 1024 by 768. A column has 35 characters.
const (
	screenHeight = 48
	restAround   = 18.3
	restRow      = 1.5625
	restChars    = 35
	restRequest  = 8 // rows that the request takes at most, where both stand in one column
)

// restRows lays the messages of the shown flows out: the flows beside each other, or
// the request beside the response of one.
func restRows(in *hall.RoomInput, list []slide) []RestView {
	grown := 1 + sizeStep*float64(in.State.Size)
	rows, chars := int((screenHeight/grown-restAround)/restRow), int(restChars/grown)
	var out []RestView
	for i := range list {
		s := &list[i]
		v := RestView{Class: s.lane.Class, State: s.lane.State}
		first := min(restRequest, rows/2)
		if s.alone {
			first = rows
		}
		request, used := s.fold("Request", s.lane.Request, first, chars)
		left := rows - used
		if s.alone {
			left = rows
		}
		response, _ := s.fold("Response", s.lane.Response, left, chars)
		if !s.alone {
			v.Messages = []RestMessage{request, response}
			out = append(out, v)
			continue
		}
		other := v
		v.Messages, other.Messages = []RestMessage{request}, []RestMessage{response}
		out = append(out, v, other)
	}
	return out
}

// fold takes the lines of a message that fit in rows of chars characters, and says
// how much is left. It returns how many rows they take.
func (s *slide) fold(kind string, w panes.WireView, rows, chars int) (RestMessage, int) {
	v := RestMessage{Kind: kind, Badge: w.Badge, Absent: w.Absent}
	if s.x == nil {
		return v, 2
	}
	m := s.request()
	if kind == "Response" {
		m = s.response()
	}
	used, left, bytes := 0, 0, 0
	for _, line := range m.lines {
		if line.Kind == explain.BlankLine {
			continue
		}
		list := s.line(m.raw, trimmed(m.raw, line))
		takes := rowsOf(list, chars)
		if left > 0 || used+takes > rows {
			left++
			bytes += line.End - line.Start
			continue
		}
		used += takes
		v.Lines = append(v.Lines, SlideLine{Kind: WireLine, Bits: list})
	}
	if left > 0 {
		v.More = "and " + page.Plural(left, "more line") + ", " + page.Size(int64(bytes))
		used++
	}
	return v, used
}

// rowsOf is how many rows of chars characters a line takes where it may break
// anywhere, and its later rows begin one character in.
func rowsOf(list []Bit, chars int) int {
	n := 0
	for _, b := range list {
		n += utf8.RuneCountInString(b.Text)
		if b.Of > 0 || b.Hidden {
			n++
		}
	}
	return max(1, 1+(n-2)/(chars-1))
}

// trimmed is a line without the line feeds at its end: on the wall they are no news.
func trimmed(raw []byte, line explain.Line) explain.Line {
	for line.Text > line.Start && raw[line.Text-1] == '\n' {
		line.Text--
	}
	return line
}
