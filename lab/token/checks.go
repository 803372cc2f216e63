package token

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// check is something that must hold of a token.
type check struct {
	name        string
	err         error  // what verify fails with where it does not hold
	description string // what the client is told then
	// lacks are the claims without which it cannot hold, where they are required.
	lacks []missing
	// unless reports whether a variant does without this check. It is nil where
	// none does.
	unless func(Variant) bool
}

// checks are what a token has to pass, in the order in which they count: of
// several that it does not, the first one is the answer. The parser makes those
// on the parts, the key and the signature one after another. Of the claims it
// says all that is wrong with them at once, in an order of its own.
var checks = []check{
	{name: "three parts", err: errParts, description: notParts},
	{name: "parts readable", err: jwt.ErrTokenMalformed, description: notParts},
	{name: "algorithm allowed", err: errAlgorithm, description: otherAlgorithm},
	{name: "no unknown extension", err: errCritical, description: "The token asks for an extension that this server does not know. Log in again."},
	{name: "key known", err: ErrNoKey, description: "The token names no key of this server. Log in again."},
	{name: "signature matches", err: jwt.ErrTokenSignatureInvalid, description: noMatch},
	{name: "not expired", err: jwt.ErrTokenExpired, description: "The token has expired. Log in again.", lacks: []missing{"exp"}},
	{name: "issued in the past", err: jwt.ErrTokenUsedBeforeIssued, description: "The token is from the future. Log in again.", lacks: []missing{"iat"}},
	{name: "already valid", err: jwt.ErrTokenNotValidYet, description: "The token is not valid yet. Log in again."},
	{name: "issuer expected", err: jwt.ErrTokenInvalidIssuer, description: "The token was made by somebody else. Log in here.", lacks: []missing{"iss"}, unless: lenient},
	{name: "audience expected", err: jwt.ErrTokenInvalidAudience, description: "The token was made for another application. Log in here.", lacks: []missing{"aud"}, unless: lenient},
	{name: "subject and id present", lacks: []missing{"sub", "jti"}, unless: lenient},
	{name: "version present", lacks: []missing{"ver"}, unless: func(v Variant) bool { return lenient(v) || !v.Versions }},
	{name: "role known", err: errRole, description: "The token says something that this server does not understand. Log in again.", unless: func(v Variant) bool { return v.LookUpRole }},
}

const (
	notParts       = "The token is not three base64url parts of a JWT. Send it exactly as you got it."
	otherAlgorithm = "The token is not signed with {alg}, which is all that this server accepts. Log in again."
	noMatch        = "The signature does not match: the token was changed or signed with another key. Log in again."
	lacking        = "The token lacks a claim that this server requires: {claim}. Log in again."
)

// Why a token is not believed, where the parser has no word for it.
var (
	errParts     = errors.New("not three parts")
	errAlgorithm = errors.New("another algorithm than ours")
	errCritical  = errors.New("crit names an extension that we do not know") // RFC 7515, section 4.1.11
	errRole      = errors.New("role is not one of ours")
)

// missing is the failure that a required claim is not there. It is the claim's name.
type missing string

func (claim missing) Error() string { return "the token lacks " + string(claim) }

// lenient reports whether a variant asks for less than all of our claims.
func lenient(v Variant) bool { return v.Require != RequireAll }

// checksOf are the checks of a variant.
func checksOf(v Variant) []check {
	var made []check
	for _, c := range checks {
		if c.unless == nil || !c.unless(v) {
			made = append(made, c)
		}
	}
	return made
}

// failed reports whether verify's err says that the check failed, and what the
// client is told then.
func (c check) failed(err error) (description string, failed bool) {
	if err == nil {
		return "", false
	}
	for _, claim := range c.lacks {
		if errors.Is(err, claim) {
			return strings.Replace(lacking, "{claim}", string(claim), 1), true
		}
	}
	return c.description, c.err != nil && errors.Is(err, c.err)
}

// judge tells the audit what became of each check, where verifying a token ended
// with err, and returns the answer (RFC 6750, section 3.1): nil, or a *refusal for
// the first check that failed. What is not the token's fault is returned as it is.
func (a *App) judge(ctx context.Context, err error) error {
	var answer error
	for _, c := range a.checks {
		if errors.Is(c.err, ErrNoKey) && errors.Is(err, errNoAnswer) {
			return err // this check could not be made
		}
		description, failed := c.failed(err)
		if a.passes(ctx, c.name, !failed) || answer != nil {
			continue
		}
		answer = &refusal{
			status: http.StatusUnauthorized, code: "invalid_token", challenge: true,
			description: strings.Replace(description, "{alg}", a.method.Alg(), 1),
		}
		if !errors.Is(err, jwt.ErrTokenInvalidClaims) {
			return answer // what follows was not reached
		}
	}
	if answer == nil {
		return err
	}
	return answer
}
