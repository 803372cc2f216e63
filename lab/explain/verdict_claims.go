package explain

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"authlab/lab/moment"
	"authlab/lab/settings"
)

// The names that the token app signs for and accepts.
const (
	issuer   = "https://library.test"
	audience = "https://api.library.test"
)

// claimChecks are the checks on what the token says. Which claims must be there
// is a setting; what is there must be right all the same, but for issuer and
// audience, which are looked at only where all claims are required.
func (p *presented) claimChecks(now time.Time) []test {
	c, all := p.claims, p.settings.Require == "all"
	leeway := settings.Duration(p.settings.Leeway)
	date := func(name string, d *jwt.NumericDate) func(bool) string {
		return func(bool) string {
			detail := dated(name, d, now)
			if d != nil {
				detail += granted(leeway)
			}
			return detail + p.lax(name)
		}
	}
	tests := []test{
		believed("not expired", "RFC 7519, section 4.1.4: from exp on the token must be refused. "+required(p.settings.Require != "none"),
			TokenPayload, date("exp", c.ExpiresAt)),
		believed("issued in the past", "RFC 7519, section 4.1.6: iat is when the token was made. This server takes none from the future. "+required(all),
			TokenPayload, date("iat", c.IssuedAt)),
		believed("already valid", "RFC 7519, section 4.1.5: until nbf the token must be refused, if it has one.",
			TokenPayload, date("nbf", c.NotBefore)),
	}
	if all {
		tests = append(tests, p.completeness()...)
	}
	if p.settings.Role != settings.Off {
		tests = append(tests, believed("role known", "RFC 7519, section 4.3: role is a private claim, whose values the two sides have agreed on.",
			TokenPayload, func(bool) string {
				return fmt.Sprintf("role is %q; this server knows member and staff.", c.Role) + p.lax("role")
			}))
	}
	return tests
}

// completeness are the checks that there are only where all claims are required.
func (p *presented) completeness() []test {
	c := p.claims
	tests := []test{
		believed("issuer expected", "RFC 8725, section 3.8: a token of another issuer is refused, however good its signature.",
			TokenPayload, func(bool) string {
				return fmt.Sprintf("iss is %q; this server believes %s.", c.Issuer, issuer) + p.lax("iss")
			}),
		believed("audience expected", "RFC 8725, section 3.9: a token for another audience is refused.",
			TokenPayload, func(bool) string {
				return fmt.Sprintf("aud is %q; this server is %s.", []string(c.Audience), audience) + p.lax("aud")
			}),
		believed("subject and id present", "RFC 7519, sections 4.1.2 and 4.1.7: sub says of whom the token speaks, jti names the token. This server requires both.",
			TokenPayload, func(bool) string {
				return fmt.Sprintf("sub is %q, jti is %q.", c.Subject, c.ID) + p.lax("sub", "jti")
			}),
	}
	if p.settings.Revocation == "version" {
		tests = append(tests, believed("version present", "RFC 7519, section 4.3: ver is a private claim: the account's version when the token was made. This server requires it.",
			TokenPayload, func(is bool) string {
				if c.Version == nil {
					return "There is no ver." + p.lax("ver")
				}
				return fmt.Sprintf("ver is %d.", *c.Version) + p.lax("ver")
			}))
	}
	return tests
}

// required and granted say what the settings make of a claim.
func required(is bool) string {
	if is {
		return "This server requires it."
	}
	return "This server does not require it."
}

func granted(leeway time.Duration) string {
	if leeway == 0 {
		return ""
	}
	return fmt.Sprintf(" The server grants %s of leeway.", leeway)
}

// dated says when a claim's date is, by clock and distance.
func dated(name string, date *jwt.NumericDate, now time.Time) string {
	if date == nil {
		return "There is no " + name + "."
	}
	return name + " is " + moment.Full(date.Time, now) + "."
}
