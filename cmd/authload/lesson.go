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
	"slices"
	"strconv"
	"strings"
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
	steps := []struct {
		step int
		do   []func(context.Context) error
	}{
		{0, []func(context.Context) error{s.profiles}},
		{1, []func(context.Context) error{s.logins}},
		{5, []func(context.Context) error{s.profiles}},
		{7, []func(context.Context) error{s.demotion, s.profiles}},
		{8, []func(context.Context) error{s.logouts}},
		{9, []func(context.Context) error{s.replays}},
		{10, []func(context.Context) error{s.logins, s.later, s.profiles}},
	}
	for _, st := range steps {
		s.post(ctx, "/step", url.Values{"step": {strconv.Itoa(st.step)}})
		for _, do := range st.do {
			if err := errors.Join(do(ctx), s.err); err != nil {
				return fmt.Errorf("send step %d: %w", st.step, err)
			}
		}
		s.post(ctx, "/step", url.Values{"step": {"none"}}) // what came of it is shown from here on
	}
	return s.err
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

// post sends a form of the bench's own.
func (s *sending) post(ctx context.Context, path string, form url.Values) {
	form.Set("quiet", "1")
	status, _, text, err := s.send(ctx, s.bench+path, form)
	if err == nil && status != http.StatusNoContent && status != http.StatusOK {
		err = fmt.Errorf("%s was answered with %d, %q", path, status, text)
	}
	if s.err == nil {
		s.err = err
	}
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

func (s *sending) profiles(ctx context.Context) error {
	_, err := s.app(ctx, http.MethodGet, "/session/profile", "", "")
	_, err2 := s.app(ctx, http.MethodGet, "/token/profile", "", "")
	return errors.Join(err, err2)
}

func (s *sending) logins(ctx context.Context) error {
	if _, err := s.app(ctx, http.MethodPost, "/session/login", "application/x-www-form-urlencoded", s.login.Encode()); err != nil {
		return err
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
	return s.profiles(ctx)
}

func (s *sending) demotion(ctx context.Context) error {
	s.post(ctx, "/role", url.Values{"account": {"librarian"}, "role": {"member"}})
	return nil
}

func (s *sending) logouts(ctx context.Context) error {
	_, err := s.app(ctx, http.MethodPost, "/session/logout", "", "")
	_, err2 := s.app(ctx, http.MethodPost, "/token/logout", "", "")
	s.token = ""
	return errors.Join(err, err2)
}

var copied = regexp.MustCompile(`name="exchange" value="(\d+)"`)

// replays sends the copies of the credentials that the instructor's page offers.
func (s *sending) replays(ctx context.Context) error {
	_, _, page, err := s.send(ctx, s.path+"/drive?fragment=live", nil)
	if err != nil {
		return err
	}
	var numbers []string
	for _, found := range copied.FindAllStringSubmatch(page, -1) {
		if !slices.Contains(numbers, found[1]) {
			numbers = append(numbers, found[1])
			s.post(ctx, "/replay", url.Values{"exchange": {found[1]}})
		}
	}
	if len(numbers) == 0 {
		return errors.New("the instructor's page offers no copy of a credential to send")
	}
	return nil
}

// later moves the bench's clock past the end of the session and of the token.
func (s *sending) later(ctx context.Context) error {
	s.post(ctx, "/clock", url.Values{"by": {"16m"}})
	return nil
}
