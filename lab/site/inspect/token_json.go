package inspect

import (
	"time"

	"authlab/lab/explain"
	"authlab/lab/explain/gloss"
	"authlab/lab/jose"
)

// The limits of an answer in JSON: what is longer is cut, and says so.
const (
	jsonMembers = 1000     // of a header or of claims
	jsonValue   = 4 << 10  // bytes of one member's value
	jsonText    = 64 << 10 // bytes of a part's text
)

// tokenJSON is the answer of POST /api/inspect/token. Offsets count bytes from 0;
// start and end of notes, spaces and parts are offsets into the text that was
// inspected: the question's token, or the answer's where that is given.
type tokenJSON struct {
	Verdict  jose.Verdict `json:"verdict"`  // verified, invalid, unsecured, unverifiable or malformed
	Sentence string       `json:"sentence"` // the verdict in words
	Form     jose.Form    `json:"form"`     // what kind of JOSE object it is
	// Token is the token that was made of the question's where the payload was
	// edited or it was signed again, else absent.
	Token    string        `json:"token,omitempty"`
	Stale    bool          `json:"stale"` // the payload was changed, the signature was not
	Unsigned string        `json:"unsigned,omitempty"`
	Notes    []noteJSON    `json:"notes"`  // what was taken off or is unusual
	Spaces   []rangeJSON   `json:"spaces"` // white space inside the token
	Parts    partsJSON     `json:"parts"`
	Params   []memberJSON  `json:"params"` // of the header, in order, with duplicates
	Claims   []memberJSON  `json:"claims"`
	Signed   signatureJSON `json:"signature"`
	Key      *keyDescJSON  `json:"key"` // null where there is none
	KeyError string        `json:"key_error,omitempty"`
	Checks   []checkDoc    `json:"checks"` // in the order in which they are made
}

type rangeJSON struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

type noteJSON struct {
	Text string `json:"text"`
	rangeJSON
}

type partsJSON struct {
	Header    partJSON `json:"header"`
	Payload   partJSON `json:"payload"`
	Signature partJSON `json:"signature"`
}

type partJSON struct {
	rangeJSON
	Missing  bool          `json:"missing"`
	Octets   int           `json:"octets"` // how many it decodes to
	Strict   bool          `json:"strict"` // it is strict base64url
	Text     *string       `json:"text"`   // the octets, null where they are not UTF-8 or too many
	Problems []problemJSON `json:"problems"`
}

type problemJSON struct {
	Text    string `json:"text"`
	At      int    `json:"at"`
	Decoded bool   `json:"decoded"` // at counts decoded octets
}

type memberJSON struct {
	Name      string `json:"name"`
	Value     string `json:"value"` // its JSON text
	Cut       bool   `json:"cut,omitempty"`
	Duplicate bool   `json:"duplicate"`
	Human     string `json:"human,omitempty"` // a date as clock and distance
	rangeJSON        // of the value, in the part's octets
}

type signatureJSON struct {
	Octets int    `json:"octets"`
	Form   string `json:"form"`
	R      string `json:"r,omitempty"` // in hex
	S      string `json:"s,omitempty"`
	DER    bool   `json:"der"`
}

type keyDescJSON struct {
	Form       jose.KeyForm `json:"form"`      // how it was read
	Container  string       `json:"container"` // "SubjectPublicKeyInfo", "JWK" …
	Kind       jose.Kind    `json:"kty"`
	Curve      string       `json:"crv,omitempty"`
	Bits       int          `json:"bits"`
	Exponent   int          `json:"exponent,omitempty"`
	Private    bool         `json:"private"`
	SHA256     string       `json:"sha256"` // in hex
	Thumbprint string       `json:"thumbprint,omitempty"`
	ID         string       `json:"kid,omitempty"`
	Notes      []string     `json:"notes"`
	Refused    string       `json:"refused,omitempty"`
	Weak       string       `json:"weak,omitempty"`
}

type checkDoc struct {
	Name   string      `json:"name"`
	Result jose.Result `json:"result"` // passed, failed, not reached or not applicable
	Found  string      `json:"found"`
	Rule   string      `json:"rule"`
	Source string      `json:"source"`
	URL    string      `json:"url"`
}

func newTokenJSON(a tokenAnswer, edited bool) tokenJSON {
	j := tokenJSON{
		Verdict: a.Verdict, Sentence: a.Sentence, Form: a.Token.Form, Stale: a.Stale, Unsigned: a.Unsigned,
		Notes: []noteJSON{}, Spaces: []rangeJSON{}, Checks: []checkDoc{},
		Parts:  partsJSON{newPartJSON(a.Token.Header, a.Token.Params), newPartJSON(a.Token.Payload, a.Token.Claims), newPartJSON(a.Token.Signature, jose.Object{})},
		Params: newMembersJSON(a.Token.Params, a.Now), Claims: newMembersJSON(a.Token.Claims, a.Now),
		Signed: signatureJSON(a.Signature),
	}
	if edited {
		j.Token = a.Asked
	}
	for _, n := range a.Token.Notes {
		j.Notes = append(j.Notes, noteJSON{n.Text, rangeJSON(n.Range)})
	}
	for _, s := range a.Token.Spaces[:min(len(a.Token.Spaces), jsonMembers)] {
		j.Spaces = append(j.Spaces, rangeJSON(s))
	}
	for _, c := range a.Checks {
		j.Checks = append(j.Checks, checkDoc{c.Name, c.Result, c.Found, c.Rule, c.Source, c.URL})
	}
	if a.KeyErr != nil {
		j.KeyError = a.KeyErr.Error()
	} else {
		j.Key = newKeyJSON(a.Key)
	}
	return j
}

func newPartJSON(p jose.Part, o jose.Object) partJSON {
	octets := p.Octets()
	j := partJSON{rangeJSON: rangeJSON(p.Range), Missing: p.Missing, Octets: len(octets), Strict: p.Decoded != nil, Problems: []problemJSON{}}
	if s, ok := asText(octets); ok && len(s) <= jsonText && !p.Missing {
		j.Text = &s
	}
	for _, problem := range p.Problems {
		j.Problems = append(j.Problems, problemJSON{problem.String(), problem.At, problem.Decoded})
	}
	if o.Problem != nil {
		j.Problems = append(j.Problems, problemJSON{o.Problem.String(), o.Problem.At, true})
	}
	return j
}

func newMembersJSON(o jose.Object, now time.Time) []memberJSON {
	list := []memberJSON{}
	o.Members = o.Members[:min(len(o.Members), jsonMembers)]
	for i, c := range explain.Members(o, now, gloss.Claim) {
		m := o.Members[i]
		value := m.Value[:min(len(m.Value), jsonValue)]
		list = append(list, memberJSON{m.Name, value, len(value) < len(m.Value), m.Duplicate, c.Human, rangeJSON(m.Range)})
	}
	return list
}

func newKeyJSON(k jose.Key) *keyDescJSON {
	return &keyDescJSON{
		Form: k.Form, Container: k.Container, Kind: k.Kind, Curve: k.Curve, Bits: k.Bits, Exponent: k.Exponent, Private: k.Private,
		SHA256: k.SHA256, Thumbprint: k.Thumbprint, ID: k.ID, Notes: append([]string{}, k.Notes...), Refused: k.Refused, Weak: k.Weak,
	}
}
