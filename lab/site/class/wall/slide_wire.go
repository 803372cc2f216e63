package wall

import (
	"strings"

	"authlab/lab/explain"
	"authlab/lab/site/page"
)

// crossed is one message with its lines.
type crossed struct {
	raw   []byte
	lines []explain.Line
}

func (s *slide) request() crossed {
	return crossed{s.x.Request.Bytes, explain.Request(s.x).Lines}
}

func (s *slide) response() crossed {
	return crossed{s.x.Response.Bytes, explain.Response(s.x).Lines}
}

// first is the request line without its version, which is the same in all.
func (s *slide) first() []SlideLine {
	m := s.request()
	for _, line := range m.lines {
		if line.Kind != explain.StartLine {
			continue
		}
		for i, span := range line.Spans {
			if span.Ref == "version" {
				line.Spans, line.Text = line.Spans[:i], span.Start
			}
		}
		return []SlideLine{{Kind: WireLine, Bits: s.line(m.raw, line)}}
	}
	return []SlideLine{absent("What came was no HTTP request.")}
}

// reply is the final status line's code and phrase, as they came.
func (s *slide) reply() []SlideLine {
	m := s.response()
	for _, line := range m.lines {
		if line.Kind != explain.StartLine {
			continue
		}
		_, text, _ := strings.Cut(string(m.raw[line.Start:line.Text]), " ")
		code, phrase, _ := strings.Cut(text, " ")
		return []SlideLine{{Kind: ReplyLine, Bits: append([]Bit{{Text: page.Shown(page.Brief(code, 4)), Strong: true}}, s.text(" "+phrase, "", "")...)}}
	}
	return []SlideLine{absent("No answer came.")}
}

// fields are the header lines of a name. A cookie's attributes, and a token behind
// its scheme, have lines of their own.
func (s *slide) fields(m crossed, name string) []SlideLine {
	var out []SlideLine
	for _, line := range m.lines {
		if line.Kind == explain.HeaderLine && strings.EqualFold(line.Name, name) {
			out = append(out, s.field(m.raw, line)...)
		}
	}
	return out
}

func (s *slide) field(raw []byte, line explain.Line) []SlideLine {
	list := s.line(raw, line)
	at := len(list)
	for i, b := range list {
		if b.Ink == string(explain.TokenHeader) && !strings.EqualFold(line.Name, "Cookie") || b.Ink == string(explain.Rule) {
			at = i
			break
		}
	}
	lead, rest := list[:at], list[at:]
	out := []SlideLine{{Kind: WireLine, Bits: lead}}
	if len(rest) == 0 {
		return out
	}
	if rest[0].Ink == string(explain.TokenHeader) {
		return append(out, SlideLine{Kind: WireLine, Bits: rest})
	}
	return append(out, SlideLine{Kind: RuleLine, Bits: rest})
}

// credential is the line that carries the proof, or that there is none.
func (s *slide) credential() []SlideLine {
	m := s.request()
	if list := append(s.fields(m, "Cookie"), s.fields(m, "Authorization")...); len(list) > 0 {
		return list
	}
	if explain.FlowOf(s.x.Flow).Cookie(s.x.Settings) == "" {
		return []SlideLine{absent("no Authorization line")}
	}
	return []SlideLine{absent("no Cookie line")}
}

// role is where the answer's content names a role: the bytes around it.
func (s *slide) role() []SlideLine {
	m := s.response()
	for _, line := range m.lines {
		for _, span := range line.Spans {
			if line.Kind != explain.BodyLine || !strings.HasSuffix(span.Ref, ".role") {
				continue
			}
			from, to := around(m.raw, line, span)
			list := append([]Bit{}, s.text(string(m.raw[from:span.Start]), "", "")...)
			list = append(list, Bit{Text: page.Shown(string(m.raw[span.Start:span.End])), Ink: string(span.Ink), Ref: span.Ref})
			list = append(list, s.text(string(m.raw[span.End:to]), "", "")...)
			return []SlideLine{{Kind: WireLine, Bits: append(append([]Bit{{Text: "…"}}, list...), Bit{Text: "…"}), Changed: s.roleChanged(span)}}
		}
	}
	return nil
}

// around widens a span to the left, to the name or the tag that it follows.
func around(raw []byte, line explain.Line, span explain.Span) (from, to int) {
	from, to = span.Start, span.End
	for from > line.Start && !strings.ContainsRune(`,{ `+"\n", rune(raw[from-1])) && raw[from] != '<' {
		from--
	}
	if to < line.Text && raw[to] == '"' {
		to++
	}
	return from, to
}

// roleChanged reports whether the role came from an account that has changed.
func (s *slide) roleChanged(span explain.Span) bool {
	if span.Ink != explain.ServerOnly {
		return false
	}
	for _, a := range s.lane.Server.Accounts {
		if a.Changed {
			return true
		}
	}
	return false
}

// token is the token in an answer's content: the member's name, then its parts.
func (s *slide) token() []SlideLine {
	m := s.response()
	for _, line := range m.lines {
		if line.Kind != explain.BodyLine {
			continue
		}
		if at := tokenIn(line.Spans); at >= 0 {
			name := line
			name.Spans, name.Text = nil, line.Spans[at].Start
			list := s.line(m.raw, name)
			value := line
			value.Start, value.Spans, value.Text = line.Spans[at].Start, line.Spans[at:at+3], line.Spans[at+2].End
			return []SlideLine{{Kind: WireLine, Bits: list}, {Kind: WireLine, Bits: append(s.line(m.raw, value), Bit{Text: `"…`})}}
		}
	}
	return nil
}

// tokenIn returns where the three parts of a token begin among spans, or -1.
func tokenIn(spans []explain.Span) int {
	for i := 0; i+2 < len(spans); i++ {
		if spans[i].Ink == explain.TokenHeader && spans[i+1].Ink == explain.TokenPayload && spans[i+2].Ink == explain.TokenSig {
			return i
		}
	}
	return -1
}
