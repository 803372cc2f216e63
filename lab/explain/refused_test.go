package explain

import (
	"strings"
	"testing"

	"authlab/lab/journal"
)

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
