package lab_test

import (
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"authlab/lab"
)

// wildcard is a part of a pattern that stands for any one segment.
var wildcard = regexp.MustCompile(`\{[^/$]+\}`)

// routes are the lab's own routes with a method, as the table has them: what a
// new one must hold is asked of it too. Each wildcard is filled in with the
// bench's id, or with "1". The apps have no method in the table.
func (v *visitor) routes(t testing.TB) (list []struct{ method, path string }) {
	t.Helper()
	for _, pattern := range v.w.lab.Patterns() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			if !regexp.MustCompile(`^/bench/\{id\}/(session|token|sealed)/$`).MatchString(pattern) {
				t.Errorf("%s answers to every method, and is no app's", pattern)
			}
			continue
		}
		path = strings.ReplaceAll(strings.TrimSuffix(path, "{$}"), "/bench/{id}", v.path(""))
		list = append(list, struct{ method, path string }{method, wildcard.ReplaceAllString(path, "1")})
	}
	return list
}

// changes are the paths that take something other than GET.
func (v *visitor) changes(t testing.TB) (paths []string) {
	t.Helper()
	for _, r := range v.routes(t) {
		switch r.method {
		case http.MethodPost:
			paths = append(paths, r.path)
		case http.MethodGet:
		default:
			t.Errorf("%s %s: a method that no test here asks", r.method, r.path)
		}
	}
	if len(paths) < 20 || !slices.Contains(paths, "/bench") || !slices.Contains(paths, v.path("/reset")) {
		t.Fatalf("these cannot be all that change something: %q", paths)
	}
	return paths
}

// TestOriginsOfAnotherScheme posts to every route that changes something with
// origins of every kind, from a browser that does not say Sec-Fetch-Site.
func TestOriginsOfAnotherScheme(t *testing.T) {
	t.Parallel()
	secure := func(c *lab.Config) { c.Secure = true }
	for name, c := range map[string]struct {
		options   []func(*lab.Config)
		own, swap string
	}{
		"over http":              {nil, "http", "https"},
		"over TLS":               {[]func(*lab.Config){overTLS(t)}, "https", "http"},
		"behind what speaks TLS": {[]func(*lab.Config){secure}, "https", "http"},
	} {
		t.Run(name, func(t *testing.T) {
			v := startLab(t, lifted, c.options...).visit(t)
			host := v.w.addr
			_, port, _ := net.SplitHostPort(host)
			for _, path := range v.changes(t) {
				for _, origin := range []string{
					c.swap + "://" + host, c.own + "://" + host + ".evil.test", c.own + "://127.0.0.1:1" + port, c.own + "://evil.test@" + host,
					c.own + "://" + host + "/", c.own + ":" + host, "//" + host, host, "null", c.own + "://" + host + " " + c.own + "://evil.test", "ftp://" + host,
				} {
					if got := v.send(t, "POST", path, http.Header{"Origin": {origin}}, ""); got.status != http.StatusForbidden {
						t.Errorf("POST %s from %s: %d, want 403", path, origin, got.status)
					}
				}
			}
			for _, path := range v.changes(t) {
				if got := v.send(t, "POST", path, http.Header{"Origin": {c.own + "://" + host}}, ""); got.status == http.StatusForbidden && strings.Contains(got.body, "came from another site") {
					t.Errorf("POST %s from the lab's own pages: %d", path, got.status)
				}
			}
		})
	}
}

// TestBrowsersThatJudge believes what a browser says of where a request came
// from, which no page can write.
func TestBrowsersThatJudge(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for _, path := range v.changes(t) {
		for _, site := range []string{"cross-site", "same-site", "unheard-of"} {
			from := http.Header{"Sec-Fetch-Site": {site}, "Origin": {v.w.origin()}}
			if got := v.send(t, "POST", path, from, ""); got.status != http.StatusForbidden {
				t.Errorf("POST %s, %s: %d, want 403", path, site, got.status)
			}
		}
	}
	own := http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://" + v.w.addr}} // what is in front of the lab is not known to it
	if got := v.send(t, "POST", v.path("/reset"), own, ""); got.status != http.StatusSeeOther {
		t.Errorf("a request of the lab's own page is answered with %d", got.status)
	}
}
