package session

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// audited returns what the audit of a library is told: + before a check that was
// passed, - before one that was not.
func audited(c *Config) *[]string {
	var told []string
	c.Audit = func(_ context.Context, check string, passed bool) {
		told = append(told, map[bool]string{true: "+", false: "-"}[passed]+check)
	}
	return &told
}

// The audit is told what the answer rests on.
func TestAudit(t *testing.T) {
	const (
		form  = "application/x-www-form-urlencoded"
		login = "+same origin +media type +size allowed "
	)
	for _, test := range []struct {
		name, method, path, cookie, body string
		gone                             bool
		code                             int
		told                             string
	}{
		{"stranger", "GET", "/profile", "", "", false, 303, "+same origin -cookie present"},
		{"empty cookie", "GET", "/profile", "sid=", "", false, 303, "+same origin -cookie present"},
		{"unknown id", "GET", "/profile", "sid=x", "", false, 303, "+same origin +cookie present -record found"},
		{"somebody", "GET", "/profile", "sid=SID", "", false, 200, "+same origin +cookie present +record found +account known"},
		{"account gone", "GET", "/profile", "sid=SID", "", true, 303, "+same origin +cookie present +record found -account known"},
		{"member at the desk", "GET", "/desk", "sid=SID", "", false, 403, "+same origin +cookie present +record found +account known -role allows"},
		{"no form", "POST", "/login", "", "email=a", false, 400, login + "-body well formed -cookie present"},
		{"wrong password", "POST", "/login", "", "email=a&password=b", false, 422, login + "+body well formed -password matches -cookie present"},
		{"right password", "POST", "/login", "", "email=reader@library.test&password=open-book", false, 303, login + "+body well formed +password matches"},
		{"no page", "GET", "/x", "", "", false, 404, "-path exists"},
		{"no method", "POST", "/profile", "", "", false, 405, "+path exists -method allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.send("POST", "/login", http.Header{"Content-Type": {form}}, "email=reader@library.test&password=open-book")
			if test.gone {
				delete(w.accounts, "reader")
			}
			c := config(w)
			told := audited(&c)
			header := http.Header{"Content-Type": {form}, "Cookie": {strings.Replace(test.cookie, "SID", w.sid(), 1)}}
			answer := serve(New(c), base, request(base, test.method, test.path, header, test.body))
			if got := strings.Join(*told, " "); answer.Code != test.code || got != test.told {
				t.Errorf("%d: the audit was told\n%s; want %d and\n%s", answer.Code, got, test.code, test.told)
			}
		})
	}
}
