package explain

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// now is the time of the tests' exchanges.
var now = time.Date(2026, 11, 23, 9, 14, 32, 0, time.UTC)

// key is the key of the tests' bench.
var key = journal.Key{ID: "k1", Alg: "HS256", Secret: []byte("0123456789abcdef0123456789abcdef"), Made: now}

// message is a message that arrived whole.
func message(text string) journal.Message {
	return journal.Message{Bytes: []byte(text), Length: int64(len(text)), Complete: true}
}

// crlf turns a readable message into one of the wire.
func crlf(lines ...string) string { return strings.Join(lines, "\r\n") }

// exchange is an exchange that reached its app.
func exchange(flow journal.Flow, request, response string) *journal.Exchange {
	return &journal.Exchange{
		Number: 1, Flow: flow, By: journal.Visitor, Started: now, Clock: now, Scheme: "http", Reached: true,
		Request: message(request), Response: message(response),
		Before: journal.State{
			Accounts: []journal.Account{{ID: "reader", Role: "member"}, {ID: "librarian", Role: "staff"}},
			Keys:     []journal.Key{key},
		},
	}
}

func event(kind journal.EventKind, pairs ...string) journal.Event {
	e := journal.Event{Kind: kind}
	for i := 0; i < len(pairs); i += 2 {
		e.Fields = append(e.Fields, journal.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return e
}

// sign makes a compact JWS of the two JSON texts.
func sign(header, payload string, secret []byte) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// The header and payload of a token that the server believes for fifteen
// minutes from now.
const (
	goodHeader  = `{"alg":"HS256","kid":"k1","typ":"JWT"}`
	goodPayload = `{"iss":"https://library.test","sub":"librarian","aud":["https://api.library.test"],"exp":1795426172,"iat":1795425272,"jti":"J1","name":"Lin","role":"staff"}`
)

// covers checks what every message must hold: its lines are contiguous and
// cover all bytes, and each line's spans lie within its text, in order.
func covers(t testing.TB, m Message, b []byte) {
	t.Helper()
	at := 0
	for i, l := range m.Lines {
		if l.Start != at || l.End <= l.Start || l.Text < l.Start || l.Text > l.End {
			t.Fatalf("line %d is [%d, %d, %d) after offset %d", i, l.Start, l.Text, l.End, at)
		}
		at = l.End
		from := l.Start
		for _, s := range l.Spans {
			if s.Start < from || s.End <= s.Start || s.End > l.Text {
				t.Fatalf("line %d [%d, %d) has span [%d, %d) after offset %d", i, l.Start, l.Text, s.Start, s.End, from)
			}
			if s.Ink == "" || s.Ref == "" || s.Gloss.Text == "" || s.Gloss.Source == "" || s.Gloss.URL == "" {
				t.Fatalf("line %d has an unexplained span: %+v", i, s)
			}
			from = s.End
		}
	}
	if at != len(b) {
		t.Fatalf("lines end at %d of %d bytes", at, len(b))
	}
}

// settingsOf are the settings of a new bench with one knob turned.
func settingsOf(t testing.TB, name, value string) settings.Settings {
	t.Helper()
	s, err := settings.Default(false).With(name, value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
