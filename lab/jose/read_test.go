package jose

import (
	"strings"
	"testing"
)

// TestRead pastes one token in many ways: what is left must be the token, its
// parts must stand where the ranges say, and what was taken off must be named.
func TestRead(t *testing.T) {
	token := mustSign(t, `{"typ":"JWT"}`, claims, "HS256", keys().text)
	second := mustSign(t, `{"typ":"JWT"}`, `{}`, "HS256", keys().text)
	half := token[:strings.LastIndexByte(token, '.')]
	tests := []struct {
		name, before, token, after string
		notes                      []string // a part of each, in order
	}{
		{"as it is", "", token, "", nil},
		{"white space", " \r\n\t", token, "\n\n", []string{"White space after", "White space before"}},
		{"quotes", `"`, token, `"`, []string{`The marks ""`}},
		{"typographic quotes", "“", token, "”", []string{"The marks “”"}},
		{"half a quote", "'", token, "", []string{"nothing closes"}},
		{"Bearer", "Bearer ", token, "", []string{"scheme Bearer"}},
		{"bearer", "bearer  ", token, "", []string{"scheme bearer", "White space before"}},
		{"a field line", "Authorization: Bearer ", token, "\r\n", []string{"White space after", "header field, Authorization", "White space before", "scheme Bearer"}},
		{"a field without space", "authorization:DPoP ", token, "", []string{"header field, authorization", "scheme DPoP"}},
		{"a cookie", "Cookie: theme=dark; token=", token, "; a=b", []string{"header field, Cookie", "White space before", `value of "token"`, "follows that value"}},
		{"a Set-Cookie", "Set-Cookie: __Host-jwt=", token, "; Path=/; HttpOnly", []string{"header field, Set-Cookie", "White space before", `"__Host-jwt"`, "follows that value"}},
		{"a member", `"access_token": "`, token, `",`, []string{`JSON member, "access_token"`, "White space before", `"," after it`, `The marks ""`}},
		{"an object", `{"token_type":"Bearer","access_token":"`, token, `","expires_in":900}`, []string{`the member "access_token"`}},
		{"a deep object", `{"data":{"jwt":"`, token, `"}}`, []string{"from byte 16"}},
		{"a fragment", "https://app.example/cb#access_token=", token, "&state=x", []string{"in its fragment", `value of "access_token"`, "follows"}},
		{"a query", "https://app.example/cb?state=x&jwt=", token, "", []string{"in its query", `value of "jwt"`}},
		{"a variable", "export TOKEN=", token, "", []string{`value of "export TOKEN"`}},
		{"a command", `curl -H 'Authorization: Bearer `, token, `' http://127.0.0.1/`, []string{"Other text around it"}},
		{"a request", "GET /profile HTTP/1.1\r\nHost: library.test\r\nAuthorization: Bearer ", token, "\r\nAccept: */*\r\n\r\n", []string{"White space after", "Several lines", "White space after", "header field", "White space before", "scheme"}},
		{"two tokens", "", token, "\n" + second, []string{"from byte 0"}},
		{"no signature", "Bearer ", half, "", []string{"scheme", "signature is missing"}},
		{"a header alone", "", token[:strings.IndexByte(token, '.')], "", []string{"no dot"}},
	}
	for _, tt := range tests {
		given := tt.before + tt.token + tt.after
		got := Read(given)
		if got.Raw != tt.token || got.Range != (Range{len(tt.before), len(tt.before) + len(tt.token)}) {
			t.Errorf("%s: read %q from %d to %d", tt.name, got.Raw, got.Start, got.End)
		}
		for i, p := range []Part{got.Header, got.Payload, got.Signature} {
			if given[p.Start:p.End] != p.Encoded {
				t.Errorf("%s: part %d is %q, and its range has %q", tt.name, i, p.Encoded, given[p.Start:p.End])
			}
		}
		if len(got.Notes) != len(tt.notes) {
			t.Errorf("%s: %d notes, want %d: %v", tt.name, len(got.Notes), len(tt.notes), got.Notes)
			continue
		}
		for i, n := range got.Notes {
			if !strings.Contains(n.Text, tt.notes[i]) || n.Start < 0 || n.End < n.Start || n.End > len(given) {
				t.Errorf("%s: note %d is %+v, want %q", tt.name, i, n, tt.notes[i])
			}
		}
	}
}

// TestReadSpaces has the ranges of parts where white space stood within.
func TestReadSpaces(t *testing.T) {
	token := mustSign(t, `{}`, claims, "HS256", keys().text)
	for _, width := range []int{1, 7, 20, 64} {
		var lines []string
		for at := 0; at < len(token); at += width {
			lines = append(lines, token[at:min(at+width, len(token))])
		}
		given := "Bearer " + strings.Join(lines, "\r\n  ")
		got := Read(given)
		if got.Raw != token || len(got.Spaces) != len(lines)-1 {
			t.Errorf("width %d: %d spaces, %q", width, len(got.Spaces), got.Raw)
		}
		for i, p := range []Part{got.Header, got.Payload, got.Signature} {
			if strings.Join(strings.Fields(given[p.Start:p.End]), "") != p.Encoded {
				t.Errorf("width %d: part %d is %q, and its range has %q", width, i, p.Encoded, given[p.Start:p.End])
			}
		}
	}
}

func TestForms(t *testing.T) {
	sig := `"protected":"` + b64(`{"alg":"HS256"}`) + `","signature":"AAAA"`
	for given, want := range map[string]Form{
		"":                                Empty,
		"  ":                              Empty,
		"hello":                           Compact,
		"a.b.c.d":                         Unknown,
		b64(`{"alg":"dir"}`) + "....":     JWECompact,
		b64(`{"alg":"HS256"}`) + "..AAAA": Detached,
		b64(`{"alg":"none"}`) + "..":      Compact,
		`{"payload":"e30",` + sig + `}`:   JSONFlattened,
		`{"payload":"e30","signatures":[{` + sig + `}]}`: JSONGeneral,
		`{"payload":"e30","signatures":[`:                Unknown,
		`{"ciphertext":"AAAA"}`:                          JWEJSON,
		`{"a":1}`:                                        Unknown,
	} {
		if got := Read(given); got.Form != want {
			t.Errorf("%q is taken for %s, want %s", given, got.Form, want)
		}
	}
	nested := Read(b64(`{"alg":"HS256","cty":"JWT"}`) + "." + b64(b64(`{"alg":"HS256"}`)+".e30.AAAA") + ".AAAA")
	if !nested.Nested {
		t.Error("a nested token is not recognised")
	}
	flat := Read(` {"payload":"e30",` + sig + `}`)
	if flat.Alg() != "HS256" || flat.Payload.Encoded != "e30" || flat.Signature.Encoded != "AAAA" || flat.Payload.Start != 13 {
		t.Errorf("the parts of a flattened JWS: %+v", flat)
	}
}

func TestObject(t *testing.T) {
	tests := []struct {
		given, members string // name=value, with ! after a duplicate
		problem        string
		at             int
	}{
		{`{}`, "", "", 0},
		{` { "a" : 1 , "b":[1,{"c":"},"}] } `, `a=1 b=[1,{"c":"},"}]`, "", 0},
		{`{"a":1,"a":2}`, `a=1 a=2!`, "", 0},
		{`{"\u0061":1,"a":2}`, `a=1 a=2!`, "", 0},
		{``, "", "it is not a JSON object", 0},
		{`  []`, "", "it is not a JSON object", 2},
		{`{"a":1`, "a=1", "its JSON is broken", 5},
		{`{"a":1,}`, "a=1", "its JSON is broken", 7},
		{`{"a":1 "b":2}`, "", "its JSON is broken", 7},
		{`{"a":01}`, "", "its JSON is broken", 6},
		{`{"a":1}{`, "a=1", "something follows its JSON object", 7},
		{"{\"a\":\"\xff\"}", "a=\"\xff\"", "it is not UTF-8", 6},
	}
	for _, tt := range tests {
		o := ReadObject([]byte(tt.given))
		var members []string
		for _, m := range o.Members {
			s := m.Name + "=" + m.Value
			if m.Duplicate {
				s += "!"
			}
			if tt.given[m.Start:m.End] != m.Value {
				t.Errorf("%q: %q is not from %d to %d", tt.given, m.Value, m.Start, m.End)
			}
			members = append(members, s)
		}
		var problem Problem
		if o.Problem != nil {
			problem = *o.Problem
		}
		if strings.Join(members, " ") != tt.members || problem.Text != tt.problem || problem.At != tt.at {
			t.Errorf("%q: got %q, %q at %d", tt.given, members, problem.Text, problem.At)
		}
	}
}

func TestDescribeSignature(t *testing.T) {
	for _, tt := range []struct {
		alg    string
		octets int
		form   string
	}{
		{"HS256", 0, "empty"}, {"HS256", 32, "an HMAC"}, {"HS256", 31, "not as long"}, {"ES256", 64, "32 octets each"}, {"ES512", 132, "66 octets each"},
		{"EdDSA", 64, "R and S"}, {"Ed25519", 64, "R and S"}, {"RS256", 256, "2048 bits"}, {"XX", 9, "not known"}, {"ES256", 63, "not as long"},
	} {
		if s := DescribeSignature(tt.alg, make([]byte, tt.octets)); !strings.Contains(s.Form, tt.form) || s.Octets != tt.octets || s.DER {
			t.Errorf("%s with %d octets: %+v", tt.alg, tt.octets, s)
		}
	}
}
