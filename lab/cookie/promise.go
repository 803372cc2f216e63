package cookie

import (
	"strings"
	"time"
)

// scriptLimit is how long Safari keeps what document.cookie wrote.
const scriptLimit = 7 * 24 * time.Hour

func (s *storing) sameSiteFlag() bool {
	found := "not set, or not known: Default"
	if a, ok := s.last("SameSite"); ok {
		s.c.SameSite = SameSite(a.text)
		if s.c.SameSite != Default {
			found = a.text
		}
	}
	return s.note("5.7, step 17", "The same-site-flag", found)
}

// received is step 18. The inspector asks about a cookie that came in the answer
// to a navigation of the tab or a same-site request.
func (s *storing) received() bool {
	if s.c.SameSite == None {
		return true
	}
	found := "taken to be the answer to a navigation of the tab or to a same-site request"
	if s.script {
		found = "taken to be a page that stands in a tab of its own"
	}
	return s.note("5.7, step 18", "Where it was received", found)
}

func (s *storing) noneIsSecure() bool {
	const section, rule = "5.7, step 19", "SameSite=None goes with Secure"
	if s.c.SameSite != None {
		return true
	}
	if !s.c.Secure && !s.jar.rules.noneNeedsSecure {
		s.jar.notes.add("noneInsecure")
		return true
	}
	if s.c.Secure {
		return s.check(section, rule, "both are set", true)
	}
	return s.check(section, rule, "Secure is missing", false)
}

func (s *storing) securePrefix() bool {
	if !hasPrefix(s.c.Name, "__Secure-") {
		return true
	}
	found := "the name promises Secure, and it is set"
	if !s.c.Secure {
		found = "the name promises Secure, which is not set"
	}
	return s.check("5.7, step 20", "__Secure- keeps its promise", found, s.c.Secure)
}

func (s *storing) hostPrefix() bool {
	if !hasPrefix(s.c.Name, "__Host-") {
		return true
	}
	why := s.hostWrong()
	found := "Secure, for this host alone, with Path=/"
	if why != "" {
		found = "the name promises more: " + why
	}
	return s.check("5.7, step 21", "__Host- keeps its promise", found, why == "")
}

func (s *storing) hostWrong() string {
	_, pathGiven := s.last("Path")
	switch {
	case !s.c.Secure:
		return "Secure is not set"
	case !s.c.HostOnly:
		return "it has a Domain"
	case s.c.Path != "/" || !pathGiven && !s.jar.rules.hostByDefault:
		return "Path is not /"
	case !pathGiven:
		s.jar.notes.add("hostDefault")
	}
	return ""
}

// httpPrefix is of the successor of the draft, and of browsers.
func (s *storing) httpPrefix() bool {
	if !hasPrefix(s.c.Name, "__Http-") && !hasPrefix(s.c.Name, "__Host-Http-") {
		return true
	}
	s.jar.notes.add("httpPrefix")
	return !s.jar.rules.httpPrefixes || s.c.Secure && s.c.HTTPOnly || s.refuse("httpPrefix")
}

func (s *storing) namelessPrefix() bool {
	if s.c.Name != "" {
		return true
	}
	ok := !hasPrefix(s.c.Value, "__Secure-") && !hasPrefix(s.c.Value, "__Host-")
	found := "its value does not start like a name with a promise"
	if !ok {
		found = "its value starts like a name with a promise, and would look like one on the wire"
	}
	return s.check("5.7, step 22", "A cookie without a name does not pose as one with a prefix", found, ok)
}

// partition reads the attribute of draft-cutler-httpbis-partitioned-cookies.
func (s *storing) partition() bool {
	for _, a := range s.Attributes {
		s.c.Partitioned = s.c.Partitioned || a.Known == "Partitioned"
	}
	if !s.c.Partitioned {
		return true
	}
	s.jar.notes.add("partitioned")
	return !s.jar.rules.partitions || s.c.Secure || s.refuse("partitioned")
}

// overwrite is steps 23 and 24.
func (s *storing) overwrite() bool {
	const section, rule = "5.7, step 23", "A script does not overwrite an HttpOnly cookie"
	s.jar.evict(s.now)
	for i, old := range s.jar.cookies {
		if old.Name != s.c.Name || old.Domain != s.c.Domain || old.HostOnly != s.c.HostOnly || old.Path != s.c.Path {
			continue
		}
		if s.script && old.HTTPOnly {
			return s.check(section, rule, "there is one of this name, domain and path", false)
		}
		s.c.Created = old.Created
		s.note(section, "Take the place of the old cookie", "same name, domain and path; it keeps the old one's creation time")
		s.jar.cookies[i] = s.c
		return s.insert()
	}
	s.note(section, "Take the place of the old cookie", "there is none of this name, domain and path")
	s.jar.cookies = append(s.jar.cookies, s.c)
	return s.insert()
}

func (s *storing) insert() bool {
	found := "stored"
	if s.c.expired(s.now) {
		found = "stored, and dropped at once because it has expired"
	}
	s.jar.evict(s.now)
	return s.note("5.7, step 24", "Insert it", found)
}

// evict drops what has expired.
func (j *Jar) evict(now time.Time) {
	kept := j.cookies[:0]
	for _, c := range j.cookies {
		if !c.expired(now) {
			kept = append(kept, c)
		}
	}
	j.cookies = kept
}

// hasPrefix compares without regard to case, as steps 20 to 22 do.
func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
