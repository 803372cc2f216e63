package export_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"authlab/lab/export"
	"authlab/lab/journal"
	"authlab/lab/plot"
)

var bench = export.Bench{ID: "B", Base: "http://lab.test", Version: "v1", Title: func(step int) string { return fmt.Sprint("title ", step) }}

// exchanged is an exchange of two messages, as the tap would record it.
func exchanged(request, response string) *journal.Exchange {
	at := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	return &journal.Exchange{
		Number: 1, Flow: journal.Session, By: journal.Visitor, Step: plot.NoStep, Started: at, Clock: at, Duration: 1500 * time.Microsecond, Scheme: "http",
		Request: whole(request), Response: whole(response), Reached: true,
	}
}

func whole(s string) journal.Message {
	return journal.Message{Bytes: []byte(s), Length: int64(len(s)), Complete: true}
}

const (
	get = "GET /bench/B/session/profile HTTP/1.1\r\nHost: lab.test\r\n"
	ok  = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
)

func post(content string) string {
	return fmt.Sprintf("POST /bench/B/session/login HTTP/1.1\r\nHost: lab.test\r\nContent-Length: %d\r\n\r\n%s", len(content), content)
}

// TestWhatCannotBeSent lists requests that no ordinary client can send, with the
// reason that stands in the place of the command.
func TestWhatCannotBeSent(t *testing.T) {
	for request, want := range map[string]string{
		"":                                   "cut off",
		get:                                  "cut off",
		get + "X: 1":                         "cut off",
		"nonsense\r\n\r\n":                   "no request line",
		"GET /\r\n\r\n":                      "no request line",
		"GET / HTTP/2.0\r\n\r\n":             "no request line",
		"GET /a b HTTP/1.1\r\n\r\n":          "no request line",
		"GET /\x00 HTTP/1.1\r\n\r\n":         "no request line",
		"G(T / HTTP/1.1\r\n\r\n":             "no request line",
		get + "X: 1\r\n 2\r\n\r\n":           "several lines",
		get + "no colon\r\n\r\n":             "no field",
		get + "X : 1\r\n\r\n":                "no token",
		get + ": 1\r\n\r\n":                  "no token",
		get + "X: a\x00b\r\n\r\n":            "would end it",
		get + "X: a\rb\r\n\r\n":              "would end it",
		get + "Host: b\r\n\r\n":              "more than one Host",
		"GET / HTTP/1.1\r\nHost:\r\n\r\n":    "Host is empty",
		get + "Content-Length: 3\r\n\r\nab":  "not as long",
		get + "Content-Length: +2\r\n\r\nab": "not as long",
		get + "\r\nab":                       "not as long",
		get + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab":                 "more than one Content-Length",
		get + "Transfer-Encoding: gzip\r\n\r\n":                                  "transfer coding",
		get + "Transfer-Encoding: chunked\r\n\r\n5\r\nab":                        "transfer coding",
		get + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n": "transfer coding",
		"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n":         "transfer coding",
	} {
		x := exchanged(request, "")
		refused(t, export.Curl(bench, x), request, want)
		refused(t, httpFile(bench, []*journal.Exchange{x}), request, want)
	}
	x := exchanged(get+"\r\n", "")
	x.Request.Length, x.Request.Truncated = 70000, true
	refused(t, export.Curl(bench, x), "truncated", fmt.Sprintf("only the first %d of its 70000 bytes", len(get)+2))
	refused(t, export.Curl(bench, exchanged("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na", "")), "HEAD", "HEAD with content")
}

// refused holds that every line is a comment, that they say why, and where the
// bytes are.
func refused(t *testing.T, text, request, want string) {
	t.Helper()
	if !strings.Contains(text, want) || !strings.Contains(text, "http://lab.test/bench/B/exchanges/1/request") {
		t.Errorf("%q becomes %q; want a comment that says %q", request, text, want)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			t.Errorf("%q becomes %q, which sends something", request, line)
		}
	}
}

// TestCurlCommands are commands as people see them.
func TestCurlCommands(t *testing.T) {
	const agent = "User-Agent: x\r\nAccept: */*\r\n"
	for _, c := range []struct{ request, want string }{
		{get + agent + "\r\n", "curl -i --http1.1 'http://lab.test/bench/B/session/profile' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*'"},
		{get + "cookie: sid=a\r\nConnection: keep-alive\r\n" + agent + "\r\n", "curl -i --http1.1 'http://lab.test/bench/B/session/profile' \\\n  -H 'cookie: sid=a' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*'"},
		{get + "X:\r\nConnection: close\r\n\r\n", "curl -i --http1.1 'http://lab.test/bench/B/session/profile' \\\n  -H 'X;' \\\n  -H 'Connection: close' \\\n  -H 'User-Agent:' \\\n  -H 'Accept:'"},
		{"GET /a/../b HTTP/1.0\r\n" + agent + "\r\n", "curl -i --http1.0 'http://lab.test/' \\\n  --request-target '/a/../b' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*' \\\n  -H 'Host:'"},
		{strings.Replace(post("a=b"), "Content", agent+"Content-Type: t\r\nContent", 1), "curl -i --http1.1 'http://lab.test/bench/B/session/login' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*' \\\n  -H 'Content-Type: t' \\\n  --data-binary 'a=b'"},
		{strings.Replace(post("@\x00"), "Content", agent+"Content", 1), "printf '@\\000' |\ncurl -i --http1.1 'http://lab.test/bench/B/session/login' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*' \\\n  -H 'Content-Type:' \\\n  --data-binary @-"},
		{"HEAD / HTTP/1.1\r\nHost: a\r\n" + agent + "\r\n", "curl -i --http1.1 --head 'http://lab.test/' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*'"},
		{"PURGE / HTTP/1.1\r\nHost: a b\r\n" + agent + "\r\n", "curl -i --http1.1 -X PURGE 'http://lab.test/' \\\n  -H 'Host: a b' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*'"},
	} {
		if got := export.Curl(bench, exchanged(c.request, ok)); got != c.want {
			t.Errorf("%q becomes\n%s\nwant\n%s", c.request, got, c.want)
		}
	}
	r := export.Request{Method: "GET", Target: "/p", Fields: []export.Field{{Name: "Cookie", Value: "sid=a"}}}
	if got, want := r.Curl("http://[::1]:8080"), "curl -i --globoff 'http://[::1]:8080/p' \\\n  -H 'Cookie: sid=a'"; got != want {
		t.Errorf("a request made by hand becomes %q, want %q", got, want)
	}
}

// TestSelections picks exchanges by step.
func TestSelections(t *testing.T) {
	var v journal.View
	for i, step := range []int{0, 1, plot.NoStep, 1} {
		v.Exchanges = append(v.Exchanges, &journal.Exchange{Number: i + 1, Step: step})
	}
	for step, want := range map[int]string{export.Every: "1 2 3 4", 0: "1", 1: "2 4", 5: ""} {
		var got []string
		for _, x := range export.Of(v, step) {
			got = append(got, fmt.Sprint(x.Number))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("step %d has the exchanges %v, want %s", step, got, want)
		}
	}
}

// entryOf is the only entry of an exchange's archive.
func entryOf(t *testing.T, x *journal.Exchange) map[string]any {
	t.Helper()
	var out strings.Builder
	if err := export.WriteHAR(&out, bench, []*journal.Exchange{x}); err != nil {
		t.Fatal(err)
	}
	var har struct {
		Log struct{ Entries []map[string]any }
	}
	if err := json.Unmarshal([]byte(out.String()), &har); err != nil || len(har.Log.Entries) != 1 {
		t.Fatalf("the archive is %s, %v", &out, err)
	}
	return har.Log.Entries[0]
}

// TestArchiveEntries looks at what an entry says of messages of many kinds.
func TestArchiveEntries(t *testing.T) {
	const (
		cookies  = get + "COOKIE: a=1; sid=\"x y\"; =z; lonely\r\ncookie: b=2\r\n\r\n"
		given    = "HTTP/1.1 303 See Other\r\nset-cookie: sid=v; Path=/p; HttpOnly; Secure; SameSite=Lax; Max-Age=60\r\nSet-Cookie: bad\x01=1\r\nLocation: /next\r\n\r\n"
		chunks   = "HTTP/1.1 100 Continue\r\nA: 1\r\n\r\nHTTP/1.1 200 Fine indeed\r\nTransfer-Encoding: chunked\r\nContent-Type: t/x\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
		binary   = "HTTP/1.0 200 OK\r\nX: caf\xe9\r\n\r\n\xff\x00"
		question = "GET /bench/B/token/?a=1&b=%41+c&%zz&d=%ff#f|g HTTP/1.1\r\nHost: other.test:81\r\n\r\n"
	)
	for _, c := range []struct {
		name, request, response string
		want                    map[string]string // by path: its JSON
	}{
		{"cookies", cookies, given, map[string]string{
			"request.cookies":  `[{"httpOnly":false,"name":"a","secure":false,"value":"1"},{"httpOnly":false,"name":"sid","secure":false,"value":"\"x y\""},{"httpOnly":false,"name":"","secure":false,"value":"z"},{"httpOnly":false,"name":"b","secure":false,"value":"2"}]`,
			"request.headers":  `[{"name":"Host","value":"lab.test"},{"name":"COOKIE","value":"a=1; sid=\"x y\"; =z; lonely"},{"name":"cookie","value":"b=2"}]`,
			"response.cookies": `[{"expires":"2026-11-23T14:01:00Z","httpOnly":true,"name":"sid","path":"/p","sameSite":"Lax","secure":true,"value":"v"},{"comment":"Browsers ignore this field: it contains the control character 0x01.","httpOnly":false,"name":"","secure":false,"value":""}]`,
			"response.status":  "303", "response.statusText": `"See Other"`, "response.redirectURL": `"/next"`, "response.bodySize": "0", "response.headersSize": fmt.Sprint(len(given)),
			"request.bodySize": "0", "request.headersSize": fmt.Sprint(len(cookies)), "request.postData": "null", "time": "1.5", "timings.wait": "1.5", "timings.send": "0", "timings.receive": "0", "serverIPAddress": "null",
		}},
		{"interim and chunks", get + "\r\n", chunks, map[string]string{
			"response.status": "200", "response.statusText": `"Fine indeed"`, "response.content": `{"mimeType":"t/x","size":3,"text":"abc"}`, "response.bodySize": "13",
			"response.headers": `[{"name":"Transfer-Encoding","value":"chunked"},{"name":"Content-Type","value":"t/x"}]`,
		}},
		{"not UTF-8", post("\xfe\x00"), binary, map[string]string{
			"response.content": `{"encoding":"base64","mimeType":"x-unknown","size":2,"text":"/wA="}`, "response.httpVersion": `"HTTP/1.0"`,
			"response.headers": `[{"comment":"Not UTF-8; each byte is shown as the character of that number.","name":"X","value":"café"}]`,
			"request.postData": `{"comment":"The content is not UTF-8; text is its base64.","encoding":"base64","mimeType":"","params":[],"text":"/gA="}`,
		}},
		{"text sent", post("a=b&c=\u2028"), ok, map[string]string{"request.postData": "{\"mimeType\":\"\",\"params\":[],\"text\":\"a=b&c=\u2028\"}", "request.method": `"POST"`, "request.bodySize": "9"}},
		{"a question", question, ok, map[string]string{
			"request.url":         `"http://other.test:81/bench/B/token/?a=1&b=%41+c&%25zz&d=%ff%23f%7Cg"`,
			"request.queryString": `[{"name":"a","value":"1"},{"name":"b","value":"A c"},{"name":"%zz","value":""},{"name":"d","value":"%ff#f|g"}]`,
		}},
		{"a Host that is none", "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", ok, map[string]string{"request.url": `"http://lab.test/x"`}},
		{"no answer", get + "\r\n", "", map[string]string{"response.status": "0", "response.headersSize": "-1", "response.bodySize": "-1", "response.comment": `"There is no such message: nothing crossed the connection."`}},
		{"not HTTP", "\x16\x03\x01", "HTTP/1.1 400 Bad Request\r\n\r\n", map[string]string{"request.headersSize": "-1", "request.url": `"http://lab.test/"`, "response.status": "400"}},
	} {
		e := entryOf(t, exchanged(c.request, c.response))
		for path, want := range c.want {
			if got := at(e, path); got != want {
				t.Errorf("%s: %s is\n%s\nwant\n%s", c.name, path, got, want)
			}
		}
	}
}

// at is the JSON of a member, found by its path.
func at(e map[string]any, path string) string {
	var v any = e
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return strings.NewReplacer(`\u2028`, "\u2028").Replace(strings.TrimSpace(out.String()))
}

// FuzzExports gives every form any two messages: none panics, archives are JSON
// and hold the bytes, commands and files for people show nothing invisible.
func FuzzExports(f *testing.F) {
	for _, s := range []string{"", get + "\r\n", post("a=b"), post("\xff\x00\n"), get + "X: \u202e\x1b\r\n\r\n", "GET /%ff?\xff HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\nGET", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"} {
		f.Add([]byte(s), []byte(ok))
		f.Add([]byte(s), []byte("HTTP/1.1 100 Continue\r\n\r\n"+s))
	}
	f.Fuzz(func(t *testing.T, request, response []byte) {
		x := exchanged(string(request), string(response))
		e := entryOf(t, x)
		if got, want := at(e, "_authlab.request.bytes"), at(map[string]any{"b": request}, "b"); len(request) > 0 && got != want {
			t.Errorf("the archive holds %s, want %s", got, want)
		}
		for _, text := range []string{export.Curl(bench, x), httpFile(bench, []*journal.Exchange{x})} {
			for _, r := range text {
				if r != '\n' && (!unicode.IsPrint(r) || r == unicode.ReplacementChar) {
					t.Fatalf("%q holds %U", text, r)
				}
			}
		}
		readBack(t, x)
	})
}

var separator = regexp.MustCompile(`(?m)^###.*\n`)

// readBack reads an .http file as its clients do, and holds what is found
// against the exchange's request.
func readBack(t *testing.T, x *journal.Exchange) {
	t.Helper()
	parts := separator.Split(httpFile(bench, []*journal.Exchange{x}), -1)
	if len(parts) != 2 {
		t.Fatalf("one request makes %d parts: %q", len(parts)-1, parts)
	}
	got, found := readHTTP(parts[1])
	if !found {
		return
	}
	want, err := export.ReadRequest(x)
	if err != nil {
		t.Fatalf("%q was written though %v", x.Request.Bytes, err)
	}
	if got.Method != want.Method || got.Target != "http://lab.test"+want.Target || string(got.Content) != string(want.Content) {
		t.Errorf("read back %q, want %q", got, want)
	}
	var kept []string
	for _, f := range want.Fields {
		switch name := strings.ToLower(f.Name); {
		case name == "content-length", name == "transfer-encoding", name == "host" && f.Value == "lab.test", name == "connection" && strings.EqualFold(f.Value, "keep-alive"):
		default:
			kept = append(kept, f.Name+": "+f.Value)
		}
	}
	var read []string
	for _, f := range got.Fields {
		if !strings.EqualFold(f.Name, "Host") {
			read = append(read, f.Name+": "+f.Value)
		}
	}
	if strings.Join(read, "\n") != strings.Join(without(kept, "host"), "\n") {
		t.Errorf("read back the fields %q, want %q", read, kept)
	}
}

func without(fields []string, name string) (list []string) {
	for _, f := range fields {
		if !strings.HasPrefix(strings.ToLower(f), name+":") {
			list = append(list, f)
		}
	}
	return list
}

// readHTTP reads one part of an .http file: comments, the request line, fields,
// and after an empty line the content, whose empty lines at the end do not count.
func readHTTP(part string) (r export.Request, found bool) {
	head, content, _ := strings.Cut(part, "\n\n")
	for line := range strings.Lines(head) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !found:
			found = true
			words := strings.Split(line, " ")
			r.Method, r.Target, r.Version = words[0], words[1], words[2]
		default:
			name, value, _ := strings.Cut(line, ":")
			r.Fields = append(r.Fields, export.Field{Name: name, Value: strings.TrimSpace(value)})
		}
	}
	r.Content = []byte(strings.TrimSpace(content))
	return r, found
}

// TestHTTPFile writes several requests and reads them back; what the clients of
// such files would change is a comment.
func TestHTTPFile(t *testing.T) {
	for _, request := range []string{
		get + "\r\n", get + "Cookie: sid=a; b=c\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n", post("email=a%40b&password=c"), post("{\"a\": 1,\n  \"b\": 2}"),
		strings.Replace(get, "profile", "profile?a=1&b=2", 1) + "Connection: close\r\n\r\n",
	} {
		x := exchanged(request, ok)
		if _, found := readHTTP(separator.Split(httpFile(bench, []*journal.Exchange{x}), -1)[1]); !found {
			t.Errorf("%q is not written", request)
		}
		readBack(t, x)
	}
	for request, want := range map[string]string{
		post("### a"): "would change", post("a\n# b"): "would change", post("// b"): "would change", post("< file"): "would change", post("> {% x %}"): "would change",
		post("a={{b}}"): "would change", post(" a"): "would change", post("a\n"): "would change", post("a\r\nb"): "not plain text", post("\xff"): "not plain text", post("\u202e"): "not plain text",
		get + "X: {{a}}\r\n\r\n": "a field holds", get + "X: \xe9\r\n\r\n": "a field holds", get + "X: a\tb\r\n\r\n": "a field holds",
		"GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n": "not a plain one", "GET / HTTP/1.0\r\n\r\n": "not HTTP/1.1",
	} {
		refused(t, httpFile(bench, []*journal.Exchange{exchanged(request, ok)}), request, want)
	}
}

// BenchmarkHAR writes a full bench: 200 exchanges with 8 KiB of content each.
func BenchmarkHAR(b *testing.B) {
	x := exchanged(get+"Cookie: sid=a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n\r\n"+strings.Repeat("a", 8192))
	var xs []*journal.Exchange
	for range 200 {
		xs = append(xs, x)
	}
	var out strings.Builder
	for b.Loop() {
		out.Reset()
		if err := export.WriteHAR(&out, bench, xs); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
}

// httpFile is what WriteHTTPFile writes.
func httpFile(b export.Bench, xs []*journal.Exchange) string {
	var out strings.Builder
	_ = export.WriteHTTPFile(&out, b, xs) // a Builder takes all
	return out.String()
}
