package cookie

import (
	"fmt"
	"slices"
)

// shorten takes out of an answer what is beyond its limits, and says so. What was
// worked out rests on all of it.
func (a *Answer) shorten() {
	a.LeftOut = []string{}
	s := shortening{}
	if n := len(a.Lines); n > MaxExplained {
		a.Lines = a.Lines[:MaxExplained]
		a.LeftOut = append(a.LeftOut, fmt.Sprintf("Only the first %d lines are explained: there are %d. All of them were applied, in order; fates has what became of each.", MaxExplained, n))
	}
	for i := range a.Lines {
		s.outcome(&a.Lines[i])
	}
	if n := len(a.Jar); n > MaxExplained {
		a.Jar = a.Jar[:MaxExplained]
		a.LeftOut = append(a.LeftOut, fmt.Sprintf("Only the first %d of the %d cookies that are stored are listed.", MaxExplained, n))
	}
	for i := range a.Jar {
		s.cookie(&a.Jar[i])
	}
	if a.Sending != nil {
		s.sending(a)
	}
	for i := range a.Browsers {
		row := &a.Browsers[i]
		s.cut(&row.Cookie)
		for j := range row.Why {
			s.cut(&row.Why[j])
		}
	}
	if s.cuts > 0 {
		a.LeftOut = append(a.LeftOut, fmt.Sprintf("Of each line only the first %d octets are shown, and as many of each value: what is longer ends in an ellipsis. It was read as a whole.", MaxShown))
	}
}

// shortening counts the texts that were cut.
type shortening struct{ cuts int }

func (s *shortening) cut(text *string) {
	if len(*text) <= MaxShown {
		return
	}
	end := MaxShown
	for end > 0 && (*text)[end]&0xc0 == 0x80 {
		end-- // a character of UTF-8 stays whole
	}
	*text = (*text)[:end] + "…"
	s.cuts++
}

func (s *shortening) outcome(o *Outcome) {
	s.cut(&o.Line)
	s.cut(&o.Name)
	s.cut(&o.Value)
	o.Attributes, o.Steps = slices.Clone(o.Attributes), slices.Clone(o.Steps)
	for i := range o.Attributes {
		s.cut(&o.Attributes[i].Name)
		s.cut(&o.Attributes[i].Value)
	}
	s.steps(o.Steps)
	if o.Cookie != nil {
		c := *o.Cookie
		s.cookie(&c)
		o.Cookie = &c
	}
}

func (s *shortening) steps(list []Step) {
	for i := range list {
		s.cut(&list[i].Rule)
		s.cut(&list[i].Found)
	}
}

func (s *shortening) cookie(c *Cookie) {
	s.cut(&c.Name)
	s.cut(&c.Value)
}

func (s *shortening) sending(a *Answer) {
	s.cut(&a.Sending.Line)
	s.steps(a.Sending.Checks)
	if n := len(a.Sending.Cookies); n > MaxExplained {
		a.Sending.Cookies = a.Sending.Cookies[:MaxExplained]
		a.LeftOut = append(a.LeftOut, fmt.Sprintf("Only the first %d of the %d cookies that may be sent are explained.", MaxExplained, n))
	}
	for i := range a.Sending.Cookies {
		s.cookie(&a.Sending.Cookies[i].Cookie)
		s.steps(a.Sending.Cookies[i].Checks)
	}
}
