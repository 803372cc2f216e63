package explain

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

var (
	readable  = []string{"GET", "HEAD"}
	writeable = []string{"POST"}
	both      = []string{"GET", "HEAD", "POST"}
)

// sessionRoutes are the pages of the session app with their methods.
var sessionRoutes = map[string][]string{
	"": readable, "login": both, "profile": readable, "desk": readable, "logout": writeable, "style.css": readable,
}

// session judges a request to the session app.
func (j *judge) session() {
	if tests := j.known(sessionRoutes); tests != nil {
		j.decide(0, "", tests...)
		return
	}
	switch page := j.page(); {
	case page == "login" && j.r.Method == http.MethodPost:
		j.decide(http.StatusSeeOther, "logged in", append([]test{j.sameOrigin()}, j.login(formMedia, j.formReadable, http.StatusUnprocessableEntity)...)...)
	case page == "logout":
		j.decide(http.StatusSeeOther, "logged out", j.sameOrigin(), j.loggedOut())
	case page == "profile":
		j.decide(http.StatusOK, "accepted", j.sessionChecks()...)
	case page == "desk":
		j.decide(http.StatusOK, "accepted", append(j.sessionChecks(), j.sessionRole())...)
	case page == "style.css":
		j.asset("the style sheet")
	default:
		j.decide(http.StatusOK, "public", open("this page"))
	}
}

// sameOrigin is the check of http.CrossOriginProtection, which stands in front
// of everything that a POST can change. It asks that type itself.
func (j *judge) sameOrigin() test {
	return test{
		name: "same origin", ink: Plain, status: http.StatusForbidden, outcome: "forbidden",
		rule: "Fetch Metadata Request Headers, section 2.3: the browser says where a request comes from. RFC 6265, section 8.2: it attaches cookies whoever caused the request, so the server has to ask.",
		run: func() (string, bool) {
			ok := http.NewCrossOriginProtection().Check(j.r) == nil
			if site := j.r.Header.Get("Sec-Fetch-Site"); site != "" {
				return "Sec-Fetch-Site is " + site + ".", ok
			}
			if origin := j.r.Header.Get("Origin"); origin != "" {
				return fmt.Sprintf("There is no Sec-Fetch-Site. Origin is %s, Host is %s.", origin, j.r.Host), ok
			}
			return "There is neither Sec-Fetch-Site nor Origin, so no browser of today sent this.", ok
		},
	}
}

// loggedOut is what logging out does: it deletes the record, or only clears the
// cookie.
func (j *judge) loggedOut() test {
	if j.x.Settings.Session.Logout != "cookie" {
		return j.recordDeleted()
	}
	return test{
		name: "cookie cleared", ink: SessionID,
		rule: "OWASP Session Management Cheat Sheet, Session Expiration: the server has to end the session. Clearing the cookie only asks the browser to forget.",
		run: func() (string, bool) {
			return "The browser was told to drop the cookie. The store was not asked for anything, so a copy of the id works on.", true
		},
	}
}

// recordDeleted reports what logout found to delete. It cannot fail: logging
// out without a session is no error.
func (j *judge) recordDeleted() test {
	return test{
		name: "record deleted", ink: ServerOnly,
		rule: "OWASP Session Management Cheat Sheet, Session Expiration: logging out ends the session on the server, not only in the browser.",
		run: func() (string, bool) {
			if e, ok := j.event(journal.RecordDeleted, named("existed", "true")); ok {
				return "The record " + short(e.Field("id")) + " was deleted. A copy of the id is worth nothing from now on.", true
			}
			return "There was no record to delete.", true
		},
	}
}

// sessionChecks are what makes a stranger somebody, in the app's order.
func (j *judge) sessionChecks() []test {
	id := sessionID(j.r, j.x.Settings)
	key := storeKey(id, j.x.Settings)
	before, held := j.x.Before.Record(key)
	missing, expired := j.event(journal.RecordMissing, named("reason", "expired"))
	expired = expired && missing.Field("id") == key
	idle := j.x.Settings.Session.Idle != settings.Off && expired && before.Expires.Add(time.Second).Before(before.Deadline)
	stranger := func(name, rule string, ink Ink, run func() (string, bool)) test {
		return test{name: name, rule: rule, ink: ink, run: run, status: http.StatusSeeOther, outcome: "refused"}
	}
	tests := []test{
		stranger("cookie present", "RFC 6265, section 5.4: the browser sends the cookies that match host and path. Without one the visitor is a stranger.",
			SessionID, func() (string, bool) { return j.cookieDetail(id), id != "" }),
		stranger("record found", "OWASP Session Management Cheat Sheet, Session ID Content: the id means nothing by itself; the server looks up what it stands for.",
			ServerOnly, func() (string, bool) { return j.recordFound(key, held) }),
		stranger(idleCheck, "OWASP Session Management Cheat Sheet, Idle Timeout: the server ends a session that has not been used for some time.",
			ServerOnly, func() (string, bool) { return j.idleDetail(before, held), !idle }),
		stranger("not past the absolute limit", "OWASP Session Management Cheat Sheet, Absolute Timeout: the server ends a session some time after the login, however busy it is.",
			ServerOnly, func() (string, bool) { return j.deadlineDetail(before, held), !expired }),
		stranger("account known", "OWASP Authorization Cheat Sheet, Validate the Permissions on Every Request: the account is looked up for each request, not remembered from the login.",
			ServerOnly, func() (string, bool) { return j.accountFound(before) }),
	}
	if j.x.Settings.Session.Idle == settings.Off {
		tests = slices.DeleteFunc(tests, func(t test) bool { return t.name == idleCheck })
	}
	return tests
}

// idleCheck is the check that there is only where there is an idle timeout.
const idleCheck = "not idle too long"

// storeKey is what the store knows a session id by: itself, or its SHA-256 in
// base64url, as scs writes it.
func storeKey(id string, s settings.Settings) string {
	if s.Session.HashID != settings.On {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// cookieDetail says what the request carried.
func (j *judge) cookieDetail(id string) string {
	name := SessionCookie(j.x.Settings)
	if id != "" {
		return fmt.Sprintf("%s is %s (%s).", name, short(id), count(len(id), "character"))
	}
	if len(j.r.Header["Cookie"]) == 0 {
		return "The request has no Cookie field."
	}
	return "None of the cookies is a " + name + " that the server can read."
}

// recordFound goes by what the store answered. An expired record that was still
// there counts as found, so that the check that failed is the one on its time.
func (j *judge) recordFound(id string, held bool) (string, bool) {
	if _, found := j.event(journal.RecordFound, named("id", id)); found {
		return "The store has a record under " + short(id) + ".", true
	}
	missing, asked := j.event(journal.RecordMissing, named("id", id))
	switch reason := missing.Field("reason"); {
	case reason == "expired" && held:
		return "The store still had the record " + short(id) + ".", true
	case reason == "expired":
		return "The record " + short(id) + " had expired and was dropped at an earlier request.", false
	case reason == "deleted":
		return "The record " + short(id) + " was deleted at logout.", false
	case asked:
		return "The store has never had a record under " + short(id) + ".", false
	}
	return "The store was not asked for " + short(id) + ".", held
}

// idleDetail and deadlineDetail name the two limits of a record as it was
// before.
func (j *judge) idleDetail(r journal.Record, held bool) string {
	if !held {
		return "The record was written while this request was under way."
	}
	return "It " + ends(r.Expires, j.now) + ", unless it was used before."
}

func (j *judge) deadlineDetail(r journal.Record, held bool) string {
	if !held {
		return "The record was written while this request was under way."
	}
	return "It " + ends(r.Deadline, j.now) + ", however often it is used."
}

// accountFound goes by what the accounts answered.
func (j *judge) accountFound(r journal.Record) (string, bool) {
	e, asked := j.event(journal.AccountRead, named())
	if asked && e.Field("found") != "true" {
		return "There is no account " + e.Field("user") + " any more.", false
	}
	user, role := e.Field("user"), e.Field("role")
	if !asked {
		account, ok := j.x.Before.Account(r.User)
		if !ok {
			return "The record names no account.", false
		}
		user, role = account.ID, account.Role
	}
	return "The account is " + user + ", and its role is now " + role + ".", true
}

// sessionRole is the staff desk's own check.
func (j *judge) sessionRole() test {
	return test{
		name: "role allows", ink: ServerOnly, status: http.StatusForbidden, outcome: "forbidden",
		rule: "RFC 9110, section 15.5.4: a credential that is valid but not enough is answered with 403.",
		run: func() (string, bool) {
			e, _ := j.event(journal.AccountRead, named("found", "true"))
			return "The desk is for staff, and the account's role is " + e.Field("role") + ".", e.Field("role") == "staff"
		},
	}
}

// ends writes when something ends, or has ended.
func ends(t, now time.Time) string {
	if t.After(now) {
		return "ends " + clockAndDistance(t, now)
	}
	return "ended " + clockAndDistance(t, now)
}

// short is a long value's beginning, for sentences.
func short(value string) string {
	const limit = 6
	runes := []rune(value)
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit]) + "…"
}
