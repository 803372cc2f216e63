package dev

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"authlab/lab/bench"
	"authlab/lab/cookie"
	"authlab/lab/explain/client"
	"authlab/lab/journal"
	"authlab/lab/rehearsal"
	"authlab/lab/site/article"
	"authlab/lab/site/inspect"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
)

// Page is the development page.
type Page struct {
	*web.Site
	// Play sends a run to a bench, over a socket of its own.
	Play func(*bench.Bench, func(context.Context, *rehearsal.Client) error) error
	// Sample returns the lab's own run.
	Sample func() journal.View
	// Input gathers what a bench's pages are made from.
	Input func(*bench.Bench, *http.Request) (panes.BenchInput, error)
	// Article and Inspect are the features whose components it shows.
	Article *article.Pages
	Inspect *inspect.Pages
}

// States is GET /dev/states: every component of the pages in every state. It
// makes a bench, goes through the lesson on it and sends what else the states
// need, so that nothing that the page shows was made up. Only a lab that is told
// to has it.
func (p *Page) States(w http.ResponseWriter, r *http.Request) error {
	b := p.Benches().Make()
	var cast rehearsal.Cast
	err := p.Play(b, func(ctx context.Context, s *rehearsal.Client) (err error) {
		s.Lanes = journal.Flows
		if err = s.Lesson(ctx); err == nil {
			cast, err = s.Oddities(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	in, err := p.devInput(b, r)
	if err != nil {
		return err
	}
	in.Cast = cast
	return p.Render(w, http.StatusOK, Dev(NewDev(in)), r)
}

// devInput gathers what the development page is made from.
func (p *Page) devInput(b *bench.Bench, r *http.Request) (Input, error) {
	in := Input{Sample: article.Run{Journal: p.Sample(), Sample: true, LogsIn: bench.LogsIn}}
	var err error
	if in.Bench, err = p.Input(b, r); err != nil {
		return in, err
	}
	in.Bench.Viewer = client.Of(in.Bench.Journal.Exchanges[0], "") // who sent it all
	if in.Full, err = filled(in.Bench.Journal); err != nil {
		return in, err
	}
	for _, f := range []error{web.ErrNoBench, web.NoRoute(http.StatusNotFound), web.NoRoute(http.StatusMethodNotAllowed), web.Overdrawn(&web.Dropped{}, bench.ErrBusy, p.Benches().Limits()), web.ErrBroken} {
		expected, _ := errors.AsType[*web.VisitorError](f)
		in.Problems = append(in.Problems, p.Problem(expected))
	}
	in.Found, in.NotFound, in.Asked = p.Article.SearchView("cookie"), p.Article.SearchView("zeppelin"), p.Article.SearchView("")
	in.Learn, err = p.Article.LearnChapter(1, page.ViewBoth)
	if err != nil {
		return in, err
	}
	glossary, err := p.Article.GlossaryView()
	if err != nil {
		return in, err
	}
	compare, err := p.Article.CompareView(page.ViewBoth)
	if err != nil {
		return in, err
	}
	if in.Pairs[0], err = p.Article.PairsView(page.ViewBoth); err != nil {
		return in, err
	}
	if in.Pairs[1], err = p.Article.BenchPairs(in.Bench); err != nil {
		return in, err
	}
	in.Term, in.Feature = glossary.Terms[0], compare.Features[0]
	in.Cookies = p.cookieStates()
	in.Tokens, err = p.devTokens(b, r)
	return in, err
}

// devTokens are states of the token inspector, made of the sample's token.
func (p *Page) devTokens(b *bench.Bench, r *http.Request) (map[string]inspect.TokenInput, error) {
	q := p.Inspect.SampleQuestion()
	edited, keyless, broken, twice := q, q, q, q
	empty, payload := "{}", `{"role":"member","role":"staff","exp":"soon"}`
	edited.Payload, edited.Sign, edited.Alg = &empty, true, "RS256"
	keyless.Key = ""
	broken.Token = "Authorization: Bearer \"" + q.Token[:40] + "\r\n  " + q.Token[40:] + "=\""
	twice.Payload = &payload
	out := map[string]inspect.TokenInput{}
	for name, state := range map[string]struct {
		inspect.TokenQuestion
		inspect.TokenFormOf
	}{
		"empty": {}, "sample": {q, inspect.TokenFormOf{Sample: true}}, "verified": {q, inspect.TokenFormOf{Bench: b.ID()}}, "no key": {keyless, inspect.TokenFormOf{}},
		"stale": {edited, inspect.TokenFormOf{Bench: b.ID()}}, "white space": {broken, inspect.TokenFormOf{Bench: b.ID()}}, "duplicates": {twice, inspect.TokenFormOf{}},
	} {
		in, err := p.Inspect.TokenInput(state.TokenQuestion, state.TokenFormOf, r)
		if err != nil {
			return nil, err
		}
		out[name] = in
	}
	return out, nil
}

// cookieStates are the cookie inspector as GET shows it, after a whole answer was
// pasted, and after a mistake. What it finds, it finds for the page as well.
func (p *Page) cookieStates() (states [3]inspect.CookieView) {
	states[0] = p.Inspect.CookieView()
	inspect.AnswerForm(&states[0], p.Inspect.SampleCookie(&states[0]))
	const answer = "HTTP/1.1 200 OK\nSet-Cookie: pref=%s\nSet-Cookie: __Host-sid=1; Secure; Path=/x\nSet-Cookie: old=; Max-Age=0\nSet-Cookie: <b>=1; Partitioned; Path=/a; Path=/"
	for i, url := range []string{"https://www.shop.example/cart", "/cart"} {
		v := p.Inspect.CookieView()
		v.Form = inspect.FreshForm()
		v.Form.URL, v.Form.Lines = url, fmt.Sprintf(answer, strings.Repeat("v", 400))
		inspect.Preset(&v.Form, "form")
		var lines []string
		lines, v.Notes = cookie.Paste(v.Form.Lines)
		inspect.AnswerForm(&v, lines)
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
