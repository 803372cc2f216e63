package explain

import (
	"fmt"
	"strings"
)

// maxToken is the longest token that the token app looks at, in bytes.
const maxToken = 8 << 10

// tokenCharacters are those of a bearer token, b64token in RFC 6750, section
// 2.1.
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// bearer is what a request's Authorization fields say.
type bearer struct {
	fields  int    // how many there are
	scheme  string // of the first
	token   string // what follows Bearer
	problem string // why the header cannot be read, or ""
}

// bearerOf reads the Authorization fields as the token app does (RFC 6750,
// section 2.1). A scheme other than Bearer is no credential, and no problem.
func bearerOf(fields []string) bearer {
	b := bearer{fields: len(fields)}
	if len(fields) == 0 {
		return b
	}
	if len(fields) > 1 {
		b.problem = fmt.Sprintf("There are %d Authorization fields, and the server cannot tell which one is meant.", len(fields))
		return b
	}
	scheme, token, _ := strings.Cut(fields[0], " ")
	b.scheme = scheme
	if !strings.EqualFold(scheme, "Bearer") {
		return b
	}
	b.read(strings.TrimLeft(token, " "), "What follows Bearer")
	return b
}

// read takes what should be one token. what says where it stood.
func (b *bearer) read(token, what string) {
	switch {
	case len(token) > maxToken:
		b.problem = fmt.Sprintf("The token is %d bytes long; the server looks at no more than %d.", len(token), maxToken)
	case token == "":
		b.problem = "Nothing follows Bearer."
	case strings.Trim(token, tokenCharacters) != "":
		b.problem = what + " is not one token."
	default:
		b.token = token
	}
}
