package export

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// JournalOf is what journal.json says of the bench that a journal is of.
type JournalOf struct {
	ID    string
	Made  time.Time
	Clock time.Time     // the bench's, now
	Ahead time.Duration // of the clock before ours
	// Settings are those of now.
	Settings settings.Settings
}

// WriteJournal writes journal.json: everything that was recorded, bytes in base64. It
// writes the same bytes as JSON of the whole would have, exchange by exchange, so that
// a full bench is not held twice. It fails where w does.
func WriteJournal(w io.Writer, of JournalOf, v journal.View) error {
	out := members{w: w}
	out.add(`{"bench":`, newBenchJSON(of, v))
	before := `,"exchanges":[`
	for _, x := range v.Exchanges {
		out.add(before, newExchangeJSON(x))
		before = ","
	}
	if len(v.Exchanges) == 0 {
		out.write([]byte(before))
	}
	out.add(`],"actions":`, newActionsJSON(v.Actions))
	out.write([]byte("}\n"))
	return out.err
}

// members writes JSON part by part, until one fails.
type members struct {
	w   io.Writer
	one bytes.Buffer
	err error
}

func (m *members) write(b []byte) {
	if m.err == nil {
		_, m.err = m.w.Write(b)
	}
}

// add writes text and, after it, a value.
func (m *members) add(text string, value any) {
	if m.err != nil {
		return
	}
	m.one.Reset()
	m.one.WriteString(text)
	enc := json.NewEncoder(&m.one)
	enc.SetEscapeHTML(false)
	if m.err = enc.Encode(value); m.err == nil {
		m.write(bytes.TrimSuffix(m.one.Bytes(), []byte("\n")))
	}
}

// journal.json is {"bench": benchJSON, "exchanges": [exchangeJSON …], "actions":
// [actionJSON …]}. Times are RFC 3339 in UTC; those named clock, created, expires,
// deadline and made are by the bench's clock.

type benchJSON struct {
	ID         string            `json:"id"`
	Made       time.Time         `json:"made"`
	Clock      time.Time         `json:"clock"`
	Ahead      time.Duration     `json:"clock_ahead_ns"`
	Settings   settings.Settings `json:"settings"`
	Limit      int               `json:"exchange_limit"`
	TurnedAway int               `json:"turned_away"` // requests answered unrecorded, over a budget
}

type exchangeJSON struct {
	Number     int               `json:"number"`
	Flow       journal.Flow      `json:"flow"`
	By         journal.Sender    `json:"by"`
	Step       *int              `json:"step"`     // null where the exchange shows none
	Restores   bool              `json:"restores"` // sent before a step, to make true what it needs
	Connection int64             `json:"connection"`
	Started    time.Time         `json:"started"`
	Duration   time.Duration     `json:"duration_ns"`
	Clock      time.Time         `json:"clock"`
	Request    messageJSON       `json:"request"`
	Response   messageJSON       `json:"response"`
	Events     []eventJSON       `json:"events"`
	Before     stateJSON         `json:"before"`
	After      stateJSON         `json:"after"`
	Settings   settings.Settings `json:"settings"`
	Verdict    verdictJSON       `json:"verdict"`
}

type messageJSON struct {
	Bytes     []byte `json:"bytes"`
	Length    int64  `json:"length"`
	Truncated bool   `json:"truncated"`
	Complete  bool   `json:"complete"`
}

// eventJSON is {kind, at_ns, took_ns, …} with the event's own fields beside them.
type eventJSON map[string]any

type stateJSON struct {
	Records []recordJSON `json:"records"`
	// Tombstones are what is left of records that have ended.
	Tombstones []tombstoneJSON `json:"tombstones"`
	Accounts   []accountJSON   `json:"accounts"`
	Keys       []keyJSON       `json:"keys"`
}

type recordJSON struct {
	ID   string `json:"id"`
	User string `json:"user"`
	// Role is the account's, which the record does not hold: see accounts. Other
	// programs have read it here from the first version on.
	Role     string             `json:"role"`
	Created  time.Time          `json:"created"`
	Expires  time.Time          `json:"expires"`
	Deadline time.Time          `json:"deadline"`
	Bytes    []byte             `json:"bytes"`
	Kind     journal.RecordKind `json:"kind"`
	Native   []string           `json:"native,omitempty"` // the row as its database shows it
}

type tombstoneJSON struct {
	ID      string             `json:"id"`
	Why     string             `json:"why"`     // deleted or expired
	Expires time.Time          `json:"expires"` // when the record would have ended
	Kind    journal.RecordKind `json:"kind"`
	Native  []string           `json:"native,omitempty"`
}

type accountJSON struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	// Version is what a token must at least say where tokens are revoked so.
	Version int `json:"token_version"`
}

type keyJSON struct {
	ID     string    `json:"kid"`
	Alg    string    `json:"alg"`
	Secret []byte    `json:"secret,omitempty"` // of an HMAC key
	Public []byte    `json:"public,omitempty"` // SubjectPublicKeyInfo, of an asymmetric one
	Made   time.Time `json:"made"`
}

type verdictJSON struct {
	Outcome  string      `json:"outcome"`
	Status   int         `json:"status"`   // what the checks lead to
	Answered int         `json:"answered"` // what the server answered
	Note     string      `json:"note,omitempty"`
	Checks   []checkJSON `json:"checks"`
}

// checkJSON is one check; ok is null where it was not reached. too marks one that
// failed besides the one that decided.
type checkJSON struct {
	Name   string `json:"name"`
	OK     *bool  `json:"ok"`
	Too    bool   `json:"too,omitempty"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

type actionJSON struct {
	Kind   journal.ActionKind `json:"kind"`
	After  int                `json:"after"` // the number of the last exchange begun before it
	At     time.Time          `json:"at"`
	Clock  time.Time          `json:"clock"`
	Detail string             `json:"detail"`
	Fields map[string]string  `json:"fields"`
}

func newBenchJSON(of JournalOf, v journal.View) benchJSON {
	return benchJSON{
		ID: of.ID, Made: of.Made.UTC(), Clock: of.Clock, Ahead: of.Ahead, Settings: of.Settings,
		Limit: v.Limit, TurnedAway: v.TurnedAway,
	}
}

func newActionsJSON(list []journal.Action) []actionJSON {
	out := make([]actionJSON, 0, len(list))
	for _, a := range list {
		fields := map[string]string{}
		for _, f := range a.Fields {
			fields[f.Name] = f.Value
		}
		out = append(out, actionJSON{a.Kind, a.After, a.At.UTC(), a.Clock, a.Detail, fields})
	}
	return out
}

func newExchangeJSON(x *journal.Exchange) exchangeJSON {
	j := exchangeJSON{
		Number: x.Number, Flow: x.Flow, By: x.By, Restores: x.Restores, Connection: x.Connection,
		Started: x.Started.UTC(), Duration: x.Duration, Clock: x.Clock,
		Request: newMessageJSON(x.Request), Response: newMessageJSON(x.Response),
		Events: make([]eventJSON, 0, len(x.Events)),
		Before: newStateJSON(x.Before), After: newStateJSON(x.After),
		Settings: x.Settings,
		Verdict:  newVerdictJSON(explain.Read(x).Verdict()),
	}
	if x.Step != plot.NoStep {
		j.Step = &x.Step
	}
	for _, e := range x.Events {
		fields := eventJSON{"kind": e.Kind, "at_ns": e.At, "took_ns": e.Took}
		for _, f := range e.Fields {
			fields[f.Name] = f.Value
		}
		j.Events = append(j.Events, fields)
	}
	return j
}

func newMessageJSON(m journal.Message) messageJSON {
	bytes := m.Bytes
	if bytes == nil {
		bytes = []byte{} // "" rather than null
	}
	return messageJSON{bytes, m.Length, m.Truncated, m.Complete}
}

func newStateJSON(s journal.State) stateJSON {
	j := stateJSON{Records: []recordJSON{}, Tombstones: []tombstoneJSON{}, Accounts: []accountJSON{}, Keys: []keyJSON{}}
	for _, r := range s.Records {
		account, _ := s.Account(r.User)
		j.Records = append(j.Records, recordJSON{r.ID, r.User, account.Role, r.Created, r.Expires, r.Deadline, r.Bytes, r.Kind, r.Native})
	}
	for _, t := range s.Tombstones {
		j.Tombstones = append(j.Tombstones, tombstoneJSON{t.ID, t.Why, t.Expires, t.Kind, t.Native})
	}
	for _, a := range s.Accounts {
		j.Accounts = append(j.Accounts, accountJSON{a.ID, a.Email, a.Name, a.Role, a.Version})
	}
	for _, k := range s.Keys {
		j.Keys = append(j.Keys, keyJSON(k))
	}
	return j
}

func newVerdictJSON(v explain.Verdict) verdictJSON {
	j := verdictJSON{Outcome: v.Outcome, Status: v.Status, Answered: v.Answered, Note: v.Note, Checks: make([]checkJSON, 0, len(v.Checks))}
	for _, c := range v.Checks {
		check := checkJSON{Name: c.Name, Rule: c.Rule, Detail: c.Detail, Too: c.Result == explain.FailsToo}
		if c.Result != explain.NotReached && c.Result != explain.NotRecorded {
			ok := c.Result == explain.Passed
			check.OK = &ok
		}
		j.Checks = append(j.Checks, check)
	}
	return j
}
