package explain

import (
	"testing"
	"time"

	"authlab/lab/journal"
)

const loginAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n{\"access_token\":\"aa.bb.cc\"\r\n1\r\n}\r\n0\r\n\r\n"

func TestCredentials(t *testing.T) {
	setting := func(fields string) string { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" }
	tests := []struct {
		name              string
		flow              journal.Flow
		request, response string
		presented, issued string
	}{
		{"session", journal.Session, ask("GET "+sessionBase, `Cookie: sid="S1"`, "Authorization: Bearer x"), setting("Set-Cookie: x=y\r\nSet-Cookie: sid=S2; HttpOnly\r\n"), "S1", "S2"},
		{"session ended", journal.Session, ask("POST "+sessionBase+"logout", "Cookie: sid="), setting("Set-Cookie: sid=; Max-Age=0\r\n"), "", ""},
		{"cookie that browsers ignore", journal.Session, ask("GET " + sessionBase), setting("Set-Cookie: sid=a\x01\r\n"), "", ""},
		{"token", journal.Token, ask("GET "+tokenBase, "Cookie: sid=S1", "Authorization: bearer aa.bb.cc"), setting(""), "aa.bb.cc", ""},
		{"token twice", journal.Token, ask("GET "+tokenBase, "Authorization: Bearer a", "Authorization: Bearer a"), setting(""), "", ""},
		{"token login", journal.Token, ask("POST " + tokenBase + "login"), loginAnswer, "", "aa.bb.cc"},
		{"token login after an interim response", journal.Token, ask("POST " + tokenBase + "login"), "HTTP/1.1 100 Continue\r\n\r\n" + loginAnswer, "", "aa.bb.cc"},
		{"not a login", journal.Token, ask("POST " + tokenBase + "other"), loginAnswer, "", ""},
		{"not a token", journal.Token, ask("POST " + tokenBase + "login"), "HTTP/1.1 200 OK\r\n\r\nnope", "", ""},
		{"failed login", journal.Token, ask("POST " + tokenBase + "login"), "HTTP/1.1 400 x\r\n\r\n{\"access_token\":\"a\"}", "", ""},
		{"not HTTP", journal.Session, "nope", "nope", "", ""},
	}
	for _, tt := range tests {
		x := exchange(tt.flow, tt.request, tt.response)
		c, ok := Read(x).Presented()
		if c.Value != tt.presented || ok != (tt.presented != "") || c.Issued || ok && c.Flow != tt.flow {
			t.Errorf("%s: presented %+v, %v", tt.name, c, ok)
		}
		c, ok = Read(x).Issued()
		if c.Value != tt.issued || ok != (tt.issued != "") || !c.Issued || c.Flow != tt.flow {
			t.Errorf("%s: issued %+v, %v", tt.name, c, ok)
		}
	}
}

func TestHeldAfter(t *testing.T) {
	set := func(cookie string) string { return "HTTP/1.1 303 x\r\nSet-Cookie: " + cookie + "\r\n\r\n" }
	plain := "HTTP/1.1 200 OK\r\n\r\n"
	xs := []*journal.Exchange{
		exchange(journal.Session, ask("POST "+sessionBase+"login"), set("sid=S1; HttpOnly")),        // 1
		exchange(journal.Token, ask("POST "+tokenBase+"login"), loginAnswer),                        // 2
		exchange(journal.Session, ask("POST "+sessionBase+"login"), set("sid=S9")),                  // 3, a replay
		exchange(journal.Session, ask("GET "+sessionBase), set("sid=S2; Max-Age=60")),               // 4
		exchange(journal.Session, ask("GET "+sessionBase), plain),                                   // 5, a minute later
		exchange(journal.Session, ask("GET "+sessionBase), set("sid=S3")),                           // 6
		exchange(journal.Session, ask("POST "+sessionBase+"logout"), set("sid=; Max-Age=0")),        // 7
		exchange(journal.Token, ask("GET "+tokenBase+"profile"), "HTTP/1.1 401 x\r\n\r\n"),          // 8
		exchange(journal.Token, ask("POST "+tokenBase+"logout"), "HTTP/1.1 204 No Content\r\n\r\n"), // 9
		exchange(journal.Token, ask("POST "+tokenBase+"logout"), "HTTP/1.1 204 No Content\r\n\r\n"), // 10
		exchange(journal.Session, ask("GET "+sessionBase), set("sid=\x01; Path=/")),                 // 11, ignored
	}
	for i, x := range xs {
		x.Number = i + 1
	}
	xs[2].By = journal.Replay
	xs[4].Started = now.Add(time.Minute)
	tests := []struct {
		number                int
		cookie, token         string
		cookieFrom, tokenFrom int
	}{
		{0, "", "", 0, 0},
		{1, "S1", "", 1, 0},
		{2, "S1", "aa.bb.cc", 1, 2},
		{3, "S1", "aa.bb.cc", 1, 2},
		{4, "S2", "aa.bb.cc", 4, 2},
		{5, "", "aa.bb.cc", 4, 2},
		{6, "S3", "aa.bb.cc", 6, 2},
		{7, "", "aa.bb.cc", 7, 2},
		{8, "", "aa.bb.cc", 7, 2},
		{9, "", "", 7, 9},
		{10, "", "", 7, 9},
		{11, "", "", 7, 9},
		{99, "", "", 7, 9},
	}
	for _, tt := range tests {
		session, token := HeldAfter(xs, journal.Session, tt.number), HeldAfter(xs, journal.Token, tt.number)
		cookie, raw := "", ""
		if session.Cookie != nil {
			cookie = session.Cookie.Value
		}
		if token.Token != nil {
			raw = token.Token.Raw
		}
		if cookie != tt.cookie || raw != tt.token || session.From != tt.cookieFrom || token.From != tt.tokenFrom || session.Token != nil || token.Cookie != nil {
			t.Errorf("after %d: %q from %d, %q from %d", tt.number, cookie, session.From, raw, token.From)
		}
	}
}
