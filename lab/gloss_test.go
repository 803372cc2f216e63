package lab_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"authlab/lab/explain"
	"authlab/lab/explain/gloss"
	"authlab/lab/journal"
)

// unexplained gathers what occurs in exchanges and has no explanation.
type unexplained map[string]bool

// exchange looks up what an exchange holds, counting it by kind in occurs.
func (u unexplained) exchange(x *journal.Exchange, occurs map[string]int) {
	look := func(kind, name string, g gloss.Gloss, ok bool) {
		occurs[kind]++
		at, err := url.Parse(g.URL)
		if !ok || g.Title == "" || g.Text == "" || g.Source == "" || err != nil || at.Scheme != "https" || at.Host == "" {
			u[kind+" "+name] = true
		}
	}
	method, _, _ := bytes.Cut(x.Request.Bytes, []byte(" "))
	g, ok := gloss.Method(string(method))
	look("method", string(method), g, ok)
	status := explain.Read(x).Verdict().Answered
	g, ok = gloss.Status(status)
	look("status", strconv.Itoa(status), g, ok)
	for _, field := range slices.Concat(fields(x.Request), fields(x.Response)) {
		g, ok = gloss.Header(field.name)
		look("header", field.name, g, ok)
		for _, attribute := range field.attributes() {
			name, value, _ := strings.Cut(attribute, "=")
			g, ok = gloss.Attribute(name, value)
			look("attribute", attribute, g, ok)
		}
	}
	u.token(x, look)
	u.shown(x, look)
}

// token looks up what the token of an exchange says, and the members of the JSON
// that brought it.
func (u unexplained) token(x *journal.Exchange, look func(kind, name string, g gloss.Gloss, ok bool)) {
	c, found := explain.Read(x).Issued()
	if !found {
		c, found = explain.Read(x).Presented()
	}
	if !found || x.Flow != journal.Token {
		return
	}
	token := explain.ParseToken(c.Value, x.Clock)
	for _, p := range token.Params {
		look("parameter", p.Name, p.Gloss, true)
	}
	for _, claim := range token.Claims {
		look("claim", claim.Name, claim.Gloss, true)
	}
	for _, member := range []string{"access_token", "token_type", "expires_in"} {
		if bytes.Contains(x.Response.Bytes, []byte(`"`+member+`":`)) {
			g, ok := gloss.Member(member)
			look("member", member, g, ok)
		}
	}
}

// chosen are the fields whose value is a word of a list that a standard gives.
var chosen = []string{
	"Accept-Ranges", "Cache-Control", "Connection", "Content-Type", "Referrer-Policy", "Sec-Ch-Ua-Mobile", "Sec-Fetch-Dest", "Sec-Fetch-Mode",
	"Sec-Fetch-Site", "Sec-Fetch-User", "Upgrade-Insecure-Requests", "Vary", "X-Content-Type-Options", "Location",
}

// shown looks at the lines as the page shows them: the value of a chosen field
// explains itself there, and so does every part of a challenge.
func (u unexplained) shown(x *journal.Exchange, look func(kind, name string, g gloss.Gloss, ok bool)) {
	for _, side := range []struct {
		raw   []byte
		taken explain.Message
	}{{x.Request.Bytes, explain.Request(x)}, {x.Response.Bytes, explain.Response(x)}} {
		for _, line := range side.taken.Lines {
			text := string(side.raw[line.Start:line.Text])
			for _, s := range line.Spans {
				look("span", string(side.raw[s.Start:s.End])+" in "+text, s.Gloss, true)
			}
			name := http.CanonicalHeaderKey(line.Name)
			if slices.Contains(chosen, name) {
				ref := "value." + strings.ToLower(name)
				at := slices.IndexFunc(line.Spans, func(s explain.Span) bool { return s.Ref == ref })
				g := gloss.Gloss{}
				if at >= 0 {
					g = line.Spans[at].Gloss
				}
				look("value", text, g, at >= 0)
			}
			if name == "Www-Authenticate" && len(line.Spans) < 2 {
				look("value", text, gloss.Gloss{}, false)
			}
		}
	}
}

// field is a line of a message's head.
type field struct{ name, value string }

// fields reads a head without the lab's own parser. An interim answer's fields
// count, too.
func fields(m journal.Message) (list []field) {
	head, _, _ := strings.Cut(string(m.Bytes), "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, value, _ := strings.Cut(line, ":")
		list = append(list, field{name, strings.TrimSpace(value)})
	}
	return list
}

// attributes are those of a Set-Cookie field.
func (f field) attributes() (list []string) {
	if !strings.EqualFold(f.name, "Set-Cookie") {
		return nil
	}
	for _, part := range strings.Split(f.value, ";")[1:] {
		list = append(list, strings.TrimSpace(part))
	}
	return list
}

// TestUnexplainedIsFound adds to real exchanges what nobody has explained.
func TestUnexplainedIsFound(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	x := *w.lab.Sample().Exchanges[0]
	x.Request.Bytes = bytes.Replace(x.Request.Bytes, []byte("\r\n"), []byte("\r\nX-Unknown: 1\r\nSec-Fetch-Mode: sideways\r\n"), 1)
	x.Response.Bytes = bytes.Replace(x.Response.Bytes, []byte("\r\n"), []byte("\r\nSet-Cookie: a=b; Flavour=oat\r\n"), 1)
	missing := unexplained{}
	missing.exchange(&x, map[string]int{})
	got := fmt.Sprintf("%q", slices.Sorted(maps.Keys(missing)))
	if want := `["attribute Flavour=oat" "header X-Unknown" "value Sec-Fetch-Mode: sideways"]`; got != want {
		t.Errorf("%s are unexplained, want %s", got, want)
	}
}
