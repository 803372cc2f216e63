package explain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"authlab/lab/cookie"
	"authlab/lab/journal"
)

func TestParseSetCookie(t *testing.T) {
	long := strings.Repeat("v", cookie.MaxPair)
	tests := []struct {
		field, name, value, attributes, ignored string
		deletes                                 bool
		expires                                 time.Time
	}{
		{field: "sid=S1; Path=/a/; HttpOnly; SameSite=Lax", name: "sid", value: "S1", attributes: "Path=/a/ HttpOnly= SameSite=Lax"},
		{field: ` sid = "S 1" ;; PATH = / ; x=y`, name: "sid", value: `"S 1"`, attributes: "PATH=/ ?x=y"},
		{field: "only-a-value", value: "only-a-value"},
		{field: "=v", value: "v"},
		{field: "", ignored: "it has neither a name nor a value"},
		{field: "=; Path=/", attributes: "Path=/", ignored: "it has neither a name nor a value"},
		{field: "a=b\x01", ignored: "it contains the control character 0x01"},
		{field: "a=b\tc", name: "a", value: "b\tc"},
		{field: "a=" + long, name: "a", value: long, ignored: "its name and value are 4097 octets, more than 4096"},
		{field: "a=b; Max-Age=60", name: "a", value: "b", attributes: "Max-Age=60", expires: now.Add(time.Minute)},
		{field: "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:01 GMT", name: "a", value: "b",
			attributes: "Max-Age=60 Expires=Thu, 01 Jan 1970 00:00:01 GMT", expires: now.Add(time.Minute)},
		{field: "a=b; Max-Age=60; Max-Age=-1", name: "a", value: "b", attributes: "Max-Age=60 Max-Age=-1", deletes: true, expires: now},
		{field: "a=b; Max-Age=0", name: "a", value: "b", attributes: "Max-Age=0", deletes: true, expires: now},
		{field: "a=b; Max-Age=1.5", name: "a", value: "b", attributes: "Max-Age=1.5"},
		{field: "a=b; Max-Age=99999999999999999999", name: "a", value: "b", attributes: "Max-Age=99999999999999999999", expires: now.Add(400 * 24 * time.Hour)},
		{field: "a=; Expires=Thu, 01 Jan 1970 00:00:01 GMT", name: "a", attributes: "Expires=Thu, 01 Jan 1970 00:00:01 GMT", deletes: true, expires: time.Unix(1, 0).UTC()},
		{field: "a=b; Expires=soon", name: "a", value: "b", attributes: "Expires=soon"},
	}
	for _, tt := range tests {
		v := ParseSetCookie(tt.field, now)
		var attributes []string
		for _, a := range v.Attributes {
			mark := ""
			if a.Gloss.Text == "" {
				mark = "?"
			}
			attributes = append(attributes, mark+a.Name+"="+a.Value)
		}
		got := fmt.Sprint(v.Name, "|", v.Value, "|", strings.Join(attributes, " "), "|", v.Ignored, "|", v.Deletes, "|", v.Expires)
		want := fmt.Sprint(tt.name, "|", tt.value, "|", tt.attributes, "|", tt.ignored, "|", tt.deletes, "|", tt.expires)
		if got != want {
			t.Errorf("%.60q\n got %.200s\nwant %.200s", tt.field, got, want)
		}
	}
}

func FuzzParseSetCookie(f *testing.F) {
	f.Add("sid=S1; Path=/; Max-Age=5; Expires=Mon, 23 Nov 2026 09:14:32 GMT; HttpOnly")
	f.Fuzz(func(t *testing.T, field string) {
		v := ParseSetCookie(field, now)
		if v.Deletes && v.Ignored != "" {
			t.Fatalf("%q both deletes and is ignored", field)
		}
		if len(v.Name)+len(v.Value) > len(field) {
			t.Fatalf("%q has more in it than it is long", field)
		}
	})
}

// Which browser keeps what: only those that were run, or are documented to refuse
// it, are said to.
func TestRefused(t *testing.T) {
	const (
		firefox  = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
		chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
		safari   = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
	)
	for _, c := range []struct{ host, cookie, firefox, chromium, safari, curl string }{
		{"localhost:8080", "sid=S1; SameSite=None", "Secure is missing", "Secure is missing", "", ""},
		{"localhost:8080", "sid=S1; SameSite=None; Secure", "", "", "came over http", ""},
		{"localhost:8080", "sid=S1; SameSite=Lax", "", "", "", ""},
		{"192.168.7.20:8080", "sid=S1; Secure", "came over http", "came over http", "came over http", ""},
		{"localhost:8080", "__Host-sid=S1; Secure", "Path is not /", "Path is not /", "came over http", ""},
	} {
		for agent, want := range map[string]string{firefox: c.firefox, chromium: c.chromium, safari: c.safari, "curl/8.0": c.curl} {
			x := exchange(journal.Session, strings.Replace(ask("GET "+sessionBase, "User-Agent: "+agent), "Host: ", "Host: "+c.host+"\r\nX-Was: ", 1), "HTTP/1.1 200 OK\r\nSet-Cookie: "+c.cookie+"\r\n\r\n")
			x.Scheme = "http"
			set := ParseSetCookie(c.cookie, x.Started)
			if got := refused(x, set); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s from %s: %s keeps it not, because %q, want %q", c.cookie, c.host, agent, got, want)
			}
		}
	}
}
