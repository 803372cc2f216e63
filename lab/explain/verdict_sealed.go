package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"authlab/lab/moment"
)

// sealed judges a request to the sealed app.
func (j *judge) sealed() {
	found := j.findings()
	if j.nowhere() {
		j.follow(found, 0, "", j.elsewhere()...)
		return
	}
	switch page := j.page(); {
	case page == "login" && j.r.Method == http.MethodPost:
		checks := append([]test{j.sameOrigin()}, j.login(formMedia, j.formReadable, http.StatusUnprocessableEntity)...)
		j.follow(found, http.StatusSeeOther, "logged in", append(checks, j.cookieFits())...)
	case page == "logout":
		j.follow(found, http.StatusSeeOther, "logged out", j.sameOrigin(), sealedLoggedOut())
	case page == "profile":
		j.follow(found, http.StatusOK, "accepted", j.sealedChecks()...)
	case page == "desk":
		j.follow(found, http.StatusOK, "accepted", append(j.sealedChecks(), j.sealedAllows())...)
	case page == "style.css":
		j.asset("the style sheet")
	default:
		j.open("this page")
	}
}

// cookieFits is the check of a login on what it would have the browser keep.
func (j *judge) cookieFits() test {
	return test{
		name: "cookie fits", ink: TokenPayload, status: http.StatusInternalServerError, outcome: "refused",
		rule: "RFC 6265bis, section 5.6: a browser ignores a cookie whose name and value take more than 4096 bytes. All that is remembered has to fit in there.",
		say: func(fits bool) string {
			if !fits {
				return "What there is to remember takes more, so the server said so instead of sending what no browser keeps."
			}
			c := Read(j.x).cookie
			if c == nil {
				return "The cookie that the server made is within the limit."
			}
			return fmt.Sprintf("Name and value take %d bytes.", len(c.Name)+len(c.Value))
		},
	}
}

// sealedLoggedOut is what logging out does: there is nothing on the server to end.
func sealedLoggedOut() test {
	return test{
		name: "cookie cleared", ink: Rule,
		rule: "OWASP Session Management Cheat Sheet, Session Expiration: the server has to end the session. What is only in the browser it can but ask the browser to forget.",
		run: func() (string, bool) {
			return "The browser was told to drop the cookie. The server remembers no session, so a copy works on until the end that is sealed inside.", false
		},
	}
}

// sealedChecks are what makes the server believe a sealed session, in the app's order.
func (j *judge) sealedChecks() []test {
	value := sealedSession(j.r, j.x.Settings)
	v := ParseSealed(value, j.x.Before.Keys, j.now)
	var header map[string]any
	_ = json.Unmarshal(v.Parts[0].Decoded, &header) // nil where it cannot be read, which a check says
	stranger := func(name, rule string, ink Ink, say func(bool) string) test {
		return test{name: name, rule: rule, ink: ink, say: say, status: http.StatusSeeOther, outcome: "refused"}
	}
	tests := []test{
		stranger("cookie present", "RFC 6265, section 5.4: the browser sends the cookies that match host and path. Without one the visitor is a stranger.",
			TokenHeader, func(bool) string { return j.cookieCame(SealedCookie(j.x.Settings), value) }),
		stranger("parts readable", "RFC 7516, section 5.2, steps 1 to 4: a compact JWE is five parts of base64url with dots between, and the header is a JSON object. With dir, the second part is empty.",
			TokenHeader, func(could bool) string { return v.readable(value, could) }),
		stranger("algorithm allowed", "RFC 8725, section 3.1: the server decides which algorithms it accepts, whatever the header says.",
			TokenHeader, func(bool) string {
				return fmt.Sprintf("alg is %q and enc is %q; only dir and A256GCM are accepted.", header["alg"], header["enc"])
			}),
		stranger("no unknown extension", "RFC 7516, section 4.1.13: what crit names and the server does not know makes the JWE invalid. This server takes no zip either: a little that was compressed can be very much.",
			TokenHeader, func(is bool) string {
				if is {
					return "There is neither crit nor zip."
				}
				return "crit or zip is there."
			}),
		stranger("key known", "RFC 7516, section 4.1.6: kid names the key. The server looks it up among its own.",
			ServerOnly, func(known bool) string { return keyNamed(header["kid"], known) }),
		stranger("seal intact", "RFC 7516, section 5.2, step 16: the server decrypts, which fails if a single bit is not what was sealed, the header’s included.",
			TokenSig, func(intact bool) string {
				if intact {
					return fmt.Sprintf("The key %q opened it: %d bytes that nobody else can read, and nobody else can have written.", short(fmt.Sprint(header["kid"])), len(v.Plain))
				}
				return "The key does not open it: something in it is not what was sealed with that key."
			}),
		stranger("not expired", "RFC 7519, section 4.1.4: from exp on it is not believed. Each answer to a session that is in use brings one with a later exp, up to the absolute limit.",
			TokenPayload, func(bool) string { return v.time("exp", v.claims.Expires, j.now) }),
		stranger("issued in the past", "RFC 7519, section 4.1.6: iat says when it was sealed. This server believes nothing from the future.",
			TokenPayload, func(bool) string { return v.time("iat", v.claims.IssuedAt, j.now) }),
		stranger("subject present", "RFC 7519, section 4.1.2: sub says of whom the session speaks.",
			TokenPayload, func(bool) string { return v.text("sub", v.claims.Subject) }),
		stranger("role known", "OWASP Authorization Cheat Sheet, Deny by Default: a role that the library does not know may do nothing.",
			TokenPayload, func(bool) string { return j.sealedRoleKnown(v) }),
	}
	if !looksUp(j.x.Settings) {
		return tests
	}
	return append(tests, stranger("account known", "OWASP Authorization Cheat Sheet, Validate the Permissions on Every Request: the account is looked up for each request, not remembered from the login.",
		ServerOnly, j.accountFound))
}

// readable says whether the parts could be read, and which could not.
func (v SealedView) readable(value string, could bool) string {
	if could {
		return "The five parts could be read. What is in the fourth is encrypted."
	}
	if n := strings.Count(value, ".") + 1; n != len(v.Parts) {
		return "It has " + count(n, "part") + "."
	}
	for _, p := range v.Parts {
		if p.Problem != "" {
			return "The " + p.Gloss.Title + " cannot be read: " + p.Problem + "."
		}
	}
	return "It is not five parts of which the second is empty and the first a JSON object."
}

// keyNamed says which key a header names.
func keyNamed(kid any, known bool) string {
	name, named := kid.(string)
	switch {
	case !named:
		return "The header names no key."
	case known:
		return fmt.Sprintf("The server has a key %q.", short(name))
	default:
		return fmt.Sprintf("This server has no key %q.", short(name))
	}
}

// sealedAway is said of a claim that cannot be shown, because nothing opens the
// session any more.
const sealedAway = "It is sealed inside, and the key that opened it is not at hand."

func (v SealedView) time(name string, seconds int64, now time.Time) string {
	if !v.opened() {
		return sealedAway
	}
	return name + " is " + moment.Full(time.Unix(seconds, 0), now) + "."
}

func (v SealedView) text(name, value string) string {
	if !v.opened() {
		return sealedAway
	}
	return fmt.Sprintf("%s is %q.", name, value)
}

func (j *judge) sealedRoleKnown(v SealedView) string {
	if looksUp(j.x.Settings) {
		return "The role is asked of the accounts, so the one that is sealed inside does not count."
	}
	return v.text("role", v.claims.Role)
}

// sealedAllows is the staff desk's own check.
func (j *judge) sealedAllows() test {
	t := j.sessionRole()
	if !looksUp(j.x.Settings) {
		v := ParseSealed(sealedSession(j.r, j.x.Settings), j.x.Before.Keys, j.now)
		t.ink = TokenPayload
		t.say = func(bool) string {
			return "The desk is for staff. " + strings.TrimSuffix(v.text("role", v.claims.Role), ".") + ", as it was when the session was sealed."
		}
	}
	return t
}
