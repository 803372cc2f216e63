package sealed

import (
	"context"
	"net/http"
	"strings"
	"testing"
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

// The audit is told what the answer rests on.
func TestAudit(t *testing.T) {
	const (
		form  = "application/x-www-form-urlencoded"
		login = "+same origin +media type +size allowed "
		come  = "+same origin +cookie present "
		known = come + "+parts readable +algorithm allowed +no unknown extension +key known +seal intact "
		good  = known + "+not expired +issued in the past +subject present +role known"
	)
	for _, test := range []struct {
		name, method, path string
		forgery, body      string
		gone, lookUp       bool
		code               int
		told               string
	}{
		{"stranger", "GET", "/profile", "none", "", false, false, 303, "+same origin -cookie present"},
		{"empty cookie", "GET", "/profile", "empty", "", false, false, 303, "+same origin -cookie present"},
		{"somebody", "GET", "/profile", "same", "", false, false, 200, good},
		{"account gone", "GET", "/profile", "same", "", true, false, 200, good},
		{"account gone, looked up", "GET", "/profile", "same", "", true, true, 303, good + " -account known"},
		{"looked up", "GET", "/profile", "same", "", false, true, 200, good + " +account known"},
		{"role unknown, looked up", "GET", "/profile", "role-unknown", "", false, true, 200, good + " +account known"},
		{"member at the desk", "GET", "/desk", "same", "", false, false, 403, good + " -role allows"},
		{"six parts", "GET", "/profile", "six-parts", "", false, false, 303, come + "-parts readable"},
		{"four parts", "GET", "/profile", "four-parts", "", false, false, 303, come + "-parts readable"},
		{"an encrypted key", "GET", "/profile", "key-part", "", false, false, 303, come + "-parts readable"},
		{"padding", "GET", "/profile", "padded", "", false, false, 303, come + "-parts readable"},
		{"written in another way", "GET", "/profile", "last-bits", "", false, false, 303, come + "-parts readable"},
		{"too long", "GET", "/profile", "long", "", false, false, 303, come + "-parts readable"},
		{"a token", "GET", "/profile", "token", "", false, false, 303, come + "-parts readable"},
		{"header is no JSON", "GET", "/profile", "no-json", "", false, false, 303, come + "-parts readable"},
		{"header is null", "GET", "/profile", "null", "", false, false, 303, come + "+parts readable -algorithm allowed"},
		{"alg none", "GET", "/profile", "alg-none", "", false, false, 303, come + "+parts readable -algorithm allowed"},
		{"costly alg", "GET", "/profile", "pbes2", "", false, false, 303, come + "+parts readable -algorithm allowed"},
		{"weaker enc", "GET", "/profile", "enc-128", "", false, false, 303, come + "+parts readable -algorithm allowed"},
		{"crit", "GET", "/profile", "crit", "", false, false, 303, come + "+parts readable +algorithm allowed -no unknown extension"},
		{"compressed", "GET", "/profile", "zip", "", false, false, 303, come + "+parts readable +algorithm allowed -no unknown extension"},
		{"unknown kid", "GET", "/profile", "other-kid", "", false, false, 303, come + "+parts readable +algorithm allowed +no unknown extension -key known"},
		{"no kid", "GET", "/profile", "no-kid", "", false, false, 303, come + "+parts readable +algorithm allowed +no unknown extension -key known"},
		{"kid is a number", "GET", "/profile", "number-kid", "", false, false, 303, come + "+parts readable +algorithm allowed +no unknown extension -key known"},
		{"other key", "GET", "/profile", "other-key", "", false, false, 303, strings.Replace(known, "+seal intact ", "-seal intact", 1)},
		{"header changed", "GET", "/profile", "header", "", false, false, 303, strings.Replace(known, "+seal intact ", "-seal intact", 1)},
		{"nonce changed", "GET", "/profile", "nonce", "", false, false, 303, strings.Replace(known, "+seal intact ", "-seal intact", 1)},
		{"text changed", "GET", "/profile", "text", "", false, false, 303, strings.Replace(known, "+seal intact ", "-seal intact", 1)},
		{"tag changed", "GET", "/profile", "tag", "", false, false, 303, strings.Replace(known, "+seal intact ", "-seal intact", 1)},
		{"no end", "GET", "/profile", "no-end", "", false, false, 303, known + "-not expired"},
		{"from the future", "GET", "/profile", "future", "", false, false, 303, known + "+not expired -issued in the past"},
		{"nobody", "GET", "/profile", "no-subject", "", false, false, 303, known + "+not expired +issued in the past -subject present"},
		{"no role", "GET", "/profile", "no-role", "", false, false, 303, known + "+not expired +issued in the past +subject present -role known"},
		{"unknown role", "GET", "/profile", "role-unknown", "", false, false, 303, known + "+not expired +issued in the past +subject present -role known"},
		{"no form", "POST", "/login", "none", "email=a", false, false, 400, login + "-body well formed -cookie present"},
		{"wrong password", "POST", "/login", "none", "email=a&password=b", false, false, 422, login + "+body well formed -password matches -cookie present"},
		{"right password", "POST", "/login", "none", "email=reader@library.test&password=open-book", false, false, 303, login + "+body well formed +password matches +cookie fits"},
		{"logging out", "POST", "/logout", "same", "", false, false, 303, "+same origin"},
		{"no page", "GET", "/x", "none", "", false, false, 404, "-path exists"},
		{"no method", "POST", "/profile", "none", "", false, false, 405, "+path exists -method allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.logIn("reader")
			header := http.Header{"Content-Type": {form}}
			switch test.forgery {
			case "none":
			case "empty":
				header.Set("Cookie", "sealed=")
			default:
				header.Set("Cookie", "sealed="+forgeries[test.forgery](w.session(), w.keys[base]["k1"]))
			}
			if test.gone {
				delete(w.accounts, "reader")
			}
			c := config(w)
			c.Variant.LookUp = test.lookUp
			told := audited(&c)
			answer := serve(New(c), base, request(base, test.method, test.path, header, test.body))
			if got := strings.Join(*told, " "); answer.Code != test.code || got != test.told {
				t.Errorf("%d: the audit was told\n%s; want %d and\n%s", answer.Code, got, test.code, test.told)
			}
		})
	}
}

// A key that cannot be had is not the session's fault: no check is told to have
// failed, and the browser keeps what it has.
func TestAuditOfWhatCannotBeChecked(t *testing.T) {
	w := newWorld(t)
	w.logIn("reader")
	c := config(w)
	c.Keys = noKeys{}
	told := audited(&c)
	answer := serve(New(c), base, request(base, "GET", "/profile", http.Header{"Cookie": {"sealed=" + w.session()}}, ""))
	const want = "+same origin +cookie present +parts readable +algorithm allowed +no unknown extension"
	if got := strings.Join(*told, " "); answer.Code != 500 || got != want || answer.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d, %v: the audit was told %s, want %s", answer.Code, answer.Header(), got, want)
	}
}
