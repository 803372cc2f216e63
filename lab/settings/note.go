package settings

// Note is what a combination of values leads to that none of them does alone.
type Note struct {
	Text   string
	Source string // the standard that it comes from, "" for none
	URL    string
}

// Notes says what the combination means. secure says that the bench is served
// over TLS.
func Notes(s Settings, secure bool) []Note {
	var out []Note
	for _, n := range notes {
		if n.holds(s, secure) {
			out = append(out, n.Note)
		}
	}
	return out
}

var notes = []struct {
	Note
	holds func(s Settings, secure bool) bool
}{
	{Note{"SameSite=None without Secure: the specification, Chromium and Firefox 153 refuse the cookie, Safari is more lenient. Try whether it comes back.", "RFC 6265bis, section 5.7", rfc6265bis + "#section-5.7"},
		func(s Settings, _ bool) bool { return s.Session.SameSite == "None" && s.Session.Secure == Off }},
	{Note{"A name with __Host- is refused by browsers unless the cookie is Secure and its path is /. Try it: it will not come back.", "RFC 6265bis, section 5.7", rfc6265bis + "#section-5.7"},
		func(s Settings, _ bool) bool {
			return s.Session.Cookie != "sid" && (s.Session.Secure == Off || s.Session.Path == "app")
		}},
	{Note{"Secure over plain http: at this machine’s own addresses Chromium and Firefox keep the cookie all the same, Safari drops it, and at any other address all three do.", "RFC 6265bis, section 5.7", rfc6265bis + "#section-5.7"},
		func(s Settings, secure bool) bool { return s.Session.Secure == On && !secure }},
	{Note{"Path=/ is one place for the whole host: each bench’s id is sent to every other bench, and the last one set wins.", "RFC 6265bis, section 8.5", rfc6265bis + "#section-8.5"},
		func(s Settings, _ bool) bool { return s.Session.Path == "host" }},
	{Note{"With the long list the cookie is over the 4096 bytes that browsers keep. Try it: it will not come back.", "RFC 6265bis, section 5.6", rfc6265bis + "#section-5.6"},
		func(s Settings, _ bool) bool { return s.Token.Storage == "cookie" && s.Token.List == On }},
	{Note{"Without rotation no refresh token is ever used up, so the grace has nothing to do.", "", ""},
		func(s Settings, _ bool) bool {
			return s.Token.Grace != "0s" && (s.Token.Refresh == Off || s.Token.Refresh == On)
		}},
	{Note{"The token flow keeps records now, and asks for them: watch its count.", "", ""},
		func(s Settings, _ bool) bool { return s.Token.Refresh != Off || s.Token.Revocation == "jti" }},
	{Note{"The token flow asks the accounts for every request now: the question that a session is for.", "", ""},
		func(s Settings, _ bool) bool { return s.Token.Role == Off || s.Token.Revocation == "version" }},
	{Note{"A token that works for a day, that nothing can end: whoever copies it has the day.", "RFC 6750, section 5.3", rfc6750 + "#section-5.3"},
		func(s Settings, _ bool) bool { return s.Token.Lifetime == "24h" && s.Token.Revocation == Off }},
	{Note{"A token that works for a week, that nothing can end: whoever copies it has the week. Log out, change the role, and send the copy: it is believed for seven days.", "RFC 6750, section 5.3", rfc6750 + "#section-5.3"},
		func(s Settings, _ bool) bool { return s.Token.Lifetime == "7d" && s.Token.Revocation == Off }},
	{Note{"A token that works for a week, and a list of those that were ended: what a logout writes there has to stay for as much as a week.", "", ""},
		func(s Settings, _ bool) bool { return s.Token.Lifetime == "7d" && s.Token.Revocation == "jti" }},
	{Note{"The token lives as long as the refresh token or longer, so there is nothing to refresh.", "", ""},
		func(s Settings, _ bool) bool {
			return s.Token.Refresh != Off && s.Token.LivesFor() >= Duration(s.Token.RefreshLifetime)
		}},
	{Note{"No idle limit and a month until the absolute one: a session that is forgotten stays open.", "OWASP Session Management", owaspSession + "#session-expiration"},
		func(s Settings, _ bool) bool { return s.Session.Idle == Off && s.Session.Absolute == "720h" }},
}
