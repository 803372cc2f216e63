package cookie_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"authlab/lab/cookie"
)

// now is the moment at which the cookies of these tests come.
var now = time.Date(2026, 11, 23, 9, 14, 32, 0, time.UTC)

// Each case is a rule of section 5.6: what is kept of the line, and which step
// had something to say.
func TestParse(t *testing.T) {
	long, value := strings.Repeat("v", 4096), strings.Repeat("a", 1025)
	for _, c := range []struct {
		line, name, value, attributes, refused, section string
	}{
		{"a=b", "a", "b", "", "", "5.6, step 5"},
		{" a = b ", "a", "b", "", "", "5.6, step 5"},
		{"\ta\t=\tb c\t", "a", "b c", "", "", "5.6, step 5"},
		{"a=b=c", "a", "b=c", "", "", "5.6, step 5"},
		{"a", "", "a", "", "", "5.6, step 5"},
		{"=a", "", "a", "", "", "5.6, step 5"},
		{"==a", "", "=a", "", "", "5.6, step 5"},
		{"a=", "a", "", "", "", "5.6, step 5"},
		{"", "", "", "", "", "5.6, step 5"},
		{`a="b c"`, "a", `"b c"`, "", "", "5.6, step 5"},
		{"a=b,c", "a", "b,c", "", "", "5.6, step 5"},
		{"ü=é", "ü", "é", "", "", "5.6, step 5"},
		{"a=b\x01", "", "", "", "it contains the control character 0x01", "5.6, step 1"},
		{"a=b; Path=/\x7f", "", "", "", "it contains the control character 0x7f", "5.6, step 1"},
		{"a=b\n", "", "", "", "it contains the control character 0x0a", "5.6, step 1"},
		{long, "", long, "", "", "5.6, step 5"},
		{"a=" + long, "a", long, "", "its name and value are 4097 octets, more than 4096", "5.6, step 5"},
		{"a=b;", "a", "b", "", "", "5.6, step 5"},
		{"a=b;;; ;=;", "a", "b", "", "", "5.6, step 5"},
		{"a=b; Secure", "a", "b", "Secure", "", "5.6.5"},
		{"a=b; sEcUrE=no", "a", "b", "Secure", "", "5.6.5"},
		{"a=b; HttpOnly", "a", "b", "HttpOnly", "", "5.6.6"},
		{"a=b; colour=red", "a", "b", "-colour", "", "5.6, attributes, step 7"},
		{"a=b; =x", "a", "b", "-", "", "5.6, attributes, step 7"},
		{"a=b; Partitioned", "a", "b", "-Partitioned", "", "5.6, attributes, step 7"},
		{"a=b; Path=/x; Path=/y", "a", "b", "-Path Path", "", "5.6.4"},
		{"a=b; Path=/x; Path=/" + value, "a", "b", "Path -Path", "", "5.6, attributes, step 6"},
		{"a=b; Path=relative", "a", "b", "Path", "", "5.6.4"},
		{"a=b; Domain=.Shop.EXAMPLE", "a", "b", "Domain", "", "5.6.3"},
		{"a=b; Domain=", "a", "b", "Domain", "", "5.6.3"},
		{"a=b; Max-Age=x", "a", "b", "-Max-Age", "", "5.6.2"},
		{"a=b; Max-Age=-", "a", "b", "-Max-Age", "", "5.6.2"},
		{"a=b; Max-Age=+1", "a", "b", "-Max-Age", "", "5.6.2"},
		{"a=b; Expires=soon", "a", "b", "-Expires", "", "5.6.1"},
		{"a=b; SameSite=strict", "a", "b", "SameSite", "", "5.6.7"},
		{"a=b; SameSite=Sometimes", "a", "b", "SameSite", "", "5.6.7"},
	} {
		p := cookie.Parse(c.line, now)
		var attributes []string
		for _, a := range p.Attributes {
			mark := a.Known
			if a.Dropped != "" {
				mark = "-" + a.Name
			}
			attributes = append(attributes, mark)
		}
		got := fmt.Sprintf("%q %q %q %q %s", p.Name, p.Value, strings.Join(attributes, " "), p.Refused, p.Steps[len(p.Steps)-1].Section)
		want := fmt.Sprintf("%q %q %q %q %s", c.name, c.value, c.attributes, c.refused, c.section)
		if got != want {
			t.Errorf("%.60q\n got %.200s\nwant %.200s", c.line, got, want)
		}
	}
}

// Max-Age wins over Expires, the last that can be read over earlier ones, and
// 400 days over everything.
func TestExpiry(t *testing.T) {
	const past, soon = "Thu, 01 Jan 1970 00:00:01 GMT", "Mon, 23 Nov 2026 10:14:32 GMT"
	for _, c := range []struct {
		attributes, by string
		at             time.Time
	}{
		{"", "", time.Time{}},
		{"Expires=" + soon, "Expires", now.Add(time.Hour)},
		{"Expires=" + past, "Expires", time.Unix(1, 0)},
		{"Expires=Fri, 01 Jan 2038 00:00:00 GMT", "Expires", now.Add(cookie.MaxAge)},
		{"Max-Age=60; Expires=" + past, "Max-Age", now.Add(time.Minute)},
		{"Expires=" + soon + "; Max-Age=0060", "Max-Age", now.Add(time.Minute)},
		{"Max-Age=60; Max-Age=30", "Max-Age", now.Add(30 * time.Second)},
		{"Max-Age=60; Max-Age=x", "Max-Age", now.Add(time.Minute)},
		{"Max-Age=x; Expires=" + soon, "Expires", now.Add(time.Hour)},
		{"Max-Age=0", "Max-Age", time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"Max-Age=-1", "Max-Age", time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"Max-Age=34560000", "Max-Age", now.Add(cookie.MaxAge)},
		{"Max-Age=34560001", "Max-Age", now.Add(cookie.MaxAge)},
		{"Max-Age=99999999999999999999999", "Max-Age", now.Add(cookie.MaxAge)},
	} {
		p := cookie.Parse("a=b;"+c.attributes, now)
		if at, by := p.Expiry(); by != c.by || !at.Equal(c.at) {
			t.Errorf("%s: %s by %q, want %s by %q", c.attributes, at, by, c.at, c.by)
		}
	}
}

// The dates are those that section 5.1.1 lets through and those that
// it does not.
func TestParseDate(t *testing.T) {
	tests := []struct {
		value string
		want  string // RFC 3339, or "" where there is no date
	}{
		{"Mon, 23 Nov 2026 09:14:32 GMT", "2026-11-23T09:14:32Z"},
		{"Monday, 23-Nov-26 09:14:32 GMT", "2026-11-23T09:14:32Z"},
		{"Mon Nov 23 9:1:2 2026", "2026-11-23T09:01:02Z"},
		{"9:1:2x 23rd november 94", "1994-11-23T09:01:02Z"},
		{"1 Jan 70 0:0:0", "1970-01-01T00:00:00Z"},
		{"1 Jan 69 0:0:0", "2069-01-01T00:00:00Z"},
		{"1 Jan 99 0:0:0", "1999-01-01T00:00:00Z"},
		{"1 Jan 1601 0:0:0", "1601-01-01T00:00:00Z"},
		{"0 Jan 2026 0:0:0", ""},
		{"23 Nov 2026", ""},
		{"32 Nov 2026 00:00:00", ""},
		{"31 Nov 2026 00:00:00", ""},
		{"23 Nov 1600 00:00:00", ""},
		{"23 Nov 2026 24:00:00", ""},
		{"23 Nov 2026 00:60:00", ""},
		{"23 Nov 2026 00:00:60", ""},
		{"23 No 2026 00:00:00", ""},
		{"23 Nov 02026 00:00:00", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got := ""
		if d, why := cookie.ParseDate(tt.value); why == "" {
			got = d.Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.value, got, tt.want)
		}
	}
}
