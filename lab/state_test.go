package lab_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// TestWhatTheServerRemembers follows the records of both flows through login,
// use, second login and logout.
func TestWhatTheServerRemembers(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	sid := v.sid()
	v.both(t, "profile")
	v.post(t, v.path("/session/logout"))
	v.send(t, "POST", v.path("/token/logout"), v.bearer(), "")
	j := v.journal(t, 6)
	for i, want := range []struct {
		flow          string
		before, after int
		refused       int // how many ids are remembered only to refuse them, after
		happened      string
	}{
		{"session", 0, 1, 0, "account.read password.checked clock.read record.written"}, {"token", 0, 0, 0, "password.checked key.used clock.read"},
		{"session", 1, 1, 0, "record.found account.read record.written"}, {"token", 0, 0, 0, "key.used clock.read"},
		{"session", 1, 0, 1, "record.found record.deleted"}, {"token", 0, 0, 0, ""},
	} {
		x := j.Exchanges[i]
		if x.Number != i+1 || x.Flow != want.flow || x.By != "visitor" {
			t.Errorf("exchange %d is number %d of %s by %s", i+1, x.Number, x.Flow, x.By)
		}
		if len(x.Before.Records) != want.before || len(x.After.Records) != want.after {
			t.Errorf("exchange %d: records %d then %d, want %d then %d", i+1, len(x.Before.Records), len(x.After.Records), want.before, want.after)
		}
		if len(x.Before.Tombstones) != 0 || len(x.After.Tombstones) != want.refused {
			t.Errorf("exchange %d: tombstones %+v then %+v, want none then %d", i+1, x.Before.Tombstones, x.After.Tombstones, want.refused)
		}
		for kind := range strings.FieldsSeq(want.happened) {
			if kind != "account.read" && len(x.events(kind)) == 0 {
				t.Errorf("exchange %d lacks the event %s: %v", i+1, kind, x.Events)
			}
		}
		for _, e := range x.Events {
			if kind := fmt.Sprint(e["kind"]); kind != "check.made" && !strings.Contains(want.happened, kind) {
				t.Errorf("exchange %d has an event that should not be: %v", i+1, e)
			}
		}
	}
	r := j.Exchanges[0].After.Records[0]
	if r.ID != sid || r.User != reader.ID || bytes.Contains(r.Bytes, []byte(reader.Role)) {
		t.Errorf("the record is %s of %s, %s; want %s of %s without a role", r.ID, r.User, r.Bytes, sid, reader.ID)
	}
	if a := j.Exchanges[0].After.Accounts[1]; a.ID != reader.ID || a.Role != reader.Role {
		t.Errorf("the account is %+v", a)
	}
	left := j.Exchanges[4].After.Tombstones
	if used := j.Exchanges[2].After.Records[0]; left[0].ID != sid || left[0].Why != "deleted" || left[0].Kind != "session" || !left[0].Expires.Equal(used.Expires) {
		t.Errorf("of the record %+v is left", left)
	}
	if idle := r.Expires.Sub(r.Created); idle < 14*time.Minute || idle > 16*time.Minute {
		t.Errorf("the record ends %s after its creation, want 15 minutes", idle)
	}
	if !json.Valid(r.Bytes) || !bytes.Contains(r.Bytes, []byte(`"user":"reader"`)) {
		t.Errorf("the stored bytes are %q", r.Bytes)
	}
	used := j.Exchanges[2].After.Records[0]
	if !used.Expires.After(r.Expires) || !used.Created.Equal(r.Created) {
		t.Errorf("after use the record ends %s (was %s), created %s (was %s)", used.Expires, r.Expires, used.Created, r.Created)
	}
}

// TestJournalShape holds journal.json against the names and types that issue 2
// promises to other programs.
func TestJournalShape(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	v.both(t, "profile")
	v.await(t, 4)
	var j any
	if err := json.Unmarshal([]byte(v.get(t, v.path("/journal.json")).body), &j); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{
		"bench.id": "string", "exchanges": "list", "exchanges.0.number": "number", "exchanges.0.flow": "string", "exchanges.0.by": "string",
		"exchanges.0.started": "string", "exchanges.0.duration_ns": "number",
		"exchanges.0.request.bytes": "string", "exchanges.0.request.length": "number", "exchanges.0.request.truncated": "bool",
		"exchanges.0.response.bytes": "string", "exchanges.0.response.length": "number", "exchanges.0.response.truncated": "bool",
		"exchanges.0.events": "list", "exchanges.0.events.0.kind": "string", "exchanges.0.events.0.at_ns": "number",
		"exchanges.0.before.records": "list", "exchanges.0.after.records": "list", "exchanges.0.after.tombstones": "list",
		"exchanges.0.after.records.0.id": "string", "exchanges.0.after.records.0.user": "string", "exchanges.0.after.records.0.role": "string",
		"exchanges.0.after.records.0.created": "string", "exchanges.0.after.records.0.expires": "string", "exchanges.0.after.records.0.bytes": "string",
		"exchanges.1.after.records": "list", "exchanges.0.verdict.outcome": "string", "exchanges.0.verdict.checks": "list",
		"exchanges.0.verdict.checks.0.name": "string", "exchanges.0.verdict.checks.0.ok": "bool",
		"exchanges.0.verdict.checks.0.rule": "string", "exchanges.0.verdict.checks.0.detail": "string",
	} {
		if got := kindAt(j, path); got != kind {
			t.Errorf("%s is %s, want %s", path, got, kind)
		}
	}
}

// kindAt tells what kind of value stands at a path of names and indices.
func kindAt(v any, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(at) {
				return "missing"
			}
			v = at[i]
		default:
			return "missing"
		}
	}
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "list"
	default:
		return fmt.Sprintf("%T", v)
	}
}
