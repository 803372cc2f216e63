package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
)

// results writes a verdict's checks as their names, with + on those that passed,
// - on the one that failed, = on those that fail too, . on those that were not
// reached and ? on those that were not recorded.
func results(v Verdict) string {
	marks := map[Result]string{Passed: "+", Failed: "-", FailsToo: "=", NotReached: ".", NotRecorded: "?"}
	var out []string
	for _, c := range v.Checks {
		out = append(out, marks[c.Result]+c.Name)
	}
	return strings.Join(out, " ")
}

// untold are the checks of which no app tells: they are worked out here, or the
// store tells of them.
var untold = []string{idleCheck, limitCheck, "record deleted", "nothing to check", "no credential needed", "whole content wanted"}

// told are the events by which an app tells of these results. That a record's time
// has ended it tells by not finding it.
func told(results string) []journal.Event {
	var out []journal.Event
	for _, part := range regexp.MustCompile(`[-+=][^-+=.?]+`).FindAllString(results, -1) {
		name := strings.TrimSpace(part[1:])
		if !slices.Contains(untold, name) {
			out = append(out, event(journal.CheckMade, "check", name, "passed", fmt.Sprint(part[0] == '+')))
		} else if part[0] == '-' && (name == idleCheck || name == limitCheck) {
			out[len(out)-1].Fields[1].Value = "false"
		}
	}
	return out
}

// wellFormed checks what every verdict must hold: a rule for each check, a
// detail for each that was made, and no success after one that decided but by
// checks that are made in the same breath.
func wellFormed(t *testing.T, v Verdict) {
	t.Helper()
	failed := 0
	for _, c := range v.Checks {
		made := c.Result != NotReached && c.Result != NotRecorded
		if !strings.Contains(c.Rule, ": ") || c.Ink == "" || (c.Detail != "") != made {
			t.Errorf("check %+v", c)
		}
		if c.Result == Failed {
			failed++
		}
		if c.Result == FailsToo && failed == 0 && v.Status != 500 {
			t.Errorf("%s fails too, before any that decides", c.Name)
		}
	}
	if failed > 1 {
		t.Errorf("%d checks decide: %s", failed, results(v))
	}
}

// record is a session of the reader that ends as given, from now.
func record(id string, idle, absolute time.Duration) journal.Record {
	return journal.Record{ID: id, User: "reader", Created: now, Expires: now.Add(idle), Deadline: now.Add(absolute)}
}

// The parts of requests that the tests share.
const (
	sessionBase = "/bench/b/session/"
	tokenBase   = "/bench/b/token/"
)

func ask(line string, fields ...string) string {
	return crlf(line+" HTTP/1.1", "Host: lab.test", strings.Join(append(fields, "", ""), "\r\n"))
}

func TestSessionVerdict(t *testing.T) {
	const (
		form = "Content-Type: application/x-www-form-urlencoded"
		body = "email=a&password=b"
	)
	found := event(journal.RecordFound, "id", "S1")
	member := event(journal.AccountRead, "user", "reader", "role", "member", "found", "true")
	staff := event(journal.AccountRead, "user", "reader", "role", "staff", "found", "true")
	tests := []struct {
		name, request string
		records       []journal.Record
		events        []journal.Event
		status        int
		outcome       string
		checks        string
		detail        string // of the last check that was made
	}{
		{"stranger", ask("GET " + sessionBase + "profile"), nil, nil, 303, "refused",
			"-cookie present .record found .not idle too long .not past the absolute limit .account known", "The request has no Cookie field."},
		{"unreadable cookie", ask("GET "+sessionBase+"profile", `Cookie: sid=a"b; sidd=x`), nil, nil, 303, "refused",
			"-cookie present .record found .not idle too long .not past the absolute limit .account known", "None of the cookies is a sid that the server can read."},
		{"unknown id", ask("GET "+sessionBase+"profile", "Cookie: sid=S1"), nil, []journal.Event{event(journal.RecordMissing, "id", "S1", "reason", "unknown")}, 303, "refused",
			"+cookie present -record found .not idle too long .not past the absolute limit .account known", "The store has never had a record under S1."},
		{"deleted", ask("GET "+sessionBase+"profile", "Cookie: sid=S1"), nil, []journal.Event{event(journal.RecordMissing, "id", "S1", "reason", "deleted")}, 303, "refused",
			"+cookie present -record found .not idle too long .not past the absolute limit .account known", "The record S1 was deleted at logout."},
		{"dropped earlier", ask("GET "+sessionBase+"profile", "Cookie: sid=S1"), nil, []journal.Event{event(journal.RecordMissing, "id", "S1", "reason", "expired")}, 303, "refused",
			"+cookie present -record found .not idle too long .not past the absolute limit .account known", "The record S1 had expired and was dropped at an earlier request."},
		{"idle", ask("HEAD "+sessionBase+"profile", "Cookie: sid=S1"), []journal.Record{record("S1", -time.Minute, time.Hour)}, []journal.Event{event(journal.RecordMissing, "id", "S1", "reason", "expired")}, 303, "refused",
			"+cookie present +record found -not idle too long .not past the absolute limit .account known", "It ended 09:13:32 UTC, 1 min ago, unless it was used before."},
		{"absolute", ask("GET "+sessionBase+"profile", "Cookie: sid=S1"), []journal.Record{record("S1", -time.Minute, -time.Minute)}, []journal.Event{event(journal.RecordMissing, "id", "S1", "reason", "expired")}, 303, "refused",
			"+cookie present +record found +not idle too long -not past the absolute limit .account known", "It ended 09:13:32 UTC, 1 min ago, however often it is used."},
		{"account gone", ask("GET "+sessionBase+"profile", "Cookie: sid=S1"), []journal.Record{record("S1", time.Minute, time.Hour)}, []journal.Event{found, event(journal.AccountRead, "user", "reader", "found", "false")}, 303, "refused",
			"+cookie present +record found +not idle too long +not past the absolute limit -account known", "There is no account reader any more."},
		{"accepted, first cookie counts", ask("GET "+sessionBase+"profile", "Cookie: x=1", `Cookie: sid="S1"; sid=S2`), []journal.Record{record("S1", time.Minute, time.Hour)}, []journal.Event{found, member}, 200, "accepted",
			"+cookie present +record found +not idle too long +not past the absolute limit +account known", "The account is reader, and its role is now member."},
		{"member at the desk", ask("GET "+sessionBase+"desk", "Cookie: sid=S1"), []journal.Record{record("S1", time.Minute, time.Hour)}, []journal.Event{found, member}, 403, "forbidden",
			"+cookie present +record found +not idle too long +not past the absolute limit +account known -role allows", "The desk is for staff, and the account's role is member."},
		{"staff at the desk", ask("GET "+sessionBase+"desk", "Cookie: sid=S1"), []journal.Record{record("S1", time.Minute, time.Hour)}, []journal.Event{found, staff}, 200, "accepted",
			"+cookie present +record found +not idle too long +not past the absolute limit +account known +role allows", "The desk is for staff, and the account's role is staff."},
		{"home", ask("GET " + sessionBase), nil, nil, 200, "public", "+no credential needed", "Everybody gets this page, logged in or not."},
		{"logged in", ask("POST "+sessionBase+"login", form, "Content-Length: 18") + body, nil, []journal.Event{event(journal.PasswordChecked, "email", "a", "ok", "true")}, 303, "logged in",
			"+same origin +media type +size allowed +body well formed +password matches", "bcrypt compared the password with the hash for a in 0 ms."},
		{"wrong password", ask("POST "+sessionBase+"login", form, "Sec-Fetch-Site: same-origin", "Content-Length: 18") + body, nil, []journal.Event{event(journal.PasswordChecked, "email", "a", "ok", "false")}, 422, "refused",
			"+same origin +media type +size allowed +body well formed -password matches", "bcrypt compared the password with the hash for a in 0 ms."},
		{"two emails", ask("POST "+sessionBase+"login", form, "Content-Length: 15") + "email=a&email=b", nil, nil, 400, "refused",
			"+same origin +media type +size allowed -body well formed .password matches", "The form must have one email and one password; it has 2 and 0."},
		{"bad escape in the query", ask("POST "+sessionBase+"login?%zz", form, "Content-Length: 18") + body, nil, nil, 400, "refused",
			"+same origin +media type +size allowed -body well formed .password matches", "The form has an escape or a separator that cannot be read."},
		{"cut off", ask("POST "+sessionBase+"login", form, "Content-Length: 99") + body, nil, nil, 400, "refused",
			"+same origin +media type +size allowed -body well formed .password matches", "The body ends too early."},
		{"media type", ask("POST "+sessionBase+"login", "Content-Type: text/plain", "Content-Length: 18") + body, nil, nil, 415, "refused",
			"+same origin -media type .size allowed .body well formed .password matches", `The login takes application/x-www-form-urlencoded. Content-Type is "text/plain".`},
		{"too large", ask("POST "+sessionBase+"login", form, "Content-Length: 1048577") + strings.Repeat("a", maxBody+1), nil, nil, 413, "refused",
			"+same origin +media type -size allowed .body well formed .password matches", "The server reads up to 1048576 bytes; 1048577 came."},
		{"from another site", ask("POST "+sessionBase+"logout", "Sec-Fetch-Site: cross-site"), nil, nil, 403, "forbidden",
			"-same origin .record deleted", "Sec-Fetch-Site is cross-site."},
		{"from another origin", ask("POST "+sessionBase+"logout", "Origin: http://evil.test"), nil, nil, 403, "forbidden",
			"-same origin .record deleted", "There is no Sec-Fetch-Site. Origin is http://evil.test, Host is lab.test."},
		{"logged out", ask("POST "+sessionBase+"logout", "Origin: http://lab.test", "Cookie: sid=S1"), nil, []journal.Event{event(journal.RecordDeleted, "id", "S1", "existed", "true")}, 303, "logged out",
			"+same origin +record deleted", "The record S1 was deleted. A copy of the id is worth nothing from now on."},
		{"logged out without a session", ask("POST " + sessionBase + "logout"), nil, nil, 303, "logged out", "+same origin +record deleted", "There was no record to delete."},
		{"not found", ask("GET " + sessionBase + "nothing"), nil, nil, 404, "not found", "-path exists .method allowed", `The app has no page "nothing".`},
		{"escaped name", ask("GET " + sessionBase + "%6cogin"), nil, nil, 200, "public", "+no credential needed", "Everybody gets this page, logged in or not."},
		{"escaped base", ask("GET /bench/%62/session/login"), nil, nil, 404, "not found", "-path exists .method allowed", `The app has no page "/login".`},
		{"untidy", ask("GET " + sessionBase + "login%2f"), nil, nil, 404, "not found", "-path exists .method allowed", `The app has no page "/login/".`},
		{"method", ask("DELETE " + sessionBase + "login"), nil, nil, 405, "method not allowed", "+path exists -method allowed", "The page answers GET, HEAD, POST; this was DELETE."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(journal.Session, tt.request, fmt.Sprintf("HTTP/1.1 %d x\r\nAllow: GET, HEAD, POST\r\n\r\n", tt.status))
			x.Before.Records, x.Events = tt.records, slices.Concat(tt.events, told(tt.checks))
			judged(t, x, tt.status, tt.outcome, tt.checks, tt.detail)
		})
	}
}

// judged checks every part of an exchange's verdict.
func judged(t *testing.T, x *journal.Exchange, status int, outcome, checks, detail string) {
	t.Helper()
	v := Read(x).Verdict()
	wellFormed(t, v)
	last := ""
	for _, c := range v.Checks {
		if c.Result != NotReached {
			last = c.Detail
		}
	}
	got := fmt.Sprintf("%d %s\n%s\n%s\n%d %s", v.Status, v.Outcome, results(v), last, v.Answered, v.Note)
	if want := fmt.Sprintf("%d %s\n%s\n%s\n%d ", status, outcome, checks, detail, status); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// tokenResults are the results of all checks of a token of which the first n
// pass. A token that fails has one that fails next.
func tokenResults(n int) string {
	names := []string{"token present", "header well formed", "three parts", "parts readable", "algorithm allowed", "no unknown extension", "key known",
		"signature matches", "not expired", "issued in the past", "already valid", "issuer expected", "audience expected", "subject and id present", "role known"}
	for i := range names {
		names[i] = map[bool]string{true: "+", false: "."}[i < n] + names[i]
	}
	if n < len(names) {
		names[n] = "-" + names[n][1:]
	}
	return strings.Join(names, " ")
}

func TestTokenVerdict(t *testing.T) {
	with := func(from, to string) string {
		return sign(goodHeader, strings.Replace(goodPayload, from, to, 1), key.Secret)
	}
	header := func(h string) string { return sign(h, goodPayload, key.Secret) }
	good := header(goodHeader)
	tests := []struct {
		name, authorization string
		status, passed      int
		detail              string
	}{
		{"none", "X: y", 401, 0, "The request has no Authorization field."},
		{"another scheme", "Authorization: Basic abc", 401, 0, `The scheme is "Basic", which this server does not know.`},
		{"a tab", "Authorization: Bearer\tx", 401, 0, `The scheme is "Bearer\tx", which this server does not know.`},
		{"no token", "Authorization: Bearer", 400, 1, "Nothing follows Bearer."},
		{"two tokens", "Authorization: Bearer a b", 400, 1, "What follows Bearer is not one token."},
		{"two fields", "Authorization: Bearer a\r\nauthorization: Bearer a", 400, 1, "There are 2 Authorization fields, and the server cannot tell which one is meant."},
		{"too long", "Authorization: Bearer " + strings.Repeat("a", head.MaxToken+1), 400, 1, "The token is 8193 bytes long; the server looks at no more than 8192."},
		{"one part", "Authorization: bearer  abc", 401, 2, "The token has 1 part."},
		{"padding", "Authorization: Bearer " + good + "=", 401, 3, "The signature cannot be read: the octet 0x3d at offset 43 is not in the alphabet of base64url."},
		{"header is no JSON", "Authorization: Bearer " + header("nope"), 401, 3, "The header is not the JSON that it should be."},
		{"claim of the wrong type", "Authorization: Bearer " + with(`"J1"`, `1`), 401, 3, "The payload is not the JSON that it should be."},
		{"alg none", "Authorization: Bearer " + header(`{"alg":"none","kid":"k1"}`), 401, 4, `alg is "none"; only HS256 is accepted.`},
		{"crit", "Authorization: Bearer " + header(`{"alg":"HS256","kid":"k1","crit":null}`), 401, 5, "crit is there, and this server knows no extension."},
		{"no kid", "Authorization: Bearer " + header(`{"alg":"HS256"}`), 401, 6, "The header names no key."},
		{"unknown kid", "Authorization: Bearer " + header(`{"alg":"HS256","kid":"k9"}`), 401, 6, `This server has no key "k9".`},
		{"another key", "Authorization: Bearer " + sign(goodHeader, goodPayload, []byte("another")), 401, 7, "The server computed DTLNXrAe…; the token carries another."},
		{"expired", "Authorization: Bearer " + with("1795426172", "1795425272"), 401, 8, "exp is 09:14:32 UTC, now."},
		{"no exp", "Authorization: Bearer " + with(`"exp"`, `"x"`), 401, 8, "There is no exp."},
		{"from the future", "Authorization: Bearer " + with(`"iat":1795425272`, `"iat":1795425273`), 401, 9, "iat is 09:14:33 UTC, in 1 s."},
		{"not yet", "Authorization: Bearer " + with(`"jti"`, `"nbf":1795425273,"jti"`), 401, 10, "nbf is 09:14:33 UTC, in 1 s."},
		{"another issuer", "Authorization: Bearer " + with("https://library.test", "https://evil.test"), 401, 11, `iss is "https://evil.test"; this server believes https://library.test.`},
		{"another audience", "Authorization: Bearer " + with("https://api.library.test", "https://evil.test"), 401, 12, `aud is ["https://evil.test"]; this server is https://api.library.test.`},
		{"no jti", "Authorization: Bearer " + with(`"J1"`, `""`), 401, 13, `sub is "librarian", jti is "".`},
		{"unknown role", "Authorization: Bearer " + with(`"staff"`, `"owner"`), 401, 14, `role is "owner"; this server knows member and staff.`},
		{"accepted", "Authorization: BEARER " + good, 200, 15, `role is "staff"; this server knows member and staff.`},
		{"duplicates, the last counts", "Authorization: Bearer " + with(`"role"`, `"role":"owner","role"`), 200, 15, `role is "staff"; this server knows member and staff. It is there 2 times, and the last one counts: RFC 7519, section 4, allows that or to refuse the token.`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(journal.Token, ask("GET "+tokenBase+"profile", tt.authorization), fmt.Sprintf("HTTP/1.1 %d x\r\n\r\n", tt.status))
			x.Clock = now.Add(-time.Hour) // the clock that the server read counts
			x.Events = append(told(tokenResults(tt.passed)), event(journal.ClockRead, "now", now.Format(time.RFC3339Nano)))
			outcome := map[bool]string{true: "accepted", false: "refused"}[tt.status == 200]
			if tt.name == "another key" {
				tt.detail = Read(x).Verdict().Checks[7].Detail // the MAC is not worth spelling out
			}
			judged(t, x, tt.status, outcome, tokenResults(tt.passed), tt.detail)
		})
	}
}

func TestTokenPages(t *testing.T) {
	const media = "Content-Type: application/json"
	checked := func(ok string) []journal.Event {
		return []journal.Event{event(journal.PasswordChecked, "email", "a", "ok", ok)}
	}
	post := func(body string) string {
		return ask("POST "+tokenBase+"login", media, fmt.Sprint("Content-Length: ", len(body))) + body
	}
	const login = "+media type +size allowed "
	tests := []struct {
		name, request string
		events        []journal.Event
		status        int
		outcome       string
		checks        string
		detail        string
	}{
		{"member at the desk", ask("GET "+tokenBase+"desk", "Authorization: Bearer "+sign(goodHeader, strings.Replace(goodPayload, "staff", "member", 1), key.Secret)), nil, 403, "forbidden",
			tokenResults(15) + " -role allows", "The desk is for staff, and the token says that the role is member."},
		{"staff at the desk", ask("GET "+tokenBase+"desk", "Authorization: Bearer "+sign(goodHeader, goodPayload, key.Secret)), nil, 200, "accepted",
			tokenResults(15) + " +role allows", "The desk is for staff, and the token says that the role is staff."},
		{"stranger at the desk", ask("GET " + tokenBase + "desk"), nil, 401, "refused", tokenResults(0) + " .role allows", "The request has no Authorization field."},
		{"home", ask("GET " + tokenBase), nil, 200, "public", "+no credential needed", "Everybody gets this page, logged in or not."},
		{"logout", ask("POST " + tokenBase + "logout"), nil, 204, "nothing done", "+nothing to check", "The page's script forgets its token. A copy stays valid until it expires."},
		{"script", ask("GET " + tokenBase + "app.js"), nil, 200, "public", "+no credential needed +whole content wanted", `The server's copy has ETag "e"; If-None-Match is "", Range is "".`},
		{"script that is held", ask("GET "+tokenBase+"app.js", `If-None-Match: "e"`), nil, 304, "unchanged", "+no credential needed -whole content wanted", `The server's copy has ETag "e"; If-None-Match is "\"e\"", Range is "".`},
		{"part of a style sheet", ask("GET "+tokenBase+"style.css", "Range: bytes=0-4"), nil, 206, "partial content", "+no credential needed -whole content wanted", `The server's copy has ETag "e"; If-None-Match is "", Range is "bytes=0-4".`},
		{"logged in", post(`{"email":"a","password":"b","x":1}`), checked("true"), 200, "logged in", login + "+body well formed +password matches", "bcrypt compared the password with the hash for a in 0 ms."},
		{"wrong password", post(`{"email":"a","password":"b"}`), checked("false"), 400, "refused", login + "+body well formed -password matches", "bcrypt compared the password with the hash for a in 0 ms."},
		{"no password", post(`{"email":"a","password":1}`), nil, 400, "refused", login + "-body well formed .password matches", "The object must have email and password, both strings; it has 1 of the two."},
		{"a name twice", post(`{"email":"a","email":"a","password":"b"}`), nil, 400, "refused", login + "-body well formed .password matches", `The name "email" comes twice.`},
		{"a number that is too large", post(`{"email":"a","password":"b","x":1e999}`), nil, 400, "refused", login + "-body well formed .password matches", `The value of "x" cannot be read.`},
		{"broken JSON", post(`{"email":"a"`), nil, 400, "refused", login + "-body well formed .password matches", "The body cannot be read: its JSON is broken."},
		{"media type", ask("POST "+tokenBase+"login", "Content-Type: text/plain"), nil, 415, "refused", "-media type .size allowed .body well formed .password matches", `The login takes application/json. Content-Type is "text/plain".`},
		{"not found", ask("GET " + tokenBase + "x/"), nil, 404, "not found", "-path exists .method allowed", `The app has no page "/x/".`},
		{"method", ask("GET " + tokenBase + "login"), nil, 405, "method not allowed", "+path exists -method allowed", "The page answers POST; this was GET."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(journal.Token, tt.request, fmt.Sprintf("HTTP/1.1 %d x\r\nAllow: POST\r\nEtag: \"e\"\r\nContent-Range: bytes 0-4/9\r\n\r\n", tt.status))
			x.Events = slices.Concat(tt.events, told(tt.checks))
			judged(t, x, tt.status, tt.outcome, tt.checks, tt.detail)
		})
	}
}

// A body of which not all was kept is judged by what the server told.
func TestTruncatedLogin(t *testing.T) {
	for _, tt := range []struct {
		length int64
		status int
		checks string
	}{
		{99_000, 200, "+media type +size allowed +body well formed +password matches"},
		{99_000, 400, "+media type +size allowed -body well formed .password matches"},
		{2 << 20, 413, "+media type -size allowed .body well formed .password matches"},
	} {
		x := exchange(journal.Token, ask("POST "+tokenBase+"login", "Content-Type: application/json", "Content-Length: 99000"), "")
		x.Request.Truncated, x.Request.Length, x.Events = true, tt.length, told(tt.checks)
		v := Read(x).Verdict()
		if v.Status != tt.status || results(v) != tt.checks || v.Answered != 0 {
			t.Errorf("%d bytes: %d %s, answered %d", tt.length, v.Status, results(v), v.Answered)
		}
	}
}

func TestBeforeApp(t *testing.T) {
	const line = "GET /bench/b/session/ HTTP/1.1\r\n"
	tests := []struct {
		name, request string
		status        int
		failed        string
	}{
		{"empty", "", 400, "request line well formed"},
		{"two parts", "GET /\r\n\r\n", 400, "request line well formed"},
		{"method", "G{T / HTTP/1.1\r\n\r\n", 400, "request line well formed"},
		{"version", "GET / HTTP/x.1\r\n\r\n", 400, "request line well formed"},
		{"escape", "GET /bench/b/session/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "request line well formed"},
		{"endless line", "GET /" + strings.Repeat("a", head.Limit), 431, "head small enough"},
		{"long head", line + "A: " + strings.Repeat("a", head.Limit), 431, "head small enough"},
		{"malformed before it is long", line + "A\r\n" + strings.Repeat("a", head.Limit), 400, "header fields well formed"},
		{"no end", line + "Host: x\r\n", 400, "header fields well formed"},
		{"space in a name", line + "Host: x\r\nA b: c\r\n\r\n", 400, "names and values allowed"},
		{"NUL", line + "Host: x\r\nA: \x00\r\n\r\n", 400, "header fields well formed"},
		{"two hosts", line + "Host: x\r\nHost: x\r\n\r\n", 400, "one Host"},
		{"no host", line + "A: b\r\n\r\n", 400, "Host valid"},
		{"bad host", line + "Host: a b\r\n\r\n", 400, "Host valid"},
		{"coding", line + "Host: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "length clear"},
		{"length", line + "Host: x\r\nContent-Length: -1\r\n\r\n", 400, "length clear"},
		{"two lengths", line + "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "length clear"},
		{"two hosts before the coding", line + "Host: x\r\nHost: y\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "one Host"},
		{"version before the names", "GET / HTTP/2.0\r\nHost: x\r\nA b: c\r\n\r\n", 505, "version supported"},
		{"HTTP/2 by name", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "version supported"},
		{"expectation", line + "Host: x\r\nExpect: magic\r\n\r\n", 417, "expectation known"},
		{"untidy path", "GET /bench/b//session/../session/ HTTP/1.1\r\nHost: x\r\n\r\n", 307, "path tidy"},
		{"base without a slash", "GET /bench/b/session HTTP/1.1\r\nHost: x\r\n\r\n", 307, "path tidy"},
		{"no route", "GET /bench/b/session%2fprofile HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", 404, "route exists"},
		{"CONNECT", "CONNECT lab.test:80 HTTP/1.1\r\nHost: x\r\n\r\n", 404, "route exists"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(journal.Session, tt.request, "")
			x.Reached = false
			v := Read(x).Verdict()
			wellFormed(t, v)
			failed := ""
			for _, c := range v.Checks {
				if c.Result == Failed {
					failed = c.Name
				}
			}
			outcome := map[bool]string{true: "redirected", false: "refused before the app"}[tt.status == 307]
			if v.Status != tt.status || failed != tt.failed || v.Outcome != outcome || v.Answered != 0 {
				t.Errorf("got %d %s (%s), answered %d", v.Status, v.Outcome, failed, v.Answered)
			}
		})
	}
}

func TestAnswered(t *testing.T) {
	tests := []struct {
		response string
		want     int
	}{
		{"", 0},
		{"HTTP/1.1 200 OK\r\n\r\n", 200},
		{"HTTP/1.1 404\r\n", 404},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.0 413 x\r\n\r\n", 413},
		{"HTTP/1.1 100 Continue\r\n\r\n", 0},
		{"HTTP/1.1 100 Continue\r\n", 0},
		{"HTTP/1.1 101 Switching Protocols\r\n\r\n", 101},
		{"HTTP/1.1 2000 x\r\n\r\n", 0},
		{"hello\r\n", 0},
	}
	for _, tt := range tests {
		if got := answeredStatus(exchange(journal.Session, "", tt.response)); got != tt.want {
			t.Errorf("%q: got %d, want %d", tt.response, got, tt.want)
		}
	}
}
