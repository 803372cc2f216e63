package lab

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/cookie"
	"authlab/lab/journal"
	"authlab/lab/page"
)

// askCookie is GET /inspect/cookie: the inspector with something to look at, a
// cookie of the sample run or, with bench and exchange, those of an exchange.
func (l *Lab) askCookie(w http.ResponseWriter, r *http.Request) error {
	v := page.CookieView{Chrome: l.chrome("Inspect a cookie: AuthLab")}
	v.Here = "inspect"
	if r.FormValue("bench") == "" {
		v.Form, v.Origin = l.sampleCookie()
	} else if err := l.benchCookie(r, &v); err != nil {
		return err
	}
	in, request, err := cookieInput(&v.Form, time.Now())
	if err == nil {
		answer, err := cookie.Inspect(in)
		if err == nil {
			v.Result = page.NewCookieResult(answer, request)
		}
	}
	v.Form.Choices()
	return l.render(w, http.StatusOK, page.CookieInspector(v), r)
}

// inspectCookie is POST /inspect/cookie: the answer to a form. It keeps nothing.
func (l *Lab) inspectCookie(w http.ResponseWriter, r *http.Request) error {
	v := page.CookieView{Chrome: l.chrome("Inspect a cookie: AuthLab"), Form: typedForm(r)}
	v.Here = "inspect"
	lines, notes := cookie.Paste(v.Form.Lines)
	v.Notes = notes
	in, request, err := cookieInput(&v.Form, time.Now())
	if err == nil {
		in.SetCookies = lines
		var answer cookie.Answer
		if answer, err = cookie.Inspect(in); err == nil {
			v.Result = page.NewCookieResult(answer, request)
		}
	}
	status := http.StatusOK
	if wrong, ok := errors.AsType[*cookie.FieldError](err); ok {
		status = http.StatusBadRequest
		v.Form.Wrong, _, _ = strings.Cut(wrong.Field, "[")
		v.Problem = wrong.Text
	} else if err != nil {
		return err
	}
	v.Form.Choices()
	return l.render(w, status, page.CookieInspector(v), r)
}

// typedForm is the form as it was sent, with what a preset's button fills in.
func typedForm(r *http.Request) page.CookieForm {
	f := page.CookieForm{
		URL: strings.TrimSpace(r.PostFormValue("url")), Lines: r.PostFormValue("set_cookies"), API: r.PostFormValue("api"),
		RequestURL: strings.TrimSpace(r.PostFormValue("request_url")), Method: strings.TrimSpace(r.PostFormValue("method")),
		Initiator: r.PostFormValue("initiator"), Top: strings.TrimSpace(r.PostFormValue("top_level")),
		Kind: r.PostFormValue("kind"), Minutes: strings.TrimSpace(r.PostFormValue("after")),
	}
	preset(&f, r.PostFormValue("preset"))
	return f
}

// preset fills in a request that is asked about often.
func preset(f *page.CookieForm, name string) {
	set := func(kind cookie.Kind, initiator, method string) {
		f.Kind, f.Initiator, f.Method, f.Top = string(kind), initiator, method, ""
	}
	switch name {
	case "typed":
		set(cookie.Navigation, "none", "GET")
	case "link":
		set(cookie.Navigation, "cross-site", "GET")
	case "form":
		set(cookie.Form, "cross-site", "POST")
	case "fetch":
		set(cookie.FetchInclude, "same-site", "GET")
	case "frame":
		set(cookie.Frame, "cross-site", "GET")
	case "script":
		set(cookie.Script, "same-origin", "GET")
	}
}

// cookieInput reads a form. It writes the URL of the request into the form where
// that was left empty, because it is then the URL that the cookie came from.
func cookieInput(f *page.CookieForm, now time.Time) (cookie.Input, cookie.Request, error) {
	if f.RequestURL == "" {
		f.RequestURL = f.URL
	}
	if f.Kind == "" {
		f.Kind = string(cookie.Navigation)
	}
	if f.Method == "" {
		f.Method = "GET"
		if f.Kind == string(cookie.Form) {
			f.Method = "POST"
		}
	}
	lines, _ := cookie.Paste(f.Lines)
	request := cookie.Request{
		URL: f.RequestURL, Method: f.Method, Initiator: f.Initiator, TopLevel: f.Top, Kind: cookie.Kind(f.Kind),
	}
	if f.Minutes != "" {
		minutes, err := strconv.ParseFloat(f.Minutes, 64)
		if err != nil || math.IsNaN(minutes) || minutes < 0 || minutes > 1e8 {
			return cookie.Input{}, request, &cookie.FieldError{Field: "request.after", Text: "Minutes later is a number from 0, such as 3 or 0.5."}
		}
		request.After = int(minutes * 60)
	}
	return cookie.Input{URL: f.URL, SetCookies: lines, API: cookie.API(f.API), Now: now, Request: &request}, request, nil
}

// sampleCookie is the cookie that the lab's own sample run was given at login.
func (l *Lab) sampleCookie() (page.CookieForm, string) {
	f := page.CookieForm{Initiator: "none", Kind: string(cookie.Navigation), Method: "GET", API: string(cookie.HTTP)}
	x := l.sample.Latest(journal.Session, func(x *journal.Exchange) bool { return bench.LogsIn(x) && len(setCookies(x)) > 0 })
	if x == nil {
		return f, ""
	}
	fromExchange(&f, x, "http://")
	return f, "A sample: the cookie of a login that the lab did by itself when it started. Put your own in its place."
}

// benchCookie takes the cookies of the exchange that the URL names.
func (l *Lab) benchCookie(r *http.Request, v *page.CookieView) error {
	b, ok := l.benches.Find(r.FormValue("bench"))
	if !ok {
		return errNoBench
	}
	n, err := strconv.Atoi(r.FormValue("exchange"))
	x, ok := b.Journal().Exchange(n)
	if err != nil || !ok {
		return &failure{
			status: http.StatusNotFound, heading: "No such exchange", cause: err,
			text: "This bench has recorded no exchange of that number. The journal on its page lists them.",
		}
	}
	scheme, _, _ := strings.Cut(origin(r), "//")
	v.Form = page.CookieForm{Initiator: "none", Kind: string(cookie.Navigation), Method: "GET", API: string(cookie.HTTP)}
	fromExchange(&v.Form, x, scheme+"//")
	v.Origin = fmt.Sprintf("From exchange %d of your bench.", n)
	if v.Form.Lines == "" {
		v.Origin = fmt.Sprintf("Exchange %d of your bench set no cookie.", n)
	}
	return nil
}

// fromExchange fills the form with what an exchange set, and its URL.
func fromExchange(f *page.CookieForm, x *journal.Exchange, scheme string) {
	f.Lines = strings.Join(setCookies(x), "\n")
	line, rest, _ := bytes.Cut(x.Request.Bytes, []byte("\n"))
	words := strings.Fields(string(line))
	host := ""
	for field := range bytes.Lines(rest) {
		if name, value, ok := strings.Cut(string(field), ":"); ok && strings.EqualFold(name, "Host") {
			host = strings.TrimSpace(value)
			break
		}
	}
	if len(words) > 1 && host != "" {
		f.URL = scheme + host + words[1]
	}
	if u, err := url.Parse(f.URL); err == nil {
		u.RawQuery, u.Fragment = "", ""
		f.URL = u.String()
	}
}

// setCookies are the values of a response's Set-Cookie fields.
func setCookies(x *journal.Exchange) []string {
	head, _, _ := bytes.Cut(x.Response.Bytes, []byte("\r\n\r\n"))
	var values []string
	for line := range bytes.Lines(head) {
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.EqualFold(name, "Set-Cookie") {
			values = append(values, strings.Trim(value, " \t\r\n"))
		}
	}
	return values
}
