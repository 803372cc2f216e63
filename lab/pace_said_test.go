package lab_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// seen is what an exchange came to, read off the recorded bytes and events here and
// nowhere else: what pages say is held against it.
type seen struct {
	x                                *journal.Exchange
	status                           int
	role                             string // in the answer, "" for none
	cookie, bearer                   bool   // the request carried one
	sets, clears, hands              bool   // the answer sets a session or token cookie, drops one, hands out a token
	wrote, deleted, raised           bool
	denied                           bool // of what was written: that a token is not believed any more
	missing, words                   string
	httpOnly                         bool
	keep                             string
	claimsRole, recordRole, readable bool
}

var (
	statusLine  = regexp.MustCompile(`^HTTP/1\.1 (\d{3}) `)
	roleInHTML  = regexp.MustCompile(`<strong>(member|staff)</strong>`)
	roleInJSON  = regexp.MustCompile(`"role":"(member|staff)"`)
	setsCookie  = regexp.MustCompile(`(?im)^Set-Cookie: (?:sid|__Host-sid|access_token)=([^;\r\n]*)([^\r\n]*)`)
	cookieField = map[journal.Flow]*regexp.Regexp{
		journal.Session: regexp.MustCompile(`(?im)^Cookie: .*sid=[^;\s]`), journal.Token: regexp.MustCompile(`(?im)^Cookie: .*access_token=[^;\s]`),
	}
	bearerField = regexp.MustCompile(`(?im)^Authorization: Bearer \S`)
	handsOut    = regexp.MustCompile(`"access_token":"([^"]+)"`)
	description = regexp.MustCompile(`error_description="([^"]*)"`)
)

func seenOf(x *journal.Exchange) seen {
	head, body, _ := bytes.Cut(x.Response.Bytes, []byte("\r\n\r\n"))
	s := seen{x: x, keep: x.Settings.Token.Storage}
	if m := statusLine.FindSubmatch(head); m != nil {
		s.status, _ = strconv.Atoi(string(m[1]))
	}
	for _, in := range []*regexp.Regexp{roleInHTML, roleInJSON} {
		if m := in.FindSubmatch(body); m != nil {
			s.role = string(m[1])
		}
	}
	s.cookie, s.bearer = cookieField[x.Flow].Match(x.Request.Bytes), bearerField.Match(x.Request.Bytes)
	for _, m := range setsCookie.FindAllSubmatch(head, -1) {
		gone := len(m[1]) == 0 || bytes.Contains(m[2], []byte("Max-Age=0"))
		s.sets, s.clears = s.sets || !gone, s.clears || gone
		s.httpOnly = bytes.Contains(m[2], []byte("HttpOnly"))
	}
	s.hands = handsOut.Match(body)
	if m := description.FindSubmatch(head); m != nil {
		s.words = string(m[1])
	}
	for _, e := range x.Events {
		switch e.Kind {
		case journal.RecordWritten:
			s.wrote = true
			s.denied = s.denied || e.Field("kind") == "denied"
		case journal.RecordDeleted:
			s.deleted = s.deleted || e.Field("existed") == "true"
		case journal.RecordMissing:
			if e.Field("kind") == "" {
				s.missing = e.Field("reason")
			}
		case journal.AccountRaised:
			s.raised = true
		}
	}
	s.readToken(body)
	for _, r := range x.After.Records {
		s.recordRole = s.recordRole || bytes.Contains(r.Bytes, []byte("staff"))
	}
	return s
}

// readToken reads the payload of the token that was handed out or carried.
func (s *seen) readToken(body []byte) {
	token := ""
	if m := handsOut.FindSubmatch(body); m != nil {
		token = string(m[1])
	} else if m := setsCookie.FindSubmatch(s.x.Response.Bytes); m != nil && bytes.HasPrefix(m[1], []byte("eyJ")) {
		token = string(m[1])
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	s.readable = err == nil && json.Unmarshal(payload, &claims) == nil
	_, s.claimsRole = claims["role"]
}

func (s seen) in() bool { return s.status == 200 }

// truths say by step when its difference is what happened, and by question which of
// its answers is; s is the session flow's exchange and k the token flow's.
type judged func(s, k seen) bool

func never(seen, seen) bool { return false }

var truths = map[int]judged{
	0: func(s, k seen) bool { return s.status == 303 && k.status == 401 },
	1: func(s, k seen) bool {
		return s.status == 303 && s.wrote && s.sets && k.status == 200 && !k.wrote && k.hands
	},
	2: func(s, k seen) bool { return s.wrote && !s.recordRole && !k.wrote },
	3: func(s, k seen) bool { return s.sets && s.httpOnly && k.hands && k.readable },
	4: func(s, k seen) bool { return s.sets && s.httpOnly && k.hands && k.keep == "localStorage" },
	5: func(s, k seen) bool { return s.in() && s.cookie && s.sets && k.in() && k.bearer && !k.hands },
	6: func(s, k seen) bool { return s.in() && k.in() && k.x.Settings.Token.Role == "on" },
	7: func(s, k seen) bool { return s.in() && k.in() && s.role == "member" && k.role == "staff" },
	8: func(s, k seen) bool {
		return s.status == 303 && s.deleted && s.clears && k.status == 204 && !k.deleted && !k.wrote && !k.raised
	},
	9: func(s, k seen) bool { return s.status == 303 && s.missing != "" && k.in() },
	10: func(s, k seen) bool {
		return !s.in() && s.missing == "expired" && !k.in() && k.words == "The token has expired. Log in again."
	},
}

var answers = map[string][]judged{
	"stranger": {
		func(s, k seen) bool { return s.status == 303 && k.status == 303 }, func(s, k seen) bool { return s.status == 303 && k.status == 401 },
		func(s, k seen) bool { return s.status == 401 && k.status == 401 }, func(s, k seen) bool { return s.status == 403 && k.status == 403 },
	},
	"who-writes-it-down": {
		func(s, k seen) bool { return s.wrote && k.wrote }, func(s, k seen) bool { return !s.wrote && k.wrote },
		func(s, k seen) bool { return s.wrote && !k.wrote }, func(s, k seen) bool { return !s.wrote && !k.wrote },
	},
	"what-the-record-holds": {never, func(s, _ seen) bool { return s.recordRole }, func(s, _ seen) bool { return s.sets && !s.recordRole }},
	"encrypted":             {func(_, k seen) bool { return !k.readable }, never, func(_, k seen) bool { return k.readable }},
	"httponly-xss":          {func(s, _ seen) bool { return s.sets && s.httpOnly }, func(s, _ seen) bool { return s.sets && !s.httpOnly }, never},
	"who-attaches":          {func(s, k seen) bool { return s.cookie && k.cookie }, func(s, k seen) bool { return s.cookie && k.bearer }, never, never},
	"decoding-is-checking":  {never, never, func(_, k seen) bool { return k.in() }},
	"role-change": {
		func(s, k seen) bool { return s.role == "member" && k.role == "member" }, func(s, k seen) bool { return s.role == "member" && k.role == "staff" },
		func(s, k seen) bool { return s.role == "staff" && k.role == "staff" }, func(s, k seen) bool { return !s.in() && !k.in() },
	},
	"what-logout-does": {
		func(s, k seen) bool { return s.deleted && k.deleted }, func(s, k seen) bool { return !s.deleted && s.clears && !k.deleted && !k.wrote && !k.raised },
		func(s, k seen) bool { return s.deleted && !k.deleted && k.wrote }, func(s, k seen) bool { return s.deleted && !k.deleted && !k.wrote && !k.raised },
	},
	"logout-kills-jwt": {
		func(s, k seen) bool { return !s.in() && !k.in() }, func(s, k seen) bool { return s.in() && k.in() },
		func(s, k seen) bool { return !s.in() && k.in() }, func(s, k seen) bool { return s.in() && !k.in() },
	},
	"expiry": {
		func(s, k seen) bool { return !s.in() && !k.in() }, func(s, k seen) bool { return s.in() && k.in() },
		func(s, k seen) bool { return s.in() && !k.in() }, func(s, k seen) bool { return !s.in() && k.in() },
	},
}

// evidence finds the exchange that shows a step, by its request line.
func evidence(v journal.View, flow journal.Flow, step int) *journal.Exchange {
	at := plot.LooksAt(step)
	ends := map[int]string{0: "/profile", 1: "/login", 5: "/profile", 7: "/profile", 8: "/logout", 9: "/profile", 10: "/profile"}[at]
	return v.Latest(flow, func(x *journal.Exchange) bool {
		fields := strings.Fields(string(x.Request.Bytes[:min(300, len(x.Request.Bytes))]))
		return x.Step == at && len(fields) > 1 && strings.HasSuffix(fields[1], ends)
	})
}

// account is what a page says of a step's outcome.
type account struct {
	difference string
	otherwise  []string // what went otherwise, each account once
	marked     []int    // the answers that are marked as what happened, from 1
}

var accountOf = regexp.MustCompile(`The (session|token) app answered (\d{3}) [^.]*\.`)

// shownAt reads the bench's page at a step and holds what it says against the
// journal.
func (r *runner) shownAt(t testing.TB, name string, step int) account {
	t.Helper()
	r.post(t, r.path("/predict"), "slug", predictionAt(t, step).Slug, "skip", "1", "quiet", "1")
	o := r.read(t, step)
	for _, wrong := range r.hold(t, step, o) {
		t.Errorf("%s: %s", name, wrong)
	}
	return o
}

// read reads what the bench's page says of the outcome of a step.
func (r *runner) read(t testing.TB, step int) (o account) {
	t.Helper()
	root := tree(t, r.get(t, r.path("?step="+itoa(step))).body)
	o.difference = words(one(t, root, "#difference .said"))
	for _, n := range all(root, "[data-otherwise], .went li") {
		o.otherwise = append(o.otherwise, words(n))
	}
	for i, n := range all(root, "[data-predict="+predictionAt(t, step).Slug+"] .options li") {
		if strings.Contains(words(n), "what happened") {
			o.marked = append(o.marked, i+1)
		}
	}
	return o
}

// hold holds what is said of a step against what was recorded, and returns what is
// wrong with it. The texts are those that the program was built with.
func (r *runner) hold(t testing.TB, step int, o account) (wrong []string) {
	t.Helper()
	say := func(format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("step %d: ", step)+fmt.Sprintf(format, args...))
	}
	v := r.bench(t).Journal()
	var both []seen
	for _, flow := range journal.Lesson {
		x := evidence(v, flow, step)
		if x == nil {
			say("there is no exchange of the %s flow", flow)
			return wrong
		}
		both = append(both, seenOf(x))
	}
	s, k := both[0], both[1]
	told := o.difference == words(tree(t, string(texts(t).Steps[step].Difference)))
	if is := truths[step](s, k); is != told {
		say("it says %q, though the session app answered %d (%s) and the token app %d (%s)", o.difference, s.status, s.role, k.status, k.role)
	}
	var want []int
	slug := predictionAt(t, step).Slug
	for i, truth := range answers[slug] {
		if truth(s, k) {
			want = append(want, i+1)
		}
	}
	if !slices.Equal(o.marked, want) {
		say("of the answers to %s %v are marked, want %v: session %d %s, token %d %s %q", slug, o.marked, want, s.status, s.role, k.status, k.role, k.words)
	}
	if !told && len(o.otherwise) == 0 {
		say("it went otherwise, and nothing says how")
	}
	for _, text := range o.otherwise {
		for _, m := range accountOf.FindAllStringSubmatch(text, -1) {
			if got := map[string]int{"session": s.status, "token": k.status}[m[1]]; strconv.Itoa(got) != m[2] {
				say("it says %q, and %d was recorded", m[0], got)
			}
		}
	}
	return wrong
}

func one(t testing.TB, root *html.Node, selector string) *html.Node {
	t.Helper()
	found := all(root, selector)
	if len(found) != 1 {
		t.Fatalf("the page has %d of %s", len(found), selector)
	}
	return found[0]
}

func textsOf(root *html.Node, selector string) (list []string) {
	for _, n := range all(root, selector) {
		list = append(list, words(n))
	}
	return list
}
