package lab_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
)

// said are the token app's words for each check, as a client reads them.
var said = []struct {
	words  string
	checks []string
}{
	{"You are not signed in.", []string{"token present"}},
	{"three base64url parts", []string{"three parts", "parts readable"}},
	{"which is all that this server accepts", []string{"algorithm allowed"}},
	{"an extension", []string{"no unknown extension"}},
	{"names no key", []string{"key known"}},
	{"signature does not match", []string{"signature matches"}},
	{"has expired", []string{"not expired"}},
	{"requires: exp.", []string{"not expired"}},
	{"from the future", []string{"issued in the past"}},
	{"requires: iat.", []string{"issued in the past"}},
	{"not valid yet", []string{"already valid"}},
	{"by somebody else", []string{"issuer expected"}},
	{"requires: iss.", []string{"issuer expected"}},
	{"another application", []string{"audience expected"}},
	{"requires: aud.", []string{"audience expected"}},
	{"requires: sub.", []string{"subject and id present"}},
	{"requires: jti.", []string{"subject and id present"}},
	{"requires: ver.", []string{"version present"}},
	{"does not understand", []string{"role known"}},
	{"ended by a logout", []string{"not denied", "version current"}},
	{"speaks of nobody", []string{"account known"}},
}

// saidOf are the checks that an answer's words stand for.
func saidOf(t *testing.T, r response) []string {
	t.Helper()
	var body struct {
		Description string `json:"error_description"`
	}
	if r.status < 400 {
		return nil
	}
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	if header := r.header.Get("WWW-Authenticate"); !strings.Contains(header, body.Description) && body.Description[:3] != "You" {
		t.Errorf("the body says %q, the header %q", body.Description, header)
	}
	for _, s := range said {
		if strings.Contains(body.Description, s.words) {
			return s.checks
		}
	}
	t.Fatalf("no check is known for %q", body.Description)
	return nil
}

// order is the one in which checks decide. Those before gates are made one after
// another, the claims' at once, and the look-ups one after another again.
var order = []string{
	"three parts", "parts readable", "algorithm allowed", "no unknown extension", "key known", "signature matches",
	"not expired", "issued in the past", "already valid", "issuer expected", "audience expected", "subject and id present", "version present", "role known",
	"not denied", "account known", "version current",
}

const gates, claimsEnd = 6, 14

// blueprint is a token that is being made: members by name, and what else can be
// wrong with it.
type blueprint struct {
	header, claims map[string]string
	garbled        string // the payload's text instead of the claims
	badKey         bool
	finish         func(token string) string
}

func (p blueprint) token(key []byte) string {
	write := func(members map[string]string) string {
		var list []member
		for name, text := range members {
			list = append(list, member{name, text})
		}
		slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.name, b.name) })
		return object(list)
	}
	if p.badKey {
		key = append([]byte("x"), key...)
	}
	token := hs256(write(p.header), cmp.Or(p.garbled, write(p.claims)), key)
	if p.finish != nil {
		return p.finish(token)
	}
	return token
}

// law is what settings demand of a token.
type law struct{ require, revocation, role string }

func (l law) all() bool { return l.require == "all" }

// fault is one thing that can be wrong: what it touches, the check that then fails
// under a law ("" for none), and how it is done.
type fault struct {
	touches string
	fails   func(law) string
	make    func(*blueprint, time.Time)
}

func always(check string) func(law) string { return func(law) string { return check } }

// ifAll is a check that fails only where all claims are required.
func ifAll(check string) func(law) string {
	return func(l law) string {
		if l.all() {
			return check
		}
		return ""
	}
}

func claim(name, text string, fails func(law) string) fault {
	return fault{name, fails, func(p *blueprint, _ time.Time) { set(p.claims, name, text) }}
}

func param(name, text, check string) fault {
	return fault{name, always(check), func(p *blueprint, _ time.Time) { set(p.header, name, text) }}
}

// set sets a member, or deletes it where the text is "".
func set(members map[string]string, name, text string) {
	members[name] = text
	if text == "" {
		delete(members, name)
	}
}

func dateOf(name string, by time.Duration, fails func(law) string, form string) fault {
	return fault{name, fails, func(p *blueprint, now time.Time) { p.claims[name] = fmt.Sprintf(form, now.Add(by).Unix()) }}
}

func finished(check string, finish func(string) string) fault {
	return fault{"the whole", always(check), func(p *blueprint, _ time.Time) { p.finish = finish }}
}

var faults = func() []fault {
	roleKnown := func(l law) string { return map[bool]string{true: "role known"}[l.role == "on"] }
	version := func(l law) string {
		switch {
		case l.revocation != "version":
			return ""
		case l.all():
			return "version present"
		}
		return "version current" // none is taken for 0
	}
	expRequired := func(l law) string { return map[bool]string{true: "not expired"}[l.require != "none"] }
	asked := func(l law) string {
		return map[bool]string{true: "account known"}[l.role == "off" || l.revocation == "version"]
	}
	// nobody is a subject that is not there: where it is not required, an account is
	// looked for all the same.
	nobody := func(l law) string { return cmp.Or(ifAll("subject and id present")(l), asked(l)) }
	unreadable := always("parts readable")
	passes := always("") // it is not as the standard has it, or odd, and let pass
	list := []fault{
		dateOf("exp", time.Hour, passes, `"%d"`), dateOf("iat", -time.Hour, passes, `"%d"`), dateOf("nbf", -time.Hour, passes, "%d.5"), claim("nbf", "null", passes), claim("nbf", "1e300", passes),
		claim("aud", `"`+bench.Audience+`"`, passes), claim("name", "null", passes), param("typ", "5", ""), param("jku", "5", ""), param("b64", "false", ""),
		{"exp", passes, func(p *blueprint, _ time.Time) { set(p.claims, "exp", ""); set(p.claims, "EXP", "9999999999") }},
		dateOf("exp", -time.Hour, always("not expired"), "%d"), dateOf("exp", -time.Hour, always("not expired"), `"%d"`), dateOf("exp", -time.Hour, always("not expired"), "%d.5"),
		claim("exp", "", expRequired), claim("exp", "null", expRequired),
		dateOf("iat", time.Hour, always("issued in the past"), "%d"), dateOf("iat", time.Hour, always("issued in the past"), `"%d"`),
		claim("iat", "", ifAll("issued in the past")), claim("iat", "null", ifAll("issued in the past")),
		dateOf("nbf", time.Hour, always("already valid"), "%d"), dateOf("nbf", time.Hour, always("already valid"), `"%d"`),
		claim("aud", `[""]`, ifAll("audience expected")), claim("aud", `["",""]`, ifAll("audience expected")),
		claim("ver", "", version), claim("ver", "null", version), claim("ver", "1.5", unreadable), claim("ver", `"1"`, unreadable),
		claim("role", `"owner"`, roleKnown), claim("role", "", roleKnown), claim("role", "null", roleKnown), claim("role", "[]", unreadable),
		claim("sub", `"nobody"`, asked), claim("jti", `"ended"`, func(l law) string { return map[bool]string{true: "not denied"}[l.revocation == "jti"] }),
		param("alg", `"none"`, "algorithm allowed"), param("alg", `"HS384"`, "algorithm allowed"), param("alg", `"RS256"`, "algorithm allowed"),
		param("alg", `"hs256"`, "algorithm allowed"), param("alg", `5`, "algorithm allowed"), param("alg", "", "algorithm allowed"),
		param("crit", `["exp"]`, "no unknown extension"), param("crit", `null`, "no unknown extension"),
		param("kid", "", "key known"), param("kid", `"k9"`, "key known"), param("kid", `123`, "key known"),
		{"signature", always("signature matches"), func(p *blueprint, _ time.Time) { p.badKey = true }},
		finished("three parts", func(s string) string { return s + ".x" }),
		finished("three parts", func(s string) string { return s[:strings.LastIndexByte(s, '.')] }),
		finished("parts readable", func(s string) string { return s + "=" }),
		finished("parts readable", func(s string) string { return "=" + s }),
		finished("parts readable", func(s string) string { return strings.Replace(s, ".", "+.", 1) }),
		finished("parts readable", func(s string) string { return "W10" + s[strings.IndexByte(s, '.'):] }), // the header is []
		{"payload", unreadable, func(p *blueprint, _ time.Time) { p.garbled = `{"exp":` }},
		{"payload", unreadable, func(p *blueprint, _ time.Time) { p.garbled = `["exp"]` }},
	}
	for name, fails := range map[string]func(law) string{"iss": ifAll("issuer expected"), "aud": ifAll("audience expected"), "sub": nobody, "jti": ifAll("subject and id present")} {
		list = append(list, claim(name, "", fails), claim(name, "null", fails), claim(name, `""`, fails), claim(name, "5", unreadable), claim(name, "{}", unreadable))
		if name == "iss" || name == "aud" {
			list = append(list, claim(name, `"https://evil.test"`, fails))
		}
	}
	for _, name := range []string{"exp", "iat", "nbf"} {
		list = append(list, claim(name, `"tomorrow"`, unreadable), claim(name, "true", unreadable), claim(name, "[]", unreadable))
	}
	slices.SortStableFunc(list, func(a, b fault) int { return cmp.Compare(a.touches, b.touches) }) // the map had no order
	return list
}()

// drawFaults picks two to four faults that touch different things, seldom one
// that keeps the claims from being looked at.
func drawFaults(r *rand.Rand) []fault {
	var picked []fault
	for n := 2 + r.IntN(3); len(picked) < n; {
		f := faults[r.IntN(len(faults))]
		if at := slices.Index(order, f.fails(law{})); at >= 0 && at < gates && r.IntN(12) > 0 {
			continue
		}
		if !slices.ContainsFunc(picked, func(p fault) bool { return p.touches == f.touches }) {
			picked = append(picked, f)
		}
	}
	return picked
}

// expected are the checks that faults make fail, the one that decides first: of
// the gates one, else of the claims' all, else of the look-ups one.
func expected(picked []fault, l law) []string {
	var failing []int
	for _, f := range picked {
		if check := f.fails(l); check != "" {
			failing = append(failing, slices.Index(order, check))
		}
	}
	slices.Sort(failing)
	failing = slices.Compact(failing)
	var out []string
	for i, at := range failing {
		claims := failing[0] >= gates && failing[0] < claimsEnd
		if i == 0 || claims && at < claimsEnd {
			out = append(out, order[at])
		}
	}
	return out
}

// judgedOf are the checks that a verdict says failed, the one that decided first.
func judgedOf(t *testing.T, x *journal.Exchange, status int) []string {
	t.Helper()
	v := explain.Read(x).Verdict()
	if v.Status != status || v.Answered != status || v.Note != "" {
		t.Errorf("answered %d, explained as %d %s: %s", status, v.Status, v.Outcome, v.Note)
	}
	var out []string
	for _, c := range v.Checks {
		if c.Result == explain.Failed && len(out) == 0 || c.Result == explain.FailsToo && len(out) > 0 {
			out = append(out, c.Name)
		}
	}
	return out
}

// TestOneCheckDecides sends five thousand tokens with two to four faults each, under
// every combination of settings that changes the checks. The answer's own words, the
// verdict, and the order of the checks name the same one as deciding; the verdict
// names the others that were found.
func TestOneCheckDecides(t *testing.T) {
	t.Parallel()
	const total = 5000
	w := startLab(t, lifted)
	r := rand.New(rand.NewPCG(9, 2026))
	var combinations [][]string
	for _, require := range []string{"all", "exp", "none"} {
		for _, revocation := range []string{"off", "jti", "version"} {
			for _, role := range []string{"on", "off"} {
				for _, leeway := range []string{"0s", "30s", "10m"} {
					for _, keep := range []string{"localStorage", "cookie"} {
						refresh := []string{"off", "on", "rotate", "detect"}[len(combinations)%4]
						combinations = append(combinations, []string{"token.require", require, "token.revocation", revocation, "token.role", role,
							"token.leeway", leeway, "token.keep", keep, "token.refresh", refresh})
					}
				}
			}
		}
	}
	decided := map[string]int{}
	for i, knobs := range combinations {
		n := total * (i + 1) / len(combinations)
		n -= total * i / len(combinations)
		t.Run(strings.Join(knobs, " "), func(t *testing.T) { w.visit(t).sendFaulty(t, r, knobs, n, decided) })
	}
	for _, check := range order {
		if decided[check] == 0 {
			t.Errorf("%q never decided: %v", check, decided)
		}
	}
	t.Log(decided)
}

// sendFaulty sends n faulty tokens under some settings.
func (v *visitor) sendFaulty(t *testing.T, r *rand.Rand, knobs []string, n int, decided map[string]int) {
	v.turn(t, knobs...)
	b := v.bench(t)
	l := law{knobs[1], knobs[3], knobs[5]}
	key, now := b.State(journal.Token).Keys[0], b.Now()
	good := func() blueprint {
		p := blueprint{header: map[string]string{}, claims: map[string]string{}}
		for _, m := range goodHeader(key.ID) {
			p.header[m.name] = m.text
		}
		for _, m := range goodClaims(now) {
			p.claims[m.name] = m.text
		}
		p.claims["ver"] = "0"
		return p
	}
	c := v.w.dial(t)
	defer c.Close()
	send := func(method, page, token string) response {
		field := "Authorization: Bearer " + token
		if knobs[9] == "cookie" {
			field = "Cookie: access_token=" + token
		}
		c.send(lines(method+" "+v.path("/token/"+page)+" HTTP/1.1", "Host: a", "Content-Length: 0", field))
		return c.answer(t, method)
	}
	ended := good()
	ended.claims["jti"] = `"ended"`
	if got := send("POST", "logout", ended.token(key.Secret)); got.status != http.StatusNoContent {
		t.Fatalf("logout: %d", got.status)
	}
	if l.revocation == "version" { // which the logout raised: start over with tokens of the new one
		old := good
		good = func() blueprint { p := old(); p.claims["ver"] = "1"; return p }
	}
	var want [][]string
	var got []response
	for range n {
		p, picked := good(), drawFaults(r)
		for _, f := range picked {
			f.make(&p, now)
		}
		fails := expected(picked, l)
		want, got = append(want, fails), append(got, send("GET", "profile", p.token(key.Secret)))
	}
	v.await(t, n+1)
	for i, x := range b.Journal().Exchanges[1:] {
		judged, words := judgedOf(t, x, got[i].status), saidOf(t, got[i])
		if !slices.Equal(judged, want[i]) || len(words) == 0 != (len(judged) == 0) || len(judged) > 0 && !slices.Contains(words, judged[0]) {
			t.Errorf("the faults lead to %q, the verdict says %q, the answer %q\n%s\n%s", want[i], judged, words, x.Request.Bytes, got[i].body)
		}
		if told, shown := toldOf(x), madeOf(x); !slices.Equal(told, shown) {
			t.Errorf("the app told of %q, the verdict shows %q", told, shown)
		}
		if len(judged) > 0 {
			decided[judged[0]]++
		}
	}
}

// toldOf are the checks that the app told its audit of, madeOf those that the verdict
// says were made.
func toldOf(x *journal.Exchange) (names []string) {
	for _, e := range x.Events {
		if e.Kind == journal.CheckMade {
			names = append(names, e.Field("check"))
		}
	}
	return names
}

func madeOf(x *journal.Exchange) (names []string) {
	for _, c := range explain.Read(x).Verdict().Checks {
		if c.Result != explain.NotReached {
			names = append(names, c.Name)
		}
	}
	return names
}

// TestFaultyTokens are small inputs that were once judged otherwise by the verdict
// than by the answer.
func TestFaultyTokens(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	key, now := v.bench(t).State(journal.Token).Keys[0], v.bench(t).Now()
	past, ahead := fmt.Sprint(now.Add(-time.Hour).Unix()), fmt.Sprint(now.Add(time.Hour).Unix())
	for i, tt := range []struct {
		name, payload, words string
		badKey               bool
		failing              []string
	}{
		{"exp past, iss wrong", changedClaims(now, "exp", past, "iss", `"x"`), "has expired", false, []string{"not expired", "issuer expected"}},
		{"exp past, aud wrong", changedClaims(now, "exp", past, "aud", `"x"`), "has expired", false, []string{"not expired", "audience expected"}},
		{"nbf ahead, iss wrong", changedClaims(now, "nbf", ahead, "iss", `"x"`), "not valid yet", false, []string{"already valid", "issuer expected"}},
		{"no exp, iss wrong", changedClaims(now, "exp", "", "iss", `"x"`), "requires: exp.", false, []string{"not expired", "issuer expected"}},
		{"no iat, aud wrong", changedClaims(now, "iat", "", "aud", `"x"`), "requires: iat.", false, []string{"issued in the past", "audience expected"}},
		{"iat is a string", changedClaims(now, "iat", `"5"`), "", false, nil},
		{"no JSON, signature wrong", `{"iss":`, "three base64url parts", true, []string{"parts readable"}},
	} {
		secret := key.Secret
		if tt.badKey {
			secret = []byte("another key, of thirty-two octets")
		}
		got := v.w.ask(t, lines("GET "+v.path("/token/profile")+" HTTP/1.1", "Host: a", "Authorization: Bearer "+hs256(object(goodHeader(key.ID)), tt.payload, secret)))
		v.await(t, i+1)
		x := v.bench(t).Journal().Exchanges[i]
		if judged := judgedOf(t, x, got.status); !slices.Equal(judged, tt.failing) || !strings.Contains(got.body, tt.words) {
			t.Errorf("%s: the verdict says %q, want %q; the answer says %s", tt.name, judged, tt.failing, got.body)
		}
	}
	const lax = `RFC 7519, section 2: a NumericDate is a JSON number. Here iat is the string "5", and golang-jwt lets it pass.`
	if got := detail(v.bench(t).Journal().Exchanges[5], "issued in the past"); !strings.HasSuffix(got, lax) {
		t.Errorf("of iat as a string it says %q", got)
	}
}

// changedClaims are good claims with some set anew, or left out where the text is "".
func changedClaims(now time.Time, pairs ...string) string {
	members := goodClaims(now)
	for i := 0; i < len(pairs); i += 2 {
		members = slices.DeleteFunc(members, func(m member) bool { return m.name == pairs[i] })
		if pairs[i+1] != "" {
			members = append(members, member{pairs[i], pairs[i+1]})
		}
	}
	return object(members)
}
