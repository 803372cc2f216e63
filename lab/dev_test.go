package lab_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/site/dev"
)

func inDevelopment(c *lab.Config) { c.Dev = true }

// TestDevPageIsForDevelopment only.
func TestDevPageIsForDevelopment(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	before := v.w.lab.Benches().Len()
	if got := v.get(t, "/dev/states"); got.status != http.StatusNotFound {
		t.Errorf("without -dev, /dev/states answers %d", got.status)
	}
	if n := v.w.lab.Benches().Len(); n != before {
		t.Errorf("/dev/states made %d benches", n-before)
	}
}

// specimens are the states that the development page shows, by group and name,
// and what each has to hold: a string of its markup, or with a ! what it must not.
var specimens = map[string][]string{
	"dev-token-inspector/tabs":                              {`aria-current="page"`},
	"dev-token-inspector/form, empty":                       {`name="key_form"`, "!eyJ"},
	"dev-token-inspector/form, filled":                      {"eyJ"},
	"dev-token-inspector/sample":                            {`data-verdict="verified"`, "Sample: ", "!data-edit"},
	"dev-token-inspector/verified":                          {`data-verdict="verified"`, "data-edit", "data-send", "curl -i"},
	"dev-token-inspector/no key":                            {`data-verdict="unverifiable"`, "No key was given", "!data-send"},
	"dev-token-inspector/stale":                             {`data-verdict="invalid"`, "It could not be signed", "!data-stale hidden"},
	"dev-token-inspector/white space":                       {`data-verdict="malformed"`, "without the white space", "Authorization"},
	"dev-token-inspector/duplicates":                        {`data-verdict="malformed"`, "names must be unique"},
	"dev-prediction/reading":                                {`data-state="reading"`, "<details class=\"fold answer\">"},
	"dev-prediction/open":                                   {`data-state="open"`, "Skip, just show me"},
	"dev-prediction/locked":                                 {`data-state="locked"`, "your prediction", "Locked in at"},
	"dev-prediction/skipped":                                {`data-state="locked"`, "You skipped this one", "!your prediction"},
	"dev-prediction/sent, right":                            {`data-state="sent"`, "your prediction, and what happened", "Point at"},
	"dev-prediction/sent, wrong":                            {`data-state="sent"`, "Not quite: here is what happened", "Point at"},
	"dev-prediction/done":                                   {`data-state="done"`, "!Point at"},
	"dev-stepper/first":                                     {"Send 0", "!rel=\"prev\""},
	"dev-stepper/middle":                                    {"Next 6", "Send again", `rel="prev"`},
	"dev-stepper/first log in again":                        {"Send again", "<small>Log in again first</small>", "Before step 5: The token ended"},
	"dev-telling/difference":                                {"asks what is true now", "!otherwise"},
	"dev-telling/difference, went otherwise":                {"This run went otherwise", "The session app answered 200 OK.", "!asks what is true now"},
	"dev-telling/difference, not sent":                      {"Not sent yet."},
	"dev-telling/difference, being sent":                    {"It is being sent."},
	"dev-telling/text":                                      {"Stateful", "!otherwise"},
	"dev-telling/text, went otherwise":                      {"Stateful", "This run went otherwise.", "lesson’s own configuration and pace"},
	"dev-telling/explanation, went otherwise":               {"This run went otherwise.", "The explanation is about"},
	"dev-stepper/last":                                      {"From the start"},
	"dev-stepper/while a step is sent":                      {`aria-busy="true"`},
	"dev-heads/not sent":                                    {"nothing sent for this step yet"},
	"dev-heads/sent":                                        {"200 OK", "!class=\"others\""},
	"dev-heads/several":                                     {`class="others"`, `aria-current="true"`},
	"dev-browser-holds/cookie":                              {"SameSite=Lax", "HttpOnly"},
	"dev-browser-holds/no cookie":                           {"No cookie of this app."},
	"dev-browser-holds/token":                               {"kept by"},
	"dev-browser-holds/no token":                            {"No token."},
	"dev-browser-holds/sealed session":                      {`data-ref="jwe.text"`, "HttpOnly"},
	"dev-browser-holds/sealed session, taken apart":         {"A256GCM", "nobody can read without the key"},
	"dev-browser-holds/no sealed session":                   {"No sealed session."},
	"dev-checks/all passed by a sealed session":             {"seal intact", "The key &#34;k1&#34; opened it", `!class="stop"`},
	"dev-remembers/a sealing key":                           {"sealing key", "A256GCM, 32 B", "!not used", "Nothing about who is logged in."},
	"dev-backstage/what is sealed":                          {"What is sealed inside", "auth_time", "It opens"},
	"dev-wire/request, not sent yet":                        {"not sent yet"},
	"dev-wire/response, not sent yet":                       {"No answer without a question."},
	"dev-wire/long token, folded":                           {"whole token", "!<details open"},
	"dev-wire/long token, unfolded":                         {"<details open"},
	"dev-wire/sent with a copy":                             {"copied"},
	"dev-wire/cut off":                                      {"cut off", "closed before the message ended"},
	"dev-wire/truncated":                                    {"first 64.0 KiB kept"},
	"dev-wire/interim 100":                                  {"100 Continue"},
	"dev-wire/nasty bytes":                                  {`\u{202e}`, `\xff`, `\u{0085}`, "&lt;script&gt;", "!<script>"},
	"dev-wire/HTML content":                                 {"&lt;!doctype html&gt;"},
	"dev-checks/nothing yet":                                {"Nothing to decide yet."},
	"dev-checks/all passed":                                 {"accepted", `!class="stop"`},
	"dev-checks/stopped":                                    {`class="stop"`, "not reached"},
	"dev-checks/stopped at the signature":                   {`class="stop"`, "401 Unauthorized"},
	"dev-checks/mismatch":                                   {`role="alert"`, "our explanation is wrong here"},
	"dev-records/new":                                       {"changed: ", "!was "},
	"dev-records/changed":                                   {"changed: ", "was "},
	"dev-records/gone":                                      {"deleted"},
	"dev-records/expired":                                   {"expired, dropped"},
	"dev-remembers/nobody":                                  {"No record of anyone."},
	"dev-remembers/accounts changed":                        {"was staff", "looked up for this request"},
	"dev-remembers/a tombstone and its key":                 {"deleted; kept only to refuse it", "No record of anyone."},
	"dev-remembers/keys":                                    {"signing key", "HS256"},
	"dev-backstage/events":                                  {"checked the password", "wrote record"},
	"dev-backstage/proof, matching":                         {"the signature matches"},
	"dev-backstage/proof, not matching":                     {"does not match"},
	"dev-backstage/proof by a public key":                   {"How the signature is checked", "BEGIN PUBLIC KEY", "By ES256, the signature fits", "!PRIVATE"},
	"dev-backstage/code":                                    {"<pre", "login"},
	"dev-beside-the-lanes/administrator, nobody logged in":  {"nothing to copy"},
	"dev-beside-the-lanes/administrator, copied credential": {`class="double"`},
	"dev-beside-the-lanes/copied credential, its command":   {"curl -i &#39;http://"},
	"dev-take-away/folded":                                  {"Copy as curl", "Handout to print", "!<details open"},
	"dev-take-away/unfolded":                                {"<details open", "--http1.1", "export.har?step=5"},
	"dev-take-away/nothing sent":                            {"Nothing has been sent for this step yet."},
	"dev-take-away/one exchange, with nasty bytes":          {`$(printf &#39;`, `\342\200\256`, "!Handout"},
	"dev-take-away/one exchange that curl cannot send":      {"# curl cannot send this request as it was", "/request"},
	"dev-handout/predicted":                                 {"your prediction", "what happened", "!absent"},
	"dev-handout/predicted, result not seen":                {"once you have seen what came of your prediction"},
	"dev-handout/skipped":                                   {"what happened", "!your prediction"},
	"dev-journal/empty":                                     {"Empty."},
	"dev-journal/many":                                      {"422 Unprocessable Entity", "forward by 16 minutes"},
	"dev-journal/at its limit":                              {"3 are left", "2 requests turned away"},
	"dev-diagram/empty":                                     {"No step has been sent in this flow yet."},
	"dev-diagram/session":                                   {"<svg", "store"},
	"dev-diagram/token":                                     {"<svg", "its key"},
	"dev-diagram/sample":                                    {"<svg", "sample: a run of this lab"},
	"dev-in-the-article/report, own":                        {"303 See Other", "!sample"},
	"dev-in-the-article/report, sample":                     {"303 See Other", "(sample: a run of this lab"},
	"dev-in-the-article/report, absent":                     {"Not sent on this bench yet: <a", "!The answer was"},
	"dev-in-the-article/excerpt, own":                       {"Set-Cookie", "303", "!sample: a run"},
	"dev-in-the-article/excerpt, sample":                    {"Set-Cookie", "sample: a run"},
	"dev-in-the-article/excerpt, absent":                    {"Not sent on this bench yet: <a"},
	"dev-in-the-article/term of the glossary":               {"<dt", "<dd"},
	"dev-comparison/row":                                    {`role="rowheader"`, "Depends"},
	"dev-search/none":                                       {"Nothing speaks of that."},
	"dev-search/hits":                                       {"<mark>"},
	"dev-cookie-inspector/form, with the sample":            {"A sample", "sid=", "!role=\"alert\""},
	"dev-cookie-inspector/form, after a paste":              {"Took the name Set-Cookie off 4 lines", "!A sample"},
	"dev-cookie-inspector/form, with a mistake":             {`role="alert"`, `aria-invalid="true"`},
	"dev-cookie-inspector/answer, one cookie":               {"Stored", "Sent.", "Cookie: "},
	"dev-cookie-inspector/answer, several":                  {"Rejected", "Over at once", `class="stop"`, "&lt;b&gt;", "all 400 B", "Line 4"},
	"dev-notices/plain":                                     {"Copied."},
	"dev-notices/with an action":                            {"Try again"},
	"dev-notices/reconnecting":                              {"Connection lost"},
	"dev-notices/expired":                                   {"This bench has expired", "Make a new bench"},
	"dev-errors/404 Not Found: There is no such bench":      {"Start a new bench"},
	"dev-errors/500 Internal Server Error: Something broke": {"it has been logged"},
	"dev-menus/theme":                                       {"As the system", "!popover"},
	"dev-menus/all steps":                                   {"Eleven steps", "!popover"},
}

// TestDevPageShowsEveryState finds each state, with what makes it that state, and
// no two alike.
func TestDevPageShowsEveryState(t *testing.T) {
	t.Parallel()
	v := startLab(t, bench.Limits{}, inDevelopment).visit(t)
	got := v.get(t, "/dev/states")
	if got.status != http.StatusOK {
		t.Fatalf("/dev/states: %d %.300s", got.status, got.body)
	}
	pageText(t, got.body) // nothing but what our templates make
	shown := shownSpecimens(t, got.body)
	for name, wants := range specimens {
		for _, want := range wants {
			unwanted, not := strings.CutPrefix(want, "!")
			if strings.Contains(shown[name], unwanted) == not {
				t.Errorf("%s: %q in %.600s", name, want, shown[name])
			}
		}
	}
	alike := map[string]string{}
	for name, markup := range shown {
		if other := alike[markup]; other != "" || len(markup) < 40 {
			t.Errorf("%s is empty or the same as %q: %.200s", name, other, markup)
		}
		alike[markup] = name
	}
}

var (
	specimenStart  = regexp.MustCompile(`<div[^>]* data-specimen="([^"]*)">`)
	specimenPrefix = regexp.MustCompile(`\bdev-[a-z-]+-\d+-`)
	givenID        = regexp.MustCompile(` id="([^"]*)"`)
)

// shownSpecimens is the markup of the page's specimens by name, without what
// makes their ids differ.
func shownSpecimens(t *testing.T, body string) map[string]string {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range givenID.FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		seen[m[1]] = true
	}
	shown := map[string]string{}
	starts := specimenStart.FindAllStringSubmatchIndex(body, -1)
	for i, at := range starts {
		end := len(body)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		markup, _, _ := strings.Cut(body[at[1]:end], `<div class="specimen">`)
		shown[html.UnescapeString(body[at[2]:at[3]])] = specimenPrefix.ReplaceAllString(markup, "")
	}
	return shown
}

// TestDevNoticesAreTheScripts compares the notices of the development page with
// what the scripts say.
func TestDevNoticesAreTheScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../static/js/*.js")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(text)
	}
	for _, n := range dev.Notices {
		if !strings.Contains(said.String(), "'"+n.Text+"'") || n.Action != "" && !strings.Contains(said.String(), "'"+n.Action+"'") {
			t.Errorf("no script says %q with the action %q", n.Text, n.Action)
		}
	}
}
