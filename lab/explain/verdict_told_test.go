package explain

import (
	"strings"
	"testing"

	"authlab/lab/journal"
)

// What decides is what the app told first, whatever the request looks like from
// here; what it told besides fails too. A check that the plan does not have is not
// part of this answer.
func TestTheAppDecides(t *testing.T) {
	x := exchange(journal.Token, ask("GET "+tokenBase+"profile", "Authorization: Bearer "+sign(goodHeader, goodPayload, key.Secret)), "HTTP/1.1 401 x\r\n\r\n")
	signed := strings.Join(strings.SplitAfterN(strings.ReplaceAll(tokenResults(8), ".", "+"), "+", 9)[:8], "")
	x.Events = told(signed + "signature matches +not expired -issued in the past +already valid -issuer expected")
	x.Events = append(x.Events, event(journal.CheckMade, "check", "of another answer", "passed", "false"))
	v := Read(x).Verdict()
	wellFormed(t, v)
	want := signed + "signature matches +not expired -issued in the past +already valid =issuer expected .audience expected .subject and id present .role known"
	if got := results(v); got != want || v.Status != 401 || v.Outcome != "refused" || v.Note != "" {
		t.Errorf("%d %s %q\n%s, want\n%s", v.Status, v.Outcome, v.Note, got, want)
	}
}

// A part that fails is said to have failed, where it did, and the answer is put
// down to it, whatever was found before.
func TestBreakdowns(t *testing.T) {
	const form = "Content-Type: application/x-www-form-urlencoded"
	login := ask("POST "+sessionBase+"login", form, "Content-Length: 18") + "email=a&password=b"
	failed := func(part, doing, why string) journal.Event {
		return event(journal.PartFailed, "part", part, "doing", doing, "why", why)
	}
	for _, tt := range []struct {
		name, request, told string
		fault               journal.Event
		after               []journal.Event
		checks, detail      string
	}{
		{"a login whose record cannot be written", login, "+same origin +media type +size allowed +body well formed +password matches", failed("store", "write a record", journal.Timeout), nil,
			"+same origin +media type +size allowed +body well formed +password matches -store answers", "Asked to write a record, the store gave no answer in time. For that the server answered 500."},
		{"a wrong password, and the session cannot be saved", login, "+same origin +media type +size allowed +body well formed -password matches", failed("store", "write a record", journal.Fault), nil,
			"+same origin +media type +size allowed +body well formed =password matches -store answers", "Asked to write a record, the store said that it could not. For that the server answered 500."},
		{"a profile whose record cannot be found", ask("GET " + sessionBase + "profile"), "", failed("store", "find a record", journal.Fault), nil,
			"-store answers .cookie present .record found .not idle too long .not past the absolute limit .account known", "Asked to find a record, the store said that it could not. For that the server answered 500."},
		{"an account that cannot be found", ask("GET " + sessionBase + "profile"), "+cookie present +record found", failed("accounts", "find an account", journal.Timeout), nil,
			"+cookie present +record found +not idle too long +not past the absolute limit -accounts answer .account known", "Asked to find an account, the accounts gave no answer in time. For that the server answered 500."},
		{"an open page", ask("GET " + sessionBase), "", failed("store", "find a record", journal.Fault), nil,
			"+no credential needed -store answers", "Asked to find a record, the store said that it could not. For that the server answered 500."},
		{"a logout that deletes nothing", ask("POST " + sessionBase + "logout"), "+same origin", failed("store", "delete a record", journal.Fault), nil,
			"+same origin -store answers .record deleted", "Asked to delete a record, the store said that it could not. For that the server answered 500."},
		{"a logout that deletes, and cannot go on", ask("POST " + sessionBase + "logout"), "+same origin", failed("store", "find a record", journal.Fault),
			[]journal.Event{event(journal.RecordDeleted, "id", "S1", "existed", "true")},
			"+same origin +record deleted -store answers", "Asked to find a record, the store said that it could not. For that the server answered 500."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(journal.Session, tt.request, "HTTP/1.1 500 x\r\n\r\n")
			x.Events = append(append(told(tt.told), tt.fault), tt.after...)
			judged(t, x, 500, "broke down", tt.checks, tt.detail)
		})
	}
	x := exchange(journal.Session, login, "")
	x.Events = []journal.Event{failed("keys", "sign", journal.Fault)}
	if got := Read(x).Verdict().Checks[0].Detail; got != "Asked to sign, the keys said that they could not. No answer was recorded." {
		t.Errorf("without an answer: %q", got)
	}
}

// An exchange of an older version, whose apps told nothing, has the answer that
// was given, and no check is said to have ended one way or the other.
func TestOfAnOlderVersion(t *testing.T) {
	for _, tt := range []struct {
		flow            journal.Flow
		request, checks string
		answered        string
	}{
		{journal.Session, ask("GET " + sessionBase + "profile"), "?cookie present ?record found ?not idle too long ?not past the absolute limit ?account known", "303"},
		{journal.Session, ask("POST "+sessionBase+"logout", "Sec-Fetch-Site: cross-site"), "?same origin ?record deleted", "403"},
		{journal.Token, ask("GET " + tokenBase + "profile"), strings.NewReplacer("+", "?").Replace(tokenResults(15)), "401"},
		{journal.Token, ask("POST "+tokenBase+"login", "Content-Length: 0"), "?media type ?size allowed ?body well formed ?password matches", "200"},
	} {
		x := exchange(tt.flow, tt.request, "HTTP/1.1 "+tt.answered+" x\r\n\r\n")
		v := Read(x).Verdict()
		wellFormed(t, v)
		if results(v) != tt.checks || v.Outcome != "reason not recorded" || v.Status != v.Answered || !strings.Contains(v.Note, "older version") {
			t.Errorf("%s%s: %d %s, %q", tt.request, results(v), v.Status, v.Outcome, v.Note)
		}
	}
	x := exchange(journal.Token, ask("POST "+tokenBase+"logout"), "HTTP/1.1 204 x\r\n\r\n")
	if v := Read(x).Verdict(); results(v) != "+nothing to check" || v.Note != "" {
		t.Errorf("a page without checks: %s, %q", results(v), v.Note)
	}
}

// An answer to which the checks do not lead is not given their outcome.
func TestAnotherAnswer(t *testing.T) {
	for answered, says := range map[string]string{
		"500": "The server answered 500, and no part of it is recorded to have failed. These checks lead to 303; what went wrong after them is not known here.",
		"200": "The server answered 200; these checks lead to 303. The answer is what happened: our explanation is wrong here.",
	} {
		x := exchange(journal.Session, ask("GET "+sessionBase+"profile"), "HTTP/1.1 "+answered+" x\r\n\r\n")
		x.Events = told("-cookie present")
		if v := Read(x).Verdict(); v.Note != says || v.Outcome != "not explained" || v.Status != 303 {
			t.Errorf("%s: %d %s, %q", answered, v.Status, v.Outcome, v.Note)
		}
	}
}

// What the parser lets pass though the standard does not is said at its check.
func TestLaxities(t *testing.T) {
	const passed = "golang-jwt"
	for _, tt := range []struct{ from, to, check, says string }{
		{`"iat":1795425272`, `"iat":"5"`, "issued in the past", `RFC 7519, section 2: a NumericDate is a JSON number. Here iat is the string "5", and golang-jwt lets it pass.`},
		{`"exp":1795426172`, `"exp":"1795426172"`, "not expired", `exp is the string "1795426172", and golang-jwt lets it pass.`},
		{`"jti"`, `"nbf":"1","jti"`, "already valid", `nbf is the string "1", and golang-jwt lets it pass.`},
		{`"jti"`, `"nbf":1e300,"jti"`, "already valid", "nbf is more seconds than the server can count"},
		{`"jti"`, `"nbf":1.5,"jti"`, "already valid", "nbf has a fraction, which RFC 7519, section 2, allows; golang-jwt drops it."},
		{`"jti"`, `"nbf":null,"jti"`, "already valid", "nbf is null. RFC 7519, section 4.1, knows no such value; golang-jwt takes it for a claim that is not there."},
		{`"exp"`, `"EXP"`, "not expired", `The token calls it "EXP". RFC 7519, section 7.3: names are compared letter by letter`},
		{`"iss"`, `"iſs"`, "issuer expected", `The token calls it "iſs".`},
		{`"librarian"`, `"a: b"`, "subject and id present", "a StringOrURI with a colon in it is a URI, and sub is none; golang-jwt does not look."},
		{`"role"`, `"role":"member","role"`, "role known", "It is there 2 times, and the last one counts"},
		{`"Lin"`, "\"\xff\"", "parts readable", "The payload is not UTF-8"},
		{goodPayload, `null`, "parts readable", "The payload is null."},
		{`"Lin"`, `"Lin","ver":null`, "", ""},
		{`"aud":["https://api.library.test"]`, `"aud":"https://api.library.test"`, "", ""},
		{`"jti":"J1"`, `"jti":"a: b"`, "", ""},
	} {
		x := exchange(journal.Token, ask("GET "+tokenBase+"profile", "Authorization: Bearer "+sign(goodHeader, strings.Replace(goodPayload, tt.from, tt.to, 1), key.Secret)), "HTTP/1.1 200 x\r\n\r\n")
		x.Events = told(tokenResults(15))
		for _, c := range Read(x).Verdict().Checks {
			if c.Name == tt.check && !strings.Contains(c.Detail, tt.says) {
				t.Errorf("%s: %s says %q, want %q", tt.to, c.Name, c.Detail, tt.says)
			}
			if c.Name != tt.check && strings.Contains(c.Detail, passed) {
				t.Errorf("%s: %s says %q", tt.to, c.Name, c.Detail)
			}
		}
	}
}

// What these settings do not look at is said where the payload is read.
func TestLaxitiesOfWhatIsNotLookedAt(t *testing.T) {
	x := exchange(journal.Token, ask("GET "+tokenBase+"profile", "Authorization: Bearer "+sign(goodHeader, strings.Replace(goodPayload, `"J1"`, "null", 1), key.Secret)), "HTTP/1.1 200 x\r\n\r\n")
	x.Settings = settingsOf(t, "token.require", "exp")
	x.Events = told("+token present +header well formed +three parts +parts readable")
	for _, c := range Read(x).Verdict().Checks {
		if c.Name == "parts readable" && !strings.HasSuffix(c.Detail, " jti is null. RFC 7519, section 4.1, knows no such value; golang-jwt takes it for a claim that is not there.") {
			t.Errorf("%s says %q", c.Name, c.Detail)
		}
	}
}
