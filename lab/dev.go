package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"authlab/lab/bench"
	"authlab/lab/cookie"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// states is GET /dev/states: every component of the pages in every state. It
// makes a bench, goes through the lesson on it and sends what else the states
// need, so that nothing that the page shows was made up. Only a lab that is told
// to has it.
func (l *Lab) states(w http.ResponseWriter, r *http.Request) error {
	b := l.Benches().Make()
	var cast page.DevCast
	err := l.withSample(b, func(ctx context.Context, s *Client) (err error) {
		if err = s.Lesson(ctx); err == nil {
			cast, err = s.Oddities(ctx)
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
	return l.Render(w, http.StatusOK, page.Dev(page.NewDev(in)), r)
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
	for _, f := range []error{web.ErrNoBench, web.NoRoute(http.StatusNotFound), web.NoRoute(http.StatusMethodNotAllowed), web.Overdrawn(&web.Dropped{}, bench.ErrBusy, l.Benches().Limits()), web.ErrBroken} {
		expected, _ := errors.AsType[*web.Failure](f)
		in.Problems = append(in.Problems, l.Problem(expected))
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
	in.Term, in.Feature = glossary.Terms[0], compare.Features[0]
	in.Cookies = l.cookieStates()
	in.Tokens, err = l.devTokens(b, r)
	return in, err
}

// devTokens are states of the token inspector, made of the sample's token.
func (l *Lab) devTokens(b *bench.Bench, r *http.Request) (map[string]page.InspectTokenInput, error) {
	q := l.inspect.sampleQuestion()
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
		in, err := l.inspect.tokenInput(state.tokenQuestion, state.tokenFormOf, r)
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
	states[0] = l.inspect.cookieView()
	answerForm(&states[0], l.inspect.sampleCookie(&states[0]))
	const answer = "HTTP/1.1 200 OK\nSet-Cookie: pref=%s\nSet-Cookie: __Host-sid=1; Secure; Path=/x\nSet-Cookie: old=; Max-Age=0\nSet-Cookie: <b>=1; Partitioned; Path=/a; Path=/"
	for i, url := range []string{"https://www.shop.example/cart", "/cart"} {
		v := l.inspect.cookieView()
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
