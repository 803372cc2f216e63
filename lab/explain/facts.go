package explain

import (
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/journal"
	"authlab/lab/outcome"
)

// FactsOf is what an exchange came to, in the facts that content can name. held is
// what the browser holds once it is over.
func FactsOf(x *journal.Exchange, held Held) outcome.Facts {
	f := outcome.Facts{}
	v := Read(x).Verdict()
	f.Set(outcome.Status, strconv.Itoa(v.Answered))
	decided(f, v)
	if asksForPage(x) {
		f.Say(outcome.LetIn, v.Answered == http.StatusOK)
	}
	f.Set(outcome.Role, roleIn(x))
	f.Set(outcome.Carries, carries(x))
	given(f, x)
	did := func(kind journal.EventKind, pairs ...string) bool {
		return slices.ContainsFunc(x.Events, func(e journal.Event) bool { return e.Kind == kind && named(pairs...)(e) })
	}
	f.Say(outcome.Writes, did(journal.RecordWritten))
	f.Say(outcome.Deletes, did(journal.RecordDeleted, "existed", "true"))
	f.Say(outcome.Raises, did(journal.AccountRaised))
	f.Set(outcome.KeepsIn, roleKeptIn(x))
	f.Set(outcome.Decodes, decodable(x))
	holding(f, held)
	return f
}

// decided says which checks were made, and which one ended the matter.
func decided(f outcome.Facts, v Verdict) {
	f.Set(outcome.Stopped, "nothing")
	for _, c := range v.Checks {
		if c.Result == NotReached {
			continue
		}
		f[outcome.Checked] = append(f[outcome.Checked], c.Name)
		if c.Result == Failed && f.One(outcome.Stopped) == "nothing" {
			f.Set(outcome.Stopped, c.Name)
		}
	}
}

// asksForPage reports whether an exchange asked for one of the two pages that are
// not for strangers.
func asksForPage(x *journal.Exchange) bool {
	r, err := received(x)
	if err != nil || r.Method != http.MethodGet {
		return false
	}
	page := path.Base(r.URL.Path)
	return page == "profile" || page == "desk"
}

// roleIn is the role that the answer's content names, "none" where it names none.
func roleIn(x *journal.Exchange) string {
	for _, line := range Response(x).Lines {
		for _, s := range line.Spans {
			if line.Kind == BodyLine && strings.HasSuffix(s.Ref, ".role") {
				return strings.Trim(string(x.Response.Bytes[s.Start:s.End]), `"`)
			}
		}
	}
	return "none"
}

// carries says what field brought a credential to the server, good or not.
func carries(x *journal.Exchange) string {
	_, ok := Read(x).Presented()
	switch {
	case !ok:
		return "nothing"
	case x.Flow == journal.Session || TokenInCookie(x.Settings):
		return "cookie"
	default:
		return "authorization"
	}
}

// given says what the answer hands out, and whether it takes a cookie back.
func given(f outcome.Facts, x *journal.Exchange) {
	what := "cookie"
	if x.Flow == journal.Token && !TokenInCookie(x.Settings) {
		what = "token"
	}
	if _, ok := Read(x).Issued(); !ok {
		what = "nothing"
	}
	f.Set(outcome.Gives, what)
	cookie := Read(x).cookie
	f.Say(outcome.Clears, cookie != nil && cookie.Deletes)
}

// tokenSeen is the token that an exchange gave out, else the one that it brought.
func tokenSeen(x *journal.Exchange) (TokenView, bool) {
	if x.Flow != journal.Token {
		return TokenView{}, false
	}
	c, ok := Read(x).Issued()
	if !ok {
		c, ok = Read(x).Presented()
	}
	return ParseToken(c.Value, x.Clock), ok
}

// decodable says how much of the exchange's token can be read without a key: it is
// read here, without one.
func decodable(x *journal.Exchange) string {
	t, ok := tokenSeen(x)
	switch {
	case !ok:
		return ""
	case isObject(t.Header) && isObject(t.Payload):
		return "all"
	case isObject(t.Header):
		return "header"
	default:
		return "nothing"
	}
}

func isObject(p Part) bool {
	var members map[string]any
	return p.Decoded != nil && json.Unmarshal(p.Decoded, &members) == nil
}

// roleKeptIn says where the role stands that the app goes by: in what the client
// carries, in the record, or in the accounts, which the app then has to ask.
func roleKeptIn(x *journal.Exchange) string {
	if t, ok := tokenSeen(x); ok {
		if slices.ContainsFunc(t.Claims, func(c Claim) bool { return c.Name == "role" }) {
			return "token"
		}
		return "accounts"
	}
	c, issued := Read(x).Issued()
	if x.Flow != journal.Session || !issued {
		return ""
	}
	for _, r := range x.After.Records {
		account, known := x.After.Account(r.User)
		switch {
		case !known || r.ID != storeKey(c.Value, x.Settings):
		case strings.Contains(c.Value, account.Role):
			return "cookie"
		case strings.Contains(string(r.Bytes), account.Role):
			return "record"
		default:
			return "accounts"
		}
	}
	return ""
}

// holding says where the browser keeps its credential, and whether scripts can
// read it there, by the rules under which it is kept.
func holding(f outcome.Facts, h Held) {
	hidden := h.Cookie != nil && slices.ContainsFunc(h.Cookie.Attributes, func(a Attribute) bool { return strings.EqualFold(a.Name, "HttpOnly") })
	switch {
	case h.Cookie != nil:
		f.Set(outcome.Held, "cookie")
	case h.Token != nil:
		f.Set(outcome.Held, h.Kept)
		hidden = h.Kept == "memory"
	default:
		f.Set(outcome.Held, "nowhere")
		return
	}
	if hidden {
		f.Set(outcome.Scripts, "cannot")
	} else {
		f.Set(outcome.Scripts, "can")
	}
}
