package wall

import (
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// written: what the server wrote down at the login.
func (s *slide) written() []SlideLine {
	var out []SlideLine
	for _, r := range s.lane.Server.Records {
		switch {
		case r.Gone != "":
		case s.isNew(r.ID):
			out = append(out, SlideLine{Kind: FactLine, Changed: true, Bits: []Bit{{Text: "Wrote record "}, s.recordName(r), {Text: ", " + r.Size}}})
		default:
			out = append(out, fact(Bit{Text: "Keeps record "}, s.recordName(r), Bit{Text: ", " + r.Size}))
		}
	}
	return append(out, s.none()...)
}

// none is what is written where there is no record, and the key that the server
// holds instead.
func (s *slide) none() []SlideLine {
	var out []SlideLine
	if s.lane.Server.Absent != "" {
		out = append(out, absent(s.lane.Server.Absent))
	}
	for _, k := range s.lane.Server.Keys {
		out = append(out, fact(Bit{Text: "It holds one key: "}, Bit{Text: page.Shown(page.Brief(k.ID, 12)), Ink: "own", Ref: "key"}, Bit{Text: ", made " + k.Made}))
	}
	return out
}

// remembered: the records with what is in them, or that there are none.
func (s *slide) remembered() []SlideLine {
	out := []SlideLine{fact(Bit{Text: "Before " + panes.CountOf(s.x.Before) + "; after "}, Bit{Text: panes.CountOf(s.x.After), Strong: true})}
	for _, r := range s.lane.Server.Records {
		if r.Gone != "" {
			continue
		}
		out = append(out, SlideLine{Kind: FactLine, Changed: s.isNew(r.ID), Bits: []Bit{{Text: "id "}, s.recordName(r)}})
		for _, row := range r.Rows {
			line := fact(Bit{Text: row.Name + " "}, Bit{Text: page.Shown(page.Brief(row.Value, 28)), Ink: "own", Ref: "own." + row.Ref})
			line.Changed = row.Changed
			out = append(out, line)
		}
	}
	out = append(out, s.none()...)
	return append(out, s.accountRole()...)
}

// accountRole is the role that the accounts have for whom the record names.
func (s *slide) accountRole() []SlideLine {
	for _, r := range s.x.After.Records {
		if a, ok := s.x.After.Account(r.User); ok && r.Kind == journal.SessionRecord {
			return []SlideLine{fact(Bit{Text: "In the accounts: role "}, Bit{Text: page.Shown(page.Brief(a.Role, 12)), Ink: "own", Ref: "own.role"})}
		}
	}
	return nil
}

func (s *slide) isNew(id string) bool {
	_, was := s.x.Before.Record(id)
	return !was
}

// recordName is a record's key. It is the session id only where the server keeps
// the id itself.
func (s *slide) recordName(r panes.RecordView) Bit {
	if r.Hashed || r.Label != "" {
		return valueBit(r.ID, "own", "", idShown)
	}
	return valueBit(r.ID, "sid", "sid", idShown)
}

// deleted: what logging out did to the records.
func (s *slide) deleted() []SlideLine {
	var out []SlideLine
	for _, r := range s.lane.Server.Records {
		switch r.Gone {
		case "":
			out = append(out, fact(Bit{Text: "Record "}, s.recordName(r), Bit{Text: " is still there"}))
		default:
			out = append(out, SlideLine{Kind: FactLine, Changed: true, Bits: []Bit{{Text: "Record "}, s.recordName(r), {Text: " " + r.Gone, Strong: true}}})
		}
	}
	if len(s.x.Before.Records) == 0 && len(s.x.After.Records) == 0 {
		out = append(out, absent("Nothing was there to delete."))
	}
	for _, t := range s.lane.Server.Tombstones {
		if t.New {
			out = append(out, SlideLine{Kind: FactLine, Changed: true, Bits: []Bit{{Text: "Left: "}, {Text: "1 tombstone", Strong: true}, {Text: ", its id, kept only to refuse it"}}})
		}
	}
	return out
}

// decided: the check that decided, and what was compared.
func (s *slide) decided() []SlideLine {
	if wrong := panes.Mismatch(s.verdict); wrong != "" {
		return []SlideLine{fact(words(wrong)...)}
	}
	all := s.verdict.Checks
	for i, c := range all {
		if c.Result == explain.Failed {
			return []SlideLine{fact(Bit{Text: "Stopped at "}, Bit{Text: count(i+1, len(all)), Strong: true}, Bit{Text: ": "}, checkName(c)), s.detail(c)}
		}
	}
	out := []SlideLine{fact(Bit{Text: "Passed "}, Bit{Text: count(len(all), len(all)), Strong: true}, Bit{Text: " checks"})}
	for _, c := range all {
		if c.Name == plot.At(s.step).Surprise[string(s.x.Flow)] {
			return append(out, s.detail(c))
		}
	}
	return out
}

func checkName(c explain.Check) Bit {
	b := Bit{Text: c.Name, Ink: string(c.Ink), Ref: string(c.Ink)}
	if c.Ink == explain.Plain || c.Ink == explain.Rule {
		b.Ink, b.Ref = "", ""
	}
	return b
}

func (s *slide) detail(c explain.Check) SlideLine {
	line := SlideLine{Kind: FactLine, Bits: s.sentence(c.Detail)}
	for _, a := range s.lane.Server.Accounts {
		if c.Name == "account known" && a.Changed {
			line.Changed, line.Was = true, a.Was
		}
	}
	return line
}

// sentence is a sentence of the explanation, at full length.
func (s *slide) sentence(text string) []Bit {
	return []Bit{{Text: page.Shown(page.Brief(strings.ReplaceAll(text, s.bench, "…"), 160))}}
}

// judging are the checks that the lesson is about, in a flow with many.
var judging = map[string]bool{
	"algorithm allowed": true, "key known": true, "signature matches": true, "not expired": true, "role known": true,
}

// manyChecks is from how many on only those of the lesson are listed.
const manyChecks = 6

// judged: the checks in their order, with their numbers.
func (s *slide) judged() []SlideLine {
	if wrong := panes.Mismatch(s.verdict); wrong != "" {
		return []SlideLine{fact(words(wrong)...)}
	}
	var out []SlideLine
	passed := 0
	for i, c := range s.verdict.Checks {
		if len(s.verdict.Checks) >= manyChecks && c.Result == explain.Passed && !judging[c.Name] {
			passed++
			continue
		}
		if c.Result == explain.NotReached {
			continue
		}
		line := fact(Bit{Text: page.Itoa(i+1) + " "}, checkName(c))
		if c.Result == explain.Failed {
			line.Bits = append(line.Bits, Bit{Text: " failed", Strong: true})
		}
		if c.Result == explain.FailsToo {
			line.Bits = append(line.Bits, Bit{Text: " fails too"})
		}
		if s.alone || c.Result == explain.Failed {
			line.Bits = append(line.Bits, append([]Bit{{Text: ": "}}, s.sentence(c.Detail)...)...)
		}
		out = append(out, line)
	}
	if passed > 0 {
		out = append(out, absent("and "+page.Itoa(passed)+" more, all passed"))
	}
	return out
}

// left: what the browser still holds.
func (s *slide) left() []SlideLine { return s.holding(false) }

// kept: what the browser holds, and who can read it.
func (s *slide) kept() []SlideLine { return s.holding(true) }

func (s *slide) holding(who bool) []SlideLine {
	h := s.held
	var out []SlideLine
	switch {
	case h.Token != nil:
		out = append(out, fact(append([]Bit{{Text: "token "}}, tokenBits(*h.Token)...)...))
		if who {
			out = append(out, fact(Bit{Text: "kept by " + panes.Kept[h.Kept]}))
		}
	case h.Cookie != nil:
		out = append(out, fact(Bit{Text: "cookie " + page.Shown(page.Brief(h.Cookie.Name, 16)) + " "}, valueBit(h.Cookie.Value, "sid", "sid", idShown)))
	default:
		return []SlideLine{absent(s.lane.Held.Absent)}
	}
	if h.Refused != "" {
		out = append(out, fact(words("The cookie that was set last was refused. "+page.Shown(h.Refused))...))
	}
	if who {
		out = append(out, s.readers()...)
	}
	return out
}

// tokenBits are a token's three parts, each cut.
func tokenBits(t explain.TokenView) []Bit {
	return []Bit{
		valueBit(t.Header.Encoded, "hdr", "hdr", partShown), {Text: "."},
		valueBit(t.Payload.Encoded, "pay", "pay", partShown), {Text: "."},
		valueBit(t.Signature.Encoded, "sig", "sig", partShown), {Text: " " + page.Size(int64(len(t.Raw)))},
	}
}

// readers says what JavaScript can read of what is held, by the rules under which
// it is held.
func (s *slide) readers() []SlideLine {
	js := Bit{Text: "JavaScript ", Strong: true}
	h := s.held
	if h.Cookie != nil {
		for _, a := range h.Cookie.Attributes {
			if strings.EqualFold(a.Name, "HttpOnly") {
				return []SlideLine{fact(js, Bit{Text: "cannot read it: "}, Bit{Text: "HttpOnly", Ink: string(explain.Rule), Ref: "attr.httponly"})}
			}
		}
		return []SlideLine{fact(js, Bit{Text: "can read it: there is no HttpOnly"})}
	}
	if h.Kept == "memory" {
		return []SlideLine{fact(js, Bit{Text: "finds it in no storage: only the app’s own script has it"})}
	}
	return []SlideLine{fact(js, Bit{Text: "can read all three parts of it"})}
}
