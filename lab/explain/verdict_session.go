package explain

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
)

// session judges a request to the session app.
func (j *judge) session() {
	found := j.findings()
	if j.nowhere() {
		j.follow(found, 0, "", j.elsewhere()...)
		return
	}
	switch page := j.page(); {
	case page == "login" && j.r.Method == http.MethodPost:
		j.follow(found, http.StatusSeeOther, "logged in", append([]test{j.sameOrigin()}, j.login(formMedia, j.formReadable, http.StatusUnprocessableEntity)...)...)
	case page == "logout":
		j.follow(found, http.StatusSeeOther, "logged out", j.sameOrigin(), j.loggedOut())
	case page == "profile":
		j.follow(j.timed(found), http.StatusOK, "accepted", j.sessionChecks()...)
	case page == "desk":
		j.follow(j.timed(found), http.StatusOK, "accepted", append(j.sessionChecks(), j.sessionRole())...)
	case page == "style.css":
		j.asset("the style sheet")
	default:
		j.open("this page")
	}
}

// sameOrigin is the check of http.CrossOriginProtection, which stands in front
// of everything that a POST can change. What a safe method asks for it lets through
// unseen, so no verdict on that names it.
func (j *judge) sameOrigin() test {
	return test{
		name: "same origin", ink: Plain, status: http.StatusForbidden, outcome: "forbidden",
		rule: "Fetch Metadata Request Headers, section 2.3: the browser says where a request comes from. RFC 6265, section 8.2: it attaches cookies whoever caused the request, so the server has to ask.",
		say: func(bool) string {
			if site := j.r.Header.Get("Sec-Fetch-Site"); site != "" {
				return "Sec-Fetch-Site is " + site + "."
			}
			if origin := j.r.Header.Get("Origin"); origin != "" {
				return fmt.Sprintf("There is no Sec-Fetch-Site. Origin is %s, Host is %s.", origin, j.r.Host)
			}
			return "There is neither Sec-Fetch-Site nor Origin, so no browser of today sent this."
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
			return "The browser was told to drop the cookie. The store was not asked for anything, so a copy of the id works on.", false
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
			return "There was no record to delete.", false
		},
	}
}

// sessionChecks are what makes a stranger somebody, in the app's order.
func (j *judge) sessionChecks() []test {
	id := sessionID(j.r, j.x.Settings)
	key := storeKey(id, j.x.Settings)
	before, held := j.x.Before.Record(key)
	stranger := func(name, rule string, ink Ink, say func(bool) string) test {
		return test{name: name, rule: rule, ink: ink, say: say, status: http.StatusSeeOther, outcome: "refused"}
	}
	tests := []test{
		stranger("cookie present", "RFC 6265, section 5.4: the browser sends the cookies that match host and path. Without one the visitor is a stranger.",
			SessionID, func(bool) string { return j.cookieCame(SessionCookie(j.x.Settings), id) }),
		stranger(foundCheck, "OWASP Session Management Cheat Sheet, Session ID Content: the id means nothing by itself; the server looks up what it stands for.",
			ServerOnly, func(bool) string { return j.recordFound(key, held) }),
		stranger(idleCheck, "OWASP Session Management Cheat Sheet, Idle Timeout: the server ends a session that has not been used for some time.",
			ServerOnly, func(bool) string { return j.idleDetail(before, held) }),
		stranger(limitCheck, "OWASP Session Management Cheat Sheet, Absolute Timeout: the server ends a session some time after the login, however busy it is.",
			ServerOnly, func(bool) string { return j.deadlineDetail(before, held) }),
		stranger("account known", "OWASP Authorization Cheat Sheet, Validate the Permissions on Every Request: the account is looked up for each request, not remembered from the login.",
			ServerOnly, j.accountFound),
	}
	if !j.idles() {
		tests = slices.DeleteFunc(tests, func(t test) bool { return t.name == idleCheck })
	}
	return tests
}

// The check on the record, and the two on its time. idleCheck is there only where
// there is an idle timeout.
const (
	foundCheck = "record found"
	idleCheck  = "not idle too long"
	limitCheck = "not past the absolute limit"
)

func (j *judge) idles() bool { return j.x.Settings.Session.Idle != settings.Off }

// timed adds to what the app found what the store did when it was asked for the
// record. To the app a record that has ended is not there; the store knows that it
// was, and tells (journal.RecordMissing): then the check on its time is the one that
// failed.
func (j *judge) timed(found []finding) []finding {
	at := slices.IndexFunc(found, func(f finding) bool { return f.check == foundCheck })
	if at < 0 {
		return found
	}
	key := storeKey(sessionID(j.r, j.x.Settings), j.x.Settings)
	before, held := j.x.Before.Record(key)
	_, expired := j.event(journal.RecordMissing, named("reason", "expired", "id", key))
	stillThere := expired && held
	if !found[at].passed && !stillThere {
		return found
	}
	idle := expired && j.idles() && before.Expires.Add(time.Second).Before(before.Deadline)
	times := []finding{{foundCheck, true}}
	if j.idles() {
		times = append(times, finding{idleCheck, !idle})
	}
	if !idle {
		times = append(times, finding{limitCheck, !expired})
	}
	return slices.Replace(slices.Clone(found), at, at+1, times...)
}

// cookieCame says what the request carried under a cookie's name.
func (j *judge) cookieCame(name, value string) string {
	if value != "" {
		return fmt.Sprintf("%s is %s (%s).", name, short(value), count(len(value), "character"))
	}
	if len(j.r.Header["Cookie"]) == 0 {
		return "The request has no Cookie field."
	}
	return "None of the cookies is a " + name + " that the server can read."
}

// recordFound says what the store answered. An expired record that was still
// there counts as found, so that the check that failed is the one on its time.
func (j *judge) recordFound(id string, held bool) string {
	if _, found := j.event(journal.RecordFound, named("id", id)); found {
		return "The store has a record under " + short(id) + "."
	}
	missing, _ := j.event(journal.RecordMissing, named("id", id))
	switch reason := missing.Field("reason"); {
	case reason == "expired" && held:
		return "The store still had the record " + short(id) + "."
	case reason == "expired":
		return "The record " + short(id) + " had expired and was dropped at an earlier request."
	case reason == "deleted":
		return "The record " + short(id) + " was deleted at logout."
	}
	return "The store has never had a record under " + short(id) + "."
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

// accountFound says what the accounts answered.
func (j *judge) accountFound(known bool) string {
	e, _ := j.event(journal.AccountRead, named())
	if !known {
		return "There is no account " + e.Field("user") + " any more."
	}
	return "The account is " + e.Field("user") + ", and its role is now " + e.Field("role") + "."
}

// sessionRole is the staff desk's own check.
func (j *judge) sessionRole() test {
	return test{
		name: "role allows", ink: ServerOnly, status: http.StatusForbidden, outcome: "forbidden",
		rule: "RFC 9110, section 15.5.4: a credential that is valid but not enough is answered with 403.",
		say: func(bool) string {
			e, _ := j.event(journal.AccountRead, named("found", "true"))
			return "The desk is for staff, and the account's role is " + e.Field("role") + "."
		},
	}
}

// ends writes when something ends, or has ended.
func ends(t, now time.Time) string {
	if t.After(now) {
		return "ends " + moment.Full(t, now)
	}
	return "ended " + moment.Full(t, now)
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
