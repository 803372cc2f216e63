package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/cookie"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/page"
	"authlab/lab/wire"
)

// states is GET /dev/states: every component of the pages in every state. It
// makes a bench, goes through the lesson on it and sends what else the states
// need, so that nothing that the page shows was made up. Only a lab that is told
// to has it.
func (l *Lab) states(w http.ResponseWriter, r *http.Request) error {
	b := l.benches.Make()
	var cast page.DevCast
	err := l.withSample(b, func(ctx context.Context, s *sample) (err error) {
		if err = s.lesson(ctx); err == nil {
			cast, err = s.oddities(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	in, err := l.devInput(b, r)
	if err != nil {
		return err
	}
	in.Cast = cast
	return l.render(w, http.StatusOK, page.Dev(page.NewDev(in)), r)
}

// oddities sends what the lesson does not: requests that are refused, cut off,
// too long or unpleasant.
func (s *sample) oddities(ctx context.Context) (page.DevCast, error) {
	var cast page.DevCast
	guess := url.Values{"email": {bench.Logins[0].Email}, "password": {"a guess"}}.Encode()
	long := "email=" + strings.Repeat("a", wire.DefaultLimit)
	for _, odd := range []struct {
		shown **journal.Exchange
		send  func() (*journal.Exchange, error)
	}{
		{&cast.Page, func() (*journal.Exchange, error) {
			return s.send(ctx, journal.Session, http.MethodGet, "login", "", nil)
		}},
		{&cast.Later, func() (*journal.Exchange, error) {
			if err := s.logins(ctx); err != nil {
				return nil, err
			}
			if err := s.bench.MoveClock(time.Minute); err != nil {
				return nil, err
			}
			return s.send(ctx, journal.Session, http.MethodGet, "profile", "", nil)
		}},
		{&cast.Truncated, func() (*journal.Exchange, error) {
			return s.send(ctx, journal.Session, http.MethodPost, "login", formType, []byte(long))
		}},
		{&cast.Forged, func() (*journal.Exchange, error) {
			s.token = forged(s.token)
			return s.send(ctx, journal.Token, http.MethodGet, "profile", "", nil)
		}},
		{&cast.Interim, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Session, http.MethodPost, "login", len(guess), guess, "Expect: 100-continue")
		}},
		{&cast.CutOff, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Session, http.MethodPost, "login", len(guess), guess[:10])
		}},
		{&cast.Nasty, func() (*journal.Exchange, error) {
			return s.raw(ctx, journal.Token, http.MethodGet, "profile", 0, "", "X-Note: <b>\u202etxt.exe\u200b\u0085\xff</b>", "Authorization: Bearer \u202e.\xff.<script>")
		}},
		{&cast.Public, func() (*journal.Exchange, error) { return s.signedByPair(ctx) }},
	} {
		x, err := odd.send()
		if err != nil {
			return cast, err
		}
		*odd.shown = x
	}
	return cast, nil
}

// signedByPair sends a token that was signed with the private half of a pair of
// keys.
func (s *sample) signedByPair(ctx context.Context) (*journal.Exchange, error) {
	to, err := s.bench.Settings().With("token.alg", "ES256")
	if err != nil {
		return nil, err
	}
	if err := s.bench.Change(to); err != nil {
		return nil, err
	}
	if err := s.logins(ctx); err != nil {
		return nil, err
	}
	return s.send(ctx, journal.Token, http.MethodGet, "profile", "", nil)
}

// forged is a token with another first character in its signature.
func forged(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	first := "A"
	if strings.HasPrefix(token[at:], first) {
		first = "B"
	}
	return token[:at] + first + token[at+1:]
}

// raw sends bytes that net/http's client would not, over a connection of their
// own: a head that promises length bytes of content, and the content.
func (s *sample) raw(ctx context.Context, flow journal.Flow, method, path string, length int, content string, fields ...string) (*journal.Exchange, error) {
	notices, end := s.bench.Listen()
	defer end()
	var dial net.Dialer
	conn, err := dial.DialContext(ctx, s.addr.Network(), s.addr.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // it may be closed already
	head := append([]string{
		method + " " + s.bench.Base(flow) + path + " HTTP/1.1", "Host: " + s.host, "Connection: close",
		"Content-Type: " + formType, "Content-Length: " + strconv.Itoa(length),
	}, fields...)
	if _, err := io.WriteString(conn, strings.Join(head, "\r\n")+"\r\n\r\n"+content); err != nil {
		return nil, err
	}
	if len(content) == length {
		_, err = io.Copy(io.Discard, conn) // the answer, to its end
	} else {
		err = conn.Close() // in the middle of the content
	}
	if err != nil {
		return nil, err
	}
	return s.recorded(ctx, notices)
}

// devInput gathers what the development page is made from.
func (l *Lab) devInput(b *bench.Bench, r *http.Request) (page.DevInput, error) {
	in := page.DevInput{Sample: page.Run{Journal: l.sample, Sample: true, LogsIn: bench.LogsIn}}
	var err error
	if in.Bench, err = l.input(b, r); err != nil {
		return in, err
	}
	in.Bench.Viewer = explain.ClientOf(in.Bench.Journal.Exchanges[0], "") // who sent it all
	if in.Full, err = filled(in.Bench.Journal); err != nil {
		return in, err
	}
	for _, f := range []error{errNoBench, noRoute(http.StatusNotFound), noRoute(http.StatusMethodNotAllowed), refusal(&refused{}, bench.ErrBusy, l.benches.Limits()), errBroken} {
		expected, _ := errors.AsType[*failure](f)
		in.Problems = append(in.Problems, l.problem(expected))
	}
	in.Found, in.NotFound, in.Asked = l.searchView("cookie"), l.searchView("zeppelin"), l.searchView("")
	in.Learn, err = l.learnChapter(1, page.ViewBoth)
	if err != nil {
		return in, err
	}
	glossary, err := l.glossaryView()
	if err != nil {
		return in, err
	}
	compare, err := l.compareView(page.ViewBoth)
	if err != nil {
		return in, err
	}
	if in.Pairs[0], err = l.pairsView(page.ViewBoth); err != nil {
		return in, err
	}
	if in.Pairs[1], err = l.benchPairs(in.Bench); err != nil {
		return in, err
	}
	in.Term, in.Feature = glossary.Terms[0], compare.Features[0]
	in.Cookies = l.cookieStates()
	in.Tokens, err = l.devTokens(b, r)
	return in, err
}

// devTokens are states of the token inspector, made of the sample's token.
func (l *Lab) devTokens(b *bench.Bench, r *http.Request) (map[string]page.InspectTokenInput, error) {
	q := l.sampleQuestion()
	edited, keyless, broken, twice := q, q, q, q
	empty, payload := "{}", `{"role":"member","role":"staff","exp":"soon"}`
	edited.Payload, edited.Sign, edited.Alg = &empty, true, "RS256"
	keyless.Key = ""
	broken.Token = "Authorization: Bearer \"" + q.Token[:40] + "\r\n  " + q.Token[40:] + "=\""
	twice.Payload = &payload
	out := map[string]page.InspectTokenInput{}
	for name, state := range map[string]struct {
		tokenQuestion
		tokenFormOf
	}{
		"empty": {}, "sample": {q, tokenFormOf{sample: true}}, "verified": {q, tokenFormOf{bench: b.ID()}}, "no key": {keyless, tokenFormOf{}},
		"stale": {edited, tokenFormOf{bench: b.ID()}}, "white space": {broken, tokenFormOf{bench: b.ID()}}, "duplicates": {twice, tokenFormOf{}},
	} {
		in, err := l.tokenInput(state.tokenQuestion, state.tokenFormOf, r)
		if err != nil {
			return nil, err
		}
		out[name] = in
	}
	return out, nil
}

// cookieStates are the cookie inspector as GET shows it, after a whole answer was
// pasted, and after a mistake. What it finds, it finds for the page as well.
func (l *Lab) cookieStates() (states [3]page.CookieView) {
	states[0] = l.cookieView()
	answerForm(&states[0], l.sampleCookie(&states[0]))
	const answer = "HTTP/1.1 200 OK\nSet-Cookie: pref=%s\nSet-Cookie: __Host-sid=1; Secure; Path=/x\nSet-Cookie: old=; Max-Age=0\nSet-Cookie: <b>=1; Partitioned; Path=/a; Path=/"
	for i, url := range []string{"https://www.shop.example/cart", "/cart"} {
		v := l.cookieView()
		v.Form = freshForm()
		v.Form.URL, v.Form.Lines = url, fmt.Sprintf(answer, strings.Repeat("v", 400))
		preset(&v.Form, "form")
		var lines []string
		lines, v.Notes = cookie.Paste(v.Form.Lines)
		answerForm(&v, lines)
		states[i+1] = v
	}
	for i := range states {
		states[i].Form.Choices()
	}
	return states
}

// filled is a journal that holds what v does, has room for three exchanges more
// and has turned two requests away.
func filled(v journal.View) (journal.View, error) {
	j := journal.New(len(v.Exchanges) + 3)
	for _, x := range v.Exchanges {
		if _, err := j.Reserve(); err != nil {
			return journal.View{}, fmt.Errorf("fill a journal: %w", err)
		}
		copied := *x
		j.Append(&copied, func(*journal.Exchange, journal.View) int { return x.Step })
	}
	j.TurnAway()
	j.TurnAway()
	return j.View(), nil
}
