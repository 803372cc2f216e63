package lab_test

import (
	"encoding/json"
	"html"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"authlab/lab/cookie"
)

// askForm posts the inspector's form: name, value, name, value …
func (v *visitor) askForm(t *testing.T, fields ...string) answer {
	t.Helper()
	return v.post(t, "/inspect/cookie", append([]string{"url", "https://shop.example/login", "set_cookies", "sid=1; Path=/; SameSite=Lax"}, fields...)...)
}

// typed matches what stands in a form's fields, which must be as it was typed.
var typed = regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>|value="([^"]*)"`)

// inspectorText is the visible text of the page, less the fields of its form.
func inspectorText(t *testing.T, body string) string {
	t.Helper()
	return pageText(t, typed.ReplaceAllString(body, ""))
}

// The first look shows a cookie of the lab's own, and says so.
func TestCookieInspectorStartsWithASample(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := &visitor{w: w, client: w.client(t)}
	got := v.get(t, "/inspect/cookie")
	text := inspectorText(t, got.body)
	if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Robots-Tag") != "noindex" || got.header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d, %v", got.status, got.header)
	}
	_, area, _ := strings.Cut(got.body, "<textarea")
	line := html.UnescapeString(typed.FindStringSubmatch("<textarea" + area)[1])
	real := ""
	for _, x := range w.lab.Sample().Exchanges {
		if strings.Contains(string(x.Response.Bytes), "Set-Cookie: "+line+"\r\n") {
			real = line
		}
	}
	if real == "" || !strings.HasPrefix(line, "sid=") {
		t.Errorf("no exchange of the sample run set %q", line)
	}
	for _, part := range []string{"A sample", "Stored", "5.7, step 24", "Sent.", "not run here", "Chromium", "Firefox", "Safari"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
}

// Each preset asks what its button says.
func TestCookieInspectorPresets(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := &visitor{w: w, client: w.client(t)}
	for preset, want := range map[string]string{
		"typed": "nobody's page causes it: same-site", "link": "navigates the tab with the safe method GET", "form": "POST is not a safe method",
		"fetch": "caused by https://sibling.shop.example, sent to https://shop.example: same-site", "frame": "it does not navigate the tab", "script": "a tab that shows https://shop.example",
	} {
		got := v.askForm(t, "preset", preset)
		if text := inspectorText(t, got.body); got.status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d, and the page does not say %q", preset, got.status, want)
		}
	}
}

// What is wrong with a form is said at its field, and what was typed stays.
func TestCookieInspectorRefuses(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := &visitor{w: w, client: w.client(t)}
	for _, c := range []struct{ field, value, problem string }{
		{"url", "shop", "The URL that the cookie came from: it needs a scheme and a host"},
		{"set_cookies", "", "There are 0 Set-Cookie lines. Give 1 to 100."},
		{"set_cookies", strings.Repeat("a=b\n", 101), "There are 101 Set-Cookie lines."},
		{"earlier", strings.Repeat("a=b\n", 101), "There are 101 earlier Set-Cookie lines."},
		{"api", "x", "A cookie comes by http or by script."},
		{"request_url", "x", "The URL of the request: it needs"},
		{"kind", "x", "There is no such kind of request."},
		{"initiator", "x", "Who causes the request is none"},
		{"top_level", "x", "The page that the tab shows: it needs"},
		{"method", "P O S T", "A method is a word"},
		{"after", "soon", "Minutes later is a number"},
		{"after", "NaN", "Minutes later is a number"},
		{"after", "-1", "Minutes later is a number"},
		{"after", "99999999", "The time that has passed"},
	} {
		form := map[string]string{"url": "https://shop.example/", "set_cookies": "a=b"}
		form[c.field] = c.value
		var fields []string
		for name, value := range form {
			fields = append(fields, name, value)
		}
		got := v.post(t, "/inspect/cookie", fields...)
		text := inspectorText(t, got.body)
		at := regexp.MustCompile(`id="` + c.field + `"[^>]*aria-invalid="true"`)
		if got.status != http.StatusBadRequest || !strings.Contains(text, c.problem) || !at.MatchString(got.body) || strings.Contains(text, "Is it stored?") {
			t.Errorf("%s=%.20q: %d, %.200q", c.field, c.value, got.status, text)
		}
		if c.value != "" && !strings.Contains(got.body, c.value) {
			t.Errorf("%s=%.20q is not in the form any more", c.field, c.value)
		}
	}
	held := v.askForm(t, "earlier", "Set-Cookie: sid=0; Path=/; HttpOnly", "api", "script")
	if text := inspectorText(t, held.body); !strings.Contains(text, "What came before, over https: stored.") || !strings.Contains(text, "5.7, step 23, a script does not overwrite") {
		t.Errorf("what came before is not in the way: %.300q", text)
	}
	got := v.post(t, "/inspect/cookie", "url", "https://shop.example/", "set_cookies", strings.Repeat("a", 65<<10))
	if got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 65 KiB is answered with %d", got.status)
	}
}

// The cookies of an exchange are loaded from the bench, by its number.
func TestCookieInspectorReadsTheBench(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	v.await(t, 2)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"?bench=" + v.id + "&exchange=1":  {200, "From exchange 1 of your bench."},
		"?bench=" + v.id + "&exchange=2":  {200, "Exchange 2 of your bench set no cookie."},
		"?bench=" + v.id + "&exchange=3":  {404, "recorded no exchange of that number"},
		"?bench=" + v.id + "&exchange=x":  {404, "recorded no exchange of that number"},
		"?bench=" + v.id:                  {404, "recorded no exchange of that number"},
		"?bench=AAAAAAAAAAAAAAAAAAAAAAAA": {404, "A bench lasts"},
	} {
		got := v.get(t, "/inspect/cookie"+path)
		if text := inspectorText(t, got.body); got.status != want.status || !strings.Contains(text, want.says) {
			t.Errorf("%s: %d, %.300q", path, got.status, text)
		}
	}
	_, issued, _ := strings.Cut(string(v.bench(t).Journal().Exchanges[0].Response.Bytes), "Set-Cookie: ")
	issued, _, _ = strings.Cut(issued, "\r\n")
	got := v.get(t, "/inspect/cookie?bench="+v.id+"&exchange=1")
	if !strings.Contains(html.UnescapeString(got.body), ">"+issued+"</textarea>") || !strings.Contains(got.body, `value="http://`+v.w.addr+v.path("/session/login")+`"`) {
		t.Errorf("the form has neither %q nor the exchange's URL", issued)
	}
}

// The API says what the package says, and refuses with a field and a sentence.
func TestCookieAPI(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := &visitor{w: w, client: w.client(t)}
	in := cookie.Input{URL: "https://shop.example/", SetCookies: []string{"a=b; Path=/", "b\x01=c"}, Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		Request: &cookie.Request{URL: "https://shop.example/", Initiator: "cross-site"}}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	kind := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	got := v.send(t, "POST", "/api/inspect/cookie", kind, string(body))
	want, err := cookie.Inspect(in)
	if err != nil {
		t.Fatal(err)
	}
	var here, there any
	wanted, err := json.Marshal(want)
	if err != nil || json.Unmarshal(wanted, &here) != nil || json.Unmarshal([]byte(got.body), &there) != nil || !reflect.DeepEqual(here, there) {
		t.Errorf("the API answers\n%.500s\nand the package\n%.500s", got.body, wanted)
	}
	if got.status != 200 || got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d, %v", got.status, got.header)
	}
	const good = `{"url":"https://shop.example/","set_cookies":["a=b"]`
	for _, c := range []struct {
		kind, body string
		status     int
		field      string
	}{
		{"application/json", good + `}`, 200, ""},
		{"application/json", good + `,"request":{"url":"https://shop.example/","after":120,"kind":"form","initiator":"null"}}`, 200, ""},
		{"text/plain", good + `}`, 415, ""},
		{"", good + `}`, 415, ""},
		{"application/json", ``, 400, ""},
		{"application/json", `[]`, 400, ""},
		{"application/json", good, 400, ""},
		{"application/json", good + `} x`, 400, ""},
		{"application/json", good + `,"colour":"red"}`, 400, ""},
		{"application/json", `{"url":1}`, 400, "url"},
		{"application/json", `{"url":"x","set_cookies":["a=b"]}`, 400, "url"},
		{"application/json", `{"url":"https://shop.example/"}`, 400, "set_cookies"},
		{"application/json", good + `,"request":{"url":"/"}}`, 400, "request.url"},
		{"application/json", good + `,"request":{"url":"https://a.example/","after":"2m"}}`, 400, "request.after"},
		{"application/json", good + `,"now":"yesterday"}`, 400, ""},
		{"application/json", good + `,"api":"` + strings.Repeat("x", 4<<20) + `"}`, 413, ""},
		{"application/json", good + `}` + strings.Repeat(" ", 4<<20), 413, ""},
		{"application/json", strings.Repeat("[", 100_000), 400, ""},
	} {
		got := v.send(t, "POST", "/api/inspect/cookie", http.Header{"Content-Type": {c.kind}}, c.body)
		var problem struct{ Field, Error string }
		if err := json.Unmarshal([]byte(got.body), &problem); err != nil || got.status != c.status || problem.Field != c.field || (problem.Error == "") != (c.status == 200) || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%.60q as %q: %d, %+v", c.body, c.kind, got.status, problem)
		}
	}
	for _, path := range []string{"/api/inspect/cookie", "/inspect/cookie"} {
		if got := v.send(t, "POST", path, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Content-Type": {"application/json"}}, good+`}`); got.status != http.StatusForbidden {
			t.Errorf("another site's POST %s is answered with %d", path, got.status)
		}
	}
	if got := v.get(t, "/api/inspect/cookie"); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET of the API is answered with %d", got.status)
	}
}

// Strings that break careless pages are text, wherever they are typed.
func TestCookieInspectorNasty(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := &visitor{w: w, client: w.client(t)}
	for _, n := range nasty {
		shown := n.shown
		if shown == "" {
			shown = n.text
		}
		for _, field := range []string{"url", "set_cookies", "earlier", "api", "request_url", "method", "initiator", "top_level", "kind", "after", "preset"} {
			got := v.askForm(t, field, n.text)
			if got.status >= 500 {
				t.Errorf("%s=%.40q is answered with %d", field, n.text, got.status)
			}
		}
		for _, line := range []string{n.text + "=v", "n=" + n.text, "n=v; " + n.text, "n=v; Path=/" + n.text, "n=v; Domain=" + n.text} {
			got := v.post(t, "/inspect/cookie", "url", "https://shop.example/", "set_cookies", line)
			text := inspectorText(t, got.body)
			plain := len(n.text) < 50 && !strings.ContainsAny(n.text, ";=\r\n") && cookie.Parse(line, time.Now()).Refused == ""
			if got.status != http.StatusOK || plain && !strings.Contains(text, strings.TrimSpace(shown)) {
				t.Errorf("%.60q: %d, and %.40q is not on the page", line, got.status, shown)
			}
		}
		// The form's own fields come first, so the given one is asked for alone.
		warned := strings.Contains(v.post(t, "/inspect/cookie", "url", "https://shop.example/", "set_cookies", "n="+n.text).body, "characters in it that cannot be seen")
		if escaped := n.shown != ""; warned != escaped {
			t.Errorf("%.40q: warned of what cannot be seen: %v", n.text, warned)
		}
		api := v.send(t, "POST", "/api/inspect/cookie", http.Header{"Content-Type": {"application/json"}}, `{"url":`+jsonText(n.text)+`,"set_cookies":[`+jsonText(n.text)+`],"api":`+jsonText(n.text)+`}`)
		if api.status != http.StatusBadRequest {
			t.Errorf("the API answers %.40q with %d", n.text, api.status)
		}
	}
}
