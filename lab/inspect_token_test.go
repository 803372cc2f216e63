package lab_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"authlab/lab/jose"
)

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// inspected is what POST /api/inspect/token answers, as far as tests look.
type inspected struct {
	Verdict, Sentence, Form, Token, Unsigned, Error string
	KeyError                                        string `json:"key_error"`
	Stale                                           bool
	Notes                                           []struct {
		Text       string
		Start, End int
	}
	Parts map[string]struct {
		Start, End, Octets int
		Missing, Strict    bool
		Text               *string
		Problems           []struct{ Text string }
	}
	Params, Claims []struct {
		Name, Value, Human string
		Duplicate          bool
	}
	Signature struct {
		Octets int
		Form   string
	}
	Key *struct {
		Form, Kty, SHA256, Thumbprint string
		Bits                          int
	}
	Checks []struct{ Name, Result, Found, Rule, Source, URL string }
}

// ask asks the inspector in JSON.
func (v *visitor) ask(t testing.TB, question map[string]any) (inspected, answer) {
	t.Helper()
	body, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	got := v.send(t, "POST", "/api/inspect/token", jsonHeader, string(body))
	var in inspected
	if err := json.Unmarshal([]byte(got.body), &in); err != nil {
		t.Fatalf("%d, %.200q: %v", got.status, got.body, err)
	}
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("Cache-Control %q, Content-Type %q", got.header.Get("Cache-Control"), got.header.Get("Content-Type"))
	}
	return in, got
}

// secret is a key of 256 bits, and signed a token that it signed.
const secret = "0123456789abcdef0123456789abcdef"

func signed(t testing.TB, payload string) string {
	t.Helper()
	key, err := jose.ReadKey(secret, jose.Text, "")
	if err != nil {
		t.Fatal(err)
	}
	token, err := jose.Sign([]byte(`{"typ":"JWT"}`), []byte(payload), "HS256", key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestInspectAPI(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	token := signed(t, `{"sub":"lin","exp":1795435260,"sub":"eve"}`)
	in, got := v.ask(t, map[string]any{"token": "Bearer " + token, "key": secret, "time": "2026-11-23T12:00:00Z"})
	if got.status != 200 || in.Verdict != "malformed" || len(in.Notes) != 1 || in.Notes[0].End != 7 || len(in.Claims) != 3 || !in.Claims[2].Duplicate ||
		in.Claims[1].Human != "12:01:00 UTC, in 1 min" || in.Key == nil || in.Key.Bits != 256 || len(in.Key.SHA256) != 64 || in.Signature.Octets != 32 ||
		in.Parts["header"].Start != 7 || *in.Parts["header"].Text != `{"alg":"HS256","typ":"JWT"}` || len(in.Checks) < 25 || in.Checks[0].URL == "" {
		t.Errorf("%d: %+v", got.status, in)
	}
	good := signed(t, `{"sub":"lin","exp":1795435260}`)
	stale := `{"sub":"eve"}`
	for _, c := range []struct {
		name     string
		question map[string]any
		verdict  string
		stale    bool
		unsigned string
	}{
		{"in time", map[string]any{"token": good, "key": secret, "time": "1795435259"}, "verified", false, ""},
		{"too late", map[string]any{"token": good, "key": secret, "time": "1795435260"}, "invalid", false, ""},
		{"too late, with leeway", map[string]any{"token": good, "key": secret, "time": "1795435260", "leeway": 1}, "verified", false, ""},
		{"at no time", map[string]any{"token": good, "key": secret, "time": "none"}, "verified", false, ""},
		{"no key", map[string]any{"token": good}, "unverifiable", false, ""},
		{"no token", map[string]any{}, "malformed", false, ""},
		{"edited", map[string]any{"token": good, "key": secret, "time": "none", "payload": stale}, "invalid", true, ""},
		{"edited to what it was", map[string]any{"token": good, "key": secret, "time": "none", "payload": `{"sub":"lin","exp":1795435260}`}, "verified", false, ""},
		{"signed again", map[string]any{"token": good, "key": secret, "time": "none", "payload": stale, "sign": true}, "verified", false, ""},
		{"signed as none", map[string]any{"token": good, "key": secret, "time": "none", "payload": stale, "sign": true, "alg": "none"}, "unsecured", false, ""},
		{"signed with a key that does not fit", map[string]any{"token": good, "key": secret, "time": "none", "payload": stale, "sign": true, "alg": "RS256"}, "invalid", true, "does not fit"},
		{"signed without a key", map[string]any{"token": good, "time": "none", "payload": stale, "sign": true}, "unverifiable", true, "no key"},
	} {
		in, got := v.ask(t, c.question)
		if got.status != 200 || in.Verdict != c.verdict || in.Stale != c.stale || !strings.Contains(in.Unsigned, c.unsigned) || (in.Unsigned == "") != (c.unsigned == "") {
			t.Errorf("%s: %d, %s, stale %v, %q: %s", c.name, got.status, in.Verdict, in.Stale, in.Unsigned, in.Sentence)
		}
		if _, edited := c.question["payload"]; edited != (in.Token != "") {
			t.Errorf("%s: the token made is %q", c.name, in.Token)
		}
	}
}

func TestInspectRefusals(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	large := strings.Repeat("a", 10<<20)
	for _, c := range []struct {
		name, path, kind, body string
		header                 http.Header
		status                 int
		text                   string
	}{
		{"JSON as a form", "/api/inspect/token", "application/x-www-form-urlencoded", "token=a", nil, 415, "application/json"},
		{"no type", "/api/inspect/token", "", `{}`, nil, 415, "application/json"},
		{"broken JSON", "/api/inspect/token", "application/json", `{"token":`, nil, 400, "JSON object"},
		{"a list", "/api/inspect/token", "application/json", `[]`, nil, 400, "JSON object"},
		{"a name mistyped", "/api/inspect/token", "application/json", `{"tokne":"a"}`, nil, 400, `unknown field`},
		{"a number for a text", "/api/inspect/token", "application/json", `{"key":1}`, nil, 400, `"field":"key"`},
		{"two objects", "/api/inspect/token", "application/json", `{}{}`, nil, 400, "something follows"},
		{"a bad time", "/api/inspect/token", "application/json", `{"time":"soon"}`, nil, 400, "2026-11-23T12:00:00Z"},
		{"a bad leeway", "/api/inspect/token", "application/json", `{"leeway":-1}`, nil, 400, "86400"},
		{"ten megabytes", "/api/inspect/token", "application/json", `{"token":"` + large + `"}`, nil, 413, "4 MiB"},
		{"ten megabytes in a form", "/inspect/token", "application/x-www-form-urlencoded", "token=" + large, nil, 413, "4 MiB"},
		{"another site", "/api/inspect/token", "application/json", `{}`, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403, "another site"},
		{"another site’s form", "/inspect/token", "application/x-www-form-urlencoded", "token=a", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403, "another site"},
		{"a bad escape", "/inspect/token", "application/x-www-form-urlencoded", "token=%zz", nil, 400, "could not be read"},
		{"a bad time in a form", "/inspect/token", "application/x-www-form-urlencoded", "token=a&when=given&time=x", nil, 400, "2026-11-23T12:00:00Z"},
		{"a bad leeway in a form", "/inspect/token", "application/x-www-form-urlencoded", "token=a&leeway=x", nil, 400, "86400"},
	} {
		header := http.Header{"Content-Type": {c.kind}}
		for name, values := range c.header {
			header[name] = values
		}
		got := v.send(t, "POST", c.path, header, c.body)
		if got.status != c.status || !strings.Contains(html.UnescapeString(got.body), c.text) || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q, %.300s", c.name, got.status, got.header.Get("Cache-Control"), got.body)
		}
	}
	for path, status := range map[string]int{
		"/inspect/token": 200, "/inspect/token?bench=nowhere": 404, "/api/inspect/token": 405,
		"/inspect/token?bench=" + v.w.visit(t).id: 404, "/inspect/token?bench=" + v.w.visit(t).id + "&exchange=99": 404,
	} {
		if got := v.get(t, path); got.status != status {
			t.Errorf("GET %s: %d, want %d", path, got.status, status)
		}
	}
}

// A megabyte of token takes time in proportion; the page shows the beginning.
func TestInspectLarge(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	var many strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&many, `"claim%d":%d,`, i, i)
	}
	for name, payload := range map[string]string{"one claim": `{"a":"` + strings.Repeat("x", 786_000) + `"}`, "many claims": `{` + many.String() + `"z":1}`} {
		token := signed(t, payload)
		began := time.Now()
		in, got := v.ask(t, map[string]any{"token": token, "key": secret})
		t.Logf("%s: %d bytes in JSON, answered in %v with %d bytes", name, len(token), time.Since(began), len(got.body))
		if in.Verdict != "verified" || len(got.body) > 1<<20 {
			t.Errorf("%s: %s, %d bytes", name, in.Sentence, len(got.body))
		}
		began = time.Now()
		page := v.post(t, "/inspect/token", "token", token, "key", secret, "do", "inspect")
		t.Logf("%s: in a form, answered in %v with %d bytes", name, time.Since(began), len(page.body))
		if page.status != 200 || !strings.Contains(page.body, "verified") || len(page.body) > 512<<10 {
			t.Errorf("%s: the page: %d, %d bytes", name, page.status, len(page.body))
		}
	}
}

// What strangers paste is shown, and never as markup.
func TestInspectNasty(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	encode := func(s string) string { return jose.Encode([]byte(s)) }
	evil := `<script>alert(1)</script>` + "\u202e\u0000\x00\xff\u2028"
	for _, token := range []string{
		evil, evil + "." + evil + "." + evil, encode(`{"alg":"`+"<b>"+`"}`) + "." + encode(`{"<i>x":"</code><script>\u0000","`+"\u202e"+`":"\u202e"}`) + ".",
		encode(evil) + "." + encode(evil) + "." + encode(evil), encode(`{"alg":"HS256","kid":"<img src=x>"}`) + ".e30.AAAA", strings.Repeat(`"`, 10_000), strings.Repeat("\n", 10_000),
		encode(`{"alg":"HS256","crit":["<u>"],"<u>":1}`) + ".e30.AAAA", `{"payload":"<s>","signatures":[{"protected":"<s>"}]}`, "Cookie: <s>=" + encode(`{"alg":"HS256"}`) + ".e30.AAAA",
	} {
		for _, key := range []string{secret, evil, `{"kty":"<s>"}`, `{"keys":[{"kid":"<s>"},{"kid":"<s>2"}]}`, "-----BEGIN <s>-----\nAAAA\n-----END <s>-----\n"} {
			for _, do := range []string{"inspect", "edit", "sign"} {
				got := v.post(t, "/inspect/token", "token", token, "key", key, "do", do, "payload", `{"a":"<s>"}`, "time", "<s>", "bench", "<s>", "alg", "<s>", "key_form", "<s>")
				if got.status != 200 {
					t.Errorf("%q with %q: %d", token, key, got.status)
				}
				for _, tag := range []string{"<s>", "<b>", "<i>", "<u>", "<script>", "<img src=x"} {
					if strings.Contains(got.body, tag) {
						t.Errorf("%.60q with %.60q: %s is on the page as it is", token, key, tag)
					}
				}
				pageText(t, got.body)
			}
		}
	}
}

// textField is the content of a form's text field.
func textField(t *testing.T, page, id string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<textarea id="` + id + `"[^>]*>(.*?)</textarea>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no field %s", id)
	}
	return html.UnescapeString(m[1])
}

// TestInspectFromABench goes the whole way without scripts: a bench's token is
// opened, a claim changed, sent stale, signed again and sent again by curl. The
// app's own answers are the proof.
func TestInspectFromABench(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	recorded := 2
	v.await(t, recorded)
	bench := v.get(t, v.path("?step=1")).body
	m := regexp.MustCompile(`href="(/inspect/token\?bench=[^"]*)"`).FindStringSubmatch(bench)
	if m == nil {
		t.Fatal("the bench does not lead to the inspector")
	}
	at := html.UnescapeString(m[1])
	page := v.get(t, at).body
	if !strings.Contains(page, `data-verdict="verified"`) || textField(t, page, "token") != v.token || strings.Contains(at, v.token[:20]) {
		t.Fatalf("the inspector at %s does not show the bench's token, verified", at)
	}
	payload := strings.Replace(textField(t, page, "payload"), `"member"`, `"staff"`, 1)
	form := url.Values{
		"token": {textField(t, page, "token")}, "key": {textField(t, page, "key")}, "key_form": {"base64url"}, "bench": {v.id}, "leeway": {"0"},
		"when": {"now"}, "payload": {payload}, "alg": {"HS256"},
	}
	for _, c := range []struct {
		do, verdict string
		status      int
	}{{"edit", "invalid", 401}, {"sign", "verified", 200}} {
		form.Set("do", c.do)
		got := v.send(t, "POST", "/inspect/token", formHeader, form.Encode())
		if got.status != 200 || !strings.Contains(got.body, `data-verdict="`+c.verdict+`"`) {
			t.Fatalf("%s: %d, and not %s", c.do, got.status, c.verdict)
		}
		if shows := !strings.Contains(got.body, "data-stale hidden"); shows != (c.do == "edit") {
			t.Errorf("%s: shown as stale: %v", c.do, shows)
		}
		if status := runCurl(t, got.body); status != c.status {
			t.Errorf("%s: the app answered %d, want %d", c.do, status, c.status)
		}
		recorded++
		v.await(t, recorded)
		exchanges := v.bench(t).Journal().Exchanges
		if last := exchanges[len(exchanges)-1]; !strings.Contains(string(last.Request.Bytes), textField(t, got.body, "token")) {
			t.Errorf("%s: the last exchange does not carry the token", c.do)
		}
	}
}

// runCurl runs the command that the page shows and returns the status.
func runCurl(t *testing.T, page string) int {
	t.Helper()
	m := regexp.MustCompile(`(?s)data-curl>(.*?)</pre>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page shows no command")
	}
	out, err := exec.Command("sh", "-c", html.UnescapeString(m[1])).Output() //nolint:gosec // what the page says to paste
	if err != nil {
		t.Fatalf("run the command: %v", err)
	}
	var version string
	var status int
	if _, err := fmt.Sscan(string(out), &version, &status); err != nil {
		t.Fatalf("%.80q: %v", out, err)
	}
	return status
}

// A secret whose form was recognised by the signature is read in the same form
// once that signature is stale.
func TestInspectKeepsTheForm(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	token, key := signed(t, `{"sub":"lin"}`), jose.Encode([]byte(secret))
	stale := v.post(t, "/inspect/token", "token", token, "key", key, "key_form", "auto", "do", "edit", "payload", `{"sub":"eve"}`).body
	if !strings.Contains(stale, `<option value="base64url" selected`) || !strings.Contains(stale, `data-verdict="invalid"`) {
		t.Error("after an edit the form of the key is not what it was recognised as")
	}
	again := v.post(t, "/inspect/token", "token", textField(t, stale, "token"), "key", key, "key_form", "base64url", "do", "sign", "payload", `{"sub":"eve"}`).body
	if in, _ := v.ask(t, map[string]any{"token": textField(t, again, "token"), "key": secret, "key_form": "text"}); in.Verdict != "verified" {
		t.Errorf("signed again with another key: %s", in.Sentence)
	}
}

// White space inside a token is a mistake, and taken off at a press.
func TestInspectClean(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	token := signed(t, `{"sub":"lin"}`)
	for do, verdict := range map[string]string{"inspect": "malformed", "clean": "verified"} {
		got := v.post(t, "/inspect/token", "token", "Bearer "+token[:20]+"\r\n"+token[20:], "key", secret, "do", do)
		if !strings.Contains(got.body, `data-verdict="`+verdict+`"`) || strings.Contains(got.body, `value="clean"`) != (do == "inspect") {
			t.Errorf("%s: not %s, or with the wrong button", do, verdict)
		}
		if do == "clean" && (textField(t, got.body, "token") != token || textField(t, got.body, "key") != secret) {
			t.Error("the form lost the token or its key")
		}
	}
}

// The sample is real: the lab's own run, verified with that run's key.
func TestInspectSample(t *testing.T) {
	t.Parallel()
	v := &visitor{w: startLab(t, lifted)}
	v.client = v.w.client(t)
	page := v.get(t, "/inspect/token").body
	for _, want := range []string{`data-verdict="verified"`, "Sample: ", `aria-current="page">Inspect`, `href="/inspect/cookie"`, "/js/inspect.js"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if textField(t, page, "token") != "" || textField(t, page, "key") != "" {
		t.Error("the form is not empty")
	}
}

// BenchmarkInspectAPI measures whole requests with a token of that size.
func BenchmarkInspectAPI(b *testing.B) {
	v := &visitor{w: startLab(b, lifted)}
	v.client = v.w.client(b)
	for _, size := range []int{1 << 10, 1 << 20} {
		body, err := json.Marshal(map[string]string{"token": signed(b, `{"a":"`+strings.Repeat("x", size*3/4)+`"}`), "key": secret})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			for b.Loop() {
				if got := v.send(b, "POST", "/api/inspect/token", jsonHeader, string(body)); got.status != 200 {
					b.Fatal(got.status)
				}
			}
		})
	}
}
