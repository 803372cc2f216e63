package jose

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// vectors is where public test vectors lie, where they do.
const vectors = "../../../shared/conformance"

// deviation is a vector whose verdict here is another than its source says.
type deviation struct{ Vector, Source, Ours, Reason string }

func deviations(t *testing.T) map[string]deviation {
	t.Helper()
	var list []deviation
	readJSON(t, "testdata/deviations.json", &list)
	out := map[string]deviation{}
	for _, d := range list {
		out[d.Vector] = d
	}
	return out
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// present reports whether the vectors are there; they are no part of the
// repository, and the project's own cases run always.
func present(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat(vectors)
	if err != nil {
		t.Log("the public vectors are not here; only our own cases were run")
	}
	return err == nil
}

func TestVectorsOfRFC7515(t *testing.T) {
	if !present(t) {
		return
	}
	known := deviations(t)
	var cases []struct {
		ID, JWS, Result string
		JWK             json.RawMessage
	}
	readJSON(t, vectors+"/jws/rfc7515-appendix.json", &cases)
	want := map[string]Verdict{"valid": Verified, "invalid": Invalid, "unsecured": Unsecured, "not-compact": Unverifiable}
	for _, c := range cases {
		key := string(c.JWK)
		if key == "null" {
			key = ""
		}
		in := Inspect(c.JWS, key, JWK, Options{})
		expected := want[c.Result]
		if d, ok := known["rfc7515/"+c.ID]; ok {
			expected = Verdict(d.Ours)
		}
		if in.Verdict != expected || expected == "" {
			t.Errorf("%s: %s, want %s: %s", c.ID, in.Verdict, expected, in.Sentence)
		}
		if c.Result == "not-compact" && in.Token.Form != JSONGeneral && in.Token.Form != JSONFlattened {
			t.Errorf("%s: taken for %s", c.ID, in.Token.Form)
		}
	}
	if len(cases) < 8 {
		t.Errorf("only %d cases", len(cases))
	}
}

// cookbook is a case of RFC 7520's cookbook, and of those made in its likeness.
type cookbook struct {
	Title  string
	Input  struct{ Key json.RawMessage }
	Output struct {
		Compact string
		JSON    json.RawMessage `json:"json"`
		Flat    json.RawMessage `json:"json_flat"`
	}
}

func TestVectorsOfTheCookbook(t *testing.T) {
	if !present(t) {
		return
	}
	known := deviations(t)
	var files []string
	for _, pattern := range []string{"rfc7520/*.json", "rfc7797/*.json", "rfc8037-ed25519.json"} {
		found, err := filepath.Glob(vectors + "/jws/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) != 11 {
		t.Errorf("%d files, want 11", len(files))
	}
	for _, file := range files {
		var c cookbook
		readJSON(t, file, &c)
		name := filepath.Base(file)
		if c.Output.Compact != "" {
			want := Verified
			if d, ok := known[name]; ok {
				want = Verdict(d.Ours)
			}
			in := Inspect(c.Output.Compact, string(c.Input.Key), JWK, Options{})
			if in.Verdict != want {
				t.Errorf("%s: %s, want %s: %s", name, in.Verdict, want, in.Sentence)
			}
		}
		for form, text := range map[Form]json.RawMessage{JSONGeneral: c.Output.JSON, JSONFlattened: c.Output.Flat} {
			if len(text) == 0 {
				continue
			}
			in := Inspect(string(text), string(c.Input.Key), JWK, Options{})
			if in.Token.Form != form || in.Verdict != Unverifiable {
				t.Errorf("%s: %s taken for %s, %s", name, form, in.Token.Form, in.Verdict)
			}
		}
	}
}

func TestVectorsOfKeys(t *testing.T) {
	if !present(t) {
		return
	}
	want := map[string]Key{
		"3_1.ec_public_key.json":                 {Kind: EC, Curve: "P-521", Bits: 521, Use: "sig"},
		"3_2.ec_private_key.json":                {Kind: EC, Curve: "P-521", Bits: 521, Use: "sig", Private: true},
		"3_3.rsa_public_key.json":                {Kind: RSA, Bits: 2048, Exponent: 65537, Use: "sig"},
		"3_4.rsa_private_key.json":               {Kind: RSA, Bits: 2048, Exponent: 65537, Use: "sig", Private: true},
		"3_5.symmetric_key_mac_computation.json": {Kind: Octets, Bits: 256, Use: "sig", Alg: "HS256", Private: true},
		"3_6.symmetric_key_encryption.json":      {Kind: Octets, Bits: 256, Use: "enc", Alg: "A256GCM", Private: true},
	}
	for name, w := range want {
		b, err := os.ReadFile(vectors + "/jwk/" + name)
		if err != nil {
			t.Fatal(err)
		}
		k, err := ReadKey(string(b), Auto, "")
		got := Key{Kind: k.Kind, Curve: k.Curve, Bits: k.Bits, Exponent: k.Exponent, Use: k.Use, Alg: k.Alg, Private: k.Private}
		if err != nil || got.Kind != w.Kind || got.Curve != w.Curve || got.Bits != w.Bits || got.Exponent != w.Exponent ||
			got.Use != w.Use || got.Alg != w.Alg || got.Private != w.Private || k.Refused != "" || len(k.SHA256) != 64 || len(k.Thumbprint) != 43 {
			t.Errorf("%s: %+v, %v", name, k, err)
		}
	}
}
