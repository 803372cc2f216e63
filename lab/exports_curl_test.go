package lab_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
)

// shell runs a script by sh, as if it were pasted, with the machine's own curl.
func shell(t rapid.TB, script string) string {
	t.Helper()
	cmd := exec.Command("sh")
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "CURL_HOME=/nonexistent", "HOME=/nonexistent", "no_proxy=*")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sh: %v, %s, of:\n%s", err, &problems, script)
	}
	return string(out)
}

// resend runs the curl command of an exchange and returns the exchange that it
// caused, the next one of the bench.
func (v *visitor) resend(t rapid.TB, x *journal.Exchange, change *strings.Replacer) *journal.Exchange {
	t.Helper()
	next := len(v.bench(t).Journal().Exchanges) + 1
	command := v.get(t, fmt.Sprintf("%s/exchanges/%d/curl", v.path(""), x.Number)).body
	if change != nil {
		command = change.Replace(command)
	}
	shown := shell(t, command)
	v.await(t, next)
	again, ok := v.bench(t).Journal().Exchange(next)
	if !ok {
		t.Fatalf("exchange %d was not caused by:\n%s", next, command)
	}
	if want, _, _ := strings.Cut(string(again.Response.Bytes), "\r\n"); !strings.Contains(shown, want) {
		t.Errorf("curl shows %q, which is not the answer %q", shown, want)
	}
	return again
}

// parsed is a recorded request as a server reads it.
func parsed(t rapid.TB, x *journal.Exchange) (*http.Request, string) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(x.Request.Bytes)))
	if err != nil {
		t.Fatalf("exchange %d cannot be read: %v", x.Number, err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatalf("exchange %d: %v", x.Number, err)
	}
	r.Header.Del("Connection")
	return r, string(body)
}

// sameRequest holds two recorded requests against each other: the meaning of
// their bytes.
func sameRequest(t rapid.TB, a, b *journal.Exchange) {
	t.Helper()
	was, wasBody := parsed(t, a)
	is, isBody := parsed(t, b)
	if a.Flow != b.Flow || was.Method != is.Method || was.RequestURI != is.RequestURI || was.Proto != is.Proto {
		t.Errorf("exchange %d was %s %s %s, the copy is %s %s %s", a.Number, was.Method, was.RequestURI, was.Proto, is.Method, is.RequestURI, is.Proto)
	}
	if !maps.EqualFunc(was.Header, is.Header, func(x, y []string) bool { return strings.Join(x, "\x00") == strings.Join(y, "\x00") }) {
		t.Errorf("exchange %d had the fields %q, the copy has %q", a.Number, was.Header, is.Header)
	}
	if wasBody != isBody || was.ContentLength != is.ContentLength {
		t.Errorf("exchange %d had the content %.80q (%d), the copy has %.80q (%d)", a.Number, wasBody, was.ContentLength, isBody, is.ContentLength)
	}
}

// decision is a verdict without its particulars, such as the time.
func decision(x *journal.Exchange) string {
	v := explain.Read(x).Verdict()
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %d, answered %d", v.Outcome, v.Status, v.Answered)
	for _, c := range v.Checks {
		fmt.Fprintf(&out, "; %s %s", c.Name, c.Result)
	}
	return out.String()
}

// walk sends the whole lesson as a browser without scripts does, and the pages
// and files that come with it. sent is called after each step that sends, with
// that step's exchanges.
func (v *visitor) walk(t testing.TB, sent func(step int, xs []*journal.Exchange)) {
	t.Helper()
	b := v.bench(t)
	loggedIn := map[journal.Flow]int{}
	for _, s := range []struct {
		step int
		do   func()
	}{
		{plot.Stranger, func() { v.both(t, "profile") }},
		{plot.Login, func() { v.logIn(t, librarian); v.both(t, "profile") }},
		{plot.AskAgain, func() { v.both(t, "profile") }},
		{plot.Role, func() {
			v.post(t, v.path("/role"), "account", "librarian", "role", "member")
			v.both(t, "profile")
		}},
		{plot.Logout, func() {
			for _, flow := range journal.Lesson {
				loggedIn[flow] = b.Journal().Latest(flow, bench.LogsIn).Number
			}
			v.post(t, v.path("/session/logout"))
			v.send(t, "POST", v.path("/token/logout"), v.bearer(), "")
		}},
		{plot.Replay, func() {
			for _, flow := range journal.Lesson {
				v.post(t, v.path("/replay"), "exchange", fmt.Sprint(loggedIn[flow]))
			}
		}},
		{plot.Expire, func() {
			v.logIn(t, librarian)
			v.post(t, v.path("/clock"), "by", (usual.Session.IdleFor() + time.Minute).String())
			v.both(t, "profile")
		}},
	} {
		before := len(b.Journal().Exchanges)
		b.SetCursor(s.step)
		s.do()
		b.SetCursor(plot.NoStep)
		want := before + map[int]int{plot.Login: 4, plot.Expire: 4}[s.step]
		if want == before {
			want += 2
		}
		v.await(t, want)
		if sent != nil {
			sent(s.step, b.Journal().Exchanges[before:want])
		}
	}
}

// TestCurlCommandsDoItAgain runs the command of every exchange of every step as
// soon as the step was sent, while nothing else has happened: the answer must be
// reached by the same checks. Two of the lesson's requests change what their own
// second run would meet: the session's logout deletes its record, and the first
// request after expiry drops it. These are run with the id of another session of
// the same age in its place, which is the same state for that session.
func TestCurlCommandsDoItAgain(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	spare := map[int]string{plot.Logout: v.anotherSession(t), plot.Expire: v.anotherSession(t)}
	ran := map[int]int{}
	v.walk(t, func(step int, xs []*journal.Exchange) {
		for _, x := range xs {
			ran[step]++
			if x.Step != step {
				t.Errorf("exchange %d shows step %d, want %d", x.Number, x.Step, step)
			}
			id, presented := explain.Read(x).Presented()
			if x.Flow == journal.Session && spare[step] != "" && presented {
				again := v.resend(t, x, strings.NewReplacer(id.Value, spare[step]))
				sameDecision(t, x, again)
				continue
			}
			again := v.resend(t, x, nil)
			sameRequest(t, x, again)
			sameDecision(t, x, again)
		}
	})
	want := map[int]int{0: 2, 1: 4, 5: 2, 7: 2, 8: 2, 9: 2, 10: 4}
	if !maps.Equal(ran, want) {
		t.Errorf("commands run by step: %v, want %v", ran, want)
	}
}

func sameDecision(t rapid.TB, was, is *journal.Exchange) {
	t.Helper()
	if was, is := decision(was), decision(is); was != is {
		t.Errorf("the exchange was %q, its curl command %q", was, is)
	}
}

// anotherSession logs in from a browser of its own and returns its session id.
func (v *visitor) anotherSession(t testing.TB) string {
	t.Helper()
	n := len(v.bench(t).Journal().Exchanges)
	other := &visitor{w: v.w, client: v.w.client(t), id: v.id}
	other.post(t, other.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
	if other.sid() == "" {
		t.Fatal("no session")
	}
	v.await(t, n+1)
	return other.sid()
}

// resendRaw sends the bytes of an exchange once more, as they were, and returns
// the exchange that this caused.
func (v *visitor) resendRaw(t rapid.TB, x *journal.Exchange) *journal.Exchange {
	t.Helper()
	next := len(v.bench(t).Journal().Exchanges) + 1
	v.w.ask(t, string(x.Request.Bytes))
	v.await(t, next)
	again, _ := v.bench(t).Journal().Exchange(next)
	return again
}

// browserHead are fields as Chromium sends them.
var browserHead = []string{
	"Connection: keep-alive", `sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"`, "sec-ch-ua-mobile: ?0", "Upgrade-Insecure-Requests: 1",
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	"Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe",
	"Accept-Encoding: gzip, deflate, br, zstd", "Accept-Language: en-US,en;q=0.9",
}

// byHand are requests that are sent by hand, below the bench's path.
func byHand(v *visitor) []string {
	s, k := v.path("/session/"), v.path("/token/")
	host := "Host: " + v.w.addr
	form := "Content-Type: application/x-www-form-urlencoded"
	return []string{
		lines(append([]string{"GET " + s + "profile HTTP/1.1", host}, browserHead...)...),
		lines("GET "+s+"profile HTTP/1.0", host),
		lines("GET "+s+"profile HTTP/1.1", "Cookie: sid=a"), // no Host
		lines("GET "+s+"profile HTTP/1.1", "Host: in valid"),
		lines("HEAD "+s+"login HTTP/1.1", host),
		lines("HEAD "+s+"login HTTP/1.1", host, "Content-Length: 0"),
		lines("OPTIONS "+k+"profile HTTP/1.1", host, "Origin: https://elsewhere.test"),
		lines("DELETE "+k+"profile HTTP/1.1", host), lines("get "+k+"profile HTTP/1.1", host), lines("M'%$ "+k+"profile HTTP/1.1", host),
		lines("GET "+k+"profile HTTP/1.1", host, "Content-Length: 0"),
		lines("POST "+k+"logout HTTP/1.1", host, "Content-Length: 0", "User-Agent: x", "Accept: */*"),
		lines("POST "+k+"logout HTTP/1.1", host),
		lines("GET "+k+"profile HTTP/1.1", host, "X-Empty:", "X-Empty:", "X-Twice: 1", "x-twice: 2", "Authorization:"),
		lines("GET "+s+"../session/./profile HTTP/1.1", host), lines("GET "+s+"%2e%2e/profile HTTP/1.1", host), lines("GET "+s+"profile?a=[1-3]&b={x,y}&c='\"$(id) HTTP/1.1", host),
		lines("GET "+s+"profile?q={a,b}[1-2]|^`\\<>'\"$(id)!! HTTP/1.1", host), lines("GET "+s+"profile?\xff\xc3 HTTP/1.1", host), lines("GET "+s+"profile?a=%zz#frag HTTP/1.1", host),
		lines("GET http://"+v.w.addr+s+"profile HTTP/1.1", host),
		lines("GET "+s+"profile HTTP/1.1", host, "X-Latin: caf\xe9", "X-Tab: a\tb", "X-Bidi: \u202eabc", "X-Quote: it's \"$(id)\" `id` !! \\", "X-Percent: %s%n %%"),
		lines("GET "+s+"profile HTTP/1.1", host, "X-Control: \x01\x1b[31m\x7f"),
		"POST " + s + "login HTTP/1.1\r\n" + host + "\r\n" + form + "\r\n" + sized("@/etc/passwd"),
		"POST " + s + "login HTTP/1.1\r\n" + host + "\r\n" + form + "\r\n" + sized("email=a'b\"c&password=\n\r\n \x00\xff%s\\n\n\n"),
		"POST " + k + "login HTTP/1.1\r\n" + host + "\r\n" + sized("-n no type"),
		"POST " + k + "login HTTP/1.1\r\n" + host + "\r\nContent-Type: application/json\r\n" + sized(`{"email":"`+strings.Repeat("long ", 1000)+`"}`),
		"POST " + k + "login HTTP/1.1\r\n" + host + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n" + sized(`{"email":"x"}`),
		"POST " + k + "login HTTP/1.1\r\n" + host + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n{\"ema\r\n6\r\nil\":1}\r\n0\r\nTrailer: x\r\n\r\n",
		"PUT " + k + "login HTTP/1.1\r\n" + host + "\r\n" + sized("abc"),
	}
}

// TestCurlCommandsGetTheSameNow sends the bytes of every exchange of a bench once
// more and then runs its curl command: whatever the state now is, both must be
// decided alike. The bench has had the whole lesson, and requests that are odd.
func TestCurlCommandsGetTheSameNow(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	for _, request := range byHand(v) {
		n := len(v.bench(t).Journal().Exchanges)
		v.w.ask(t, request)
		v.await(t, n+1)
	}
	for _, x := range v.bench(t).Journal().Exchanges {
		raw := v.resendRaw(t, x)
		again := v.resend(t, x, nil)
		if raw.Reached {
			sameRequest(t, raw, again)
		}
		sameDecision(t, raw, again)
		if t.Failed() {
			t.Fatalf("exchange %d was %q, its copy %q", x.Number, x.Request.Bytes, again.Request.Bytes)
		}
	}
}

// TestNastyStringsInCommands sends each nasty string in a field, in the content
// and in the target, and runs the commands: what curl can say arrives as it was,
// and nothing of it reaches the shell. Only a NUL, and a line feed or a space in
// the request line, cannot be said.
func TestNastyStringsInCommands(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	b := v.bench(t)
	said := 0
	for _, n := range nasty {
		for _, request := range []string{
			lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "X-Nasty: "+n.text, "Cookie: sid="+n.text, "User-Agent: "+n.text),
			"POST " + v.path("/session/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + formHeader.Get("Content-Type") + "\r\n" + sized(n.text),
			lines("GET "+v.path("/token/profile?q=")+n.text+" HTTP/1.1", "Host: a"),
		} {
			next := len(b.Journal().Exchanges) + 1
			v.w.ask(t, request)
			v.await(t, next)
			x, _ := b.Journal().Exchange(next)
			command := v.get(t, fmt.Sprintf("%s/exchanges/%d/curl", v.path(""), next)).body
			line, _, _ := strings.Cut(request, "\r\n")
			head, _, _ := strings.Cut(request, "\r\n\r\n")
			if sayable := strings.Count(line, " ") == 2 && !strings.Contains(head, "\x00"); sayable != strings.Contains(command, "\n  -H ") {
				t.Errorf("%.60q can be said: %v, but its command is\n%s", request, sayable, command)
			} else if !sayable {
				continue
			}
			said++
			again := v.resend(t, x, nil)
			if x.Reached {
				sameRequest(t, x, again)
			}
			sameDecision(t, x, again)
		}
	}
	if said < 2*len(nasty) {
		t.Errorf("only %d of %d requests could be said", said, 3*len(nasty))
	}
}
