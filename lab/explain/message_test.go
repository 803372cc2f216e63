package explain

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"authlab/lab/journal"
)

// marked writes a message's lines as "kind!name|spans", with ! on notable lines
// and each span as ref=text.
func marked(m Message, b []byte) []string {
	var lines []string
	for _, l := range m.Lines {
		text := string(l.Kind)
		if l.Notable {
			text += "!"
		}
		text += " " + l.Name
		for _, s := range l.Spans {
			text += fmt.Sprintf("|%s:%s=%s", s.Ink, s.Ref, b[s.Start:s.End])
		}
		lines = append(lines, text)
	}
	return lines
}

func TestMessage(t *testing.T) {
	tests := []struct {
		name     string
		flow     journal.Flow
		request  string
		response string
		take     func(*journal.Exchange) Message
		want     []string
		note     string
	}{{
		name: "request with a session id", flow: journal.Session, take: Request,
		request: crlf("GET /bench/b/session/profile HTTP/1.1", "host: x", `Cookie: a=1; sid="S1"; sid=S2`, "X-Odd: 1", "", ""),
		want: []string{
			"start! |word:method=GET|word:target=/bench/b/session/profile|word:version=HTTP/1.1",
			"header host|word:header.host=host",
			`header! Cookie|word:header.cookie=Cookie|sid:sid=S1|sid:sid=S2`,
			"header X-Odd",
			"blank ",
		},
	}, {
		name: "request with a token", flow: journal.Token, take: Request,
		request: crlf("GET / HTTP/1.1", "Authorization: Bearer aa.bb.cc", "", ""),
		want: []string{
			"start! |word:method=GET|word:target=/|word:version=HTTP/1.1",
			"header! Authorization|word:header.authorization=Authorization|word:scheme=Bearer|hdr:hdr=aa|pay:pay=bb|sig:sig=cc",
			"blank ",
		},
	}, {
		name: "form", flow: journal.Session, take: Request,
		request: crlf("POST /l HTTP/1.1", "Content-Type: application/x-www-form-urlencoded", "Origin: http://x", "Sec-Fetch-Site: same-origin", "", "email=a%40b&x=1&password=p&email="),
		want: []string{
			"start! |word:method=POST|word:target=/l|word:version=HTTP/1.1",
			"header! Content-Type|word:header.content-type=Content-Type|word:value.content-type=application/x-www-form-urlencoded",
			"header! Origin|word:header.origin=Origin",
			"header! Sec-Fetch-Site|word:header.sec-fetch-site=Sec-Fetch-Site|word:value.sec-fetch-site=same-origin",
			"blank ",
			"body! |word:member.email=a%40b|word:member.password=p",
		},
	}, {
		name: "interim response, cookie attributes, HTML with a role", flow: journal.Session, take: Response,
		request: "POST /l HTTP/1.1\r\n\r\n",
		response: crlf("HTTP/1.1 100 Continue", "X: 1", "", "HTTP/1.1 303 See Other", "Location: /p",
			"Set-Cookie: sid=S1; Path=/; HttpOnly ;SameSite=Lax; Odd", "Content-Type: text/html; charset=utf-8", "", "<p><strong>staff</strong>"),
		want: []string{
			"interim |word:version=HTTP/1.1|word:status.100=100 Continue",
			"interim X",
			"interim ",
			"start! |word:version=HTTP/1.1|word:status.303=303 See Other",
			"header! Location|word:header.location=Location|word:value.location=/p",
			"header! Set-Cookie|word:header.set-cookie=Set-Cookie|sid:sid=S1|attr:attr.path=Path=/|attr:attr.httponly=HttpOnly|attr:attr.samesite=SameSite=Lax",
			"header Content-Type|word:header.content-type=Content-Type|word:value.content-type=text/html; charset=utf-8",
			"blank ",
			"body |own:own.role=staff",
		},
	}, {
		name: "token in JSON", flow: journal.Token, take: Response,
		request:  "POST /l HTTP/1.1\r\n\r\n",
		response: crlf("HTTP/1.1 200 OK", "Content-Type: application/json", "", `{"access_token":"a.b.c","token_type":"Bearer","expires_in":900, "role" : "staff","x":"y","may":["role"]}`),
		want: []string{
			"start! |word:version=HTTP/1.1|word:status.200=200 OK",
			"header Content-Type|word:header.content-type=Content-Type|word:value.content-type=application/json",
			"blank ",
			"body! |hdr:hdr=a|pay:pay=b|sig:sig=c|word:member.token_type=Bearer|word:member.expires_in=900|pay:pay.role=staff",
		},
	}, {
		name: "challenge", flow: journal.Token, take: Response,
		request:  "GET / HTTP/1.1\r\n\r\n",
		response: crlf("HTTP/1.1 401 Unauthorized", `WWW-Authenticate: Bearer realm="Corner, Library", error="invalid_token", error_description="a, \"b\""`, "Content-Type: application/json", "", `{"error":"invalid_token"}`),
		want: []string{
			"start! |word:version=HTTP/1.1|word:status.401=401 Unauthorized",
			`header! WWW-Authenticate|word:header.www-authenticate=WWW-Authenticate|word:scheme=Bearer|word:auth.realm=realm="Corner, Library"|word:auth.error=error="invalid_token"|word:auth.error_description=error_description="a, \"b\""`,
			"header Content-Type|word:header.content-type=Content-Type|word:value.content-type=application/json",
			"blank ",
			"body! |word:member.error=invalid_token",
		},
	}, {
		name: "bare line feeds, an empty line in front, a continued field", flow: journal.Session, take: Request,
		request: "\nGET / HTTP/1.0\nCookie: sid=a\n b\nno colon\n\n",
		want: []string{
			"blank ",
			"start! |word:method=GET|word:target=/|word:version=HTTP/1.0",
			"header! Cookie|word:header.cookie=Cookie|sid:sid=a",
			"header! Cookie",
			"header ",
			"blank ",
		},
	}, {
		name: "not HTTP", flow: journal.Session, take: Request,
		request: "\x16\x03\x01\n\x00", want: []string{"start! ", "header "},
		note: "This is not HTTP: its first line is no request line.",
	}, {
		name: "nothing", flow: journal.Session, take: Response, note: "There was no response.",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(tt.flow, tt.request, tt.response)
			m, b := tt.take(x), []byte(tt.request+tt.response)
			if tt.response != "" {
				b = []byte(tt.response)
			}
			covers(t, m, b)
			if got, want := strings.Join(marked(m, b), "\n"), strings.Join(tt.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if m.Note != tt.note {
				t.Errorf("note %q, want %q", m.Note, tt.note)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	x := exchange(journal.Session, "GET / HTTP/1.1\r\n", "")
	x.Request.Complete = false
	if got, want := Request(x).Note, "The connection was closed before the message ended."; got != want {
		t.Errorf("cut off: %q, want %q", got, want)
	}
	x.Request.Truncated, x.Request.Length = true, 99
	if got, want := Request(x).Note, "Only the first 16 of 99 bytes were kept."; got != want {
		t.Errorf("truncated: %q, want %q", got, want)
	}
}

// A message's lines cover its bytes whatever it contains.
func TestCoverage(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"GET", "POST", " ", "/", "HTTP/1.1", "\r\n", "\n", ":", ";", "=", ",", `"`, `\`, ".", "{", "}", "sid", "Cookie", "Set-Cookie: ",
		"Authorization: Bearer ", "WWW-Authenticate: Bearer error=", "Content-Type: application/json\r\n\r\n", "Content-Type: text/html\r\n\r\n",
		"Content-Type: application/x-www-form-urlencoded\r\n\r\n", "access_token", "role", "<strong>staff</strong>", "100", "200", "Path", "\t", "\x00", "é",
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(rt, "pieces"), "")
		for _, flow := range journal.Lesson {
			x := exchange(flow, text, text)
			covers(t, Request(x), []byte(text))
			covers(t, Response(x), []byte(text))
		}
	})
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nCookie: sid=a\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"access_token\":\"a.b.c\""))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, flow := range journal.Lesson {
			for _, reached := range []bool{true, false} {
				x := exchange(flow, string(b), string(b))
				x.Reached = reached
				covers(t, Request(x), b)
				covers(t, Response(x), b)
				if v := Read(x).Verdict(); v.Status == 0 || v.Outcome == "" || len(v.Checks) == 0 {
					t.Fatalf("empty verdict %+v", v)
				}
				Read(x).Presented()
				Read(x).Issued()
				HeldAfter([]*journal.Exchange{x}, flow, 1)
			}
		}
	})
}
