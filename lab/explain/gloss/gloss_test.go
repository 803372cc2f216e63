package gloss

import (
	"net/url"
	"strings"
	"testing"
)

// Everything that browsers, curl, net/http, scs and the apps send has a gloss.
func TestGlossesComplete(t *testing.T) {
	tests := []struct {
		what  string
		look  func(string) (Gloss, bool)
		names string
	}{
		{"field", Header, "Host Connection Cache-Control sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform User-Agent Accept Upgrade-Insecure-Requests Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-User Sec-Fetch-Dest Sec-Fetch-Storage-Access Referer Accept-Encoding Accept-Language Cookie Content-Type Content-Length Origin If-None-Match If-Modified-Since Priority DNT Sec-GPC Expect Transfer-Encoding TE Pragma Authorization Range Date Set-Cookie Vary Location WWW-Authenticate Allow ETag X-Content-Type-Options Referrer-Policy Content-Security-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Retry-After Accept-Ranges Last-Modified"},
		{"attribute", func(n string) (Gloss, bool) { return Attribute(n, "") }, "Path Domain Expires Max-Age HttpOnly Secure SameSite Partitioned"},
		{"claim", Claim, "iss sub aud exp nbf iat jti name role"},
		{"parameter", Param, "alg typ kid cty crit jku jwk x5u x5c x5t"},
		{"parameter of a seal", SealParam, "alg enc kid"},
		{"sealed claim", SealClaim, "sub name role auth_time iat exp shelves"},
		{"method", Method, "GET HEAD POST"},
		{"error", ErrorCode, "invalid_request invalid_token insufficient_scope invalid_grant"},
		{"member", Member, "access_token token_type expires_in error error_description email password"},
	}
	for _, tt := range tests {
		for _, name := range strings.Fields(tt.names) {
			if g, ok := tt.look(name); !ok || g.Title != name {
				t.Errorf("%s %s has gloss %+v", tt.what, name, g)
			}
		}
		if g, ok := tt.look("no-such-thing"); ok {
			t.Errorf("%s no-such-thing has gloss %+v", tt.what, g)
		}
	}
	for _, code := range []int{200, 204, 303, 304, 307, 400, 401, 403, 404, 405, 413, 415, 422, 429, 431, 500, 503} {
		if _, ok := Status(code); !ok {
			t.Errorf("status %d has no gloss", code)
		}
	}
}

// Each note is one to three sentences, names its source, and says where to read
// it.
func TestGlossesWellFormed(t *testing.T) {
	tables := map[string]map[string]note{
		"field": fieldGlosses, "value": valueGlosses, "method": methodGlosses, "status": statusGlosses, "start": startGlosses,
		"attribute": attributeGlosses, "claim": claimGlosses, "parameter": paramGlosses, "parameter of a seal": sealParamGlosses, "sealed claim": sealClaimGlosses, "member": memberGlosses, "auth": authGlosses, "error": errorGlosses,
	}
	for table, notes := range tables {
		for key, n := range notes {
			u, err := url.Parse(n.url)
			if err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s %s: url %q", table, key, n.url)
			}
			if n.source == "" || !strings.HasSuffix(n.text, ".") || strings.Count(n.text, ". ") > 2 {
				t.Errorf("%s %s: %q (%s)", table, key, n.text, n.source)
			}
		}
	}
}

func TestGlossDependsOnValue(t *testing.T) {
	seen := map[string]string{}
	for _, value := range []string{"Strict", "lax", "NONE", "odd"} {
		g, ok := Attribute("samesite", value)
		if !ok || g.Title != "samesite" {
			t.Errorf("SameSite=%s: %+v", value, g)
		}
		if other := seen[g.Text]; other != "" {
			t.Errorf("SameSite=%s says the same as %s", value, other)
		}
		seen[g.Text] = value
	}
	if g, ok := Header("SET-COOKIE"); !ok || g.Title != "SET-COOKIE" || g.Source != "RFC 6265, section 4.1" || g.URL != "https://www.rfc-editor.org/rfc/rfc6265#section-4.1" {
		t.Errorf("SET-COOKIE: %+v", g)
	}
}
