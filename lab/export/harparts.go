package export

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

func newHARHeaders(fields []Field) []harPair {
	pairs := []harPair{}
	for _, f := range fields {
		p := harPair{Name: text(f.Name), Value: text(f.Value)}
		if !utf8.ValidString(f.Name + f.Value) {
			p.Comment = "Not UTF-8; each byte is shown as the character of that number."
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// content is content as HAR holds it: as text where it is UTF-8, else in base64.
func content(b []byte) (text, encoding string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	return base64.StdEncoding.EncodeToString(b), "base64"
}

// text is s as JSON can hold it: what is not UTF-8 is read as ISO 8859-1, as
// browsers do with fields.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// newQuery lists the parameters of a target, decoded where that gives text.
func newQuery(target string) []harPair {
	pairs := []harPair{}
	_, query, found := strings.Cut(target, "?")
	if !found || query == "" {
		return pairs
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, harPair{Name: unescaped(name), Value: unescaped(value)})
	}
	return pairs
}

func unescaped(s string) string {
	if u, err := url.QueryUnescape(s); err == nil && utf8.ValidString(u) {
		return u
	}
	return text(s)
}

// address is the URL that was asked for: by the request's own Host where that is
// one, else by the lab's address. What a URL cannot hold is escaped; the target
// as it was stands in the bytes.
func address(b Bench, x *journal.Exchange, hosts []string, target string) string {
	base := b.Base
	if len(hosts) == 1 && validHost(hosts[0]) {
		own := url.URL{Scheme: x.Scheme, Host: hosts[0]}
		if u, err := url.Parse(own.String()); err == nil && u.Host == hosts[0] {
			base = own.String()
		}
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	return base + escaped(target)
}

// escaped escapes what a URL's path and query cannot hold (RFC 3986, section 2).
func escaped(s string) string {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if strings.IndexByte(characters, c) >= 0 || c == '%' && hexPair(s[i+1:]) {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func hexPair(s string) bool {
	if len(s) < 2 {
		return false
	}
	_, err := strconv.ParseUint(s[:2], 16, 8)
	return err == nil
}

// sentCookies lists the cookies of Cookie fields (RFC 6265, section 5.4).
func sentCookies(fields []string) []harCookie {
	cookies := []harCookie{}
	for _, field := range fields {
		for pair := range strings.SplitSeq(field, ";") {
			name, value, found := strings.Cut(strings.Trim(pair, " \t"), "=")
			if found {
				cookies = append(cookies, harCookie{Name: text(name), Value: text(value)})
			}
		}
	}
	return cookies
}

// givenCookies lists the cookies of Set-Cookie fields as a browser reads them.
// now is what Max-Age is counted from.
func givenCookies(fields []string, now time.Time) []harCookie {
	cookies := []harCookie{}
	for _, field := range fields {
		v := explain.ParseSetCookie(field, now)
		c := harCookie{Name: text(v.Name), Value: text(v.Value)}
		if !v.Expires.IsZero() {
			t := v.Expires.UTC()
			c.Expires = &t
		}
		for _, a := range v.Attributes {
			c.attribute(strings.ToLower(a.Name), text(a.Value))
		}
		if v.Ignored != "" {
			c.Comment = "Browsers ignore this field: " + text(v.Ignored) + "."
		}
		cookies = append(cookies, c)
	}
	return cookies
}

func (c *harCookie) attribute(name, value string) {
	switch name {
	case "path":
		c.Path = value
	case "domain":
		c.Domain = value
	case "httponly":
		c.HTTPOnly = true
	case "secure":
		c.Secure = true
	case "samesite":
		c.SameSite = value
	}
}
