package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
)

// refreshChecks are what makes the server give a new access token: first those on
// how the refresh token came, then those on what is remembered of it.
func (j *judge) refreshChecks() []test {
	s := tokenSettings(j.x)
	e := j.refreshEvent()
	remembered := func(name, rule string, say func(bool) string) test {
		return test{name: name, rule: rule, ink: ServerOnly, say: say, status: http.StatusBadRequest, outcome: "refused"}
	}
	tests := append(j.refreshPresented(), remembered("record found", "RFC 6749, section 1.5: a refresh token is a name for what the server has written down. Here it is random, and written down under its SHA-256.",
		func(bool) string { return refreshFound(e) }))
	if s.Refresh != settings.On {
		tests = append(tests, remembered("not used before", "RFC 9700, section 4.14.2: with rotation a refresh token works once. One that comes again may have been stolen.",
			func(unused bool) string { return usedBefore(e, s, j.now, unused) }))
	}
	return append(tests,
		remembered("login not ended", "RFC 9700, section 4.14.2: where reuse is detected, all refresh tokens of the login end together.",
			func(alive bool) string { return familyAlive(e, alive) }),
		remembered("account known", "RFC 6749, section 6: the server checks the refresh token before it gives a new access token. That one says what is true of the account now, so the account is looked up.", j.accountOf))
}

// refreshPresented are the checks on how a refresh token came.
func (j *judge) refreshPresented() []test {
	if TokenInCookie(j.x.Settings) {
		return []test{{
			name: "refresh token present", ink: Plain, say: refreshCookie, status: http.StatusBadRequest, outcome: "refused",
			rule: "RFC 6749, section 5.2: a request that lacks a parameter is answered with 400 and invalid_request.",
		}}
	}
	return j.content("refresh", jsonMedia, refreshReadable)
}

func refreshCookie(present bool) string {
	if !present {
		return "The request has no cookie " + RefreshCookie + " that can be read."
	}
	return "The request has a cookie " + RefreshCookie + ", which the browser attaches on this path only."
}

// refreshReadable reads a body as the token app does: one JSON object in which no
// name comes twice (RFC 8259, section 4).
func refreshReadable(body []byte) string {
	if problem := jsonObject(body); problem != "" {
		return problem
	}
	p := Part{Decoded: body}
	for _, m := range jsonMembers(&p) {
		var text *string
		if m.Name == "refresh_token" && json.Unmarshal([]byte(m.Value), &text) == nil && text != nil {
			return "The object has a refresh_token."
		}
	}
	return "The object must have refresh_token, a string."
}

// refreshEvent is what the store first answered about a refresh token.
func (j *judge) refreshEvent() journal.Event {
	for _, e := range j.x.Events {
		if e.Field("kind") == "refresh" && (e.Kind == journal.RecordFound || e.Kind == journal.RecordMissing) {
			return e
		}
	}
	return journal.Event{}
}

// refreshFound says what the store answered, e.
func refreshFound(e journal.Event) string {
	if e.Kind == journal.RecordFound {
		return "The store has a record under " + short(e.Field("id")) + ", of " + e.Field("user") + "."
	}
	return "The store has no record under " + short(e.Field("id")) + ": " + e.Field("reason") + "."
}

// usedBefore says when a refresh token was first used, and what the grace is.
func usedBefore(e journal.Event, s settings.Token, now time.Time, unused bool) string {
	used, err := time.Parse(time.RFC3339Nano, e.Field("used"))
	if err != nil {
		return "It had not been used. From now on it has."
	}
	detail := "It was used before, at " + moment.Full(used, now) + "."
	if grace := settings.Duration(s.Grace); grace > 0 {
		detail += fmt.Sprintf(" The server grants %s of grace.", grace)
	}
	if !unused && s.Refresh == "detect" {
		detail += " So the whole login was ended."
	}
	return detail
}

// familyAlive says whether the first record of the login, that of e, was found.
func familyAlive(e journal.Event, alive bool) string {
	family := e.Field("family")
	switch {
	case family == e.Field("id"):
		return "It is the first of its login, so its own record says so."
	case alive:
		return "The record of the login's first refresh token, " + short(family) + ", is still there."
	}
	return "The record of the login's first refresh token, " + short(family) + ", is gone."
}
