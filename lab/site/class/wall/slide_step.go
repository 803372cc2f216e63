package wall

import (
	"slices"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// strange: no proof is brought, and the answer says what to do about it.
func (s *slide) strange() []SlideLine {
	answer := s.response()
	return slices.Concat(s.first(), s.credential(), s.reply(), s.fields(answer, "Location"), s.fields(answer, "WWW-Authenticate"))
}

// loggedIn: the credential that travels from here on.
func (s *slide) loggedIn() []SlideLine {
	return slices.Concat(s.first(), s.reply(), s.given(false))
}

// issued: the answer alone, taken apart.
func (s *slide) issued() []SlideLine {
	return slices.Concat(s.reply(), s.given(true), s.claims())
}

// given is the credential that the answer brought. The attributes of a cookie are
// its rules.
func (s *slide) given(rules bool) []SlideLine {
	var out []SlideLine
	for _, line := range s.fields(s.response(), "Set-Cookie") {
		if line.Kind != RuleLine || rules || s.alone {
			out = append(out, line)
		}
	}
	if out = append(out, s.token()...); len(out) > 0 {
		return out
	}
	return []SlideLine{absent("The answer sets no cookie and brings no token.")}
}

// claimsShown are those that the lesson speaks of.
var claimsShown = []string{"name", "sub", "role", "exp"}

// claims are what the parts of a credential say, where the answer brought one that has
// parts.
func (s *slide) claims() []SlideLine {
	c, ok := explain.Read(s.x).Issued()
	parts := takenApart[s.x.Flow]
	if !ok || parts == nil {
		return nil
	}
	return parts(c.Value, s.x)
}

// takenApart are, by flow, what the parts of its credential say.
var takenApart = map[journal.Flow]func(value string, x *journal.Exchange) []SlideLine{
	journal.Token: tokenClaims, journal.Sealed: sealedClaims,
}

func tokenClaims(value string, x *journal.Exchange) []SlideLine {
	t := explain.ParseToken(value, x.Clock)
	var out []SlideLine
	if list := listed("hdr", t.Params, []string{"alg", "kid"}); len(list) > 0 {
		out = append(out, fact(append([]Bit{{Text: "header", Ink: "hdr", Ref: "hdr"}, {Text: " says "}}, list...)...))
	}
	if list := listed("pay", t.Claims, claimsShown); len(list) > 0 {
		out = append(out, fact(append([]Bit{{Text: "payload", Ink: "pay", Ref: "pay"}, {Text: " says "}}, list...)...))
	}
	out = append(out, fact(Bit{Text: "signature", Ink: "sig", Ref: "sig"}, Bit{Text: " seals both: " + page.Size(int64(len(t.Signature.Encoded)))}))
	return out
}

func sealedClaims(value string, x *journal.Exchange) []SlideLine {
	v := explain.ParseSealed(value, nil, x.Clock)
	var out []SlideLine
	if list := listed("hdr", v.Params, []string{"alg", "enc", "kid"}); len(list) > 0 {
		out = append(out, fact(append([]Bit{{Text: "header", Ink: "hdr", Ref: "jwe.hdr"}, {Text: " says "}}, list...)...))
	}
	return append(out, fact(Bit{Text: "ciphertext", Ink: "pay", Ref: "jwe.text"}, Bit{Text: " says nothing to whoever has no key: " + page.Size(int64(len(v.Parts[3].Decoded)))}))
}

// listed writes the claims of the given names: "alg HS256, kid k1".
func listed(ink string, claims []explain.Claim, want []string) []Bit {
	var out []Bit
	for _, name := range want {
		for _, c := range claims {
			if c.Name != name {
				continue
			}
			if out != nil {
				out = append(out, Bit{Text: ", "})
			}
			value := c.Human
			if value == "" {
				value = c.Value
			}
			out = append(out, Bit{Text: name, Ink: ink, Ref: ink + "." + name}, Bit{Text: " " + page.Shown(page.Brief(value, 32))})
		}
	}
	return out
}

// asked: each request carries its proof, and what the answer sets again.
func (s *slide) asked() []SlideLine {
	out := slices.Concat(s.first(), s.credential(), s.reply())
	again := s.fields(s.response(), "Set-Cookie")
	switch _, issued := explain.Read(s.x).Issued(); {
	case len(again) > 0:
		return append(out, again[0])
	case !issued && explain.FlowOf(s.x.Flow).Client:
		return append(out, absent("No new token comes with it."))
	default:
		return append(out, absent("No cookie is set again."))
	}
}

// presented: a credential and what it was good for.
func (s *slide) presented() []SlideLine {
	return slices.Concat(s.first(), s.credential(), s.reply())
}

// toldRole: the role that the answer names.
func (s *slide) toldRole() []SlideLine {
	out := slices.Concat(s.first(), s.reply())
	if role := s.role(); len(role) > 0 {
		return append(out, role...)
	}
	return append(out, absent("The answer names no role."))
}

// loggedOut: what the app was told, and what it told the browser.
func (s *slide) loggedOut() []SlideLine {
	out := slices.Concat(s.first(), s.reply())
	for _, line := range s.fields(s.response(), "Set-Cookie") {
		if line.Kind == RuleLine && !s.alone {
			line.Bits = ending(line.Bits)
		}
		out = append(out, line)
	}
	return out
}

// ending keeps those rules of a cookie that end it.
func ending(list []Bit) []Bit {
	var out []Bit
	for _, b := range list {
		if b.Ref == "attr.max-age" || b.Ref == "attr.expires" && len(list) < 2 {
			out = append(out, b)
		}
	}
	return out
}
