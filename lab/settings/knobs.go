package settings

import "slices"

// Knobs are all knobs, in the order in which pages show them.
var Knobs = slices.Concat(sharedKnobs, sessionKnobs, tokenKnobs)

var sharedKnobs = []Knob{
	{BothFlows, "store", "Where records are kept", []Choice{
		{Memory, "memory", "Records live in this process: the fastest look-up, seen by no second server. A restart loses them, unless something writes them down, as a lab does for the classes that it is told to keep.", open},
		{SQLite, "SQLite", "Records are rows of a database file. Elsewhere they outlive the process; here the file goes with the lab.", open},
		{Redis, "Redis or Valkey", "Records live in a server of their own, which many servers can share.", open},
	}, func(s *Settings) *string { return &s.Store }},
}

var sessionKnobs = []Knob{
	{SessionFlow, "session.cookie", "Cookie name", []Choice{
		{"sid", "sid", "A plain name, which any host of the domain can plant a cookie under.", open},
		{"__Host-sid", "__Host-sid", "The prefix makes the browser refuse the cookie unless it is Secure, has Path=/ and no Domain: so no other host can have set it.",
			follows("RFC 6265bis, section 4.1.3.2", rfc6265bis+"#section-4.1.3.2")},
	}, func(s *Settings) *string { return &s.Session.Cookie }},
	{SessionFlow, "session.http_only", "HttpOnly", []Choice{
		{On, "HttpOnly", "No script of the page can read the id.", follows("OWASP Session Management", owaspSession+"#httponly-attribute")},
		{Off, "absent", "Every script of the page can read the id and carry it off.", breaks("OWASP Session Management", owaspSession+"#httponly-attribute")},
	}, func(s *Settings) *string { return &s.Session.HTTPOnly }},
	{SessionFlow, "session.secure", "Secure", []Choice{
		{On, "Secure", "The browser sends the id over TLS only; some make an exception for this machine itself.", follows("OWASP Session Management", owaspSession+"#secure-attribute")},
		{Off, "absent", "The browser sends the id over plain http as well, where anybody on the way can read it.", breaks("OWASP Session Management", owaspSession+"#secure-attribute")},
	}, func(s *Settings) *string { return &s.Session.Secure }},
	{SessionFlow, "session.same_site", "SameSite", []Choice{
		{"Strict", "SameSite=Strict", "Nothing that another site causes carries the cookie, not even a link to you.", follows("OWASP Session Management", owaspSession+"#samesite-attribute")},
		{"Lax", "SameSite=Lax", "Of what another site causes, only what takes the whole tab here by a safe method, such as GET, carries the cookie: a link, a redirect, a script that opens the page.", follows("OWASP Session Management", owaspSession+"#samesite-attribute")},
		{"None", "SameSite=None", "SameSite holds nothing back, so another site’s forms carry the cookie. It must be Secure, too, or it is refused; browsers that block third-party cookies still do.", breaks("OWASP Session Management", owaspSession+"#samesite-attribute")},
		{"absent", "absent", "The browser decides: Chromium treats it as Lax, though it lets a form’s POST carry a cookie under two minutes old; others treat it as None.", breaks("OWASP Session Management", owaspSession+"#samesite-attribute")},
	}, func(s *Settings) *string { return &s.Session.SameSite }},
	{SessionFlow, "session.path", "Path", []Choice{
		{"app", "the app’s own", "Only this app’s requests carry the cookie.", follows("OWASP Session Management", owaspSession+"#domain-and-path-attributes")},
		{"host", "/", "Every request to this host carries the cookie: the token app’s, the lab’s own, another bench’s.", breaks("OWASP Session Management", owaspSession+"#domain-and-path-attributes")},
	}, func(s *Settings) *string { return &s.Session.Path }},
	{SessionFlow, "session.persist", "How long the browser keeps it", []Choice{
		{Off, "until it closes", "The cookie names no end, so the browser drops it when its own session ends.", follows("OWASP Session Management", owaspSession+"#expire-and-max-age-attributes")},
		{On, "with an end", "Expires and Max-Age let the cookie outlive the browser’s closing; the browser goes by its own clock.", breaks("OWASP Session Management", owaspSession+"#expire-and-max-age-attributes")},
	}, func(s *Settings) *string { return &s.Session.Persist }},
	{SessionFlow, "session.idle", "Idle timeout", []Choice{
		{"1m", "1 minute", "A session that is not used for a minute ends.", follows("OWASP Session Management", owaspSession+"#idle-timeout")},
		{"15m", "15 minutes", "A session that is not used for 15 minutes ends.", follows("OWASP Session Management", owaspSession+"#idle-timeout")},
		{"8h", "8 hours", "A screen that was left open stays open for a working day.", breaks("OWASP Session Management", owaspSession+"#idle-timeout")},
		{Off, "none", "Nothing ends a session that is not used, before its absolute limit.", breaks("OWASP Session Management", owaspSession+"#idle-timeout")},
	}, func(s *Settings) *string { return &s.Session.Idle }},
	{SessionFlow, "session.absolute", "Absolute timeout", []Choice{
		{"5m", "5 minutes", "Every session ends 5 minutes after its login, however busy.", follows("OWASP Session Management", owaspSession+"#absolute-timeout")},
		{"1h", "1 hour", "Every session ends an hour after its login, however busy.", follows("OWASP Session Management", owaspSession+"#absolute-timeout")},
		{"720h", "30 days", "A stolen id that is kept warm works for a month.", breaks("OWASP Session Management", owaspSession+"#absolute-timeout")},
	}, func(s *Settings) *string { return &s.Session.Absolute }},
	{SessionFlow, "session.renew", "Id at login", []Choice{
		{On, "a new one", "An id from before the login is worth nothing after it.", follows("OWASP Session Management", owaspSession+"#renew-the-session-id-after-any-privilege-level-change")},
		{Off, "the same", "Whoever planted the id before the login is logged in by it: session fixation.", breaks("OWASP Session Management", owaspSession+"#renew-the-session-id-after-any-privilege-level-change")},
	}, func(s *Settings) *string { return &s.Session.Renew }},
	{SessionFlow, "session.logout", "Logout deletes", []Choice{
		{"record", "the record", "A copy of the id is worth nothing afterwards.", follows("OWASP Session Management", owaspSession+"#session-expiration")},
		{"cookie", "only the cookie", "The record stays, so a copy of the id works on.", breaks("OWASP Session Management", owaspSession+"#session-expiration")},
	}, func(s *Settings) *string { return &s.Session.Logout }},
	{SessionFlow, "session.hash_id", "Id in the store", []Choice{
		{Off, "as it is", "Whoever reads the store can use every session in it.", open},
		{On, "its SHA-256", "Whoever reads the store finds hashes, which open nothing.", open},
	}, func(s *Settings) *string { return &s.Session.HashID }},
}
