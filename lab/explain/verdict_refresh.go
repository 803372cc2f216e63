package explain

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// refreshChecks are what makes the server give a new access token: first those on
// how the refresh token came, then those on what is remembered of it.
func (j *judge) refreshChecks() []test {
	s := tokenSettings(j.x)
	e, asked := j.refreshEvent()
	remembered := func(name, rule string, run func() (string, bool)) test {
		return test{name: name, rule: rule, ink: ServerOnly, run: run, status: http.StatusBadRequest, outcome: "refused"}
	}
	tests := append(j.refreshPresented(asked), remembered("record found", "RFC 6749, section 1.5: a refresh token is a name for what the server has written down. Here it is random, and written down under its SHA-256.",
		func() (string, bool) { return refreshFound(e) }))
	if s.Refresh != settings.On {
		tests = append(tests, remembered("not used before", "RFC 9700, section 4.14.2: with rotation a refresh token works once. One that comes again may have been stolen.",
			func() (string, bool) { return unused(e, s, j.now) }))
	}
	return append(tests,
		remembered("login not ended", "RFC 9700, section 4.14.2: where reuse is detected, all refresh tokens of the login end together.",
			func() (string, bool) { return j.familyAlive(e) }),
		remembered("account known", "RFC 6749, section 6: the server checks the refresh token before it gives a new access token. That one says what is true of the account now, so the account is looked up.", j.accountOf))
}

// refreshPresented are the checks on how a refresh token came. asked says that the
// server went on to its store.
func (j *judge) refreshPresented(asked bool) []test {
	refused := func(name, rule string, status int, run func() (string, bool)) test {
		return test{name: name, rule: rule, ink: Plain, run: run, status: status, outcome: "refused"}
	}
	if TokenInCookie(j.x.Settings) {
		return []test{refused("refresh token present", "RFC 6749, section 5.2: a request that lacks a parameter is answered with 400 and invalid_request.",
			http.StatusBadRequest, j.refreshCookie)}
	}
	body, err := io.ReadAll(io.LimitReader(j.r.Body, maxBody+1))
	given, _, _ := mime.ParseMediaType(j.r.Header.Get("Content-Type"))
	size := int64(len(body))
	if j.x.Request.Truncated {
		size = j.x.Request.Length - int64(headLength(j.x.Request.Bytes))
	}
	return []test{
		refused("media type", "RFC 9110, section 15.5.16: content of a type that the resource does not take is answered with 415.", http.StatusUnsupportedMediaType,
			func() (string, bool) {
				return fmt.Sprintf("The refresh takes %s. Content-Type is %q.", jsonMedia, j.r.Header.Get("Content-Type")), given == jsonMedia
			}),
		refused("size allowed", "RFC 9110, section 15.5.14: content that is larger than the server is willing to read is answered with 413.", http.StatusRequestEntityTooLarge,
			func() (string, bool) {
				return fmt.Sprintf("The server reads up to %d bytes; %d came.", maxBody, size), asked || size <= maxBody
			}),
		refused("body well formed", "RFC 9110, section 15.5.1: content that cannot be read is answered with 400.", http.StatusBadRequest,
			func() (string, bool) {
				if j.x.Request.Truncated {
					return "Not all of the body was kept; this goes by whether the server went on to its store.", asked
				}
				return refreshReadable(body, err)
			}),
	}
}

func (j *judge) refreshCookie() (string, bool) {
	if c, err := j.r.Cookie(RefreshCookie); err != nil || c.Value == "" {
		return "The request has no cookie " + RefreshCookie + " that can be read.", false
	}
	return "The request has a cookie " + RefreshCookie + ", which the browser attaches on this path only.", true
}

// refreshReadable reads a body as the token app does: one JSON object in which no
// name comes twice (RFC 8259, section 4).
func refreshReadable(body []byte, err error) (string, bool) {
	if err != nil {
		return "The body ends too early.", false
	}
	if detail, ok := jsonObject(body); !ok {
		return detail, false
	}
	p := Part{Decoded: body}
	for _, m := range jsonMembers(&p) {
		var text *string
		if m.Name == "refresh_token" && json.Unmarshal([]byte(m.Value), &text) == nil && text != nil {
			return "The object has a refresh_token.", true
		}
	}
	return "The object must have refresh_token, a string.", false
}

// refreshEvent is what the store first answered about a refresh token.
func (j *judge) refreshEvent() (journal.Event, bool) {
	for _, e := range j.x.Events {
		if e.Field("kind") == "refresh" && (e.Kind == journal.RecordFound || e.Kind == journal.RecordMissing) {
			return e, true
		}
	}
	return journal.Event{}, false
}

// refreshFound goes by what the store answered, e.
func refreshFound(e journal.Event) (string, bool) {
	switch e.Kind {
	case journal.RecordFound:
		return "The store has a record under " + short(e.Field("id")) + ", of " + e.Field("user") + ".", true
	case journal.RecordMissing:
		return "The store has no record under " + short(e.Field("id")) + ": " + e.Field("reason") + ".", false
	}
	return "The store was not asked.", false
}

// unused holds the time of the first use against the grace.
func unused(e journal.Event, s settings.Token, now time.Time) (string, bool) {
	used, err := time.Parse(time.RFC3339Nano, e.Field("used"))
	if err != nil {
		return "It had not been used. From now on it has.", true
	}
	grace := settings.Duration(s.Grace)
	detail := "It was used before, at " + clockAndDistance(used, now) + "."
	if grace > 0 {
		detail += fmt.Sprintf(" The server grants %s of grace.", grace)
	}
	ok := max(now.Sub(used), 0) < grace
	if !ok && s.Refresh == "detect" {
		detail += " So the whole login was ended."
	}
	return detail, ok
}

// familyAlive goes by whether the first record of the login was found.
func (j *judge) familyAlive(e journal.Event) (string, bool) {
	family := e.Field("family")
	if family == e.Field("id") {
		return "It is the first of its login, so its own record says so.", true
	}
	if _, found := j.event(journal.RecordFound, named("kind", "refresh", "id", family)); found {
		return "The record of the login's first refresh token, " + short(family) + ", is still there.", true
	}
	return "The record of the login's first refresh token, " + short(family) + ", is gone.", false
}
