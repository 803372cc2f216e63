package lab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/article"
	"authlab/lab/site/page"
	"authlab/lab/source"
)

// What the texts name and the run does not have, each with the reason why they
// name it. It must then really be absent, so that this list cannot go stale.
var namedAsAbsent = map[string]string{
	"attr.domain":  "what widens a cookie, which ours does not do",
	"attr.secure":  "what a login over plain http on loopback goes without",
	"attr.max-age": "what would make the cookie of a login outlive the browser",
	"attr.expires": "what would make the cookie of a login outlive the browser",
	"status.403":   "what a 401 is told apart from",
	"status.431":   "what an answer to a head too large would be",
}

// evidence is what a run really had: what the texts are held against.
type evidence struct {
	run       article.Run
	variants  map[string]article.Run
	functions source.Code
	bound     map[string]bool // references that the run gives a meaning
	attribute map[string]bool // "samesite=lax", as the login's cookie has it
	app       string          // the path of the session app
}

// evidenceOf gathers what a run had.
func evidenceOf(run journal.View, variants map[string]journal.View, functions source.Code) evidence {
	e := evidence{
		run:       article.Run{Journal: run, Sample: true, LogsIn: bench.LogsIn},
		variants:  map[string]article.Run{},
		functions: functions, bound: map[string]bool{}, attribute: map[string]bool{},
	}
	for name, v := range variants {
		e.variants[name] = article.Run{Journal: v, Sample: true, LogsIn: bench.LogsIn}
	}
	for _, x := range run.Exchanges {
		e.message(x.Request, explain.Request(x))
		e.message(x.Response, explain.Response(x))
		e.bound["status."+strconv.Itoa(explain.Read(x).Verdict().Answered)] = true
		for _, event := range x.Events {
			e.bound["key"] = e.bound["key"] || event.Kind == journal.KeyUsed
		}
		for _, r := range x.After.Records {
			e.bound["own"] = true
			account, known := x.After.Account(r.User)
			e.bound["own.role"] = e.bound["own.role"] || known && account.Role != ""
		}
		if c, ok := explain.Read(x).Issued(); ok && x.Flow == journal.Token {
			e.token(explain.ParseToken(c.Value, x.Clock))
		}
		if v, ok := explain.SealedSeen(x); ok && x.Flow == journal.Sealed {
			e.seal(v)
		}
	}
	if login := run.Latest(journal.Session, bench.LogsIn); login != nil {
		e.app, _, _ = strings.Cut(strings.Fields(string(login.Request.Bytes))[1], "login")
		e.cookie(explain.HeldAfter(run.Exchanges, journal.Session, login.Number))
	}
	return e
}

func (e evidence) message(m journal.Message, taken explain.Message) {
	for _, line := range taken.Lines {
		if line.Kind == explain.HeaderLine && line.Start < len(m.Bytes) {
			e.bound["header."+strings.ToLower(line.Name)] = true
		}
	}
}

func (e evidence) token(t explain.TokenView) {
	e.bound["hdr"], e.bound["pay"], e.bound["sig"] = len(t.Params) > 0, len(t.Claims) > 0, t.Signature.Encoded != ""
	for _, p := range t.Params {
		e.bound["hdr."+p.Name] = true
	}
	for _, c := range t.Claims {
		e.bound["pay."+c.Name] = true
	}
}

func (e evidence) seal(v explain.SealedView) {
	e.bound["jwe.hdr"] = len(v.Params) > 0
	for i, name := range map[int]string{3: "jwe.text", 4: "jwe.tag"} {
		e.bound[name] = len(v.Parts[i].Decoded) > 0
	}
	for _, c := range v.Claims {
		e.bound["jwe."+c.Name] = true
	}
}

func (e evidence) cookie(held explain.Held) {
	if held.Cookie == nil {
		return
	}
	e.bound["sid"] = held.Cookie.Value != ""
	for _, a := range held.Cookie.Attributes {
		e.bound["attr."+strings.ToLower(a.Name)] = true
		e.attribute[strings.ToLower(a.Name+"="+a.Value)] = true
	}
}

// untrue is a use that the run does not bear out.
type untrue struct {
	content.Use
	why string
}

func (u untrue) String() string {
	return fmt.Sprintf("%s:%d: %s %s: %s", u.File, u.Line, u.Kind, u.Name, u.why)
}

// hold returns the uses that the run does not bear out. texts are the sources.
func (e evidence) hold(uses []content.Use, texts fs.FS) (list []untrue) {
	for _, u := range uses {
		if why := e.against(u, texts); why != "" {
			list = append(list, untrue{u, why})
		}
	}
	return list
}

// against says what speaks against a use, or "".
func (e evidence) against(u content.Use, texts fs.FS) string {
	switch u.Kind {
	case "ref":
		return e.againstRef(u, texts)
	case "live":
		if v, ok := e.run.Live(u.Name); !ok || v.Text == "" {
			return "the run has no such value"
		}
	case "exchange", "header":
		return e.againstExcerpt(strings.Fields(u.Name))
	case "decoded":
		if x := e.run.NewDecoded("x", u.Name); len(x.Lines) < 4 {
			return "the run’s login gave no such part of a token"
		}
	case "code":
		if flow, name, _ := strings.Cut(u.Name, " "); !e.functions.Has(flow, name) {
			return "the app has no such function"
		}
	}
	return ""
}

func (e evidence) againstRef(u content.Use, texts fs.FS) string {
	_, absent := namedAsAbsent[u.Name]
	switch {
	case absent && e.bound[u.Name]:
		return "the text names it as what the apps do not do, and the run has it"
	case !absent && !e.bound[u.Name]:
		return "the run has nothing of the kind"
	case u.Name == "attr.path" && !e.attribute[strings.ToLower("Path="+e.app)]:
		return "the run’s cookie goes to more than its app, or to less"
	}
	for _, words := range boundWords(u, texts) {
		if strings.HasPrefix(u.Name, "attr.") && strings.Contains(words, "=") && !e.attribute[strings.ToLower(words)] {
			return "the run’s cookie has no " + words
		}
	}
	return ""
}

// boundWords are the words that a line binds to a reference.
func boundWords(u content.Use, texts fs.FS) (words []string) {
	text, err := fs.ReadFile(texts, u.File)
	if err != nil {
		return nil
	}
	line := strings.Split(string(text), "\n")[u.Line-1]
	for _, found := range regexp.MustCompile(`\[([^\[\]]+)\]\{`+regexp.QuoteMeta(u.Name)+`\}`).FindAllStringSubmatch(line, -1) {
		words = append(words, found[1])
	}
	return words
}

// againstExcerpt holds "session 1 response", and a header's name after it,
// against what the page would show. The name of a variant comes before.
func (e evidence) againstExcerpt(name []string) string {
	run, isVariant := e.variants[name[0]]
	if isVariant {
		name = name[1:]
	} else {
		run = e.run
	}
	step, _ := strconv.Atoi(name[1])
	x := run.NewExcerpt("x", journal.Flow(name[0]), step, name[2] == "response", name[3:], false)
	switch {
	case len(x.Absent) > 0:
		return "the run has no such exchange"
	case len(name) == 4 && len(x.Lines) < 2:
		return "the message has no such header"
	}
	return ""
}

// sampled makes a lab, whose sample run is the evidence.
func sampled(t testing.TB) *Lab {
	t.Helper()
	l, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Every name in the texts is one that a real run bears out. Whoever changes an
// app and not the texts finds here which chapter and line to look at.
func TestArticleIsTrueOfARun(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	for _, u := range evidenceOf(l.article.Sample, l.article.Variants, l.code).hold(l.content.Uses, content.Embedded()) {
		t.Error(u)
	}
	for name := range namedAsAbsent {
		if !slices.ContainsFunc(l.content.Uses, func(u content.Use) bool { return u.Name == name }) {
			t.Errorf("no text names %s any more: take it off the list of what is absent", name)
		}
	}
}

// A diagram and a prediction in a text show something, too.
func TestArticlePartsShowSomething(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	s := l.article.SampleSetting("x", page.ViewBoth)
	for _, c := range l.content.Chapters {
		for _, p := range c.Body {
			if p.Diagram == "" {
				continue
			}
			for _, drawn := range s.Diagrams(p.Diagram) {
				if len(drawn.Rows) == 0 {
					t.Errorf("%s: its diagram of %s draws nothing", c.Source, p.Diagram)
				}
			}
		}
	}
}

// change replaces text in all messages of a run, as if the apps had answered so.
func change(v journal.View, change func([]byte) []byte) journal.View {
	var out []*journal.Exchange
	for _, x := range v.Exchanges {
		y := *x
		y.Request.Bytes, y.Response.Bytes = change(x.Request.Bytes), change(x.Response.Bytes)
		y.Request.Length, y.Response.Length = int64(len(y.Request.Bytes)), int64(len(y.Response.Bytes))
		out = append(out, &y)
	}
	v.Exchanges = out
	return v
}

func replaced(was, by string) func(journal.View) journal.View {
	return func(v journal.View) journal.View {
		return change(v, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(was), []byte(by)) })
	}
}

// segments of a compact JWS that are JSON objects.
var segments = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+`)

// renamed renames a member of every token's header and claims.
func renamed(was, by string) func(journal.View) journal.View {
	rename := func(segment []byte) []byte {
		text, err := base64.RawURLEncoding.DecodeString(string(segment))
		if err != nil {
			return segment
		}
		text = bytes.ReplaceAll(text, []byte(`"`+was+`":`), []byte(`"`+by+`":`))
		return []byte(base64.RawURLEncoding.EncodeToString(text))
	}
	return func(v journal.View) journal.View {
		// The names have the same length, so that no Content-Length is wrong.
		return change(v, func(b []byte) []byte { return segments.ReplaceAllFunc(b, rename) })
	}
}

// without drops the exchanges of a flow at a step.
func without(flow journal.Flow, step int) func(journal.View) journal.View {
	return func(v journal.View) journal.View {
		v.Exchanges = slices.DeleteFunc(slices.Clone(v.Exchanges), func(x *journal.Exchange) bool { return x.Flow == flow && x.Step == step })
		return v
	}
}

// When an app changes, the texts that speak of what has changed are named, each
// with its line, and no others.
func TestChangedAppsBreakTheArticle(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	unchanged := func(v journal.View) journal.View { return v }
	for _, c := range []struct {
		name    string
		run     func(journal.View) journal.View
		code    func(source.Code)
		untruth string // matches "kind name" of the uses that are no longer true
	}{
		{"HttpOnly removed", replaced("; HttpOnly", ""), nil, `^ref attr\.httponly$`},
		{"SameSite removed", replaced("; SameSite=Lax", ""), nil, `^ref attr\.samesite$`},
		{"Path renamed", replaced("; Path=", "; Place="), nil, `^ref attr\.path$`},
		{"Path widened", widened, nil, `^ref attr\.path$`},
		{"Secure added", replaced("; HttpOnly", "; HttpOnly; Secure"), nil, `^ref attr\.secure$`},
		{"Domain added", replaced("; HttpOnly", "; HttpOnly; Domain=library.test"), nil, `^ref attr\.domain$`},
		{"a lasting cookie", replaced("; HttpOnly", "; HttpOnly; Max-Age=900"), nil, `^ref attr\.max-age$`},
		{"role renamed", renamed("role", "rank"), nil, `^ref pay\.role$`},
		{"exp renamed", renamed("exp", "end"), nil, `^(ref pay\.exp|live token\.exp)$`},
		{"kid renamed", renamed("kid", "key"), nil, `^ref (hdr\.kid|jwe\.role)$`}, // nor does a key open a sealed session that names none
		{"no challenge", replaced("Www-Authenticate", "X-Authenticate"), nil, `^(ref header\.www-authenticate|header .* WWW-Authenticate)$`},
		{"no Vary", replaced("Vary", "Varied"), nil, `^ref header\.vary$`},
		{"404 for 401", replaced("HTTP/1.1 401 Unauthorized", "HTTP/1.1 404 Not Found"), nil, `^ref status\.401$`},
		{"403 is answered", replaced("HTTP/1.1 204 No Content", "HTTP/1.1 403 Forbidden"), nil, `^ref status\.403$`},
		{"no replay", without(journal.Token, plot.Replay), nil, `^(live token\.(status|records|request\.size|response\.size)\.9|(exchange|header) token 9 .*)$`},
		{"verify renamed", unchanged, func(c source.Code) { delete(c[journal.Token], "verify") }, `^code token verify$`},
	} {
		functions := source.Code{}
		for flow, of := range l.code {
			functions[flow] = maps.Clone(of)
		}
		if c.code != nil {
			c.code(functions)
		}
		var want, got []string
		for _, u := range l.content.Uses {
			if regexp.MustCompile(c.untruth).MatchString(u.Kind + " " + u.Name) {
				want = append(want, fmt.Sprintf("%s:%d: %s %s", u.File, u.Line, u.Kind, u.Name))
			}
		}
		for _, u := range evidenceOf(c.run(l.article.Sample), l.article.Variants, functions).hold(l.content.Uses, content.Embedded()) {
			text, why, _ := strings.Cut(u.String(), ": "+u.why)
			if got = append(got, text); why != "" || u.why == "" {
				t.Errorf("%s: %s says nothing", c.name, u)
			}
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: untrue are\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// widened is a run whose cookie goes to the whole host.
func widened(v journal.View) journal.View {
	app := strings.TrimSuffix(strings.Fields(string(v.Latest(journal.Session, bench.LogsIn).Request.Bytes))[1], "login")
	return replaced("; Path="+app, "; Path=/")(v)
}

// A value of an attribute in the prose is held, too: the attribute would still
// be there.
func TestChangedAttributeValueBreaksTheArticle(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	found := evidenceOf(replaced("SameSite=Lax", "SameSite=Strict")(l.article.Sample), l.article.Variants, l.code).hold(l.content.Uses, content.Embedded())
	if len(found) == 0 {
		t.Fatal("SameSite=Strict in the app breaks nothing")
	}
	for _, u := range found {
		if u.Name != "attr.samesite" || !strings.Contains(u.why, "SameSite=Lax") || !strings.Contains(u.String(), ".md:"+strconv.Itoa(u.Line)+": ") {
			t.Errorf("SameSite=Strict in the app breaks %s", u)
		}
	}
}

// The lesson's own limits stand in the prose as words; they are the apps'.
func TestArticleTellsTheLimits(t *testing.T) {
	t.Parallel()
	l := sampled(t)
	session := l.article.Sample.Latest(journal.Session, bench.LogsIn)
	record := session.After.Records[len(session.After.Records)-1]
	token := explain.ParseToken(l.sampleToken(t), session.Clock)
	var exp, iat int64
	for _, c := range token.Claims {
		switch n, _ := strconv.ParseInt(c.Value, 10, 64); c.Name {
		case "exp":
			exp = n
		case "iat":
			iat = n
		}
	}
	for _, limit := range []struct {
		words    string // as the texts have it
		is, said time.Duration
	}{
		{"a session idles for 15 minutes", record.Expires.Sub(session.Clock).Round(time.Minute), 15 * time.Minute},
		{"a session lasts 1 hour", record.Deadline.Sub(session.Clock).Round(time.Minute), time.Hour},
		{"a token lasts 15 minutes", time.Duration(exp-iat) * time.Second, 15 * time.Minute},
	} {
		if limit.is != limit.said {
			t.Errorf("the texts say that %s; in the run it is %s", limit.words, limit.is)
		}
	}
}

// sampleToken is the token that the run's last login gave.
func (l *Lab) sampleToken(t testing.TB) string {
	t.Helper()
	x := l.article.Sample.Latest(journal.Token, bench.LogsIn)
	if x == nil {
		t.Fatal("the run has no login of the token flow")
	}
	c, ok := explain.Read(x).Issued()
	if !ok || explain.Read(x).Verdict().Answered != http.StatusOK {
		t.Fatal("the run’s login gave no token")
	}
	return c.Value
}
