// Package explain works out what recorded exchanges mean: which bytes are the
// session id, what an attribute or a claim says, which checks led to an answer.
//
// Its functions are pure. They read package journal's records and nothing else:
// no connection, no store, no clock of their own. Recorded requests are read with
// the parsers that the server used, those of net/http and golang-jwt, so that
// what they took for a cookie or a date is the same here. What the functions
// return is for showing; none of it decides anything.
package explain

import (
	"time"

	"authlab/lab/explain/gloss"
	"authlab/lab/journal"
)

// Ink is the identity of a value: the same value has the same ink in every
// place. The empty Ink means that a span has none.
type Ink string

// The five inks, and the two marks that carry no hue.
const (
	SessionID    Ink = "sid"  // the session id
	TokenHeader  Ink = "hdr"  // a JWT's JOSE header
	TokenPayload Ink = "pay"  // a JWT's claims, and values copied out of them
	TokenSig     Ink = "sig"  // a JWT's signature
	ServerOnly   Ink = "own"  // what only the server has: records, keys, accounts
	Rule         Ink = "attr" // a cookie attribute: a rule, not a value
	Plain        Ink = "word" // a method, header name, status: explained, without ink
)

// Span is a run of bytes within a message that means something.
type Span struct {
	Start, End int    // offsets into the message's bytes, Start < End
	Ink        Ink    // its identity
	Ref        string // equal Refs are the same thing in different places: "sid", "hdr", "pay", "sig", "own", "pay.role", "attr.httponly", "header.vary", "status.401" …
	Gloss      gloss.Gloss
}

// LineKind says what part of a message a line is.
type LineKind string

// The kinds of lines.
const (
	StartLine   LineKind = "start"   // request line or status line
	HeaderLine  LineKind = "header"  // one field line
	InterimLine LineKind = "interim" // a line of an interim (1xx) response
	BlankLine   LineKind = "blank"   // the empty line that ends the header section
	BodyLine    LineKind = "body"    // content (all of it is one line, whatever it contains)
)

// Line is one line of a message. The lines of a message are contiguous: they
// cover the message's bytes without a gap, in order.
type Line struct {
	Start, End int // offsets into the message's bytes; End includes the line ending
	Text       int // offset of the end of the text, without the line ending
	Kind       LineKind
	Name       string // the field's name as it was spelled, for header lines
	Notable    bool   // shown at full strength; the rest may be folded
	Spans      []Span // ascending, not overlapping, within [Start, Text)
}

// Message is a raw message taken apart.
type Message struct {
	Lines []Line
	// Note says what is unusual about the message: cut off, truncated at the
	// limit, not HTTP. Empty where nothing is.
	Note string
}

// Result is the result of one check.
type Result string

// The results of checks. The one that failed decides. What comes after it is not
// reached, unless the app made it in the same breath: a parser says of all claims
// at once what is wrong with them.
const (
	Passed      Result = "passed"
	Failed      Result = "failed"    // and so it decides
	FailsToo    Result = "fails too" // and does not decide
	NotReached  Result = "not reached"
	NotRecorded Result = "not recorded" // by the older version that recorded the exchange
)

// Check is one check that the server made.
type Check struct {
	Name   string // short, as on the page: "record found", "signature matches"
	Result Result
	Rule   string // the rule in words and its source: "RFC 7519, section 4.1.4: …"
	Detail string // what was compared, with the values of this exchange; "" where it was not made
	Ink    Ink    // the identity of what was checked
}

// Verdict is the ordered list of checks that led to an answer.
type Verdict struct {
	// Outcome is one word or two: "accepted", "refused", "forbidden",
	// "logged in", "logged out", "public", "not found", …
	Outcome string
	// Status is the status code that these checks lead to. It is worked out
	// from what the app and its parts told while they ran, never read off the
	// response; only where no check was recorded it is the one that was answered.
	Status int
	Checks []Check
	// Answered is the status code that the app really gave, 0 where there is
	// no final response.
	Answered int
	// Note is what has to be said beside the checks: that they lead to another
	// answer than the one that was given, or were not recorded. It is "" where the
	// checks explain the answer.
	Note string
}

// Part is one of the three parts of a compact JWS (RFC 7515, section 7.1).
type Part struct {
	Encoded string // as it stands in the token
	Decoded []byte // nil where Encoded is not base64url
	Problem string // why it could not be decoded, or ""
}

// Claim is one member of the JOSE header or of the claims set.
type Claim struct {
	Name  string // "exp"
	Value string // its JSON text: "1795425905", "\"staff\""
	Human string // where the value means more than it says: a time as clock and distance, else ""
	Gloss gloss.Gloss
}

// TokenView is a compact JWS taken apart.
type TokenView struct {
	Raw                        string
	Header, Payload, Signature Part
	Params                     []Claim // the JOSE header's members, in the token's order
	Claims                     []Claim // the claims set's members, in the token's order
	Problems                   []string
}

// Attribute is one attribute of a Set-Cookie field.
type Attribute struct {
	Name, Value string
	Gloss       gloss.Gloss
}

// CookieView is a Set-Cookie field taken apart.
type CookieView struct {
	Name, Value string
	Attributes  []Attribute
	Deletes     bool   // Max-Age of zero or less, or an Expires before now
	Field       string // as it was parsed
	// Ignored says why a browser drops the field without storing or deleting
	// anything, or "".
	Ignored string
	// Expires is when a browser that stores the cookie drops it, the zero time
	// for a cookie that lasts until the browser is closed.
	Expires time.Time
}

// Credential is what a client presents, or is given, to be recognised.
type Credential struct {
	Flow  journal.Flow
	Value string // the session id, or the compact JWS
	// Issued is true where the exchange's response gave the credential to the
	// client, false where the request presented it.
	Issued bool
}

// Held is what the browser holds for one flow after an exchange, worked out
// from the recorded messages.
type Held struct {
	// Cookie is the session cookie, or the one that the access token is in; nil
	// where the browser has none.
	Cookie *CookieView
	// Token is the access token that the app's script, or the browser, was last
	// given and has not forgotten, nil where there is none.
	Token *TokenView
	// Kept is where it is kept, as the settings name it; Refresh is the refresh
	// token that is kept with it, "" for none.
	Kept, Refresh string
	// From is the number of the exchange that this was last learned from, 0
	// where nothing was.
	From int
	// Refused says why the browser refuses the cookie that it was last given, and
	// so does not send it back; "" where it keeps it.
	Refused string
}
