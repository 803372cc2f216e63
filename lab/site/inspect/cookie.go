package inspect

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/cookie"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// AskCookie is GET /inspect/cookie: the inspector with something to look at, a
// cookie of the sample run or, with bench and exchange, those of an exchange.
func (p *Pages) AskCookie(w http.ResponseWriter, r *http.Request) error {
	v := p.CookieView()
	var lines []string
	if r.FormValue("bench") == "" {
		lines = p.SampleCookie(&v)
	} else {
		var err error
		if lines, err = p.benchCookies(r, &v); err != nil {
			return err
		}
	}
	if len(lines) > 0 {
		AnswerForm(&v, lines)
	}
	v.Form.Choices()
	return p.Render(w, http.StatusOK, CookieInspector(v), r)
}

// Cookie is POST /inspect/cookie: the answer to a form. It keeps nothing.
func (p *Pages) Cookie(w http.ResponseWriter, r *http.Request) error {
	v := p.CookieView()
	v.Form = typedForm(r)
	lines, notes := cookie.Paste(v.Form.Lines)
	v.Notes = notes
	if page.Hides(v.Form.Lines) {
		v.Notes = append(v.Notes, "There are characters in it that cannot be seen. The field has them as they are; the answer shows them as escapes.")
	}
	AnswerForm(&v, lines)
	status := http.StatusOK
	if v.Problem != "" {
		status = http.StatusBadRequest
	}
	v.Form.Choices()
	return p.Render(w, status, CookieInspector(v), r)
}

// CookieView is the page of the cookie inspector before anything was asked.
func (p *Pages) CookieView() CookieView {
	v := CookieView{Chrome: p.Chrome("Inspect a cookie: AuthLab")}
	v.Here = "inspect"
	return v
}

// AnswerForm puts the answer to a form beside it, or what is wrong with it.
func AnswerForm(v *CookieView, lines []string) {
	request, err := cookieRequest(&v.Form)
	if err == nil {
		earlier, _ := cookie.Paste(v.Form.Earlier)
		var answer cookie.Answer
		answer, err = cookie.Inspect(cookie.Input{
			URL: v.Form.URL, SetCookies: lines, API: cookie.API(v.Form.API), Earlier: earlier, Now: time.Now().UTC(), Request: &request,
		})
		if err == nil {
			v.Result = NewCookieResult(answer, request)
			return
		}
	}
	v.Problem = err.Error()
	if wrong, ok := errors.AsType[*cookie.FieldError](err); ok {
		v.Form.Wrong, _, _ = strings.Cut(wrong.Field, "[")
		v.Problem = wrong.Text
	}
}

// typedForm is the form as it was sent, with what a preset's button fills in.
func typedForm(r *http.Request) CookieFormView {
	f := CookieFormView{
		URL: strings.TrimSpace(r.PostFormValue("url")), Lines: r.PostFormValue("set_cookies"), Earlier: r.PostFormValue("earlier"), API: r.PostFormValue("api"),
		RequestURL: strings.TrimSpace(r.PostFormValue("request_url")), Method: strings.TrimSpace(r.PostFormValue("method")),
		Initiator: r.PostFormValue("initiator"), Top: strings.TrimSpace(r.PostFormValue("top_level")),
		Kind: r.PostFormValue("kind"), Minutes: strings.TrimSpace(r.PostFormValue("after")),
	}
	Preset(&f, r.PostFormValue("preset"))
	return f
}

// Preset fills in a request that is asked about often.
func Preset(f *CookieFormView, name string) {
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

// cookieRequest reads the later request. Where no URL is given, it goes to where
// the cookie came from.
func cookieRequest(f *CookieFormView) (cookie.Request, error) {
	if f.Kind == "" {
		f.Kind = string(cookie.Navigation)
	}
	if f.Method == "" {
		f.Method = http.MethodGet
		if f.Kind == string(cookie.Form) {
			f.Method = http.MethodPost
		}
	}
	request := cookie.Request{URL: cmp.Or(f.RequestURL, f.URL), Method: f.Method, Initiator: f.Initiator, TopLevel: f.Top, Kind: cookie.Kind(f.Kind)}
	if f.Minutes == "" {
		return request, nil
	}
	minutes, err := strconv.ParseFloat(f.Minutes, 64)
	if err != nil || math.IsNaN(minutes) || minutes < 0 || minutes > 1e8 {
		return request, &cookie.FieldError{Field: "request.after", Text: "Minutes later is a number from 0, such as 3 or 0.5."}
	}
	request.After = int(minutes * 60)
	return request, nil
}

// FreshForm is a form that asks whether the cookie comes back by itself.
func FreshForm() CookieFormView {
	return CookieFormView{API: string(cookie.HTTP), Kind: string(cookie.Navigation), Method: http.MethodGet, Initiator: "none"}
}

// SampleCookie is the cookie that the lab's own sample run was given at login.
func (p *Pages) SampleCookie(v *CookieView) []string {
	v.Form = FreshForm()
	x := p.sample().Latest(journal.Session, func(x *journal.Exchange) bool { return bench.LogsIn(x) && len(setCookies(x)) > 0 })
	if x == nil {
		return nil
	}
	v.Origin = "A sample: the cookie of a login that the lab did by itself when it started. Put your own in its place."
	return fromExchange(&v.Form, x, "http://")
}

// benchCookies are the cookies of the exchange that the URL names.
func (p *Pages) benchCookies(r *http.Request, v *CookieView) ([]string, error) {
	b, ok := p.Benches().Find(r.FormValue("bench"))
	if !ok {
		return nil, web.ErrNoBench
	}
	n, err := strconv.Atoi(r.FormValue("exchange"))
	x, ok := b.Journal().Exchange(n)
	if err != nil || !ok {
		return nil, &web.VisitorError{
			Status: http.StatusNotFound, Heading: "No such exchange", Cause: err,
			Text: "This bench has recorded no exchange of that number. The journal on its page lists them.",
		}
	}
	scheme := "http://"
	if p.Secure() || r.TLS != nil {
		scheme = "https://"
	}
	v.Form = FreshForm()
	lines := fromExchange(&v.Form, x, scheme)
	v.Origin = fmt.Sprintf("From exchange %d of your bench.", n)
	if len(lines) == 0 {
		v.Origin = fmt.Sprintf("Exchange %d of your bench set no cookie. Paste one, or choose another exchange.", n)
	}
	return lines, nil
}

// fromExchange fills the form with what an exchange set, and its URL without the
// query, which is none of a cookie's business.
func fromExchange(f *CookieFormView, x *journal.Exchange, scheme string) []string {
	sent := explain.Read(x)
	line, host := sent.Line(), sent.RequestFields("Host")
	if line.Target != "" && len(host) > 0 {
		f.URL = scheme + host[0] + line.Path()
	}
	lines := setCookies(x)
	f.Lines = strings.Join(lines, "\n")
	return lines
}

// setCookies are the values of a response's Set-Cookie fields.
func setCookies(x *journal.Exchange) []string { return explain.Read(x).ResponseFields("Set-Cookie") }
