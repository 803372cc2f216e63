package store

import (
	"strings"
	"testing"
)

// TestVersions reads the answers to INFO of several servers.
func TestVersions(t *testing.T) {
	for info, want := range map[string]string{
		"# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n":                        "Redis 7.0.15",
		"# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nx\r": "Valkey 8.1.1",
		"": "Redis ",
	} {
		if got := versionIn(info); got != want {
			t.Errorf("%q is %q, want %q", info, got, want)
		}
	}
	for version, enough := range map[string]bool{"Redis 6.2.14": false, "Redis 7.0.15": true, "Redis 10.0.0": true, "Valkey 7.2.5": true, "Redis ": true} {
		if err := newEnough(version); (err == nil) != enough || err != nil && !strings.Contains(err.Error(), version) {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// TestBadInstant keeps a row that somebody else has written from being misread.
func TestBadInstant(t *testing.T) {
	for _, text := range []string{"x", "2026-01-02T03:04:05", "2026-01-02 03:04:05.000000000Z"} {
		if at, err := toInstant(text); err == nil {
			t.Errorf("%q is read as %s", text, at)
		}
	}
}
