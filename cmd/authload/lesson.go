package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
)

// lesson sends what the whole lesson sends, through the bench's two apps, so that
// what the class is shown has the size of a real one. Everything that it needs to
// know is on the instructor's page.
func (d *driver) lesson(ctx context.Context) error {
	_, page, err := d.get(ctx, d.path+"/drive")
	if err != nil {
		return fmt.Errorf("load the instructor's page: %w", err)
	}
	s, err := newSending(d.browser, page)
	if err != nil {
		return err
	}
	d.bench = s.bench
	for _, step := range plot.Steps() {
		if !step.Sends() {
			continue
		}
		if err := s.step(ctx, step.Number); err != nil {
			return fmt.Errorf("send step %d: %w", step.Number, err)
		}
	}
	return nil
}

// attribute returns the value of the first attribute of that name.
func attribute(page, name string) string {
	found := regexp.MustCompile(` ` + regexp.QuoteMeta(name) + `="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// sending is a lesson under way. err is the first error of tell.
type sending struct {
	*browser
	bench  string // its path
	login  url.Values
	bearer map[string]string // by flow, the token that a page's script would keep
	sent   int               // exchanges, since the bench was made or reset
	err    error
}

// newSending returns a lesson on the bench of a page that has its apps in it.
func newSending(b *browser, page string) (*sending, error) {
	s := &sending{browser: b, bearer: map[string]string{}, bench: attribute(page, "data-bench")}
	s.login = url.Values{"email": {attribute(page, "data-email")}, "password": {attribute(page, "data-password")}}
	if s.bench == "" || s.login.Get("email") == "" {
		return nil, fmt.Errorf("the page names no bench or no login; it says: %s", sentence(page))
	}
	return s, nil
}

// step does what the lab says that the step is made of, and what has to be done
// before it.
func (s *sending) step(ctx context.Context, number int) error {
	deeds := struct {
		First []plot.Deed `json:"first"`
		Then  []plot.Deed `json:"then"`
	}{}
	for _, anyway := range []string{"", "1"} {
		text := s.tell(ctx, "/step", url.Values{"step": {strconv.Itoa(number)}, "anyway": {anyway}})
		if s.err != nil {
			return s.err
		}
		if err := json.Unmarshal([]byte(text), &deeds); err != nil {
			return fmt.Errorf("the lab does not say what the step is made of: %q (%w)", text, err)
		}
		if len(deeds.First) == 0 {
			break
		}
		if err := s.perform(ctx, deeds.First); err != nil {
			return err
		}
	}
	if len(deeds.Then) == 0 {
		return errors.New("the lab has nothing sent for the step")
	}
	err := s.perform(ctx, deeds.Then)
	s.tell(ctx, "/step", url.Values{"step": {"none"}}) // what came of it is shown from here on
	return errors.Join(err, s.err)
}

func (s *sending) perform(ctx context.Context, deeds []plot.Deed) error {
	for _, d := range deeds {
		switch d.Do {
		case plot.DoRole:
			s.tell(ctx, "/role", url.Values{"account": {d.Account}, "role": {d.Role}})
		case plot.DoClock:
			s.tell(ctx, "/clock", url.Values{"by": {d.By}})
		case plot.DoReplay:
			s.sent++
			s.tell(ctx, "/replay", url.Values{"exchange": {strconv.Itoa(d.Exchange)}})
		case plot.DoLogin:
			if err := s.logIn(ctx, d.Flow); err != nil {
				return err
			}
		case plot.DoLogout:
			if _, err := s.app(ctx, http.MethodPost, "/"+d.Flow+"/logout", "", ""); err != nil {
				return err
			}
			delete(s.bearer, d.Flow)
		case plot.DoAsk:
			if err := s.profile(ctx, d.Flow); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a load cannot do %q", d.Do)
		}
	}
	return nil
}

// tell sends a form of the bench's own, and returns what it is answered.
func (s *sending) tell(ctx context.Context, path string, form url.Values) string {
	form.Set("quiet", "1")
	status, _, text, err := s.post(ctx, s.bench+path, form)
	if err == nil && status != http.StatusNoContent && status != http.StatusOK {
		err = fmt.Errorf("%s was answered with %d, %q", path, status, text)
	}
	s.err = cmp.Or(s.err, err)
	return text
}

// app sends a request to one of the apps. Any answer of an app's is one that the
// lesson may want to show.
func (s *sending) app(ctx context.Context, method, path, kind, body string) (string, error) {
	flow, page, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	bearer := s.bearer[flow]
	if page == "login" {
		bearer = ""
	}
	s.sent++
	_, _, text, err := s.do(ctx, method, s.bench+path, kind, body, bearer)
	return text, err
}

func (s *sending) profile(ctx context.Context, flow string) error {
	_, err := s.app(ctx, http.MethodGet, "/"+flow+"/profile", "", "")
	return err
}

// logIn logs in to one of the apps, with the page that follows.
func (s *sending) logIn(ctx context.Context, flow string) error {
	if !explain.FlowOf(journal.Flow(flow)).Client {
		_, err := s.app(ctx, http.MethodPost, "/"+flow+"/login", formKind, s.login.Encode())
		return errors.Join(err, s.profile(ctx, flow))
	}
	body, err := json.Marshal(map[string]string{"email": s.login.Get("email"), "password": s.login.Get("password")})
	if err != nil {
		return err
	}
	text, err := s.app(ctx, http.MethodPost, "/"+flow+"/login", "application/json", string(body))
	if err != nil {
		return err
	}
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Token == "" {
		return fmt.Errorf("the %s app gave no token: %q (%w)", flow, sentence(text), err)
	}
	s.bearer[flow] = got.Token
	return s.profile(ctx, flow)
}
