// Package facts says what an exchange came to, in the facts that content can name:
// against them is held what a text takes for granted, and when an answer is right.
package facts

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/outcome"
)

// Of is what an exchange came to, in the facts that content can name. held is
// what the browser holds once it is over.
func Of(x *journal.Exchange, held explain.Held) outcome.Facts {
	f := outcome.Facts{}
	v := explain.Read(x).Verdict()
	f.Set(outcome.Status, strconv.Itoa(v.Answered))
	decided(f, v)
	if asksForPage(x) {
		f.Say(outcome.LetIn, v.Answered == http.StatusOK)
	}
	f.Set(outcome.Role, roleIn(x))
	f.Set(outcome.Carries, carries(x))
	given(f, x)
	did := func(kind journal.EventKind) bool {
		return slices.ContainsFunc(x.Events, func(e journal.Event) bool {
			return e.Kind == kind && (kind != journal.RecordDeleted || e.Field("existed") == "true")
		})
	}
	f.Say(outcome.Writes, did(journal.RecordWritten))
	f.Say(outcome.Deletes, did(journal.RecordDeleted))
	f.Say(outcome.Raises, did(journal.AccountRaised))
	f.Set(outcome.KeepsIn, explain.FlowOf(x.Flow).RoleKept(x))
	f.Set(outcome.Decodes, explain.FlowOf(x.Flow).Decodes(x))
	holding(f, held)
	return f
}

// decided says which checks were made, and which one ended the matter.
func decided(f outcome.Facts, v explain.Verdict) {
	f.Set(outcome.Stopped, "nothing")
	for _, c := range v.Checks {
		if c.Result == explain.NotReached {
			continue
		}
		f[outcome.Checked] = append(f[outcome.Checked], c.Name)
		if c.Result == explain.Failed && f.One(outcome.Stopped) == "nothing" {
			f.Set(outcome.Stopped, c.Name)
		}
	}
}

// asksForPage reports whether an exchange asked for one of the two pages that are
// not for strangers.
func asksForPage(x *journal.Exchange) bool {
	line := explain.Read(x).Line()
	page := path.Base(line.Path())
	return line.Method == http.MethodGet && (page == "profile" || page == "desk")
}

// roleIn is the role that the answer's content names, "none" where it names none.
func roleIn(x *journal.Exchange) string {
	for _, line := range explain.Response(x).Lines {
		for _, s := range line.Spans {
			if line.Kind == explain.BodyLine && strings.HasSuffix(s.Ref, ".role") {
				return strings.Trim(string(x.Response.Bytes[s.Start:s.End]), `"`)
			}
		}
	}
	return "none"
}

// carries says what field brought a credential to the server, good or not.
func carries(x *journal.Exchange) string {
	_, ok := explain.Read(x).Presented()
	switch {
	case !ok:
		return "nothing"
	case explain.FlowOf(x.Flow).Cookie(x.Settings) != "":
		return "cookie"
	default:
		return "authorization"
	}
}

// given says what the answer hands out, and whether it takes a cookie back.
func given(f outcome.Facts, x *journal.Exchange) {
	what := "cookie"
	if explain.FlowOf(x.Flow).Cookie(x.Settings) == "" {
		what = "token"
	}
	if _, ok := explain.Read(x).Issued(); !ok {
		what = "nothing"
	}
	f.Set(outcome.Gives, what)
	cookie := explain.Read(x).Cookie()
	f.Say(outcome.Clears, cookie != nil && cookie.Deletes)
}

// holding says where the browser keeps its credential, and whether scripts can
// read it there, by the rules under which it is kept.
func holding(f outcome.Facts, h explain.Held) {
	hidden := h.Cookie != nil && slices.ContainsFunc(h.Cookie.Attributes, func(a explain.Attribute) bool { return strings.EqualFold(a.Name, "HttpOnly") })
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
