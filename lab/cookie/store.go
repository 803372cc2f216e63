package cookie

import (
	"fmt"
	"slices"
	"time"
)

// Outcome is what became of one Set-Cookie line.
type Outcome struct {
	Line string `json:"line"`
	Parsed
	Steps []Step `json:"steps"`
	// Stored says that the cookie was taken. Deleted says that it was over at
	// once, so that it only removed what was stored before it.
	Stored  bool `json:"stored"`
	Deleted bool `json:"deleted"`
	// Decided is the number of the step that decided, from 1.
	Decided int     `json:"decided"`
	Cookie  *Cookie `json:"cookie"` // null if rejected

	against string // what a browser has against it beyond the draft
}

// Jar is a browser's cookie store, by one set of rules.
type Jar struct {
	rules   *rules
	cookies []Cookie // in the order of their creation
	notes   noteSet
}

// storing is the way of one cookie through section 5.7.
type storing struct {
	*Outcome
	jar    *Jar
	from   place
	script bool
	now    time.Time
	c      Cookie
	domain string
	secure bool // the connection is, as these rules see it
}

// set applies one line, as it came from a URL, in an answer or by document.cookie.
func (j *Jar) set(line string, from place, script bool, now time.Time) Outcome {
	return j.setParsed(line, Parse(line, now), from, script, now)
}

// setParsed is set for a line that has been parsed, which no set of rules changes.
func (j *Jar) setParsed(line string, p Parsed, from place, script bool, now time.Time) Outcome {
	o := Outcome{Line: line, Parsed: p}
	o.Steps = slices.Clip(p.Steps)
	s := &storing{Outcome: &o, jar: j, from: from, script: script, now: now}
	o.Stored = o.Refused == "" && s.run()
	o.Decided = len(o.Steps)
	if o.Stored {
		o.Deleted = s.c.expired(now)
		o.Cookie = &s.c
	}
	return o
}

// run takes the steps of section 5.7 until one rejects the cookie. Step 1 lets
// browsers ignore any cookie, and the steps that only repeat what section 5.6
// has decided are left out.
func (s *storing) run() bool {
	s.secure = s.from.scheme == "https" || s.from.local() && s.jar.rules.localSecure
	for _, step := range []func() bool{
		s.notEmpty, s.bytes, s.named, s.create, s.expiry, s.domainAttribute, s.ascii, s.publicSuffix, s.domainMatches, s.path,
		s.secureOrigin, s.httpOnly, s.leaveSecureAlone, s.sameSiteFlag, s.received, s.noneIsSecure,
		s.securePrefix, s.hostPrefix, s.httpPrefix, s.namelessPrefix, s.partition, s.overwrite,
	} {
		if !step() {
			return false
		}
	}
	return true
}

// check takes a step that can reject the cookie, and returns ok.
func (s *storing) check(step, rule, found string, ok bool) bool {
	result := Passed
	if !ok {
		result = Rejected
	}
	s.Steps = append(s.Steps, Step{step, rule, found, result})
	return ok
}

// note takes a step that sets something.
func (s *storing) note(step, rule, found string) bool {
	s.Steps = append(s.Steps, Step{step, rule, found, Noted})
	return true
}

func (s *storing) notEmpty() bool {
	found := "a value without a name"
	switch {
	case s.Name == "" && s.Value == "":
		found = "it has neither a name nor a value"
	case s.Name != "":
		found = "it has a name"
	}
	return s.check("5.7, step 2", "There is a name or a value", found, s.Name != "" || s.Value != "")
}

func (s *storing) create() bool {
	s.c = Cookie{Name: s.Name, Value: s.Value, Created: s.now, SameSite: Default}
	return s.note("5.7, step 5", "Create the cookie", "created "+clock(s.now))
}

func (s *storing) expiry() bool {
	at, by := s.ends()
	found := "neither Max-Age nor Expires: it ends with the browser's session"
	if by != "" {
		if week := s.now.Add(scriptLimit); s.script && s.jar.rules.scriptCap && at.After(week) {
			at = week
			s.jar.notes.add("scriptCap")
		}
		s.c.Expires = &at
		found = by + " says " + clock(at)
		if _, both := s.last("Expires"); both && by == "Max-Age" {
			found += "; Expires does not count beside it"
		}
		if s.c.expired(s.now) {
			found += ", which is past: the cookie deletes"
		}
	}
	return s.note("5.7, step 6", "When it expires", found)
}

func (s *storing) domainAttribute() bool {
	found := "no Domain, so it is for this host alone"
	if a, ok := s.last("Domain"); ok && a.text != "" {
		s.domain = a.text
		found = "Domain is " + a.text
	} else if ok && a.Value == "." && s.jar.rules.refusesDot {
		return s.refuse("dot")
	}
	return s.note("5.7, step 7", "Which domain it asks for", found)
}

func (s *storing) ascii() bool {
	if s.domain == "" {
		return true
	}
	for i := range len(s.domain) {
		if s.domain[i] >= 0x80 {
			return s.check("5.7, step 8", "The domain is ASCII", fmt.Sprintf("it has the octet %#02x", s.domain[i]), false)
		}
	}
	return s.check("5.7, step 8", "The domain is ASCII", "it is", true)
}

func (s *storing) publicSuffix() bool {
	if s.domain == "" {
		return true
	}
	const rule = "The domain is no public suffix"
	if !isPublicSuffix(s.domain) {
		return s.check("5.7, step 9", rule, s.domain+" is none", true)
	}
	if s.domain != s.from.host {
		return s.check("5.7, step 9", rule, s.domain+" is a public suffix: others may register names below it", false)
	}
	s.domain = ""
	return s.check("5.7, step 9", rule, "it is one, and the host itself: the cookie is for this host alone", true)
}

func (s *storing) domainMatches() bool {
	const section, rule = "5.7, step 10", "The host domain-matches the domain"
	if s.domain == "" {
		s.c.Domain, s.c.HostOnly = s.from.host, true
		return s.note(section, "Which hosts get it", s.from.host+" alone")
	}
	s.c.Domain = s.domain
	if !domainMatch(s.from.host, s.domain) {
		return s.check(section, rule, s.from.host+" is not "+s.domain+" and not below it", false)
	}
	return s.check(section, rule, s.domain+" and every host below it get the cookie", true)
}

func (s *storing) path() bool {
	s.c.Path = defaultPath(s.from.path)
	found := s.c.Path + ", the default-path of " + s.from.path
	if a, ok := s.last("Path"); ok && a.text != "" {
		s.c.Path = a.text
		found = s.c.Path
	}
	return s.note("5.7, step 11", "Which paths get it", found)
}

func (s *storing) secureOrigin() bool {
	_, s.c.Secure = s.last("Secure")
	if !s.c.Secure {
		return s.note("5.7, step 12", "Secure", "not set: it is sent over http as well")
	}
	found := "set, and " + s.from.scheme + " counts as secure"
	if s.from.scheme != "https" && s.from.local() {
		s.jar.notes.add("local")
		found = "set; " + s.from.host + " counts as secure here, though it is http"
	}
	if !s.secure {
		found = "set, but the cookie came over http"
		if s.from.local() {
			found += "; whether that is secure for " + s.from.host + " is left to the browser"
		}
	}
	return s.check("5.7, steps 12 and 13", "A Secure cookie comes over a secure connection", found, s.secure)
}

func (s *storing) httpOnly() bool {
	_, s.c.HTTPOnly = s.last("HttpOnly")
	switch {
	case !s.c.HTTPOnly:
		return s.note("5.7, step 14", "HttpOnly", "not set: scripts can read it")
	case s.script:
		return s.check("5.7, steps 14 and 15", "An HttpOnly cookie comes over HTTP", "set, but a script asked for it", false)
	default:
		return s.check("5.7, steps 14 and 15", "An HttpOnly cookie comes over HTTP", "set, and it came in an answer", true)
	}
}

func (s *storing) leaveSecureAlone() bool {
	if s.c.Secure || s.secure {
		return true
	}
	const rule = "It does not overlay a Secure cookie"
	for _, old := range s.jar.cookies {
		if old.Name == s.c.Name && old.Secure && pathMatch(s.c.Path, old.Path) &&
			(domainMatch(old.Domain, s.c.Domain) || domainMatch(s.c.Domain, old.Domain)) {
			return s.check("5.7, step 16", rule, "it came over http, and "+named(old.Name)+" for "+old.Domain+old.Path+" is Secure", false)
		}
	}
	return s.check("5.7, step 16", rule, "no Secure cookie of this name is in its way", true)
}
