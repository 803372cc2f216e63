package coding_test

import (
	"net/http"
	"testing"

	"authlab/lab/coding"
)

// TestGzip holds what is chosen against RFC 9110, section 12.5.3.
func TestGzip(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{nil, false},
		{[]string{""}, false},
		{[]string{"gzip"}, true},
		{[]string{"gzip, deflate, br, zstd"}, true},
		{[]string{"GZip"}, true},
		{[]string{"x-gzip"}, true},
		{[]string{"gzipped"}, false},
		{[]string{"br"}, false},
		{[]string{"br, gzip;q=0"}, false},
		{[]string{"gzip;q=0.0"}, false},
		{[]string{"gzip ; Q=0.000"}, false},
		{[]string{"gzip;q=0.001"}, true},
		{[]string{"gzip;q=1.000"}, true},
		{[]string{"\tgzip\t;\tq=0.5\t"}, true},
		{[]string{"gzip;q=0", "deflate"}, false},
		{[]string{"deflate", "gzip"}, true},
		{[]string{"deflate", "gzip;q=0"}, false},
		{[]string{"*"}, true},
		{[]string{"*;q=0"}, false},
		{[]string{"gzip, *;q=0"}, true},
		{[]string{"gzip;q=0, *"}, false},
		{[]string{"identity"}, false},
		{[]string{"identity, gzip;q=0.5"}, false},
		{[]string{"identity;q=0.5, gzip"}, true},
		{[]string{"identity;q=0.5, *;q=0.4"}, false},
		{[]string{"identity, gzip"}, true},
		{[]string{"identity;q=0"}, false}, // neither is allowed, nor below
		{[]string{"identity;q=0, gzip;q=0"}, false},
		{[]string{"identity;q=0, *"}, true},
		{[]string{"gzip;q=x"}, false},
		{[]string{"gzip;q=NaN"}, false},
		{[]string{"gzip;q="}, false},
		{[]string{"gzip;q=2"}, false},
		{[]string{"gzip;q=-1"}, false},
		{[]string{"gzip;level=9"}, false},
		{[]string{",, ,gzip,"}, true},
		{[]string{";q=1,gzip"}, true},
	} {
		if got := coding.Gzip(http.Header{"Accept-Encoding": c.lines}); got != c.want {
			t.Errorf("%q: gzip %t, want %t", c.lines, got, c.want)
		}
	}
}
