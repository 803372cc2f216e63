package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
)

// client is one that keeps its tokens as app.js and a browser do, by the bench's
// settings.
type client struct {
	*visitor
	access, refresh string

	page      *journal.Exchange // the app's page
	believes  [3]bool           // a whole token; one with exp only; one without exp
	journaled journal.View
}

// ask sends one request to the token app and returns what was recorded of it. It
// carries the tokens that the client holds.
func (c *client) ask(t *testing.T, method, page, content string, fields ...string) *journal.Exchange {
	t.Helper()
	b := c.bench(t)
	n := len(b.Journal().Exchanges) + 1
	header := http.Header{}
	for i := 0; i+1 < len(fields); i += 2 {
		header.Set(fields[i], fields[i+1])
	}
	if content != "" {
		header.Set("Content-Type", "application/json")
	}
	if keep := b.Settings().Token.Storage; keep != "cookie" && c.access != "" {
		header.Set("Authorization", "Bearer "+c.access)
	} else if keep == "cookie" {
		header["Cookie"] = c.cookies(page)
	}
	c.client.Jar = nil // what goes out is what the test says
	c.send(t, method, c.path("/token/"+page), header, content)
	c.await(t, n)
	x, ok := b.Journal().Exchange(n)
	if !ok {
		t.Fatalf("exchange %d was not recorded", n)
	}
	if verdict := explain.Read(x).Verdict(); verdict.Status != verdict.Answered {
		t.Errorf("%s %s is explained as %d and was answered %d", method, page, verdict.Status, verdict.Answered)
	}
	c.take(x)
	return x
}

// cookies are those that a browser would send: the refresh token's on its path
// only, and none that it did not store.
func (c *client) cookies(page string) []string {
	var list []string
	if c.access != "" {
		list = append(list, "access_token="+c.access)
	}
	if c.refresh != "" && strings.HasPrefix(page, "refresh") {
		list = append(list, "refresh_token="+c.refresh)
	}
	if list == nil {
		return nil
	}
	return []string{strings.Join(list, "; ")}
}

// take keeps what an answer gave.
func (c *client) take(x *journal.Exchange) {
	if given, ok := explain.Read(x).Issued(); ok {
		c.access = given.Value
	}
	if next := refreshGiven(x); next != "" {
		c.refresh = next
	}
}

// refreshGiven is the refresh token that an answer gave, or "".
func refreshGiven(x *journal.Exchange) string {
	for _, line := range setCookies(x) {
		if value, ok := strings.CutPrefix(line, "refresh_token="); ok {
			value, _, _ = strings.Cut(value, ";")
			return value
		}
	}
	var body struct {
		Refresh string `json:"refresh_token"`
	}
	_, content, _ := strings.Cut(string(x.Response.Bytes), "\r\n\r\n")
	_ = json.Unmarshal([]byte(content), &body) // what is not JSON gave none
	return body.Refresh
}

// setCookies are the values of a response's Set-Cookie lines.
func setCookies(x *journal.Exchange) (list []string) {
	for line := range strings.SplitSeq(string(x.Response.Bytes), "\r\n") {
		if value, ok := strings.CutPrefix(line, "Set-Cookie: "); ok {
			list = append(list, value)
		}
	}
	return list
}

func loginJSON(who bench.Login) string {
	return fmt.Sprintf(`{"email":%q,"password":%q}`, who.Email, who.Password)
}

func (c *client) logIn(t *testing.T) *journal.Exchange {
	t.Helper()
	return c.ask(t, "POST", "login", loginJSON(librarian))
}

func (c *client) renew(t *testing.T) *journal.Exchange {
	t.Helper()
	if c.bench(t).Settings().Token.Storage == "cookie" {
		return c.ask(t, "POST", "refresh", "")
	}
	return c.ask(t, "POST", "refresh", fmt.Sprintf(`{"refresh_token":%q}`, c.refresh))
}

func (c *client) logOut(t *testing.T) *journal.Exchange {
	t.Helper()
	switch {
	case c.refresh == "":
		return c.ask(t, "POST", "logout", "")
	case c.bench(t).Settings().Token.Storage == "cookie":
		return c.ask(t, "POST", "refresh/logout", "")
	default:
		return c.ask(t, "POST", "logout", fmt.Sprintf(`{"refresh_token":%q}`, c.refresh))
	}
}
