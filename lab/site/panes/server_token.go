package panes

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
	"authlab/lab/site/page"
)

// tokenRows are the rows of a record of the token flow, and what its id is.
func tokenRows(r, was journal.Record, now time.Time, row func(name, ref, value, old, note string)) (label string) {
	if r.Kind == journal.DeniedRecord {
		row("ended", "created", moment.Seen(r.Created, now), moment.Seen(was.Created, now), "")
		row("kept until", "deadline", until(r.Expires, now), until(was.Expires, now), "when the token ends by itself")
		return idLabels[r.Kind]
	}
	is, before := refreshOf(r), refreshOf(was)
	row("user", "user", r.User, was.User, "")
	row("issued", "created", moment.Seen(r.Created, now), moment.Seen(was.Created, now), "")
	row("used", "used", is.used(now), before.used(now), "")
	row("family", "family", page.Brief(is.Family, 6), page.Brief(before.Family, 6), "the login’s first")
	row("at latest", "deadline", until(r.Expires, now), until(was.Expires, now), moment.Away(r.Expires, now))
	return idLabels[r.Kind]
}

// refresh is what the token app wrote into a refresh token's record.
type refresh struct {
	Family string
	Used   time.Time
}

func refreshOf(r journal.Record) (c refresh) {
	_ = json.Unmarshal(r.Bytes, &c) // what cannot be read is shown as it lies in the store
	return c
}

func (c refresh) used(now time.Time) string {
	if c.Used.IsZero() {
		return "not yet"
	}
	return moment.Seen(c.Used, now)
}

func until(t, now time.Time) string {
	if t.IsZero() {
		return "for ever"
	}
	return moment.Seen(t, now)
}

// keyUse says what a key is for, and whether it is of use under the settings.
func keyUse(k journal.Key, alg string) string {
	use := fmt.Sprintf("%s, %s", k.Alg, page.Size(int64(len(k.Secret))))
	if k.Public != nil {
		use = fmt.Sprintf("%s, private; its public key has %s", k.Alg, page.Size(int64(len(k.Public))))
	}
	if alg != "" && alg != k.Alg {
		use += "; not used for " + alg
	}
	return use
}

// keyFor is the key that a token names, or the newest.
func keyFor(t explain.TokenView, keys []journal.Key) journal.Key {
	var kid string
	for _, p := range t.Params {
		if p.Name == "kid" {
			_ = json.Unmarshal([]byte(p.Value), &kid) // what is no text names no key
		}
	}
	if at := slices.IndexFunc(keys, func(k journal.Key) bool { return k.ID == kid }); at >= 0 {
		return keys[at]
	}
	return keys[len(keys)-1]
}

// versionOf is which tokens of an account are believed, where the app asks for
// that or a logout has raised it.
func versionOf(a journal.Account, s settings.Settings) string {
	if a.Version == 0 && s.Token.Revocation != "version" {
		return ""
	}
	return fmt.Sprintf("tokens from version %d on", a.Version)
}

// tokenProof shows how the signature of a token is checked with the key that it names.
func tokenProof(x *journal.Exchange, credential string) *ProofView {
	if len(x.Before.Keys) == 0 {
		return nil
	}
	token := explain.ParseToken(credential, x.Clock)
	key := keyFor(token, x.Before.Keys)
	proof, ok := explain.Prove(token, key)
	if !ok {
		return nil
	}
	p := &ProofView{InputName: "input", Input: page.Shown(proof.Input), Ink: string(explain.TokenSig)}
	if key.Public == nil {
		p.computed(key, proof)
	} else {
		p.checked(key, token, proof)
	}
	return p
}

// computed shows how an HMAC is computed again.
func (p *ProofView) computed(key journal.Key, proof explain.Proof) {
	p.Title, p.Fold = "How the signature is computed", "fold the computation"
	p.KeyName, p.Key = "key", base64.RawURLEncoding.EncodeToString(key.Secret)
	p.By, p.Result = strings.Replace(key.Alg, "HS", "HMAC-SHA", 1)+", base64url", proof.MAC
	p.Verdict = "The token's third part is another: the signature does not match."
	if proof.Fits {
		p.Verdict = "It is the token's third part: the signature matches."
	}
}

// checked shows how a signature is checked with a public key, which can make none.
func (p *ProofView) checked(key journal.Key, t explain.TokenView, proof explain.Proof) {
	p.Title, p.Fold = "How the signature is checked", "fold the check"
	p.KeyName = "public key"
	p.Key = strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: key.Public})))
	p.By, p.Result = "the token's third part", page.Shown(t.Signature.Encoded)
	p.Verdict = "By " + key.Alg + ", the signature does not fit this input and this key."
	if proof.Fits {
		p.Verdict = "By " + key.Alg + ", the signature fits this input and this key. Only the private half, which the server keeps, can make one that does."
	}
}
