package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// token judges a request to the token app.
func (j *judge) token() {
	found := j.findings()
	if j.nowhere() {
		j.follow(found, 0, "", j.elsewhere()...)
		return
	}
	switch j.page() {
	case "login":
		j.follow(found, http.StatusOK, "logged in", j.changing(j.login(jsonMedia, jsonReadable, http.StatusBadRequest)...)...)
	case "refresh":
		j.follow(found, http.StatusOK, "refreshed", j.changing(j.refreshChecks()...)...)
	case "logout", "refresh/logout":
		j.tokenLogout(tokenSettings(j.x))
	case "profile":
		j.follow(found, http.StatusOK, "accepted", j.tokenChecks(j.bearer())...)
	case "desk":
		p := j.bearer()
		j.follow(found, http.StatusOK, "accepted", append(j.tokenChecks(p), j.deskAllows(p))...)
	case "style.css":
		j.asset("the style sheet")
	case "app.js":
		j.asset("the script")
	default:
		j.open("this page")
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
	head.Bearer
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
	p := &presented{Bearer: tokenOf(j.r, j.x.Settings), settings: tokenSettings(j.x)}
	p.view = ParseToken(p.Token, j.now)
	p.headerr = json.Unmarshal(p.view.Header.Decoded, &p.header)
	p.claimed = json.Unmarshal(p.view.Payload.Decoded, &p.claims)
	return p
}

// believed makes a check whose failure makes the token invalid (RFC 6750,
// section 3.1).
func believed(name, rule string, ink Ink, say func(bool) string) test {
	return test{name: name, rule: rule, ink: ink, say: say, status: http.StatusUnauthorized, outcome: "refused"}
}

// tokenChecks are what makes the server believe a token: those on the header
// and signature, then those on the claims.
func (j *judge) tokenChecks(p *presented) []test {
	formed := test{
		name: "header well formed", ink: Plain, say: p.readable, status: http.StatusBadRequest, outcome: "refused",
		rule: "RFC 6750, section 2.1: Authorization is Bearer, a space, and one token; section 3.1: what is malformed is answered with 400.",
	}
	if p.settings.Storage == "cookie" {
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
			TokenHeader, uncritical),
		believed("key known", "RFC 7515, section 4.1.4: kid names the key. The server looks it up among its own.",
			ServerOnly, func(known bool) string { return j.keyKnown(p, known) }),
		believed("signature matches", "RFC 7515, section 5.2, step 8: the server computes the signature again with its own key and compares.",
			TokenSig, func(fits bool) string { return j.signed(p, fits) }),
	}, p.claimChecks(j.now)...)
	return append(tests, j.lookUps(p)...)
}

func (p *presented) present(is bool) string {
	switch inCookie := p.settings.Storage == "cookie"; {
	case inCookie && is:
		return "The request has a cookie " + AccessCookie + ", which the browser attached by itself."
	case inCookie:
		return "The request has no cookie " + AccessCookie + ", and the server looks nowhere else."
	case is:
		return "The request has an Authorization field."
	case p.Fields == 0:
		return "The request has no Authorization field."
	}
	return fmt.Sprintf("The scheme is %q, which this server does not know.", p.Scheme)
}

func (p *presented) readable(bool) string {
	if p.Problem != "" {
		return p.Problem
	}
	return fmt.Sprintf("One token of %d bytes.", len(p.Token))
}

func (p *presented) threeParts(bool) string {
	return "The token has " + count(strings.Count(p.Token, ".")+1, "part") + "."
}

func (p *presented) decodes(could bool) string {
	if could {
		return "Header, payload and signature could be read." + p.laxElsewhere()
	}
	for _, part := range []struct {
		name string
		part Part
		err  error
	}{{"header", p.view.Header, p.headerr}, {"payload", p.view.Payload, p.claimed}, {"signature", p.view.Signature, nil}} {
		if part.part.Decoded == nil {
			return "The " + part.name + " cannot be read: " + part.part.Problem + "."
		}
		if part.err != nil {
			return "The " + part.name + " is not the JSON that it should be."
		}
	}
	return "One of the parts could not be read."
}

func (p *presented) algorithm(bool) string {
	alg, _ := p.header["alg"].(string)
	return fmt.Sprintf("alg is %q; only %s is accepted.", alg, p.settings.Alg)
}

func uncritical(is bool) string {
	if is {
		return "There is no crit."
	}
	return "crit is there, and this server knows no extension."
}

// keyKnown says which key the header names, and what that key is for.
func (j *judge) keyKnown(p *presented, known bool) string {
	kid, named := p.header["kid"].(string)
	key, held := j.key(kid)
	switch {
	case !named:
		return "The header names no key."
	case known:
		return fmt.Sprintf("The server has a key %q.", short(kid))
	case held:
		return fmt.Sprintf("The key %q is for %s, so this server does not use it for %s.", short(kid), key.Alg, p.settings.Alg)
	}
	return fmt.Sprintf("This server has no key %q.", short(kid))
}

// signed says what the signature was compared with. The MAC is computed again, to
// show it; with a pair of keys there is nothing to show but the result.
func (j *judge) signed(p *presented, fits bool) string {
	kid, _ := p.header["kid"].(string)
	key, _ := j.key(kid)
	if key.Public == nil {
		proof, _ := Prove(p.view, key)
		return fmt.Sprintf("The server computed %s; the token carries %s.", short(proof.MAC), short(p.view.Signature.Encoded))
	}
	return fmt.Sprintf("The server checked the signature %s with its public key %s, by %s alone: %s.",
		short(p.view.Signature.Encoded), key.ID, key.Alg, map[bool]string{true: "it fits", false: "it does not fit"}[fits])
}

func (j *judge) key(kid string) (journal.Key, bool) {
	for _, k := range j.x.Before.Keys {
		if k.ID == kid {
			return k, true
		}
	}
	return journal.Key{}, false
}
