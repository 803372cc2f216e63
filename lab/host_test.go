package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab"
)

// answersFor lets a lab answer for one more name.
func answersFor(name string) func(*lab.Config) {
	return func(c *lab.Config) { c.Hosts = append(c.Hosts, name) }
}

// ownHosts are names and addresses of the lab itself, strangeHosts are none.
var (
	ownHosts = []string{
		"localhost", "LOCALHOST:8080", "localhost.", "lab.localhost:1", "127.0.0.1", "127.9.9.9:80", "[::1]:8080", "lab.test", "lab.test:8080", "Lab.Test.",
		"192.168.7.20:8080", "[fd00::2]:8080", "[FD00:0::2]", "reached.example", "reached.example:444",
	}
	strangeHosts = []string{
		"evil.test", "lab.test.evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "192.168.7.21:8080", "[fd00::3]", "evil-lab.test", "x.reached.example",
		"", "localhost:x", "localhost:99999", "1.2.3.4", "0.0.0.0", "[::]:80",
	}
)

// TestUnknownHosts answers for the lab's own names and addresses only, whatever is
// asked for, and says in words what to do.
func TestUnknownHosts(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, func(c *lab.Config) {
		c.Hosts, c.URL = []string{"lab.test"}, "https://reached.example"
		c.Addresses = []string{"http://192.168.7.20:8080", "http://[fd00::2]:8080"}
	})
	for _, host := range ownHosts {
		for _, path := range []string{"/", "/healthz"} {
			if got := w.ask(t, lines("GET "+path+" HTTP/1.1", "Host: "+host)); got.status != http.StatusOK {
				t.Errorf("%s for host %q: %d", path, host, got.status)
			}
		}
	}
	for _, host := range strangeHosts {
		for _, path := range []string{"/", "/healthz", "/readyz", "/j", "/nowhere", "/bench/AAAAAAAAAAAAAAAAAAAAAAAAAA/session/"} {
			got := w.ask(t, lines("GET "+path+" HTTP/1.1", "Host: "+host))
			if got.status != http.StatusMisdirectedRequest || !strings.Contains(got.body, "-url") || got.header.Get("Content-Security-Policy") == "" {
				t.Errorf("%s for host %q: %d %s", path, host, got.status, got.body)
			}
		}
	}
	if got := w.ask(t, "GET / HTTP/1.0\r\n\r\n"); got.status != http.StatusMisdirectedRequest {
		t.Errorf("without a host: %d", got.status)
	}
	if got := w.ask(t, "GET http://evil.test/ HTTP/1.1\r\nHost: localhost\r\n\r\n"); got.status != http.StatusMisdirectedRequest {
		t.Errorf("with a host in the target: %d", got.status)
	}
}

// TestRebinding sends what a page elsewhere can once its name leads here, with
// everything else as if it were of the same origin: nothing changes, nothing is
// recorded.
func TestRebinding(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c := w.present(t)
	before := len(c.bench(t).Journal().Exchanges)
	benches := w.lab.Benches().Len()
	c.unchanged(t, func() {
		for _, path := range []string{"/bench", "/room", c.path("/reset"), c.path("/present"), c.path("/session/login"), c.path("/token/login"), c.room + "/drive", c.room + "/vote", c.room + "/join", c.room + "/invite"} {
			form := "act=next&window=" + instructorWindow + "&device=" + c.device
			got := w.ask(t, lines("POST "+path+" HTTP/1.1", "Host: evil.test", "Origin: http://evil.test", "Sec-Fetch-Site: same-origin",
				"Cookie: drive="+c.secret, "Content-Type: application/x-www-form-urlencoded", "Content-Length: "+itoa(len(form)))+form)
			if got.status != http.StatusMisdirectedRequest || got.header["Set-Cookie"] != nil {
				t.Errorf("POST %s: %d", path, got.status)
			}
		}
	})
	if after := len(c.bench(t).Journal().Exchanges); after != before || w.lab.Benches().Len() != benches {
		t.Errorf("%d exchanges have become %d, %d benches %d", before, after, benches, w.lab.Benches().Len())
	}
}

// TestURL is in the links that a class joins by, and says whether cookies are Secure.
func TestURL(t *testing.T) {
	t.Parallel()
	for url, secure := range map[string]bool{"https://reached.example": true, "http://reached.example:81": false} {
		w := startLab(t, lifted, func(c *lab.Config) { c.URL = url })
		c := w.present(t)
		if got := c.get(t, c.room+"/drive"); !strings.Contains(got.body, strings.TrimPrefix(url, "http://")+"/j") && !strings.Contains(got.body, strings.TrimPrefix(url, "https://")+"/j") {
			t.Errorf("%s is not where a class joins", url)
		}
		got := w.stranger(t).post(t, "/room")
		if is := strings.Contains(got.header.Get("Set-Cookie"), "; Secure"); is != secure {
			t.Errorf("at %s a cookie is %q", url, got.header.Get("Set-Cookie"))
		}
	}
	if _, err := lab.New(lab.Config{URL: "reached.example"}); err == nil || !strings.Contains(err.Error(), "https://lab.example") {
		t.Errorf("a URL that is none: %v", err)
	}
}
