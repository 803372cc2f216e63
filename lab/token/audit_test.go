package token

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// audited returns what the audit of a library is told: + before a check that was
// passed, - before one that was not.
func audited(c *Config) *[]string {
	var told []string
	c.Audit = func(_ context.Context, check string, passed bool) {
		told = append(told, map[bool]string{true: "+", false: "-"}[passed]+check)
	}
	return &told
}

// Of several things that are wrong with a token one decides, the same in the
// answer and in the audit. What else is known to be wrong is told to the audit.
func TestAudit(t *testing.T) {
	const (
		parts  = "+token present +header well formed +three parts +parts readable"
		signed = parts + " +algorithm allowed +no unknown extension +key known +signature matches "
	)
	far := time.Now().AddDate(1, 0, 0).Unix()
	claims := func(pairs ...any) forgery {
		f := forgery{claims: map[string]any{}}
		for i := 0; i < len(pairs); i += 2 {
			f.claims[pairs[i].(string)] = pairs[i+1]
		}
		return f
	}
	for _, test := range []struct {
		name         string
		forgery      forgery
		told, answer string
	}{
		{"good", forgery{}, signed + "+not expired +issued in the past +already valid +issuer expected +audience expected +subject and id present +role known", ""},
		{"ended, and of another issuer", claims("exp", 1, "iss", "x"),
			signed + "-not expired +issued in the past +already valid -issuer expected +audience expected +subject and id present +role known", "has expired"},
		{"no end, and of another issuer", claims("exp", nil, "iss", "x"),
			signed + "-not expired +issued in the past +already valid -issuer expected +audience expected +subject and id present +role known", "lacks a claim that this server requires: exp."},
		{"not begun, from the future, of nobody", claims("nbf", far, "iat", far, "sub", nil),
			signed + "+not expired -issued in the past -already valid +issuer expected +audience expected -subject and id present +role known", "from the future"},
		{"for nobody, without a role", claims("aud", []string{"", ""}, "role", nil),
			signed + "+not expired +issued in the past +already valid +issuer expected -audience expected +subject and id present -role known", "requires: aud."},
		{"changed, and ended", forgery{claims: map[string]any{"exp": 1}, keepSignature: true}, strings.Replace(signed, "+sig", "-sig", 1), "does not match"},
		{"unknown algorithm, and crit", forgery{header: map[string]any{"alg": "HS257", "crit": 1}}, parts + " -algorithm allowed", "not signed with HS256"},
		{"crit, and no key", forgery{header: map[string]any{"crit": 1, "kid": nil}}, parts + " +algorithm allowed -no unknown extension", "an extension"},
		{"no key, and changed", forgery{header: map[string]any{"kid": "k2"}, keepSignature: true}, parts + " +algorithm allowed +no unknown extension -key known", "names no key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			token := test.forgery.forge(w.login(t, "reader"), w.keys[base]["k1"])
			c := config(w)
			told := audited(&c)
			answer := serve(New(c), base, request(base, "GET", "/profile", http.Header{"Authorization": {"Bearer " + token}}, ""))
			if got := strings.Join(*told, " "); got != strings.TrimSpace(test.told) {
				t.Errorf("the audit was told\n%s, want\n%s", got, test.told)
			}
			if said := answer.Header().Get("WWW-Authenticate"); !strings.Contains(said, test.answer) || (said == "") != (test.answer == "") {
				t.Errorf("the answer is %d, %q; want %q", answer.Code, said, test.answer)
			}
		})
	}
}

// The signature's form is looked at before alg is, whatever alg says.
func TestUnreadableSignatureDecidesBeforeAnUnknownAlgorithm(t *testing.T) {
	w := newWorld(t)
	token := forgeries["alg-madeup"].forge(w.login(t, "reader"), w.keys[base]["k1"]) + "="
	checkRefusal(t, w, "/profile", []string{"Bearer " + token}, 401, invalidToken(notParts))
}

// A key that cannot be had is not the token's fault: no check is told to have
// failed.
func TestAuditOfWhatCannotBeChecked(t *testing.T) {
	w := newWorld(t)
	token := w.login(t, "reader")
	c := config(w)
	c.Keys = keys{"k1": {}}
	told := audited(&c)
	answer := serve(New(c), base, request(base, "GET", "/profile", http.Header{"Authorization": {"Bearer " + token}}, ""))
	want := "+token present +header well formed +three parts +parts readable +algorithm allowed +no unknown extension"
	if got := strings.Join(*told, " "); answer.Code != 500 || got != want {
		t.Errorf("%d: the audit was told %s, want %s", answer.Code, got, want)
	}
}
