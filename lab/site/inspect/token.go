package inspect

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/jose"
	"authlab/lab/journal"
	"authlab/lab/site/web"
)

// TokenQuestion is what the token inspector is asked, by its form or as JSON.
type TokenQuestion struct {
	// Token is what was pasted: a token, or anything with one in it.
	Token string `json:"token"`
	// Key and KeyForm are the key and how it is written: auto, text, hex,
	// base64, base64url, pem or jwk.
	Key     string `json:"key"`
	KeyForm string `json:"key_form"`
	// Time is what exp, nbf and iat are held against: now (also if empty), none,
	// an RFC 3339 time or seconds since 1970.
	Time string `json:"time"`
	// Leeway is in seconds, a day at most.
	Leeway int `json:"leeway"`
	// Payload, if given, takes the place of the token's, as text. The signature
	// stays the old one, or is made anew where Sign is true.
	Payload *string `json:"payload"`
	// Sign signs again with Alg, the token's own if empty, and the key.
	Sign bool   `json:"sign"`
	Alg  string `json:"alg"`
}

// tokenAnswer is what the inspector found out.
type tokenAnswer struct {
	jose.Inspection
	// Asked is the text that was inspected: the question's, or the token that
	// was made of it.
	Asked string
	// Stale says that the payload was changed and the signature was not.
	Stale bool
	// Unsigned is why the token could not be signed again, or "".
	Unsigned string
	// Now is what the claims' times are measured from.
	Now time.Time
	// KeyForm is how the key is written: what was asked, or what was recognised
	// before an edit, when the signature could still tell.
	KeyForm jose.KeyForm
}

const maxLeeway = 24 * 60 * 60 // seconds

// inspectToken answers a question. It is a pure function: nothing is kept, and
// nothing is fetched. It fails where the question cannot be understood.
func inspectToken(q TokenQuestion, now time.Time) (tokenAnswer, error) {
	at, err := timeOf(q.Time, now)
	if err != nil {
		return tokenAnswer{}, err
	}
	if q.Leeway < 0 || q.Leeway > maxLeeway {
		return tokenAnswer{}, web.BadRequest("The leeway is a number of seconds from 0 to 86400.", nil)
	}
	a := tokenAnswer{Asked: q.Token, Now: now, KeyForm: jose.ValidKeyForm(q.KeyForm)}
	if !at.IsZero() {
		a.Now = at
	}
	if q.Payload != nil || q.Sign {
		a.edit(q)
	}
	a.Inspection = jose.Inspect(a.Asked, q.Key, a.KeyForm, jose.Options{Time: at, Leeway: time.Duration(q.Leeway) * time.Second})
	return a, nil
}

// edit puts another payload into the token, and signs it where that is asked.
func (a *tokenAnswer) edit(q TokenQuestion) {
	before := jose.Inspect(q.Token, q.Key, a.KeyForm, jose.Options{})
	t, payload := before.Token, before.Token.Payload.Octets()
	if before.KeyErr == nil && before.Key.Given() {
		a.KeyForm = before.Key.Form
	}
	if q.Payload != nil && !sameLines(*q.Payload, string(payload)) {
		payload = []byte(strings.ReplaceAll(*q.Payload, "\r\n", "\n"))
		a.Stale = true
	}
	if !q.Sign {
		if a.Stale {
			a.Asked = jose.Rebuild(t, payload)
		}
		return
	}
	alg := q.Alg
	if alg == "" {
		alg = t.Alg()
	}
	signed, err := signAgain(before, payload, alg)
	if err != nil {
		a.Unsigned = "It could not be signed: " + err.Error() + "."
		if a.Stale {
			a.Asked = jose.Rebuild(t, payload)
		}
		return
	}
	a.Asked, a.Stale = signed, false
}

// signAgain signs another payload under a token's header, with the key as it was
// read for that token.
func signAgain(before jose.Inspection, payload []byte, alg string) (string, error) {
	if before.KeyErr != nil && alg != jose.None {
		return "", before.KeyErr
	}
	return jose.Sign(before.Token.Header.Octets(), payload, alg, before.Key)
}

// sameLines reports whether two texts differ in their line ends at most, which
// a form changes by itself.
func sameLines(a, b string) bool {
	return strings.ReplaceAll(a, "\r\n", "\n") == strings.ReplaceAll(b, "\r\n", "\n")
}

// timeOf reads what dates are held against; the zero time means that they are
// not.
func timeOf(value string, now time.Time) (time.Time, error) {
	switch value = strings.TrimSpace(value); value {
	case "", "now":
		return now, nil
	case "none":
		return time.Time{}, nil
	}
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 && seconds < 1<<38 {
		return time.Unix(seconds, 0).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil || t.IsZero() {
		return time.Time{}, web.BadRequest("A time is written like 2026-11-23T12:00:00Z, or as seconds since 1970.", err)
	}
	return t, nil
}

// AskToken is GET /inspect/token: the empty form with the sample, or the token
// of a bench's exchange. No token is ever in an address.
func (p *Pages) AskToken(w http.ResponseWriter, r *http.Request) error {
	id := r.FormValue("bench")
	if id == "" {
		return p.renderToken(w, r, p.SampleQuestion(), TokenFormOf{Sample: true, clock: p.sample().Latest(journal.Token, bench.LogsIn).Clock})
	}
	b, ok := p.Benches().Find(id)
	if !ok {
		return web.ErrNoBench
	}
	q, err := benchQuestion(b, r.FormValue("exchange"))
	if err != nil {
		return err
	}
	return p.renderToken(w, r, q, TokenFormOf{Bench: id})
}

// SampleQuestion is the token that the lab's own run got at its login, with the
// key of the run's bench.
func (p *Pages) SampleQuestion() TokenQuestion {
	x := p.sample().Latest(journal.Token, bench.LogsIn)
	return questionOf(x, x.Clock)
}

// benchQuestion is the token of an exchange, with the bench's key and clock. An
// empty number means the latest exchange that has a token.
func benchQuestion(b *bench.Bench, number string) (TokenQuestion, error) {
	v := b.Journal()
	carries := func(x *journal.Exchange) bool { _, ok := tokenOf(x); return ok }
	x := v.Latest(journal.Token, carries)
	if number != "" {
		n, err := strconv.Atoi(number)
		found, ok := v.Exchange(n)
		if err != nil || !ok {
			return TokenQuestion{}, &web.VisitorError{Status: http.StatusNotFound, Heading: "No such exchange", Cause: err, Text: "This bench has recorded " + strconv.Itoa(len(v.Exchanges)) + " exchanges."}
		}
		x = found
	}
	if x == nil || !carries(x) {
		return TokenQuestion{}, &web.VisitorError{
			Status: http.StatusNotFound, Heading: "No token there",
			Text: "That exchange carries no token. Log in to the stateless app first, or choose another exchange of the journal.",
		}
	}
	return questionOf(x, b.Now()), nil
}

// tokenOf is the token that an exchange gave or presented.
func tokenOf(x *journal.Exchange) (string, bool) {
	if x.Flow != journal.Token {
		return "", false
	}
	c, ok := explain.Read(x).Issued()
	if !ok {
		c, ok = explain.Read(x).Presented()
	}
	return c.Value, ok
}

// questionOf asks about an exchange's token with the key that the server verifies
// with.
func questionOf(x *journal.Exchange, clock time.Time) TokenQuestion {
	q := TokenQuestion{KeyForm: string(jose.Auto), Time: clock.UTC().Format(time.RFC3339)}
	q.Token, _ = tokenOf(x)
	if keys := x.Before.Keys; len(keys) > 0 {
		q.Key, q.KeyForm = verifying(keys[len(keys)-1])
	}
	return q
}

// verifying is the key that a bench's tokens are verified with, in the form in
// which the page takes it. A private key is not recorded.
func verifying(k journal.Key) (key, form string) {
	if len(k.Secret) > 0 {
		return base64.RawURLEncoding.EncodeToString(k.Secret), string(jose.Base64URL)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public})), string(jose.PEM)
}

// Token is POST /inspect/token: the form, answered with a page. The
// field do says which button was pressed: inspect, clean, edit or sign.
func (p *Pages) Token(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	q := TokenQuestion{Token: f.Get("token"), Key: f.Get("key"), KeyForm: f.Get("key_form"), Alg: f.Get("alg"), Time: f.Get("when")}
	if q.Time == "given" {
		q.Time = f.Get("time")
	}
	if s := strings.TrimSpace(f.Get("leeway")); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return web.BadRequest("The leeway is a number of seconds from 0 to 86400.", err)
		}
		q.Leeway = n
	}
	switch do := f.Get("do"); do {
	case "clean":
		q.Token = jose.Read(q.Token).Raw
	case "edit", "sign":
		if payload, sent := f["payload"]; sent {
			q.Payload = &payload[0]
		}
		q.Sign = do == "sign"
	}
	return p.renderToken(w, r, q, TokenFormOf{Bench: f.Get("bench")})
}

// TokenFormOf says where a form comes from.
type TokenFormOf struct {
	Bench  string // a bench's id, or ""
	Sample bool
	clock  time.Time // of the sample
}

// renderToken answers with the page for a question.
func (p *Pages) renderToken(w http.ResponseWriter, r *http.Request, q TokenQuestion, of TokenFormOf) error {
	in, err := p.TokenInput(q, of, r)
	if err != nil {
		return err
	}
	return p.Render(w, http.StatusOK, InspectToken(NewInspectToken(in)), r)
}

// TokenInput is what the page for a question is made from.
func (p *Pages) TokenInput(q TokenQuestion, of TokenFormOf, r *http.Request) (TokenInput, error) {
	a, err := inspectToken(q, time.Now())
	if err != nil {
		return TokenInput{}, err
	}
	c := p.Chrome("Token inspector: AuthLab")
	c.Here = "inspect"
	in := TokenInput{
		Chrome: c, Inspection: a.Inspection, Now: a.Now, Text: a.Asked, Stale: a.Stale, Unsigned: a.Unsigned,
		Key: q.Key, KeyForm: string(a.KeyForm), Time: q.Time, Leeway: q.Leeway, Alg: q.Alg,
		Sample: of.Sample, SampleClock: of.clock, Empty: a.Token.Form == jose.Empty, Origin: web.Origin(r),
	}
	if _, ok := p.Benches().Find(of.Bench); ok {
		in.Bench = of.Bench
	}
	return in, nil
}

// TokenJSON is POST /api/inspect/token.
func (p *Pages) TokenJSON(w http.ResponseWriter, r *http.Request) error {
	var q TokenQuestion
	if err := readJSON(r, &q); err != nil {
		return err
	}
	a, err := inspectToken(q, time.Now())
	if err != nil {
		return err
	}
	edited := q.Payload != nil || q.Sign
	return web.AnswerJSON(w, http.StatusOK, newTokenJSON(a, edited))
}

// asText is octets as text, where they are UTF-8.
func asText(octets []byte) (string, bool) { return string(octets), utf8.Valid(octets) }
