package settings

var tokenKnobs = []Knob{
	{TokenFlow, "token.alg", "Algorithm", []Choice{
		{"HS256", "HS256", "One secret of 32 bytes makes and checks tokens: who can check can also make them.", follows("RFC 7518, section 3.2", rfc7518+"#section-3.2")},
		{"HS384", "HS384", "One secret of 48 bytes makes and checks tokens.", follows("RFC 7518, section 3.2", rfc7518+"#section-3.2")},
		{"HS512", "HS512", "One secret of 64 bytes makes and checks tokens.", follows("RFC 7518, section 3.2", rfc7518+"#section-3.2")},
		{"RS256", "RS256", "A private RSA key signs; whoever has the public one can check. The signature has 256 bytes.", follows("RFC 7518, section 3.3", rfc7518+"#section-3.3")},
		{"PS256", "PS256", "As RS256, with a padding that has a proof of its security.", follows("RFC 7518, section 3.5", rfc7518+"#section-3.5")},
		{"ES256", "ES256", "A private key on the curve P-256 signs; the signature has 64 bytes.", follows("RFC 7518, section 3.4", rfc7518+"#section-3.4")},
		{"EdDSA", "EdDSA", "A private Ed25519 key signs, without needing randomness; the signature has 64 bytes. RFC 9864 deprecates the name EdDSA in favour of Ed25519.", follows("RFC 8037, section 3.1", "https://www.rfc-editor.org/rfc/rfc8037.html#section-3.1")},
	}, func(s *Settings) *string { return &s.Token.Alg }},
	{TokenFlow, "token.lifetime", "Lifetime", []Choice{
		{"1m", "1 minute", "A stolen token works for a minute at most.", follows("RFC 6750, section 5.3", rfc6750+"#section-5.3")},
		{"15m", "15 minutes", "A stolen token works for 15 minutes at most.", follows("RFC 6750, section 5.3", rfc6750+"#section-5.3")},
		{"24h", "1 day", "A stolen token, or a role that was taken away, works for up to a day.", breaks("RFC 6750, section 5.3", rfc6750+"#section-5.3")},
		{"7d", "7 days", "A stolen token, or a role that was taken away, works for up to a week; many an article sets this (expiresIn: “7d”), and the advice is an hour or less.", breaks("RFC 6750, section 5.3", rfc6750+"#section-5.3")},
	}, func(s *Settings) *string { return &s.Token.Lifetime }},
	{TokenFlow, "token.keep", "The client keeps it in", []Choice{
		{"memory", "memory", "It is gone at the next reload; a script that got in can still use it, or wait for the next.", open},
		{"sessionStorage", "sessionStorage", "Every script of the origin can read it, until the tab closes.", breaks("OWASP HTML5 Security", owaspHTML5)},
		{"localStorage", "localStorage", "Every script of the origin can read it, until something deletes it.", breaks("OWASP HTML5 Security", owaspHTML5)},
		{"cookie", "an HttpOnly cookie", "No script can read it, and the browser attaches it by itself: so other sites’ requests need a check.", follows("OWASP HTML5 Security", owaspHTML5)},
	}, func(s *Settings) *string { return &s.Token.Storage }},
	{TokenFlow, "token.leeway", "Leeway", []Choice{
		{"0s", "none", "A token ends at the second that it names.", open},
		{"30s", "30 seconds", "Clocks may differ by half a minute; tokens live as much longer.", follows("RFC 7519, section 4.1.4", rfc7519+"#section-4.1.4")},
		{"10m", "10 minutes", "Tokens live ten minutes longer than they say: more than a few, which is what the standard grants.", breaks("RFC 7519, section 4.1.4", rfc7519+"#section-4.1.4")},
	}, func(s *Settings) *string { return &s.Token.Leeway }},
	{TokenFlow, "token.require", "Claims that must be there", []Choice{
		{"all", "all that we set", "A token without end, issuer, audience, subject, time or id is refused.", follows("RFC 8725, section 3.8 and 3.9", rfc8725+"#section-3.8")},
		{"exp", "only exp", "A token from anybody for anybody is believed, if the key fits and it has an end.", breaks("RFC 8725, section 3.8 and 3.9", rfc8725+"#section-3.8")},
		{"none", "none", "A token without an end is believed for ever.", breaks("RFC 8725, section 3.8 and 3.9", rfc8725+"#section-3.8")},
	}, func(s *Settings) *string { return &s.Token.Require }},
	{TokenFlow, "token.role", "Role in the token", []Choice{
		{On, "a claim", "No look-up is needed, and the role is as old as the token.", open},
		{Off, "looked up", "The accounts are asked for every request: the role is fresh, and the flow no longer stateless.", open},
	}, func(s *Settings) *string { return &s.Token.Role }},
	{TokenFlow, "token.name", "Name in the token", []Choice{
		{On, "a claim", "Whoever sees the token reads the name.", open},
		{Off, "left out", "The token tells less; the app knows its visitor by the subject only.", follows("RFC 7519, section 12", rfc7519+"#section-12")},
	}, func(s *Settings) *string { return &s.Token.Name }},
	{TokenFlow, "token.list", "A long list in the token", []Choice{
		{Off, "no", "The token stays small.", open},
		{On, "120 entries", "Each request carries some kilobytes more; as a cookie it would be over the limit of browsers.", open},
	}, func(s *Settings) *string { return &s.Token.List }},
	{TokenFlow, "token.refresh", "Refresh token", []Choice{
		{Off, "none", "When the token ends, the password is asked for again.", open},
		{On, "reusable", "One refresh token brings access tokens until it ends; a copy of it does as well.", breaks("RFC 9700, section 2.2.2", rfc9700+"#section-2.2.2")},
		{"rotate", "rotated", "Each works once and brings its successor; a used one is refused.", follows("RFC 9700, section 4.14.2", rfc9700+"#section-4.14.2")},
		{"detect", "rotated, reuse detected", "A used one that comes back ends the whole login, for the thief and for you.", follows("RFC 9700, section 4.14.2", rfc9700+"#section-4.14.2")},
	}, func(s *Settings) *string { return &s.Token.Refresh }},
	{TokenFlow, "token.refresh_lifetime", "Refresh lifetime", []Choice{
		{"1h", "1 hour", "An hour after the login the password is asked for again.", open},
		{"24h", "1 day", "A day after the login the password is asked for again.", open},
		{"720h", "30 days", "A login lasts a month.", open},
	}, func(s *Settings) *string { return &s.Token.RefreshLifetime }},
	{TokenFlow, "token.grace", "Grace for a used refresh token", []Choice{
		{"0s", "none", "Two tabs that refresh at the same moment look like a thief.", open},
		{"10s", "10 seconds", "A used one is good for ten seconds more, for tabs that raced, and for a quick thief.", open},
		{"1m", "1 minute", "A used one is good for a minute more, for tabs that raced, and for a thief.", open},
	}, func(s *Settings) *string { return &s.Token.Grace }},
	{TokenFlow, "token.revocation", "Ending a token early", []Choice{
		{Off, "impossible", "A token works until it expires, whatever happens.", open},
		{"jti", "a denylist by jti", "Logging out writes the token’s id on a list, which is searched for every request.", open},
		{"version", "a version for each account", "Logging out raises the account’s number; tokens with a lower one are refused, on every device.", open},
	}, func(s *Settings) *string { return &s.Token.Revocation }},
}
