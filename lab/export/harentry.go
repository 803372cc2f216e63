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

func newHARLog(b Bench, xs []*journal.Exchange) harLog {
	l := harLog{
		Version: "1.2", Creator: harCreator{"AuthLab", b.Version}, Pages: []harPage{},
		Comment: "Recorded at the server's socket. Each entry's _authlab has the bytes of both messages in base64.",
	}
	if len(xs) == 0 {
		l.Comment += " " + nothing
	}
	seen := map[int]bool{}
	for _, x := range xs {
		if x.Step == journal.NoStep || seen[x.Step] {
			continue
		}
		seen[x.Step] = true
		l.Pages = append(l.Pages, harPage{
			Started: x.Started.UTC(), ID: pageID(x.Step), Title: fmt.Sprintf("Step %d: %s", x.Step, b.Title(x.Step)),
		})
	}
	return l
}

func pageID(step int) string { return "step-" + strconv.Itoa(step) }

func newHAREntry(b Bench, x *journal.Exchange) harEntry {
	ms := float64(x.Duration) / float64(time.Millisecond)
	e := harEntry{
		Started: x.Started.UTC(), Time: ms, Connection: strconv.FormatInt(x.Connection, 10),
		Request: newHARRequest(b, x), Response: newHARResponse(x),
		Timings: harTimings{Send: -1, Wait: ms, Receive: -1,
			Comment: "Measured as a whole, at the server: from the first byte of the request to the last of the response."},
		AuthLab: authlabDetails{
			Exchange: x.Number, Flow: x.Flow, By: x.By, Clock: x.Clock.UTC(), Reached: x.Reached,
			Request: newRaw(x.Request), Response: newRaw(x.Response),
		},
	}
	if x.Step != journal.NoStep {
		e.Page, e.AuthLab.Step = pageID(x.Step), &x.Step
	}
	return e
}

func newRaw(m journal.Message) rawMessage {
	bytes := m.Bytes
	if bytes == nil {
		bytes = []byte{} // "" rather than null
	}
	return rawMessage{bytes, m.Length, m.Truncated, m.Complete}
}

func newHARRequest(b Bench, x *journal.Exchange) harRequest {
	m := requestOf(x)
	method, target, version := requestLine(m.start)
	r := harRequest{
		Method: text(method), URL: address(b, x, m.values("Host"), target), HTTPVersion: text(version),
		Cookies: sentCookies(m.values("Cookie")), Headers: newHARHeaders(m.fields), Query: newQuery(target),
		HeadersSize: m.head, BodySize: bodySize(m, x.Request), Comment: remark(x.Request),
	}
	if len(m.body) > 0 {
		r.PostData = &harPost{MIMEType: text(m.value("Content-Type")), Params: []harPair{}}
		r.PostData.Text, r.PostData.Encoding = content(m.content)
		if r.PostData.Encoding != "" {
			r.PostData.Comment = "The content is not UTF-8; text is its base64."
		}
	}
	return r
}

func newHARResponse(x *journal.Exchange) harResponse {
	m := responseOf(x)
	version, status, reason := statusLine(m.start)
	r := harResponse{
		Status: status, StatusText: text(reason), HTTPVersion: text(version),
		Cookies: givenCookies(m.values("Set-Cookie"), x.Started), Headers: newHARHeaders(m.fields),
		RedirectURL: text(m.value("Location")), HeadersSize: m.head, BodySize: bodySize(m, x.Response), Comment: remark(x.Response),
	}
	r.Content = harContent{Size: len(m.content), MIMEType: text(m.value("Content-Type"))}
	if r.Content.MIMEType == "" {
		r.Content.MIMEType = "x-unknown"
	}
	r.Content.Text, r.Content.Encoding = content(m.content)
	return r
}

// bodySize is how many bytes followed the head, all of them where only some were
// kept, or -1 where the head never ended.
func bodySize(m message, of journal.Message) int64 {
	if m.head < 0 {
		return -1
	}
	return int64(len(m.body)) + of.Length - int64(len(of.Bytes))
}

// remark says what a reader of sizes and contents must know.
func remark(m journal.Message) string {
	switch {
	case m.Length == 0:
		return "There is no such message: nothing crossed the connection."
	case m.Truncated:
		return fmt.Sprintf("Only the first %d of %d bytes were kept.", len(m.Bytes), m.Length)
	case !m.Complete:
		return "The connection was closed before the message ended."
	}
	return ""
}

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
