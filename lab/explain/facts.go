package explain

import (
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
	f.Set(outcome.KeepsIn, FlowOf(x.Flow).roleKept(x))
	f.Set(outcome.Decodes, FlowOf(x.Flow).decodes(x))
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
	case FlowOf(x.Flow).Cookie(x.Settings) != "":
		return "cookie"
	default:
		return "authorization"
	}
}

// given says what the answer hands out, and whether it takes a cookie back.
func given(f outcome.Facts, x *journal.Exchange) {
	what := "cookie"
	if FlowOf(x.Flow).Cookie(x.Settings) == "" {
		what = "token"
	}
	if _, ok := Read(x).Issued(); !ok {
		what = "nothing"
	}
	f.Set(outcome.Gives, what)
	cookie := Read(x).cookie
	f.Say(outcome.Clears, cookie != nil && cookie.Deletes)
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
