package main

import (
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

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// lesson sends what the whole lesson sends, through the bench's two apps, so that
// what the class is shown has the size of a real one. Everything that it needs to
// know is on the instructor's page.
func (d *driver) lesson(ctx context.Context) error {
	_, _, page, err := d.send(ctx, d.path+"/drive", nil)
	if err != nil {
		return fmt.Errorf("load the instructor's page: %w", err)
	}
	d.bench = attribute(page, "data-bench")
	login := url.Values{"email": {attribute(page, "data-email")}, "password": {attribute(page, "data-password")}}
	if d.bench == "" || login.Get("email") == "" {
		return errors.New("the instructor's page names no bench or no login")
	}
	s := sending{driver: d, login: login}
	for _, step := range plot.Steps() {
		if !step.Sends() {
			continue
		}
		if err := errors.Join(s.step(ctx, step.Number), s.err); err != nil {
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

// sending is a lesson under way. err is the first error of post.
type sending struct {
	*driver
	login url.Values
	token string
	err   error
}

// step does what the lab says that the step is made of, and what has to be done
// before it.
func (s *sending) step(ctx context.Context, number int) error {
	deeds := struct {
		First []plot.Deed `json:"first"`
		Then  []plot.Deed `json:"then"`
	}{}
	for _, anyway := range []string{"", "1"} {
		text := s.post(ctx, "/step", url.Values{"step": {strconv.Itoa(number)}, "anyway": {anyway}})
		if s.err != nil {
			return nil // post has kept it
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
	s.post(ctx, "/step", url.Values{"step": {"none"}}) // what came of it is shown from here on
	return err
}

func (s *sending) perform(ctx context.Context, deeds []plot.Deed) error {
	for _, d := range deeds {
		switch d.Do {
		case plot.DoRole:
			s.post(ctx, "/role", url.Values{"account": {d.Account}, "role": {d.Role}})
		case plot.DoClock:
			s.post(ctx, "/clock", url.Values{"by": {d.By}})
		case plot.DoReplay:
			s.post(ctx, "/replay", url.Values{"exchange": {strconv.Itoa(d.Exchange)}})
		case plot.DoLogin:
			if err := s.logIn(ctx, d.Flow); err != nil {
				return err
			}
		case plot.DoLogout:
			if _, err := s.app(ctx, http.MethodPost, "/"+d.Flow+"/logout", "", ""); err != nil {
				return err
			}
			if d.Flow == string(journal.Token) {
				s.token = ""
			}
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

// post sends a form of the bench's own, and returns what it is answered.
func (s *sending) post(ctx context.Context, path string, form url.Values) string {
	form.Set("quiet", "1")
	status, _, text, err := s.send(ctx, s.bench+path, form)
	if err == nil && status != http.StatusNoContent && status != http.StatusOK {
		err = fmt.Errorf("%s was answered with %d, %q", path, status, text)
	}
	if s.err == nil {
		s.err = err
	}
	return text
}

// app sends a request to one of the apps. Any answer of an app's is one that the
// lesson may want to show.
func (s *sending) app(ctx context.Context, method, path, kind, body string) (string, error) {
	bearer := ""
	if strings.HasPrefix(path, "/token/") && path != "/token/login" {
		bearer = s.token
	}
	_, _, text, err := s.do(ctx, method, s.bench+path, kind, body, bearer)
	return text, err
}

func (s *sending) profile(ctx context.Context, flow string) error {
	_, err := s.app(ctx, http.MethodGet, "/"+flow+"/profile", "", "")
	return err
}

// logIn logs in to one of the apps, with the page that follows.
func (s *sending) logIn(ctx context.Context, flow string) error {
	if flow == string(journal.Session) {
		_, err := s.app(ctx, http.MethodPost, "/session/login", "application/x-www-form-urlencoded", s.login.Encode())
		return errors.Join(err, s.profile(ctx, flow))
	}
	body, err := json.Marshal(map[string]string{"email": s.login.Get("email"), "password": s.login.Get("password")})
	if err != nil {
		return err
	}
	text, err := s.app(ctx, http.MethodPost, "/token/login", "application/json", string(body))
	if err != nil {
		return err
	}
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Token == "" {
		return fmt.Errorf("the token app gave no token: %q (%w)", text, err)
	}
	s.token = got.Token
	return s.profile(ctx, flow)
}
