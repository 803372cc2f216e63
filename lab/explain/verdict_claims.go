package explain

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The names that the token app signs for and accepts.
const (
	issuer   = "https://library.test"
	audience = "https://api.library.test"
)

// claimChecks are the checks on what the token says.
func (p *presented) claimChecks(now time.Time) []test {
	c := p.claims
	return []test{
		believed("not expired", "RFC 7519, section 4.1.4: from exp on the token must be refused. This server requires it.",
			TokenPayload, func() (string, bool) {
				return dated("exp", c.ExpiresAt, now), c.ExpiresAt != nil && now.Before(c.ExpiresAt.Time)
			}),
		believed("issued in the past", "RFC 7519, section 4.1.6: iat is when the token was made. This server requires it, and takes none from the future.",
			TokenPayload, func() (string, bool) {
				return dated("iat", c.IssuedAt, now), c.IssuedAt != nil && !now.Before(c.IssuedAt.Time)
			}),
		believed("already valid", "RFC 7519, section 4.1.5: until nbf the token must be refused, if it has one.",
			TokenPayload, func() (string, bool) {
				return dated("nbf", c.NotBefore, now), c.NotBefore == nil || !now.Before(c.NotBefore.Time)
			}),
		believed("issuer expected", "RFC 8725, section 3.8: a token of another issuer is refused, however good its signature.",
			TokenPayload, func() (string, bool) {
				return fmt.Sprintf("iss is %q; this server believes %s.", c.Issuer, issuer), c.Issuer == issuer
			}),
		believed("audience expected", "RFC 8725, section 3.9: a token for another audience is refused.",
			TokenPayload, func() (string, bool) {
				return fmt.Sprintf("aud is %q; this server is %s.", []string(c.Audience), audience), slices.Contains(c.Audience, audience)
			}),
		believed("subject and id present", "RFC 7519, sections 4.1.2 and 4.1.7: sub says of whom the token speaks, jti names the token. This server requires both.",
			TokenPayload, func() (string, bool) {
				return fmt.Sprintf("sub is %q, jti is %q.", c.Subject, c.ID), c.Subject != "" && c.ID != ""
			}),
		believed("role known", "RFC 7519, section 4.3: role is a private claim, whose values the two sides have agreed on.",
			TokenPayload, func() (string, bool) {
				return fmt.Sprintf("role is %q; this server knows member and staff.", c.Role), c.Role == "member" || c.Role == "staff"
			}),
	}
}

// roleAllows is the staff desk's own check.
func (p *presented) roleAllows() test {
	return test{
		name: "role allows", ink: TokenPayload, status: http.StatusForbidden, outcome: "forbidden",
		rule: "RFC 6750, section 3.1: a token that is valid but not enough is answered with 403 and insufficient_scope.",
		run: func() (string, bool) {
			return "The desk is for staff, and the token says that the role is " + p.claims.Role + ".", p.claims.Role == "staff"
		},
	}
}

// dated says when a claim's date is, by clock and distance.
func dated(name string, date *jwt.NumericDate, now time.Time) string {
	if date == nil {
		return "There is no " + name + "."
	}
	return name + " is " + clockAndDistance(date.Time, now) + "."
}
