package panes

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
	"authlab/lab/site/page"
	"authlab/lab/source"
)

// ServerView is what the server did and what it remembers.
type ServerView struct {
	Checks   []CheckView
	Sum      string // "200 OK", the answer that was given
	Outcome  string
	Took     string
	Mismatch string // what to say where explanation and answer differ, else ""
	Events   []EventView
	Total    string // "1 record, 124 B; 1 tombstone, 43 B"
	Records  []RecordView
	// Tombstones are what is left of records that have ended.
	Tombstones []TombstoneView
	Keys       []KeyView
	Accounts   []AccountView
	Absent     string // what is written where there is no record
	Code       []source.Block
	BothApps   string // where both apps' code is to be read side by side
	Proof      *ProofView
}

// CheckView is one check of a verdict.
type CheckView struct {
	Name, Detail, Rule string
	Ink                string
	Class              string // "", "stop", "unreached"
	Result             string // in words, for those that did not pass
}

// EventView is one thing that the server did.
type EventView struct{ At, Text, Took string }

// RecordView is a record as the server remembers it, with what changed.
type RecordView struct {
	ID    string
	Brief string
	Rows  []RecordRow
	Gone  string // why it is no longer there, "" while it is
	// Refuses says that it is there for nothing but to refuse something.
	Refuses bool
	Bytes   string // the stored bytes
	Size    string
	// Label says what ID is, for records of the token flow.
	Label string
	// Hashed says that ID is the id's SHA-256.
	Hashed bool
	// Native are the lines in which the record's database shows it, NativeNote
	// says what they are.
	Native     []string
	NativeNote string
}

// where says where the record's bytes are, or were.
func (r RecordView) where() string {
	if r.Gone != "" {
		return "its bytes until then"
	}
	return "its bytes in the store"
}

// RecordRow is one field of a record.
type RecordRow struct {
	Name, Value, Was, Note string
	Ref                    string // what the value is bound to: "user"
	Changed                bool
}

// KeyView is a key that the server holds; Kind says which: "signing key".
type KeyView struct{ ID, Kind, Use, Made, Secret string }

// AccountView is an account that the server knows.
type AccountView struct {
	ID               string
	Email, Role, Was string
	Version          string // of its tokens that are believed, where that is asked for or was raised
	Asked            string // what the app asked of it for this request, "" for nothing
	Changed          bool
}

// ProofView shows what a server makes of a credential with this bench's key: how a
// token's signature is computed, or checked, or a sealed session opened.
type ProofView struct {
	Title, Fold      string // of the part, closed and open
	InputName, Input string
	KeyName, Key     string
	By, Result, Ink  string // how the result came about, it, and its ink
	Verdict          string
	Claims           []ClaimView // of what was opened
}

// NewServer shows the server at one exchange. earlier is the flow's exchange
// before it, nil for the first: an administrator acts between two.
func NewServer(x, earlier *journal.Exchange, v explain.Verdict, ran []source.Block) ServerView {
	s := ServerView{
		Sum: page.StatusText(v.Answered), Outcome: v.Outcome, Took: moment.Took(x.Duration),
		Mismatch: Mismatch(v), Code: ran, Proof: newProof(x),
	}
	for _, c := range v.Checks {
		s.Checks = append(s.Checks, newCheck(c))
	}
	for _, e := range x.Events {
		s.Events = append(s.Events, newEvent(e))
	}
	known := x.Before
	if earlier != nil {
		known = earlier.After
	}
	s.remember(x.Before, x.After, x.Flow, x.Clock, x.Settings)
	s.Accounts = newAccounts(known, x.After, x.Settings)
	asked(s.Accounts, x.Events)
	return s
}

// idleServer is a server that nothing was asked of at this step: what it
// remembers now.
func idleServer(flow journal.Flow, now journal.State, clock time.Time, s settings.Settings) ServerView {
	v := ServerView{Accounts: newAccounts(now, now, s)}
	v.remember(now, now, flow, clock, s)
	return v
}

// remember shows what is remembered in a state, with what changed since before.
func (s *ServerView) remember(before, state journal.State, flow journal.Flow, now time.Time, set settings.Settings) {
	s.Records = newRecords(before, state, now, set)
	s.Tombstones = newTombstones(before, state, now, set)
	s.Total = weighed(state, now, set)
	switch {
	case state.Unread != "":
		s.Total, s.Absent = "not known", "The records could not be read: "+page.Shown(state.Unread)+"."
	case len(state.Records) == 0:
		s.Absent = explain.FlowOf(flow).Nobody
	}
	for _, k := range state.Keys {
		s.Keys = append(s.Keys, KeyView{
			ID: k.ID, Kind: explain.FlowOf(flow).Key, Use: keyUse(k, explain.FlowOf(flow).Alg(set)), Made: moment.Clock(k.Made),
			Secret: base64.RawURLEncoding.EncodeToString(k.Secret),
		})
	}
}

// Mismatch is what the page says beside checks that do not explain the answer.
func Mismatch(v explain.Verdict) string { return v.Note }

func newCheck(c explain.Check) CheckView {
	v := CheckView{Name: c.Name, Detail: page.Shown(c.Detail), Rule: c.Rule, Ink: string(c.Ink)}
	if c.Ink == explain.Plain || c.Ink == explain.Rule {
		v.Ink = "" // a check of a rule, not of a value
	}
	switch c.Result {
	case explain.Failed:
		v.Class, v.Result = "stop", "failed"
	case explain.FailsToo:
		v.Class, v.Result = "too", "fails too"
	case explain.NotReached, explain.NotRecorded:
		v.Class, v.Result = "unreached", string(c.Result)
	}
	return v
}

// newEvent says in words what the server did.
func newEvent(e journal.Event) EventView {
	v := EventView{At: moment.Took(e.At)}
	if e.Took > 0 {
		v.Took = moment.Took(e.Took)
	}
	f := func(name string) string { return page.Shown(page.Brief(e.Field(name), 40)) }
	id := page.Shown(page.Brief(e.Field("id"), 6))
	switch e.Kind {
	case journal.PasswordChecked:
		v.Text = "checked the password of " + f("email") + " against its bcrypt hash: " + yes(e.Field("ok"), "it matches", "no match")
	case journal.AccountRead:
		v.Text = "looked up account " + f("user") + ": " + yes(e.Field("found"), "role "+f("role"), "not found")
	case journal.RecordFound:
		v.Text = "found record " + id + yes(strconv.FormatBool(e.Field("used") != ""), ", which was used before", "")
	case journal.RecordMissing:
		v.Text = "looked for record " + id + ": " + f("reason")
	case journal.RecordWritten:
		v.Text = "wrote record " + id + ", " + f("bytes") + " B"
	case journal.RecordDeleted:
		v.Text = "deleted record " + id + yes(e.Field("existed"), "", " (there was none)")
	case journal.RecordRefused:
		v.Text = "refused to write record " + id + ": it was deleted"
	case journal.AccountRaised:
		v.Text = "raised the version of account " + f("user") + " to " + f("version")
	case journal.KeyUsed:
		v.Text = "took key " + f("kid") + " to " + f("for") + yes(e.Field("found"), "", ": no such key")
	case journal.ClockRead:
		v.Text = "read the bench's clock: " + clockOf(e.Field("now"))
	case journal.CheckMade:
		v.Text = "told its audit: " + f("check") + yes(e.Field("passed"), ", passed", ", failed")
	case journal.PartFailed:
		v.Text = "could not " + f("doing") + ": the " + f("part") + yes(strconv.FormatBool(e.Field("why") == journal.Timeout), " gave no answer in time", " failed")
	default:
		v.Text = string(e.Kind)
	}
	return v
}

func yes(value, then, otherwise string) string {
	if value == "true" {
		return then
	}
	return otherwise
}

func clockOf(rfc3339 string) string {
	t, err := time.Parse(time.RFC3339Nano, rfc3339)
	if err != nil {
		return rfc3339
	}
	return moment.Clock(t)
}

// gone says what became of a record, by what is left of it.
var gone = map[string]string{"deleted": "deleted", "expired": "expired, dropped", "": "no longer there"}

// newRecords lists the records of after, with what changed since before, and those
// that are gone.
func newRecords(before, after journal.State, now time.Time, s settings.Settings) []RecordView {
	var out []RecordView
	for _, r := range after.Records {
		was, existed := before.Record(r.ID)
		v := newRecord(r, was, existed, now)
		v.Refuses = onlyRefuses(r, now, s)
		out = append(out, v)
	}
	for _, r := range before.Records {
		if _, still := after.Record(r.ID); !still {
			v := newRecord(r, r, true, now)
			left, _ := after.Tombstone(r.ID)
			v.Gone = gone[left.Why]
			out = append(out, v)
		}
	}
	if s.Session.HashID == settings.On {
		for i := range out {
			out[i].Hashed = true
		}
	}
	return out
}

func newRecord(r, was journal.Record, existed bool, now time.Time) RecordView {
	v := RecordView{ID: r.ID, Brief: page.Brief(r.ID, 6), Bytes: page.Shown(string(r.Bytes)), Size: page.Size(int64(len(r.Bytes))), Native: consoleLines(r.Native), NativeNote: nativeNote(r.Native)}
	row := func(name, ref, value, old, note string) {
		changed := !existed || value != old
		rr := RecordRow{Name: name, Ref: ref, Value: value, Note: note, Changed: changed}
		if existed && changed {
			rr.Was = "was " + old
		}
		v.Rows = append(v.Rows, rr)
	}
	if r.Kind == journal.RefreshRecord || r.Kind == journal.DeniedRecord {
		v.Label = tokenRows(r, was, now, row)
		return v
	}
	row("user", "user", r.User, was.User, "")
	row("created", "created", moment.Seen(r.Created, now), moment.Seen(was.Created, now), "")
	if r.Expires.Add(time.Second).Before(r.Deadline) {
		row("idle until", "idle", moment.Seen(r.Expires, now), moment.Seen(was.Expires, now), moment.Away(r.Expires, now))
	}
	row("at latest", "deadline", moment.Seen(r.Deadline, now), moment.Seen(was.Deadline, now), moment.Away(r.Deadline, now))
	return v
}

// consoleLines are the lines in which a database shows what it holds.
func consoleLines(native []string) []string {
	var lines []string
	for _, line := range native {
		lines = append(lines, page.Shown(line))
	}
	return lines
}

// nativeNote says what a database's lines are, and which clock they go by.
func nativeNote(native []string) string {
	note := "asked of the database, and its answer"
	for _, line := range native {
		if strings.HasPrefix(line, "PTTL ") {
			note += "; the TTL goes by its own clock, not the bench’s"
		}
	}
	return note
}

// proofs show, by flow, how its server makes sure that a credential is one of its own.
var proofs = map[journal.Flow]func(x *journal.Exchange, credential string) *ProofView{journal.Token: tokenProof, journal.Sealed: sealedProof}

// newProof shows how the server makes sure of the exchange's credential, where it can do
// that by itself; else nil.
func newProof(x *journal.Exchange) *ProofView {
	c, ok := explain.Read(x).Issued()
	if !ok {
		c, ok = explain.Read(x).Presented()
	}
	proof := proofs[x.Flow]
	if !ok || proof == nil {
		return nil
	}
	return proof(x, c.Value)
}

// RequestLine is a request's method and the end of its path: "GET session/profile".
func RequestLine(x *journal.Exchange) string {
	line := explain.Read(x).Line()
	path := line.Target
	if at := strings.Index(path, "/"+string(x.Flow)+"/"); at >= 0 {
		path = path[at+1:]
	}
	return page.Shown(page.Brief(line.Method, 12) + " " + page.Brief(path, 60))
}
