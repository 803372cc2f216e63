package inspect

import (
	"time"

	"authlab/lab/jose"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// TokenInput is what the token inspector's page is made from.
type TokenInput struct {
	page.Chrome
	jose.Inspection
	Text         string    // what was inspected: pasted, or made by an edit
	Now          time.Time // what the claims' times are measured from
	Stale        bool      // the payload was changed, the signature was not
	Unsigned     string    // why it could not be signed again, or ""
	Key, KeyForm string
	Time         string // as it was asked
	Leeway       int
	Alg          string // the algorithm chosen to sign with, or ""
	Bench        string // the id of the bench that the token is from, or ""
	Origin       string
	Empty        bool // there is no token
	Sample       bool // it is the lab's own
	SampleClock  time.Time
}

// TokenView is the token inspector.
type TokenView struct {
	page.Chrome
	Tabs    []page.Choice
	Form    TokenFormView
	Result  *TokenResultView // nil where nothing was inspected
	Sample  string           // what the sample is, else ""
	BenchAt string           // the path of the bench, or ""
	Send    *TokenSend       // how to send it to the bench, or nil
}

// TokenFormView is what the form's controls hold.
type TokenFormView struct {
	Token, Key string
	TooLong    string // why the token is not put back into the form, or ""
	Forms      []page.Choice
	When       string // "now", "given" or "none"
	Time       string
	Leeway     string
	Bench      string
}

// TokenSend is a token on its way to a bench as a request.
type TokenSend struct{ Bench, Path, Token, Curl, Not string }

// TokenResultView is what was found out about a token.
type TokenResultView struct {
	Verdict  string
	Sentence string
	Stale    bool
	Kind     string // the form, in words
	Notes    []TokenNote
	Clean    bool // white space stood in it, and the form has it to take it off
	Parts    []TokenPart
	Header   TokenTable
	Payload  TokenTable
	Edit     *TokenEdit // nil where the payload cannot be edited as text
	Input    page.Piece // the signing input
	Sign     []TokenFact
	Key      []TokenFact
	KeyNotes []string
	KeyNone  string // why there is no key
	Checks   []TokenCheck
	Tally    string
}

// TokenFact is a row of a list of names and values.
type TokenFact struct {
	Name, Value string
	Code        bool
}

// TokenNote is something that was tolerated.
type TokenNote struct{ Text, Where string }

// TokenPart is one of the three parts as it stands in the token.
type TokenPart struct {
	Name, Ink, Encoded, Cut, Where string
	Problems                       []string
}

// TokenTable is a part's JSON as a table, or what stands in its place.
type TokenTable struct {
	Name, Ink string
	Rows      []TokenRow
	More      string // how many rows are not shown, or ""
	Problem   string
	Text      string // the octets, where they are no object
}

// TokenRow is a member of the header or of the claims.
type TokenRow struct {
	panes.ClaimView
	URL       string
	Duplicate bool
}

// TokenEdit is the payload as text, and what it can be signed with.
type TokenEdit struct {
	Text     string
	Algs     []page.Choice
	Unsigned string
}

// TokenCheck is a check with its clause.
type TokenCheck struct {
	panes.CheckView
	Source, URL string
}
