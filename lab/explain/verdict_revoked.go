package explain

import (
	"fmt"
	"net/http"
	"slices"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// lookUps are what the server asks for beside verifying a token, where its
// settings make it: a list of tokens that are denied, and the account.
func (j *judge) lookUps(p *presented) []test {
	var tests []test
	if p.settings.Revocation == "jti" {
		tests = append(tests, believed("not denied", "RFC 7519, section 4.1.7: jti names the token. The server searches its list of ended tokens for it, at every request.",
			ServerOnly, func(bool) string { return j.denied(p.claims.ID) }))
	}
	versioned, fresh := p.settings.Revocation == "version", p.settings.Role == settings.Off
	if !versioned && !fresh {
		return tests
	}
	tests = append(tests, believed("account known", "OWASP Authorization Cheat Sheet, Validate the Permissions on Every Request: the account is looked up for each request, as a session's is.",
		ServerOnly, j.accountOf))
	if versioned {
		tests = append(tests, believed("version current", "RFC 7519, section 4.3: ver is the account's version when the token was made. A logout raises the account's, which ends all that were made before.",
			ServerOnly, func(bool) string { return j.current(p) }))
	}
	return tests
}

// denied says what the denylist answered.
func (j *judge) denied(jti string) string {
	if e, found := j.event(journal.RecordFound, named("kind", "denied", "id", jti)); found {
		return fmt.Sprintf("The list has %s, until %s.", short(jti), e.Field("expires"))
	}
	return fmt.Sprintf("The list was searched for %s, which is not on it.", short(jti))
}

// accountOf says what the accounts answered.
func (j *judge) accountOf(known bool) string {
	e, _ := j.event(journal.AccountRead, named())
	if !known {
		return "There is no account " + fmt.Sprintf("%q", short(e.Field("user"))) + "."
	}
	return "The account is " + e.Field("user") + ", and its role is now " + e.Field("role") + "."
}

func (j *judge) current(p *presented) string {
	e, _ := j.event(journal.AccountRead, named("found", "true"))
	token := 0
	if p.claims.Version != nil {
		token = *p.claims.Version
	}
	return fmt.Sprintf("The token's version is %d, the account's is %s.", token, e.Field("version"))
}

// deskAllows is the staff desk's own check: by the claim, or by the account.
func (j *judge) deskAllows(p *presented) test {
	return test{
		name: "role allows", ink: TokenPayload, status: http.StatusForbidden, outcome: "forbidden",
		rule: "RFC 6750, section 3.1: a token that is valid but not enough is answered with 403 and insufficient_scope.",
		say: func(bool) string {
			if p.settings.Role != settings.Off {
				return "The desk is for staff, and the token says that the role is " + p.claims.Role + "."
			}
			e, _ := j.event(journal.AccountRead, named("found", "true"))
			return "The desk is for staff, and the account's role is " + e.Field("role") + "."
		},
	}
}

// tokenLogout judges a logout, which cannot fail: logging out without a token is
// no error. What it did is in the events.
func (j *judge) tokenLogout(s settings.Token) {
	var tests []test
	if s.Revocation != settings.Off {
		tests = append(tests, did("token ended", TokenPayload,
			"RFC 7519, section 4.1.4: a token is valid until its exp. To end it sooner the server has to write something down.", j.tokenEnded))
	}
	if s.Refresh != settings.Off {
		tests = append(tests, did("refresh token ended", ServerOnly,
			"RFC 9700, section 4.14.2: with the end of a login its refresh tokens end, too.", j.familyEnded))
	}
	if s.Storage == "cookie" {
		tests = append(tests, did("cookie cleared", Rule,
			"RFC 6265, section 3.1: a server removes a cookie by setting it with an end in the past.", func() (string, bool) {
				return "The browser was told to drop the cookie. Whoever copied it before still has the token.", false
			}))
	}
	outcome := "logged out"
	if tests == nil {
		outcome = "nothing done"
		tests = []test{did("nothing to check", Plain,
			"RFC 7519, section 4.1.4: a token is valid until its exp. The server keeps no list of tokens, so it has nothing to delete.", func() (string, bool) {
				return "The page's script forgets its token. A copy stays valid until it expires.", false
			})}
	}
	j.follow(j.findings(), http.StatusNoContent, outcome, j.changing(tests...)...)
}

// did says what was done without a check. run reports whether an event shows that.
func did(name string, ink Ink, rule string, run func() (string, bool)) test {
	return test{name: name, ink: ink, rule: rule, run: run}
}

func (j *judge) tokenEnded() (string, bool) {
	if e, ok := j.event(journal.RecordWritten, named("kind", "denied")); ok {
		return "The token " + short(e.Field("id")) + " was written on the list, until " + e.Field("expires") + ".", true
	}
	if e, ok := j.event(journal.AccountRaised, named()); ok {
		return "The account's version is now " + e.Field("version") + ". All of its tokens with a lower one are refused from now on.", true
	}
	at := slices.IndexFunc(j.findings(), func(f finding) bool { return !f.passed })
	if at < 0 {
		return "The token is believed, and has no jti by which it could be written down. So it was not ended.", false
	}
	return "The request carried no token that is believed (it fails at “" + j.findings()[at].check + "”), so there was nothing to end.", false
}

func (j *judge) familyEnded() (string, bool) {
	n := 0
	for _, e := range j.x.Events {
		if e.Kind == journal.RecordDeleted && e.Field("kind") == "refresh" && e.Field("existed") == "true" {
			n++
		}
	}
	if n == 0 {
		return "The request carried no refresh token that is remembered, so there was nothing to end.", false
	}
	return "The family was ended: " + count(n, "record") + " deleted.", true
}
