package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// tokenRoutes are the pages of the token app with their methods.
func tokenRoutes(s settings.Token) map[string][]string {
	routes := map[string][]string{
		"": readable, "login": writeable, "profile": readable, "desk": readable, "logout": writeable,
		"style.css": readable, "app.js": readable,
	}
	if s.Refresh != settings.Off {
		routes["refresh"], routes["refresh/logout"] = writeable, writeable
	}
	return routes
}

// token judges a request to the token app.
func (j *judge) token() {
	s := tokenSettings(j.x)
	if tests := j.known(tokenRoutes(s)); tests != nil {
		j.decide(0, "", tests...)
		return
	}
	switch j.page() {
	case "login":
		j.decide(http.StatusOK, "logged in", j.changing(j.login(jsonMedia, jsonReadable, http.StatusBadRequest)...)...)
	case "refresh":
		j.decide(http.StatusOK, "refreshed", j.changing(j.refreshChecks()...)...)
	case "logout", "refresh/logout":
		j.tokenLogout(s)
	case "profile":
		j.decide(http.StatusOK, "accepted", j.tokenChecks()...)
	case "desk":
		t := j.bearer()
		j.decide(http.StatusOK, "accepted", append(j.tokenChecks(), j.deskAllows(t))...)
	case "style.css":
		j.asset("the style sheet")
	case "app.js":
		j.asset("the script")
	default:
		j.decide(http.StatusOK, "public", open("this page"))
	}
}

// changing puts the check in front that requests which change something need
// where the browser attaches the token by itself.
func (j *judge) changing(tests ...test) []test {
	if !TokenInCookie(j.x.Settings) {
		return tests
	}
	return append([]test{j.sameOrigin()}, tests...)
}

// presented is a request's token as the server reads it, each part as far as
// it can be read.
type presented struct {
	bearer
	settings settings.Token
	view     TokenView
	header   map[string]any
	headerr  error
	claims   claims
	claimed  error
}

// claims is what the token app reads from a payload, with the same decoder, so
// that what it takes for a date or a name is the same here.
type claims struct {
	jwt.RegisteredClaims
	Name    string   `json:"name"`
	Role    string   `json:"role"`
	Version *int     `json:"ver"`
	List    []string `json:"shelves"`
}

func (j *judge) bearer() *presented {
	p := &presented{bearer: tokenOf(j.r, j.x.Settings), settings: tokenSettings(j.x)}
	p.view = ParseToken(p.token, j.now)
	p.headerr = json.Unmarshal(p.view.Header.Decoded, &p.header)
	p.claimed = json.Unmarshal(p.view.Payload.Decoded, &p.claims)
	return p
}

// believed makes a check whose failure makes the token invalid (RFC 6750,
// section 3.1).
func believed(name, rule string, ink Ink, run func() (string, bool)) test {
	return test{name: name, rule: rule, ink: ink, run: run, status: http.StatusUnauthorized, outcome: "refused"}
}

// tokenChecks are what makes the server believe a token: those on the header
// and signature, then those on the claims.
func (j *judge) tokenChecks() []test {
	p := j.bearer()
	formed := test{
		name: "header well formed", ink: Plain, run: p.readable, status: http.StatusBadRequest, outcome: "refused",
		rule: "RFC 6750, section 2.1: Authorization is Bearer, a space, and one token; section 3.1: what is malformed is answered with 400.",
	}
	if p.settings.Keep == "cookie" {
		formed.name = "cookie well formed"
	}
	tests := append([]test{
		believed("token present", "RFC 6750, section 3: without a token the answer is 401 and a challenge, with no error code.",
			Plain, p.present),
		formed,
		believed("three parts", "RFC 7515, section 7.1: a compact JWS is header, payload and signature with dots between.",
			TokenHeader, p.threeParts),
		believed("parts readable", "RFC 7515, section 5.2, steps 2 to 7: the parts are base64url, and the header is a JSON object. RFC 7519, section 7.2: so are the claims.",
			TokenPayload, p.decodes),
		believed("algorithm allowed", "RFC 8725, section 3.1: the server decides which algorithms it accepts, whatever alg says.",
			TokenHeader, p.algorithm),
		believed("no unknown extension", "RFC 7515, section 4.1.11: a token whose crit names what the server does not know is invalid.",
			TokenHeader, p.uncritical),
		believed("key known", "RFC 7515, section 4.1.4: kid names the key. The server looks it up among its own.",
			ServerOnly, func() (string, bool) { return j.keyKnown(p) }),
		believed("signature matches", "RFC 7515, section 5.2, step 8: the server computes the signature again with its own key and compares.",
			TokenSig, func() (string, bool) { return j.signed(p) }),
	}, p.claimChecks(j.now)...)
	return append(tests, j.lookUps(p)...)
}

func (p *presented) present() (string, bool) {
	switch inCookie := p.settings.Keep == "cookie"; {
	case inCookie && p.fields == 0:
		return "The request has no cookie " + AccessCookie + ", and the server looks nowhere else.", false
	case inCookie:
		return "The request has a cookie " + AccessCookie + ", which the browser attached by itself.", true
	case p.fields == 0:
		return "The request has no Authorization field.", false
	case !p.isBearer():
		return fmt.Sprintf("The scheme is %q, which this server does not know.", p.scheme), false
	}
	return "The request has an Authorization field.", true
}

func (p *presented) readable() (string, bool) {
	if p.problem != "" {
		return p.problem, false
	}
	return fmt.Sprintf("One token of %d bytes.", len(p.token)), true
}

func (p *presented) threeParts() (string, bool) {
	n := strings.Count(p.token, ".") + 1
	return "The token has " + count(n, "part") + ".", n == 3
}

func (p *presented) decodes() (string, bool) {
	for _, part := range []struct {
		name string
		part Part
		err  error
	}{{"header", p.view.Header, p.headerr}, {"payload", p.view.Payload, p.claimed}, {"signature", p.view.Signature, nil}} {
		if part.part.Decoded == nil {
			return "The " + part.name + " cannot be read: " + part.part.Problem + ".", false
		}
		if part.err != nil {
			return "The " + part.name + " is not the JSON that it should be.", false
		}
	}
	return "Header, payload and signature could be read.", true
}

func (p *presented) algorithm() (string, bool) {
	alg, _ := p.header["alg"].(string)
	return fmt.Sprintf("alg is %q; only %s is accepted.", alg, p.settings.Alg), alg == p.settings.Alg
}

func (p *presented) uncritical() (string, bool) {
	if _, critical := p.header["crit"]; critical {
		return "crit is there, and this server knows no extension.", false
	}
	return "There is no crit.", true
}

// keyKnown goes by what the server's keys answered.
func (j *judge) keyKnown(p *presented) (string, bool) {
	kid, ok := p.header["kid"].(string)
	if !ok {
		return "The header names no key.", false
	}
	e, asked := j.event(journal.KeyUsed, named("for", "verify", "kid", kid))
	found := e.Field("found") == "true"
	key, held := j.key(kid)
	if !asked {
		found = held && key.Alg == p.settings.Alg
	}
	switch {
	case !found && held:
		return fmt.Sprintf("The key %q is for %s, so this server does not use it for %s.", short(kid), key.Alg, p.settings.Alg), false
	case !found:
		return fmt.Sprintf("This server has no key %q.", short(kid)), false
	}
	return fmt.Sprintf("The server has a key %q.", short(kid)), true
}

// signed checks the signature with the key that kid names: it computes the MAC
// again, or uses the public key.
func (j *judge) signed(p *presented) (string, bool) {
	kid, _ := p.header["kid"].(string)
	key, _ := j.key(kid)
	proof, _ := Prove(p.view, key)
	if key.Public == nil {
		return fmt.Sprintf("The server computed %s; the token carries %s.", short(proof.MAC), short(p.view.Signature.Encoded)), proof.Fits
	}
	return fmt.Sprintf("The server checked the signature %s with its public key %s, by %s alone: %s.",
		short(p.view.Signature.Encoded), key.ID, key.Alg, map[bool]string{true: "it fits", false: "it does not fit"}[proof.Fits]), proof.Fits
}

func (j *judge) key(kid string) (journal.Key, bool) {
	for _, k := range j.x.Before.Keys {
		if k.ID == kid {
			return k, true
		}
	}
	return journal.Key{}, false
}
