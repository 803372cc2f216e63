package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	lan := []string{"http://192.168.7.20:8080", "http://10.0.0.7:8080"}
	for _, c := range []struct {
		host      string
		tls       bool
		secure    bool // as configured
		site      string
		addresses []string
		plain     string
		reach     string
	}{
		{"localhost:8080", false, false, "", nil, "", "http://localhost:8080"},
		{"localhost:8080", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"LOCALHOST.:8080", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"lab.localhost", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"127.0.0.1:8080", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"127.1.2.3", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"[::1]:8080", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"[::ffff:127.0.0.1]:8080", false, false, "", lan, "", "http://192.168.7.20:8080"},
		{"10.0.0.7:8080", false, false, "", lan, "10.0.0.7:8080", "http://10.0.0.7:8080"},
		{"192.168.7.20:8080", false, false, "", nil, "192.168.7.20:8080", "http://192.168.7.20:8080"},
		{"192.168.7.20:8080", true, true, "", lan, "", "https://192.168.7.20:8080"},
		{"192.168.7.20:8080", false, false, "none", lan, "", "http://192.168.7.20:8080"},
		{"lab.example", false, true, "", nil, "", "https://lab.example"},
		{"lab.example", false, false, "", nil, "lab.example", "http://lab.example"},
		{"localhost.evil.test", false, false, "", lan, "localhost.evil.test", "http://localhost.evil.test"},
		{"notlocalhost", false, false, "", lan, "notlocalhost", "http://notlocalhost"},
		{"127.0.0.1.evil.test", false, false, "", lan, "127.0.0.1.evil.test", "http://127.0.0.1.evil.test"},
		{"[fd00::2]:8080", false, false, "", lan, "[fd00::2]:8080", "http://[fd00::2]:8080"},
	} {
		l := &Site{config: SiteConfig{Secure: c.secure, Addresses: c.addresses}}
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Host = c.host
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if got := l.PlainHTTP(r); got != c.plain {
			t.Errorf("%+v: plain http is %q", c, got)
		}
		if got := l.Reach(r); got != c.reach {
			t.Errorf("%+v: others reach %q", c, got)
		}
	}
}
