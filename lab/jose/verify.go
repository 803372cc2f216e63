package jose

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Result is the result of one check.
type Result string

// The results of checks.
const (
	Passed        Result = "passed"
	Failed        Result = "failed"
	NotReached    Result = "not reached"    // it needs what an earlier check did not find
	NotApplicable Result = "not applicable" // the token has nothing that it is about
)

// Verdict is what the checks come to.
type Verdict string

// The verdicts.
const (
	Verified     Verdict = "verified"     // every check that applies passed
	Invalid      Verdict = "invalid"      // a verifier with this key must refuse it
	Unsecured    Verdict = "unsecured"    // alg is none: anyone can have written it
	Unverifiable Verdict = "unverifiable" // nothing here can tell: no key, an algorithm that is not known, content that is elsewhere
	Malformed    Verdict = "malformed"    // it is no compact JWS, or its JSON must be rejected
)

// Check is one check that was made, or could not be.
type Check struct {
	Name   string // short: "strict base64url"
	Result Result
	Found  string // what was found, in a sentence
	Rule   string // what it acts out, in a sentence
	Source string // "RFC 7515, section 5.2"
	URL    string // where that can be read

	verdict Verdict // what its failure makes of the token
}

// Options are what a verification goes by besides token and key.
type Options struct {
	// Time is what dates are held against; with the zero time they are not.
	Time time.Time
	// Leeway is allowed on both sides of exp and nbf. It is not negative.
	Leeway time.Duration
}

// Inspection is a token with its key, the checks in their order and the verdict.
type Inspection struct {
	Token     Token
	Signature Signature
	Key       Key
	KeyErr    error // why there is no key, or nil
	Checks    []Check
	Verdict   Verdict
	Sentence  string // the verdict in words
}

// Inspect reads a token and a key from what was pasted and verifies. Where the
// form of a secret is not said and its likeliest reading does not match, the
// others are tried, and the note of the key says so.
func Inspect(pasted, key string, form KeyForm, o Options) Inspection {
	t := Read(pasted)
	k, err := ReadKey(key, form, text(t.Params, "kid"))
	in := Verify(t, k, err, o)
	if form != Auto && form != "" || !in.mismatch() {
		return in
	}
	for _, other := range k.readings() {
		if matchesMAC(t, other) {
			other.Notes = append(other.Notes, fmt.Sprintf("How the secret is written was not said. As %s it does not match, as %s it does.", k.Form, other.Form))
			return Verify(t, other, nil, o)
		}
	}
	return in
}

// mismatch reports whether the signature was computed and is another.
func (in Inspection) mismatch() bool {
	for _, c := range in.Checks {
		if c.Name == signatureCheck {
			return c.Result == Failed
		}
	}
	return false
}

// Verify makes every check that token and key allow, in the order in which a
// careful verifier makes them. One that fails does not end it: what can still be
// found out is. keyErr is why there is no key, or nil.
func Verify(t Token, k Key, keyErr error, o Options) Inspection {
	j := &judge{t: t, k: k, keyErr: keyErr, o: o}
	j.a, j.known = algorithms[t.Alg()]
	in := Inspection{Token: t, Key: k, KeyErr: keyErr, Signature: DescribeSignature(t.Alg(), t.Signature.Octets())}
	for _, s := range steps {
		f := s.run(j)
		c := Check{Name: s.name, Result: f.result, Found: f.text, Rule: s.rule, Source: s.clause.name, URL: s.clause.url, verdict: s.verdict}
		if f.verdict != "" {
			c.verdict = f.verdict
		}
		in.Checks = append(in.Checks, c)
	}
	in.decide()
	return in
}

// decide works out the verdict: what must not even be read comes first, then
// the first check that failed.
func (in *Inspection) decide() {
	in.Verdict = Verified
	var first *Check
	for i, c := range in.Checks {
		if c.Result == Failed && (first == nil || c.verdict == Malformed && first.verdict != Malformed) {
			first = &in.Checks[i]
		}
	}
	if first != nil {
		in.Verdict = first.verdict
	}
	in.Sentence = in.sentence(first)
}

func (in *Inspection) sentence(first *Check) string {
	if first == nil {
		if in.hasClaims() {
			return "The signature is this key’s, and every check that applies passed."
		}
		return "The signature is this key’s, as a JWS. The payload is not a set of claims, so this is not a JWT."
	}
	s := first.Found
	if first.Name != signatureCheck && in.signatureMatches() {
		s += " The signature itself matches this key."
	}
	return s
}

func (in *Inspection) signatureMatches() bool {
	for _, c := range in.Checks {
		if c.Name == signatureCheck {
			return c.Result == Passed
		}
	}
	return false
}

func (in *Inspection) hasClaims() bool { return isObject(in.Token.Payload.Decoded) }

// judge is one verification.
type judge struct {
	t      Token
	k      Key
	keyErr error
	o      Options
	a      algorithm
	known  bool // the algorithm is one of ours
}

// finding is what a step comes to.
type finding struct {
	result  Result
	text    string
	verdict Verdict // of a failure, where it is not the step's own
}

func pass(format string, args ...any) finding {
	return finding{result: Passed, text: fmt.Sprintf(format, args...)}
}
func fail(format string, args ...any) finding {
	return finding{result: Failed, text: fmt.Sprintf(format, args...)}
}
func none(format string, args ...any) finding {
	return finding{result: NotApplicable, text: fmt.Sprintf(format, args...)}
}
func wait(format string, args ...any) finding {
	return finding{result: NotReached, text: fmt.Sprintf(format, args...)}
}

func (f finding) as(v Verdict) finding { f.verdict = v; return f }

// step is one check of the list.
type step struct {
	name    string
	verdict Verdict // what its failure makes of the token
	clause  clause
	rule    string
	run     func(*judge) finding
}

type clause struct{ name, url string }

func rfc(number, section string) clause {
	return clause{"RFC " + number + ", section " + section, "https://www.rfc-editor.org/rfc/rfc" + number + "#section-" + section}
}

const signatureCheck = "signature matches"

// steps is the list, in order. It reads as RFC 7515, section 5.2, then RFC 7519,
// section 7.2, with what RFC 8725 adds.
var steps = slices.Concat(tokenSteps(), keySteps(), claimSteps())

func tokenSteps() []step {
	return []step{
		{"compact form", Malformed, rfc("7515", "7.1"), "A compact JWS is header, payload and signature with two dots between.", (*judge).compact},
		{"no white space or line breaks", Malformed, rfc("7515", "5.2"), "Base64url is decoded with no line breaks, white space or other characters in it.", (*judge).unbroken},
		{"strict base64url", Malformed, rfc("7515", "2"), "The parts are base64url: - and _ instead of + and /, no padding, no stray bits after the last octet.", (*judge).base64url},
		{"header is UTF-8", Malformed, rfc("7515", "5.2"), "The header’s octets must be UTF-8.", (*judge).headerUTF8},
		{"header is a JSON object", Malformed, rfc("7515", "5.2"), "The header must be one complete JSON object.", (*judge).headerJSON},
		{"header names unique", Malformed, rfc("7515", "4"), "Names in the header must be unique. A reader that takes the first and one that takes the last see two tokens.", (*judge).headerUnique},
		{"typ makes sense", Malformed, rfc("8725", "3.11"), "typ, where it is there, says what kind of token this is, so that none is taken for another.", (*judge).typ},
		{"cty makes sense", Malformed, rfc("7519", "5.2"), "cty is JWT where a token lies within the token, and is best left off elsewhere.", (*judge).cty},
		{"crit understood", Invalid, rfc("7515", "4.1.11"), "crit names parameters that must be understood. One that is not makes the token invalid.", (*judge).crit},
		{"payload is encoded", Invalid, rfc("7797", "7"), "A JWT must not use b64 with false, which leaves the payload unencoded.", (*judge).b64},
		{"keys in the header ignored", Invalid, rfc("8725", "3.10"), "What the token says about keys comes from whoever made it: jku and x5u are not fetched, jwk and x5c are not used.", (*judge).references},
	}
}

func keySteps() []step {
	return []step{
		{"algorithm named", Malformed, rfc("7515", "4.1.1"), "alg must be there, and is a string.", (*judge).algNamed},
		{"signed at all", Unsecured, rfc("7518", "3.6"), "With alg none there is no signature. Such a token must not be accepted unless that was asked for.", (*judge).secured},
		{"algorithm known", Unverifiable, rfc("8725", "3.1"), "A verifier supports a set of algorithms and uses no other.", (*judge).algKnown},
		{"key readable", Unverifiable, rfc("7517", "4"), "The key is the verifier’s own. As a JWK it is a JSON object, and its kty says what else must be in it.", (*judge).keyReadable},
		{"key sound", Unverifiable, rfc("8725", "3.4"), "What a key consists of is checked before anything is computed with it.", (*judge).keySound},
		{"algorithm fits the key", Invalid, rfc("8725", "3.1"), "Each key is for one algorithm, and that is checked. A public key must never serve as an HMAC secret.", (*judge).algFits},
		{"key meant for this", Invalid, rfc("7517", "4.2"), "use, key_ops and alg of a JWK say what it is for.", (*judge).keyUse},
		{"HMAC key length", Invalid, rfc("7518", "3.2"), "A key for HMAC must be as long as the hash at least. A shorter one can be guessed.", (*judge).hmacLength},
		{"RSA key size", Invalid, rfc("7518", "3.3"), "An RSA key must have 2048 bits at least.", (*judge).rsaSize},
		{"curve", Invalid, rfc("7518", "3.4"), "Each ECDSA algorithm has one curve, and EdDSA has Ed25519 here (RFC 8037, section 3.1), as Ed25519 always has (RFC 9864).", (*judge).curve},
		{"signature length", Invalid, rfc("7518", "3.4"), "A signature has the length that algorithm and key say. ECDSA’s is r and s side by side, never DER.", (*judge).signatureLength},
		{"PSS salt length", Invalid, rfc("7518", "3.5"), "The salt of RSASSA-PSS is as long as the hash, no more and no less.", (*judge).salt},
		{signatureCheck, Invalid, rfc("7515", "5.2"), "The signature is computed over header, dot and payload as they stand, with the verifier’s key (step 8).", (*judge).signature},
	}
}

func claimSteps() []step {
	return []step{
		{"claims are UTF-8", Malformed, rfc("8725", "3.7"), "JSON in a token is UTF-8 and nothing else.", (*judge).claimsUTF8},
		{"claims are a JSON object", Malformed, rfc("7519", "7.2"), "The payload of a JWT must be one complete JSON object.", (*judge).claimsJSON},
		{"claim names unique", Malformed, rfc("7519", "4"), "Names must be unique; duplicates are rejected, or the last one counts. Here they are rejected.", (*judge).claimsUnique},
		{"dates are numbers", Invalid, rfc("7519", "2"), "exp, nbf and iat are NumericDates: JSON numbers, in seconds since 1970.", (*judge).dateTypes},
		{"exp: not expired", Invalid, rfc("7519", "4.1.4"), "From exp on, the token must not be accepted. A small leeway may be allowed for clocks.", (*judge).exp},
		{"nbf: already valid", Invalid, rfc("7519", "4.1.5"), "Before nbf, the token must not be accepted.", (*judge).nbf},
		{"iat: when it was made", Invalid, rfc("7519", "4.1.6"), "iat says how old the token is. No rule refuses one from the future, but it is worth seeing.", (*judge).iat},
	}
}

// noKey says why there is none.
func (j *judge) noKey() string {
	if errors.Is(j.keyErr, ErrNoKey) || j.keyErr == nil {
		return "No key was given."
	}
	return capital(j.keyErr.Error()) + "."
}
