package panes

import (
	"encoding/base64"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// sealedProof shows what the server finds in a sealed session, with its key.
func sealedProof(x *journal.Exchange, credential string) *ProofView {
	v := explain.ParseSealed(credential, x.After.Keys, x.Clock)
	if v.Plain == nil {
		return nil
	}
	p := &ProofView{
		Title: "What is sealed inside", Fold: "fold what is sealed inside",
		InputName: "session", Input: page.Shown(credential),
		KeyName: "key", Key: base64.RawURLEncoding.EncodeToString(v.Key.Secret),
		By: v.Key.Alg + ", opened", Result: page.Shown(string(v.Plain)), Ink: string(explain.TokenPayload),
		Verdict: "It opens, so it is what the server has sealed, to the last bit. Whoever has the key reads this, and could have written it.",
	}
	for _, c := range v.Claims {
		p.Claims = append(p.Claims, NewClaim(c))
	}
	return p
}
