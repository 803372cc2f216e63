package inspect

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"authlab/lab/explain"
	"authlab/lab/explain/gloss"
	"authlab/lab/jose"
	"authlab/lab/moment"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// The limits of what the page shows.
const (
	formToken   = 256 << 10 // bytes of a token that is put back into the form
	editText    = 64 << 10  // bytes of a payload that can be edited
	shownPart   = 2048      // characters of a part
	shownRows   = 200       // members of an object
	shownValue  = 1024      // bytes of a value
	shownOctets = 512       // bytes of a payload that is no object
)

// TabsView are the inspectors, current marked.
func TabsView(current string) []page.Choice {
	return []page.Choice{
		{Name: "Token", Href: "/inspect/token", Current: current == "token"},
		{Name: "Cookie", Href: "/inspect/cookie", Current: current == "cookie"},
	}
}

// NewInspectToken shows an inspection. The sample is shown under an empty form.
func NewInspectToken(in TokenInput) TokenView {
	v := TokenView{Chrome: in.Chrome, Tabs: TabsView("token"), Form: newTokenForm(in)}
	if in.Bench != "" {
		v.BenchAt = "/bench/" + in.Bench
	}
	if in.Empty {
		return v
	}
	v.Result = newTokenResult(in)
	if in.Sample {
		v.Sample = "Sample: the token that the lab’s own run got when it logged in at start, with the key of that run’s server, at " + moment.Clock(in.SampleClock) + " UTC by its clock."
	}
	if in.Bench != "" {
		v.Send = newTokenSend(in)
	}
	return v
}

func newTokenForm(in TokenInput) TokenFormView {
	f := TokenFormView{When: "now", Leeway: strconv.Itoa(in.Leeway), Bench: in.Bench}
	form := in.KeyForm
	switch {
	case in.Sample: // its form is empty
		form = string(jose.Auto)
	case len(in.Text) > formToken:
		f.TooLong = "The token has " + page.Size(int64(len(in.Text))) + " and is not put back into the form."
	case !plainText(in.Text):
		f.TooLong = "What was pasted has characters that a text field cannot show; it is not put back."
	default:
		f.Token = in.Text
	}
	if !in.Sample && plainText(in.Key) {
		f.Key = in.Key
	}
	if !in.Sample && in.Time != "" && in.Time != "now" {
		f.When, f.Time = "given", in.Time
		if in.Time == "none" {
			f.When, f.Time = "none", ""
		}
	}
	for _, k := range jose.KeyForms {
		f.Forms = append(f.Forms, page.Choice{Name: keyForms[k], Value: string(k), Current: string(k) == form})
	}
	return f
}

// plainText reports whether a text field shows a text as it is: no control or
// invisible characters, none that reorder, and nothing that is not UTF-8.
func plainText(s string) bool {
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r != '\r' && page.EscapeOf(r, s[:n], true) != "" {
			return false
		}
		s = s[n:]
	}
	return true
}

var keyForms = map[jose.KeyForm]string{
	jose.Auto: "recognise it", jose.Text: "text", jose.Hex: "hex", jose.Base64: "base64", jose.Base64URL: "base64url",
	jose.PEM: "PEM", jose.JWK: "JWK or JWK Set",
}

func newTokenResult(in TokenInput) *TokenResultView {
	t := in.Token
	r := &TokenResultView{
		Verdict: string(in.Verdict), Sentence: page.Shown(in.Sentence), Stale: in.Stale, Kind: string(t.Form),
		Parts:   newTokenParts(t),
		Header:  newTokenTable("Header", "hdr", t.Header, t.Params, in.Now, gloss.Param),
		Payload: newTokenTable("Payload", "pay", t.Payload, t.Claims, in.Now, gloss.Claim),
		Edit:    newTokenEdit(in), Sign: newSignature(in.Signature),
	}
	for _, n := range t.Notes {
		r.Notes = append(r.Notes, TokenNote{page.Shown(n.Text), byteRange(n.Range)})
	}
	r.Clean = len(t.Spaces) > 0 && len(in.Text) <= formToken && plainText(in.Text)
	input := t.SigningInput()
	r.Input = page.Piece{Text: page.Shown(page.Brief(input, shownPart))}
	if len(input) > shownPart {
		r.Input.Bytes = page.Size(int64(len(input)))
	}
	r.describeKey(in)
	passed := 0
	for _, c := range in.Checks {
		r.Checks = append(r.Checks, newTokenCheck(c))
		if c.Result == jose.Passed {
			passed++
		}
	}
	r.Tally = fmt.Sprintf("%d of %d passed", passed, len(in.Checks))
	return r
}

func byteRange(r jose.Range) string {
	switch r.End - r.Start {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("byte %d", r.Start)
	}
	return fmt.Sprintf("bytes %d to %d", r.Start, r.End-1)
}

func newTokenParts(t jose.Token) (list []TokenPart) {
	for _, p := range []struct {
		name, ink string
		part      jose.Part
	}{{"header", "hdr", t.Header}, {"payload", "pay", t.Payload}, {"signature", "sig", t.Signature}} {
		v := TokenPart{Name: p.name, Ink: p.ink, Encoded: page.Shown(page.Brief(p.part.Encoded, shownPart)), Where: byteRange(p.part.Range)}
		switch {
		case p.part.Missing:
			v.Where = "missing"
		case p.part.Encoded == "":
			v.Where = "empty"
		case len(p.part.Encoded) > shownPart+2:
			v.Cut = page.Size(int64(len(p.part.Encoded)))
		}
		for _, problem := range p.part.Problems {
			v.Problems = append(v.Problems, asSentence(problem.String()))
		}
		list = append(list, v)
	}
	return list
}

// asSentence makes a sentence of a clause.
func asSentence(clause string) string {
	clause = page.Shown(clause)
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}

func newTokenTable(name, ink string, p jose.Part, o jose.Object, now time.Time, gloss func(string) (gloss.Gloss, bool)) TokenTable {
	t := TokenTable{Name: name, Ink: ink}
	if more := len(o.Members) - shownRows; more > 0 {
		t.More = page.Plural(more, "more member") + ", not shown"
		o.Members = o.Members[:shownRows]
	}
	for i, c := range explain.Members(o, now, gloss) {
		c.Name = page.Brief(c.Name, 80)
		if len(c.Value) > shownValue {
			c.Value = c.Value[:shownValue] + "… " + page.Size(int64(len(c.Value)))
		}
		t.Rows = append(t.Rows, TokenRow{panes.NewClaim(c), c.Gloss.URL, o.Members[i].Duplicate})
	}
	octets := p.Octets()
	switch {
	case p.Missing:
		t.Problem = "It is missing."
	case octets == nil && len(p.Problems) > 0:
		t.Problem = "It could not be decoded."
	case o.Problem != nil:
		t.Problem = fmt.Sprintf("As JSON: %s, at octet %d.", o.Problem.Text, o.Problem.At)
		t.Text = page.Shown(page.Brief(string(octets), shownOctets))
	}
	return t
}

func newTokenEdit(in TokenInput) *TokenEdit {
	octets := in.Token.Payload.Octets()
	if in.Sample || octets == nil || len(octets) > editText || len(in.Text) > formToken || !plainText(string(octets)) || in.Token.Form != jose.Compact {
		return nil
	}
	e := &TokenEdit{Text: string(octets), Unsigned: page.Shown(in.Unsigned)}
	alg := in.Alg
	if alg == "" {
		alg = in.Token.Alg()
	}
	for _, name := range append(append([]string{}, jose.Algorithms...), jose.None) {
		e.Algs = append(e.Algs, page.Choice{Name: name, Value: name, Current: name == alg})
	}
	return e
}

func newSignature(s jose.Signature) []TokenFact {
	rows := []TokenFact{{Name: "length", Value: page.Plural(s.Octets, "octet")}, {Name: "form", Value: s.Form}}
	if s.R != "" {
		rows = append(rows, TokenFact{"r", page.Brief(s.R, 140), true}, TokenFact{"s", page.Brief(s.S, 140), true})
	}
	return rows
}

func (r *TokenResultView) describeKey(in TokenInput) {
	k := in.Inspection.Key
	if in.KeyErr != nil || !k.Given() {
		r.KeyNone = "No key was given."
		if in.KeyErr != nil {
			r.KeyNone = asSentence(in.KeyErr.Error())
		}
		return
	}
	row := func(name, value string, code bool) {
		if value != "" {
			r.Key = append(r.Key, TokenFact{name, page.Shown(value), code})
		}
	}
	row("read as", keyForms[k.Form]+chosen(k.Container == "secret", "", ", "+k.Container), false)
	row("type", string(k.Kind)+chosen(k.Curve == "", "", ", "+k.Curve), false)
	row("length", strconv.Itoa(k.Bits)+" bits", false)
	if k.Exponent != 0 {
		row("exponent", strconv.Itoa(k.Exponent), false)
	}
	row("half", chosen(k.Kind == jose.Octets, "a secret: whoever verifies can sign", chosen(k.Private, "private", "public")), false)
	row("kid", page.Brief(k.ID, 80), true)
	row("SHA-256", k.SHA256, true)
	row("thumbprint", k.Thumbprint, true)
	row("refused", k.Refused, false)
	row("weak", k.Weak, false)
	for _, n := range k.Notes {
		r.KeyNotes = append(r.KeyNotes, page.Shown(n))
	}
}

func chosen(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

func newTokenCheck(c jose.Check) TokenCheck {
	v := TokenCheck{CheckView: panes.CheckView{Name: c.Name, Detail: page.Shown(c.Found), Rule: c.Rule}, Source: c.Source, URL: c.URL}
	switch c.Result {
	case jose.Failed:
		v.Class, v.Result = "stop", "failed"
	case jose.NotReached, jose.NotApplicable:
		v.Class, v.Result = "unreached", string(c.Result)
	}
	return v
}

// headerLimit is what servers read of a request's head at most, about.
const headerLimit = 8 << 10

// newTokenSend shows how the token goes to the bench's app as it is.
func newTokenSend(in TokenInput) *TokenSend {
	s := &TokenSend{Bench: "/bench/" + in.Bench, Path: "/bench/" + in.Bench + "/token/profile", Token: in.Token.Raw}
	switch {
	case s.Token == "" || strings.Trim(s.Token, tokenCharacters) != "":
		s.Not, s.Token = "A header cannot carry this: it has characters that no bearer token has (RFC 6750, section 2.1).", ""
	case len(s.Token) > headerLimit:
		s.Not, s.Token = "It has "+page.Size(int64(len(s.Token)))+", and the app reads no token longer than "+page.Size(headerLimit)+".", ""
	default:
		s.Curl = "curl -i " + curlWord(in.Origin+s.Path) + " \\\n  -H " + curlWord("Authorization: Bearer "+s.Token)
	}
	return s
}

// tokenCharacters are those of a bearer token (RFC 6750, section 2.1).
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// curlWord writes a word for a POSIX shell, in which nothing between single
// quotes means anything.
func curlWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
