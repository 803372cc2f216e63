package token

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const maxToken = 8 << 10 // bytes; ours have about 400

// claims is what a token says. The server remembers none of it: everything that
// answering a request takes is in here, and anybody who holds the token can read
// it.
type claims struct {
	jwt.RegisteredClaims        // iss, sub, aud, exp, iat, jti
	Name                 string `json:"name,omitempty"`
	Role                 string `json:"role,omitempty"`

	// What only variants have.
	Version *int     `json:"ver,omitempty"`
	List    []string `json:"shelves,omitempty"`

	variant *Variant // by which they are judged
}

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

// issue makes a token for account. Nothing is written down.
//
// The role goes into the token, so that no request needs to look it up. It
// stays what it is now until the token expires, whatever happens to the account.
func (a *App) issue(ctx context.Context, account Account) (string, error) {
	kid, key, err := a.keys.Signing(ctx)
	if err != nil {
		return "", fmt.Errorf("find signing key: %w", err)
	}
	if err := a.fit(key); err != nil {
		return "", err
	}
	now := a.now(ctx)
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    a.issuer,
			Subject:   account.ID,
			Audience:  jwt.ClaimStrings{a.audience},
			ExpiresAt: jwt.NewNumericDate(now.Add(a.lifetime)),
			IssuedAt:  jwt.NewNumericDate(now),
			ID:        rand.Text(), // no two tokens are the same
		},
		Name: account.Name,
		Role: account.Role,
	}
	c.vary(a.variant, account)
	token := jwt.NewWithClaims(a.method, &c)
	token.Header["kid"] = kid
	return token.SignedString(key)
}

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

// presented returns this request's token.
func (a *App) presented(r *http.Request) (string, error) {
	if a.variant.Storage == InCookie {
		return a.fromCookie(r)
	}
	return a.bearer(r)
}

// bearer returns the token of the Authorization field (RFC 6750, section 2.1).
func (a *App) bearer(r *http.Request) (string, error) {
	several := len(r.Header.Values("Authorization")) > 1
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !a.passes(r.Context(), "token present", several || strings.EqualFold(scheme, "Bearer")) {
		return "", errStranger // there is none, or of a scheme that is not ours
	}
	token = strings.TrimLeft(token, " ")
	err := wellFormed(token, "After Bearer there must be one token and nothing else. Send it exactly as you got it.")
	if several {
		err = malformed("There is more than one Authorization field. Send one.")
	}
	a.passes(r.Context(), "header well formed", err == nil)
	return token, err
}

// errStranger refuses a request without a token.
var errStranger = &refusal{
	status: http.StatusUnauthorized, challenge: true,
	description: "You are not signed in. Log in to get a token.",
}

// wellFormed makes sure that token could be one, and says otherwise what is
// wanted.
func wellFormed(token, wanted string) error {
	switch {
	case len(token) > maxToken:
		return malformed("The token is longer than 8 KiB. Send it exactly as you got it.")
	case token == "" || strings.Trim(token, tokenCharacters) != "":
		return malformed(wanted)
	}
	return nil
}

// tokenCharacters are those of a bearer token, b64token in RFC 6750. The parser
// would skip a line break inside of one.
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// malformed refuses a request that does not make sense, whatever its token is
// worth (RFC 6750, section 3.1).
func malformed(description string) error {
	return &refusal{
		status: http.StatusBadRequest, code: "invalid_request", challenge: true, description: description,
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
