package head

import (
	"fmt"
	"strings"
)

// MaxToken is the longest token that the token app looks at, in bytes.
const MaxToken = 8 << 10

// tokenCharacters are those of a bearer token, b64token in RFC 6750, section
// 2.1.
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// Bearer is what a request's Authorization fields say.
type Bearer struct {
	Fields  int    // how many there are
	Scheme  string // of the first
	Token   string // what follows Bearer
	Problem string // why the header cannot be read, or ""
}

// BearerOf reads the Authorization fields as the token app does (RFC 6750,
// section 2.1). A scheme other than Bearer is no credential, and no problem.
func BearerOf(fields []string) Bearer {
	b := Bearer{Fields: len(fields)}
	if len(fields) == 0 {
		return b
	}
	if len(fields) > 1 {
		b.Problem = fmt.Sprintf("There are %d Authorization fields, and the server cannot tell which one is meant.", len(fields))
		return b
	}
	scheme, token, _ := strings.Cut(fields[0], " ")
	b.Scheme = scheme
	if !strings.EqualFold(scheme, "Bearer") {
		return b
	}
	b.Read(strings.TrimLeft(token, " "), "What follows Bearer")
	return b
}

// Read takes what should be one token. what says where it stood.
func (b *Bearer) Read(token, what string) {
	switch {
	case len(token) > MaxToken:
		b.Problem = fmt.Sprintf("The token is %d bytes long; the server looks at no more than %d.", len(token), MaxToken)
	case token == "":
		b.Problem = "Nothing follows Bearer."
	case strings.Trim(token, tokenCharacters) != "":
		b.Problem = what + " is not one token."
	default:
		b.Token = token
	}
}
