package cookie

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sending is the answer to "would it be sent?".
type Sending struct {
	Checks  []Step      `json:"checks"`  // of the request as a whole
	Cookies []Candidate `json:"cookies"` // in the order of the Cookie field
	Line    string      `json:"cookie"`  // the Cookie field's value, "" where there is no field
}

// Candidate is a stored cookie that may be sent.
type Candidate struct {
	Cookie  Cookie `json:"cookie"`
	Checks  []Step `json:"checks"`
	Sent    bool   `json:"sent"`
	Decided int    `json:"decided"` // the number of the check that decided, from 1; 0 where the request as a whole did
}

// sending is one request on its way through section 5.8.3.
type sending struct {
	jar   *Jar
	to    *asked
	cross bool // the request is cross-site
	third bool // the tab shows another site
	out   Sending
}

// send chooses the cookies for a request.
func (j *Jar) send(to *asked) Sending {
	s := &sending{jar: j, to: to, out: Sending{Checks: []Step{}, Cookies: []Candidate{}}}
	credentials := s.credentials()
	s.status()
	allowed := s.party() && credentials
	cookies := slices.Clone(j.cookies)
	// Step 4: longer paths first, then what was created earlier, which is the
	// order of the jar.
	slices.SortStableFunc(cookies, func(a, b Cookie) int { return len(b.Path) - len(a.Path) })
	var pairs []string
	for _, c := range cookies {
		candidate := Candidate{Cookie: c, Checks: []Step{}}
		if allowed {
			candidate.Sent = s.consider(c, &candidate)
			candidate.Decided = len(candidate.Checks)
		}
		if candidate.Sent {
			pairs = append(pairs, c.pair())
		}
		s.out.Cookies = append(s.out.Cookies, candidate)
	}
	s.out.Line = strings.Join(pairs, "; ")
	return s.out
}

func (s *sending) check(section, rule, found string, ok bool) bool {
	result := Passed
	if !ok {
		result = Rejected
	}
	s.out.Checks = append(s.out.Checks, Step{section, rule, found, result})
	return ok
}

// credentials is the rule of the Fetch standard: a script says whether its
// request may carry cookies.
func (s *sending) credentials() bool {
	const section, rule = "Fetch, credentials mode", "The request carries credentials"
	switch s.to.kind {
	case FetchOmit:
		return s.check(section, rule, "omit: it carries none", false)
	case FetchSameOrigin:
		same := s.to.initiator.sameOrigin(s.to.place)
		found := "same-origin: from " + s.to.initiator.origin() + " to " + s.to.origin() + ", which are "
		return s.check(section, rule, found+map[bool]string{true: "one origin", false: "two origins"}[same], same)
	case FetchInclude:
		return s.check(section, rule, "include", true)
	default:
		return true
	}
}

// status is section 5.2: whether the request is same-site.
func (s *sending) status() {
	schemeful := s.jar.rules.schemeful
	s.cross = s.crossSite(schemeful)
	if !schemeful && s.cross != s.crossSite(true) {
		s.jar.notes.add("schemeless")
	}
	s.out.Checks = append(s.out.Checks, Step{"5.2", "Same-site or cross-site", s.statusText(), Noted})
}

// crossSite compares the target with the "site for cookies": the site of the
// tab's page, if whoever causes the request belongs to it, else none.
func (s *sending) crossSite(schemeful bool) bool {
	if s.to.kind == Script {
		return !s.to.top.sameSite(s.to.place, schemeful)
	}
	if s.to.initiator == nil {
		return false
	}
	return !s.to.initiator.sameSite(*s.to.top, schemeful) || !s.to.top.sameSite(s.to.place, schemeful)
}

func (s *sending) statusText() string {
	a := s.to
	var from string
	switch {
	case a.kind == Script:
		from = "the page at " + a.origin() + " in a tab that shows " + a.top.origin()
	case a.initiator == nil:
		from = "nobody's page causes it"
	default:
		from = "caused by " + a.initiator.origin()
		if a.top.origin() != a.initiator.origin() {
			from += " in a tab that shows " + a.top.origin()
		}
		from += ", sent to " + a.origin()
	}
	if s.cross {
		return from + ": cross-site"
	}
	return from + ": same-site"
}

// party is section 7.1: cookies of another site than the tab shows are left to
// the browser.
func (s *sending) party() bool {
	a := s.to
	s.third = !a.topLevel() && !a.top.sameSite(a.place, false)
	if !s.third {
		return true
	}
	const section, rule = "7.1", "Third-party cookies"
	found := "the tab shows " + a.top.origin() + ", another site than " + a.host
	switch s.jar.rules.thirdParty {
	case blocked, ownJar:
		s.jar.notes.add("thirdParty")
		return s.check(section, rule, found, false)
	default:
		s.out.Checks = append(s.out.Checks, Step{section, rule, found + "; the draft leaves them to the browser", Noted})
		return true
	}
}

// consider takes one cookie through step 3.
func (s *sending) consider(c Cookie, out *Candidate) bool {
	for _, rule := range []func(Cookie) (Step, bool){s.alive, s.host, s.path, s.secure, s.readable, s.sameSite} {
		step, ok := rule(c)
		step.Result = Passed
		if !ok {
			step.Result = Rejected
		}
		out.Checks = append(out.Checks, step)
		if !ok {
			return false
		}
	}
	if c.Partitioned && s.jar.rules.partitions && s.apart() {
		return false
	}
	if s.third {
		s.jar.notes.add("thirdParty")
	}
	return true
}

// apart reports whether the tab shows another site than the cookie was set under:
// partitions go by a site with its scheme.
func (s *sending) apart() bool {
	return !s.to.topLevel() && !s.to.top.sameSite(s.to.place, true)
}

func (s *sending) alive(c Cookie) (Step, bool) {
	found := "it ends with the browser's session"
	if c.Expires != nil {
		found = "it expires " + clock(*c.Expires) + ", and it is " + clock(s.to.at)
	}
	return Step{Section: "5.7, expired cookies", Rule: "It has not expired", Found: found}, !c.expired(s.to.at)
}

func (s *sending) host(c Cookie) (Step, bool) {
	if c.HostOnly {
		return Step{Section: "5.8.3, step 3", Rule: "The host is the cookie's", Found: s.to.host + ", and it is for " + c.Domain + " alone"}, s.to.host == c.Domain
	}
	return Step{Section: "5.8.3, step 3", Rule: "The host domain-matches", Found: s.to.host + ", and it is for " + c.Domain + " and hosts below it"},
		domainMatch(s.to.host, c.Domain)
}

func (s *sending) path(c Cookie) (Step, bool) {
	return Step{Section: "5.8.3, step 3", Rule: "The path path-matches", Found: s.to.path + ", and it is for " + c.Path}, pathMatch(s.to.path, c.Path)
}

func (s *sending) secure(c Cookie) (Step, bool) {
	found := "it is not Secure"
	ok := s.to.scheme == "https" || s.to.local() && s.jar.rules.localSecure
	if c.Secure {
		found = "it is Secure, and the request goes over " + s.to.scheme
		if s.to.scheme == "http" && s.to.local() {
			s.jar.notes.add("local")
		}
	}
	return Step{Section: "5.8.3, step 3", Rule: "A Secure cookie needs a secure connection", Found: found}, ok || !c.Secure
}

func (s *sending) readable(c Cookie) (Step, bool) {
	found := "it is not HttpOnly"
	if c.HTTPOnly {
		found = "it is HttpOnly, and this is a request"
		if s.to.kind == Script {
			found = "it is HttpOnly, and a script asks"
		}
	}
	return Step{Section: "5.8.3, step 3", Rule: "HttpOnly hides it from scripts", Found: found}, !c.HTTPOnly || s.to.kind != Script
}

// laxPostAge is how long Chromium sends a cookie that names no SameSite with a
// navigation of another site that changes something (section 5.6.7.2).
const laxPostAge = 2 * time.Minute

// sameSite is the last condition of step 3, with the enforcement of section
// 5.6.7.1.
func (s *sending) sameSite(c Cookie) (Step, bool) {
	step := Step{Section: "5.8.3, step 3", Rule: "SameSite=" + string(c.SameSite)}
	if c.SameSite == Default {
		step.Rule = "No SameSite, which counts as Lax"
	}
	lax := s.to.topLevel() && safe(s.to.method)
	switch {
	case c.SameSite == None:
		step.Found = "sent wherever the request comes from"
		return step, true
	case !s.cross:
		step.Found = "the request is same-site"
		return step, true
	case c.SameSite == Default && s.jar.rules.defaultNone:
		s.jar.notes.add("defaultNone")
		return step, true
	case c.SameSite != Strict && lax:
		step.Found = "cross-site, but it navigates the tab with the safe method " + s.to.method
		return step, true
	case c.SameSite == Default && s.jar.rules.laxPost && s.to.topLevel() && s.to.at.Sub(c.Created) <= laxPostAge:
		s.jar.notes.add("laxPost")
		return step, true
	}
	step.Found = s.whyNot(c)
	return step, false
}

func (s *sending) whyNot(c Cookie) string {
	switch {
	case c.SameSite == Strict:
		return "the request is cross-site"
	case s.to.kind == Script:
		return "the page is framed by another site"
	case !s.to.topLevel():
		return "cross-site, and it does not navigate the tab"
	default:
		return fmt.Sprintf("cross-site, and %s is not a safe method", s.to.method)
	}
}

// safe reports whether a method only reads (RFC 9110, section 9.2.1).
func safe(method string) bool {
	return slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE"}, method)
}
