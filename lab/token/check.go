package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// account returns whom this request's token speaks of, or a *refusal.
func (a *App) account(r *http.Request) (Account, error) {
	c, err := a.claims(r)
	if err != nil {
		return Account{}, err
	}
	return a.holder(r.Context(), c)
}

// holder returns whom c speaks of. There is no look-up: the answer is what the
// claims say.
func (a *App) holder(ctx context.Context, c *claims) (Account, error) {
	if v := a.variant; v.LookUpRole || v.Versions || v.Denylist != nil {
		return a.lookUp(ctx, c)
	}
	return c.account(), nil
}

// claims returns what this request's token says, if we can believe it.
func (a *App) claims(r *http.Request) (*claims, error) {
	token, err := a.presented(r)
	if err != nil {
		return nil, err
	}
	return a.verify(r.Context(), token)
}

// account is what the claims say. It lacks the email, which is not among them.
func (c *claims) account() Account {
	return Account{ID: c.Subject, Name: cmp.Or(c.Name, c.Subject), Role: c.Role}
}

// version is the account's when the token was made.
func (c *claims) version() int {
	if c.Version == nil {
		return 0
	}
	return *c.Version
}

// lookUp returns whom c speaks of, where the claims alone do not decide. This is
// what a session does for every request.
func (a *App) lookUp(ctx context.Context, c *claims) (Account, error) {
	if a.variant.Denylist != nil {
		denied, err := a.variant.Denylist.Denied(ctx, c.ID)
		if err != nil {
			return Account{}, fmt.Errorf("search denylist: %w", err)
		}
		if !a.passes(ctx, "not denied", !denied) {
			return Account{}, errRevoked
		}
	}
	if !a.variant.Versions && !a.variant.LookUpRole {
		return c.account(), nil
	}
	account, err := a.accounts.Find(ctx, c.Subject)
	switch gone := errors.Is(err, ErrNoAccount); {
	case err != nil && !gone:
		return Account{}, fmt.Errorf("find account of token: %w", err)
	case !a.passes(ctx, "account known", !gone):
		return Account{}, errNobody
	case a.variant.Versions && !a.passes(ctx, "version current", c.version() >= account.Version):
		return Account{}, errRevoked
	case a.variant.LookUpRole:
		return account, nil
	default:
		return c.account(), nil
	}
}

// verify returns what token says, if we can believe it.
//
// What to check is up to us and never to the token: the algorithm is fixed, so
// a token cannot ask for "none" or for another one (RFC 8725, section 3.1). A
// leeway is for servers whose clocks differ; here the clock that sets exp is the
// one that judges it.
func (a *App) verify(ctx context.Context, token string) (*claims, error) {
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{a.method.Alg()}),
		jwt.WithLeeway(a.variant.Leeway),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), // one way to write a token, so that no byte of it can change
		jwt.WithTimeFunc(func() time.Time { return a.now(ctx) }),
	}
	if a.variant.Require == RequireAll {
		options = append(options, jwt.WithIssuer(a.issuer), jwt.WithAudience(a.audience))
	}
	if a.variant.Require != RequireNothing {
		options = append(options, jwt.WithExpirationRequired())
	}
	c := claims{variant: &a.variant}
	if err := a.judge(ctx, a.parse(ctx, jwt.NewParser(options...), token, &c)); err != nil {
		return nil, err
	}
	return &c, nil
}

// parse reads token into c, and verifies it.
func (a *App) parse(ctx context.Context, parser *jwt.Parser, token string, c *claims) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errParts
	}
	if _, err := parser.DecodeSegment(parts[2]); err != nil {
		return fmt.Errorf("%w: %w", jwt.ErrTokenMalformed, err) // ParseWithClaims would look at alg first
	}
	asked := false
	_, err := parser.ParseWithClaims(token, c, func(t *jwt.Token) (any, error) {
		asked = true
		return a.key(ctx, t)
	})
	if err != nil && !asked && !errors.Is(err, jwt.ErrTokenMalformed) {
		return errAlgorithm // the parser asks for the key once it allows the algorithm
	}
	return err
}

// key finds the key that t says it is signed with.
func (a *App) key(ctx context.Context, t *jwt.Token) (any, error) {
	if _, critical := t.Header["crit"]; critical {
		return nil, errCritical // the parser would not look
	}
	kid, named := t.Header["kid"].(string)
	if !named {
		return nil, ErrNoKey
	}
	key, err := a.keys.Verifying(ctx, kid)
	if err == nil {
		err = a.fit(key)
	}
	switch {
	case errors.Is(err, ErrNoKey):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	t.Method = a.method // the parser took the one that is called so; ours may be stricter
	return key, nil
}

// errNoAnswer is what is not the token's fault.
var errNoAnswer = errors.New("find verifying key")

// Validate adds to what the parser checks: RFC 7519 leaves it to the application
// which claims must be there, and what a role is. It implements
// jwt.ClaimsValidator.
func (c *claims) Validate() error {
	all := c.variant.Require == RequireAll
	_, known := may[c.Role]
	return errors.Join(
		unless(c.ExpiresAt != nil || c.variant.Require == RequireNothing, missing("exp")),
		unless(c.IssuedAt != nil || !all, missing("iat")),
		unless(c.Issuer != "" || !all, missing("iss")),
		unless(cmp.Or(c.Audience...) != "" || !all, missing("aud")),
		unless(c.Subject != "" || !all, missing("sub")),
		unless(c.ID != "" || !all, missing("jti")),
		unless(c.Version != nil || !all || !c.variant.Versions, missing("ver")),
		unless(known || c.variant.LookUpRole, errRole),
	)
}

// unless returns err where a condition does not hold.
func unless(holds bool, err error) error {
	if holds {
		return nil
	}
	return err
}
