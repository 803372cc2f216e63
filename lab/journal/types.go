// Package journal holds what was recorded: the plain data types of an exchange
// and the bounded, append-only list of a bench's exchanges.
//
// Nothing here is derived. What a header means, or why a request was refused,
// is worked out from these records by package explain; what is stored here is
// what arrived, what was answered and what the server did in between. An
// [Exchange] is never changed once it has been appended.
package journal

import (
	"time"

	"authlab/lab/settings"
)

// Flow names one of the ways to stay logged in.
type Flow string

// The flows. Their values are also the path segment below a bench
// (/bench/{id}/session/, /bench/{id}/token/).
const (
	Session Flow = "session" // stateful: a server-side session, named by a cookie
	Token   Flow = "token"   // stateless: a JWT, presented as a bearer token
	Sealed  Flow = "sealed"  // stateless: the whole session, encrypted, in a cookie
)

// Flows lists all flows in the order in which pages show them. Each has its app on
// every bench.
var Flows = []Flow{Session, Token, Sealed}

// Lesson lists the flows that the lesson compares, which its steps ask and its pages
// show where nothing else is asked for.
var Lesson = []Flow{Session, Token}

// Sender says who sent a request.
type Sender string

const (
	// Visitor is anything that connected from outside: the visitor's browser,
	// another tab, curl. The wire alone cannot tell them apart.
	Visitor Sender = "visitor"
	// Replay is the lab's own HTTP client, which sends a copy of a recorded
	// credential over loopback.
	Replay Sender = "replay"
)

// Exchange is one HTTP request and its response with everything recorded about
// it.
type Exchange struct {
	// Number counts a bench's exchanges from 1, in the order in which their
	// requests reached the lab.
	Number int
	Flow   Flow
	By     Sender
	// Step is the step of the lesson that this exchange shows, or plot.NoStep.
	Step int
	// Restores says that it was sent before a step of the lesson, to make true again
	// what that step needs: a login, say, because the token had expired. It shows no
	// step.
	Restores bool
	// Peer is the network address that it came from, without the port.
	Peer string
	// Page names the page that was sending for the lesson when this came from its
	// browser, as the page calls itself: 32 hexadecimal digits, drawn at random. It is
	// empty where none was.
	Page string
	// Connection identifies the TCP connection within this process, from 1.
	Connection int64
	// Started is when the first byte of the request was read, by the machine's
	// clock.
	Started time.Time
	// Duration runs from Started to the last byte of the response.
	Duration time.Duration
	// Clock is the bench's time when handling began. It differs from Started
	// once the visitor has moved the bench's clock.
	Clock time.Time
	// Scheme is "http" or "https", as the connection was.
	Scheme   string
	Request  Message
	Response Message
	// Reached reports whether the request reached the app. It is false where
	// net/http answered by itself (a malformed request line, say).
	Reached bool
	// Events is what the server did, in order.
	Events []Event
	Before State
	After  State
	// Settings are those of the app that was asked. They are the zero value in
	// exchanges that were not made on a bench.
	Settings settings.Settings

	derived *derived // see Derive
}

// Message is one HTTP message as it crossed the connection.
type Message struct {
	// Bytes are the bytes of the message in order and letter case, at most as
	// many as the tap keeps. A response includes any interim (1xx) responses
	// that came before it. It must not be modified.
	Bytes []byte
	// Length is the number of bytes that crossed the connection. It is larger
	// than len(Bytes) where Truncated is true.
	Length int64
	// Truncated reports that only the first len(Bytes) bytes were kept.
	Truncated bool
	// Complete is false where the connection closed before the message ended.
	Complete bool
}

// EventKind names what the server did.
type EventKind string

// The kinds of events, named place.verb. Those on records of the token flow have a
// field kind, too: refresh or denied. A refresh token's record that was found has
// user, family and used as well, as they were before this request changed them;
// used is empty where it had not been.
const (
	PasswordChecked EventKind = "password.checked" // Fields: email, ok; Took is the cost of bcrypt
	AccountRead     EventKind = "account.read"     // Fields: user, role, version, found
	AccountRaised   EventKind = "account.raised"   // the version of tokens that are believed; Fields: user, version
	RecordFound     EventKind = "record.found"     // Fields: id, expires
	RecordMissing   EventKind = "record.missing"   // Fields: id, reason (unknown, deleted, expired)
	RecordWritten   EventKind = "record.written"   // Fields: id, expires, bytes
	RecordDeleted   EventKind = "record.deleted"   // Fields: id, existed
	RecordRefused   EventKind = "record.refused"   // a write to a deleted id that the store refused; Fields: id
	KeyUsed         EventKind = "key.used"         // Fields: kid, for (sign, verify, seal or open), found
	ClockRead       EventKind = "clock.read"       // Fields: now (RFC 3339 with nanoseconds)
	// CheckMade is a check that the app made of the request, as the app itself told
	// its audit, in the order in which they count. Fields: check (its name), passed.
	CheckMade EventKind = "check.made"
	// PartFailed is what one of the app's parts could not do. Fields: part, doing (in
	// words: "find a record"), why (Timeout or Fault).
	PartFailed EventKind = "part.failed"
)

// Part is what an app relies on beside itself.
type Part string

// The parts that can fail.
const (
	StorePart    Part = "store"    // where records are kept
	AccountsPart Part = "accounts" // who may use the library, and their passwords
	KeysPart     Part = "keys"     // what tokens are signed, or sessions sealed with
)

// Why a part failed.
const (
	Timeout = "timeout" // it had not answered in the time that it is given
	Fault   = "fault"   // it said that it cannot
)

// Event is one thing the server did during an exchange.
type Event struct {
	Kind EventKind
	// At is the distance from the exchange's Started.
	At time.Duration
	// Took is how long it took, where that was measured, else 0.
	Took time.Duration
	// Fields holds the event's particulars, in order; see the kinds.
	Fields []Field
}

// Field is one named particular of an event.
type Field struct{ Name, Value string }

// Field returns the value of the named field, or "" where there is none.
func (e Event) Field(name string) string {
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// State is what a flow's server remembered at one moment.
type State struct {
	// Records are the flow's records, oldest first. The token flow has none
	// unless its settings ask for some: refresh tokens, a denylist.
	Records []Record
	// Tombstones are what is left of records that have ended, in the order in which
	// those were first written. They are no logins and no records: a count of
	// Records has none of them.
	Tombstones []Tombstone
	// Unread says why the records could not be read; it is empty where they were.
	Unread string
	// Accounts are the library's accounts, which all flows share.
	Accounts []Account
	// Keys are the keys that the flow's server holds. The session flow has
	// none, and the sealed one none before it first seals a session.
	Keys []Key
}

// Record is one row that the server remembers.
type Record struct {
	Kind RecordKind
	// ID is the record's key in the store: the session id or its hash, the
	// hash of a refresh token, the id of a token that was denied.
	ID string
	// User and Created are what the app put into the record.
	User    string
	Created time.Time
	// Expires is when the store stops returning the record (the nearer of the
	// idle and the absolute limit), Deadline the absolute limit, both by the
	// bench's clock.
	Expires  time.Time
	Deadline time.Time
	// Bytes is the stored value, as it lies in the store. It must not be
	// modified.
	Bytes []byte
	// Native is the row as its database's own console shows it, line by line,
	// from what the database answered; none for memory.
	Native []string
}

// Tombstone is what a store keeps of a record that has ended: its key, which is
// remembered only to refuse it. A write that comes late would bring the record
// back, and with it a login that was ended (OWASP ASVS 7.4.1 forbids that).
type Tombstone struct {
	// Kind and ID are those that the record had.
	Kind RecordKind
	ID   string
	// Why is "deleted" or "expired".
	Why string
	// Expires is when the record would have ended, by the bench's clock; zero for
	// one that had no end.
	Expires time.Time
	// Native is the tombstone as its database's own console shows it; see
	// Record.Native.
	Native []string
}

// RecordKind says what a record remembers.
type RecordKind string

// The kinds of records.
const (
	SessionRecord RecordKind = "session" // a login
	RefreshRecord RecordKind = "refresh" // a refresh token that was given out
	DeniedRecord  RecordKind = "denied"  // a token that is no longer believed, by its jti
)

// Account is one account of the Corner Library, as the server knows it.
type Account struct {
	ID    string // what records and tokens name it by ("sub")
	Email string
	Name  string
	Role  string // "member" or "staff"
	// Version is raised to end all tokens that were issued before; 0 at first.
	Version int
}

// Key is one key that a server signs and verifies with, or seals and opens.
type Key struct {
	ID     string // the "kid" of RFC 7515, section 4.1.4, and of RFC 7516, section 4.1.6
	Alg    string // the only algorithm that it is used with, by RFC 7518's names
	Secret []byte // the octets of an HMAC key, or of one that seals, else nil. It must not be modified
	// Public is the public key of an asymmetric algorithm (SubjectPublicKeyInfo
	// in DER, RFC 5280, section 4.1), else nil. The private one is not recorded.
	Public []byte
	Made   time.Time
}

// Account returns the account with the given id.
func (s State) Account(id string) (Account, bool) {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a, true
		}
	}
	return Account{}, false
}

// Record returns the record with the given id.
func (s State) Record(id string) (Record, bool) {
	for _, r := range s.Records {
		if r.ID == id {
			return r, true
		}
	}
	return Record{}, false
}

// Tombstone returns the tombstone of the record with the given id.
func (s State) Tombstone(id string) (Tombstone, bool) {
	for _, t := range s.Tombstones {
		if t.ID == id {
			return t, true
		}
	}
	return Tombstone{}, false
}

// ActionKind names something done to a bench that is not an HTTP exchange of
// its apps.
type ActionKind string

// The kinds of actions.
const (
	RoleChanged ActionKind = "role"  // an administrator changed an account's role
	ClockMoved  ActionKind = "clock" // the bench's clock was moved forward
	// SettingsChanged: the visitor turned knobs. Its fields are the knobs' names
	// with "from -> to" in the values' labels.
	SettingsChanged ActionKind = "settings"
)

// Action is something done to a bench between exchanges.
type Action struct {
	Kind ActionKind
	// After is the number of the last exchange that had begun before it.
	After  int
	At     time.Time // by the machine's clock
	Clock  time.Time // by the bench's clock, once done
	Detail string    // in words, for people
	Fields []Field   // role: account, from, to; clock: by (a Go duration)
}
