package cookie

import (
	"fmt"
	"time"
)

// Limits of an inspection.
const (
	MaxLines = 100      // Set-Cookie lines
	MaxLine  = 64 << 10 // bytes of one line
)

// Limits of an answer. All lines are applied; what is beyond these is left out of
// the answer, which says so.
const (
	MaxExplained = 20          // lines, cookies and attributes of a line that are explained
	MaxShown     = 2 * MaxPair // octets that are shown of one text
)

// Input is what is inspected.
type Input struct {
	URL        string   `json:"url"`         // where the lines came from
	SetCookies []string `json:"set_cookies"` // the values of Set-Cookie fields, taken as they are
	API        API      `json:"api"`
	// Earlier are Set-Cookie lines that the same host sent before, in an answer
	// over https: what the browser already holds.
	Earlier []string  `json:"earlier"`
	Now     time.Time `json:"now"` // when the lines came
	// Request is the later request; nil asks only about storing.
	Request *Request `json:"request"`

	parsed, parsedEarlier []Parsed // the lines
}

// API is how a cookie came.
type API string

// The ways of a cookie. Empty means HTTP.
const (
	HTTP   API = "http"   // in the Set-Cookie field of an answer
	ByPage API = "script" // written by document.cookie, a "non-HTTP" API
)

// Answer is everything that is found.
type Answer struct {
	Draft    string    `json:"draft"` // the specification that sections are of
	Now      time.Time `json:"now"`
	Earlier  []string  `json:"earlier"` // the fate of each earlier line
	Fates    []string  `json:"fates"`   // of each line
	Lines    []Outcome `json:"lines"`   // of MaxExplained lines at most
	Jar      []Cookie  `json:"jar"`     // what is stored after the last line, MaxExplained at most
	Sending  *Sending  `json:"sending"` // null without a request
	Browsers []Row     `json:"browsers"`
	// LeftOut says in sentences what is not in this answer, none where it has all.
	LeftOut []string `json:"left_out"`
}

// Row is what one browser does, where it is known.
type Row struct {
	Browser string   `json:"browser"`
	How     string   `json:"how"`    // how this is known
	Stored  []string `json:"stored"` // of each line: stored, deleted or rejected
	Why     []string `json:"why"`    // of each line: why it is rejected, "" where it is not
	Cookie  string   `json:"cookie"` // the Cookie field's value, "" where there is none
	Same    bool     `json:"same"`   // it comes to what the draft comes to
	Notes   []Note   `json:"notes"`
}

// Inspect applies Set-Cookie lines in order and says which cookies a later
// request carries, by the draft and by each browser. The error is a *FieldError.
func Inspect(in Input) (Answer, error) {
	from, to, err := in.check()
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Draft: Draft, Now: in.Now}
	in.parsed, in.parsedEarlier = in.parse(in.SetCookies), in.parse(in.Earlier)
	jar := &Jar{rules: &draft}
	out.Earlier = in.before(jar, from)
	out.Lines, out.Sending = in.run(jar, from, to)
	out.Jar = append([]Cookie{}, jar.cookies...)
	for _, o := range out.Lines {
		out.Fates = append(out.Fates, o.Fate())
	}
	for i := range browsers {
		out.Browsers = append(out.Browsers, in.row(&browsers[i], from, to, out))
	}
	out.shorten()
	return out, nil
}

// parse takes lines apart, once for all sets of rules.
func (in *Input) parse(lines []string) (list []Parsed) {
	for _, line := range lines {
		list = append(list, Parse(line, in.Now))
	}
	return list
}

// check understands the input.
func (in *Input) check() (from place, to *asked, err error) {
	if from, err = parsePlace(in.URL); err != nil {
		return from, nil, &FieldError{"url", "The URL that the cookie came from: " + err.Error() + "."}
	}
	if in.API == "" {
		in.API = HTTP
	}
	if in.API != HTTP && in.API != ByPage {
		return from, nil, &FieldError{"api", "A cookie comes by http or by script. Choose one of them."}
	}
	if n := len(in.SetCookies); n == 0 || n > MaxLines {
		return from, nil, &FieldError{"set_cookies", fmt.Sprintf("There are %d Set-Cookie lines. Give 1 to %d.", n, MaxLines)}
	}
	if n := len(in.Earlier); n > MaxLines {
		return from, nil, &FieldError{"earlier", fmt.Sprintf("There are %d earlier Set-Cookie lines. Give %d at most.", n, MaxLines)}
	}
	if err := shortEnough("set_cookies", in.SetCookies); err != nil {
		return from, nil, err
	}
	if err := shortEnough("earlier", in.Earlier); err != nil {
		return from, nil, err
	}
	if in.Request == nil {
		return from, nil, nil
	}
	to, err = understand(*in.Request, in.Now)
	return from, to, err
}

func shortEnough(field string, lines []string) error {
	for i, line := range lines {
		if len(line) > MaxLine {
			return &FieldError{fmt.Sprintf("%s[%d]", field, i),
				fmt.Sprintf("Line %d is %d bytes long, more than %d, which is far beyond what any browser takes. Shorten it.", i+1, len(line), MaxLine)}
		}
	}
	return nil
}

// before puts into the jar what came before, and returns the fate of each line.
func (in *Input) before(jar *Jar, from place) []string {
	fates := []string{}
	from.scheme = "https"
	for i, line := range in.Earlier {
		fates = append(fates, jar.setParsed(line, in.parsedEarlier[i], from, false, in.Now).Fate())
	}
	return fates
}

// run takes the lines and the request through one set of rules.
func (in *Input) run(jar *Jar, from place, to *asked) ([]Outcome, *Sending) {
	var lines []Outcome
	for i, line := range in.SetCookies {
		lines = append(lines, jar.setParsed(line, in.parsed[i], from, in.API == ByPage, in.Now))
	}
	if to == nil {
		return lines, nil
	}
	sent := jar.send(to)
	return lines, &sent
}

// row is a browser's answer, compared with the draft's.
func (in *Input) row(r *rules, from place, to *asked, draft Answer) Row {
	jar := &Jar{rules: r}
	in.before(jar, from)
	lines, sent := in.run(jar, from, to)
	row := Row{Browser: r.browser, How: r.how, Same: true}
	for i, o := range lines {
		row.Stored = append(row.Stored, o.Fate())
		row.Why = append(row.Why, o.why())
		row.Same = row.Same && o.Fate() == draft.Fates[i]
	}
	if sent != nil {
		row.Cookie = sent.Line
		row.Same = row.Same && sent.Line == draft.Sending.Line
	}
	row.Notes = jar.notes.of(r)
	return row
}

// why says why the line was rejected, "" where it was not.
func (o Outcome) why() string {
	switch {
	case o.Stored:
		return ""
	case o.against != "":
		return o.against
	default:
		return o.Steps[o.Decided-1].Found
	}
}

// Fate is what became of the line, in one word: stored, deleted or rejected.
func (o Outcome) Fate() string {
	switch {
	case o.Deleted:
		return "deleted"
	case o.Stored:
		return "stored"
	default:
		return "rejected"
	}
}
