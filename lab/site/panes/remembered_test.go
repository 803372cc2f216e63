package panes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// noon is when the tests of this file take place.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// TestWhatIsRememberedIsCounted with records and tombstones apart, and with what is
// there only to refuse something.
func TestWhatIsRememberedIsCounted(t *testing.T) {
	login := journal.Record{Kind: journal.SessionRecord, ID: "S1", User: "reader", Bytes: make([]byte, 102)}
	denied := journal.Record{Kind: journal.DeniedRecord, ID: "J1", Bytes: make([]byte, 20)}
	used := journal.Record{Kind: journal.RefreshRecord, ID: "R1", Bytes: []byte(`{"family":"R1","used":"2026-01-02T11:59:50Z"}`)}
	fresh := journal.Record{Kind: journal.RefreshRecord, ID: "R2", Bytes: []byte(`{"family":"R1","used":"0001-01-01T00:00:00Z"}`)}
	left := journal.Tombstone{Kind: journal.SessionRecord, ID: strings.Repeat("x", 43), Why: "deleted"}
	for _, c := range []struct {
		state            journal.State
		refresh, grace   string
		counted, weighed string
	}{
		{journal.State{}, "off", "0s", "0 records", "0 records, 0 B"},
		{journal.State{Records: []journal.Record{login}}, "off", "0s", "1 record", "1 record, 102 B"},
		{journal.State{Tombstones: []journal.Tombstone{left}}, "off", "0s", "0 records and 1 tombstone", "0 records, 0 B; 1 tombstone, 43 B"},
		{journal.State{Records: []journal.Record{login}, Tombstones: []journal.Tombstone{left, left}}, "off", "0s", "1 record and 2 tombstones", "1 record, 102 B; 2 tombstones, 86 B"},
		{journal.State{Records: []journal.Record{denied}}, "off", "0s", "1 record", "1 record, 20 B, 1 only to refuse"},
		{journal.State{Records: []journal.Record{used, fresh}}, "rotate", "0s", "2 records", "2 records, 90 B, 1 only to refuse"},
		{journal.State{Records: []journal.Record{used, fresh}}, "detect", "10s", "2 records", "2 records, 90 B, 1 only to refuse"},
		{journal.State{Records: []journal.Record{used, fresh}}, "detect", "1m", "2 records", "2 records, 90 B"},
		{journal.State{Records: []journal.Record{used, fresh}}, "on", "0s", "2 records", "2 records, 90 B"},
	} {
		set := settings.Default(false)
		set.Token.Refresh, set.Token.Grace = c.refresh, c.grace
		if got := CountOf(c.state); got != c.counted {
			t.Errorf("%+v: %q, want %q", c.state, got, c.counted)
		}
		if got := weighed(c.state, noon, set); got != c.weighed {
			t.Errorf("%s, grace %s: %q, want %q", c.refresh, c.grace, got, c.weighed)
		}
	}
}

// TestTheRoleStandsWithTheAccounts and not in the record that names the account.
func TestTheRoleStandsWithTheAccounts(t *testing.T) {
	account := func(role string) []journal.Account {
		return []journal.Account{{ID: "librarian", Email: "librarian@library.test", Role: role}, {ID: "reader", Email: "reader@library.test", Role: "member"}}
	}
	record := []journal.Record{{Kind: journal.SessionRecord, ID: "S1", User: "librarian", Created: noon, Expires: noon.Add(time.Hour), Deadline: noon.Add(time.Hour)}}
	before := journal.State{Records: record, Accounts: account("staff")}
	after := journal.State{Records: record, Accounts: account("member")}
	s := ServerView{Accounts: newAccounts(before, after, settings.Default(false))}
	s.remember(before, after, journal.Session, noon, settings.Default(false))
	asked(s.Accounts, []journal.Event{{Kind: journal.AccountRead, Fields: []journal.Field{{Name: "user", Value: "librarian"}, {Name: "role", Value: "member"}, {Name: "found", Value: "true"}}}})
	var rows []string
	for _, r := range s.Records[0].Rows {
		rows = append(rows, r.Name)
	}
	if want := []string{"user", "created", "at latest"}; !slices.Equal(rows, want) {
		t.Errorf("the record says %q, want %q", rows, want)
	}
	lin, ravi := s.Accounts[0], s.Accounts[1]
	if lin.Role != "member" || lin.Was != "was staff" || !lin.Changed || lin.Asked != "looked up for this request" || ravi.Asked != "" {
		t.Errorf("the accounts are %+v", s.Accounts)
	}
}

// TestATombstoneIsNew at the exchange that ended its record, and says whose id it
// keeps.
func TestATombstoneIsNew(t *testing.T) {
	s1 := journal.Tombstone{Kind: journal.SessionRecord, ID: "S1", Why: "deleted", Expires: noon}
	s2 := journal.Tombstone{Kind: journal.SessionRecord, ID: "S2", Why: "expired", Expires: noon}
	j := journal.Tombstone{Kind: journal.DeniedRecord, ID: "J", Why: "expired"}
	before := journal.State{Tombstones: []journal.Tombstone{s1}, Records: []journal.Record{{ID: "S2", Kind: journal.SessionRecord, Expires: noon.Add(time.Hour)}, {ID: "lost"}}}
	after := journal.State{Tombstones: []journal.Tombstone{s1, s2, j}}
	set := settings.Default(false)
	set.Session.HashID = settings.On
	for _, hashed := range []string{settings.Off, settings.On} {
		set.Session.HashID = hashed
		got := newTombstones(before, after, noon, set)
		if len(got) != 3 || got[0].New || !got[1].New || got[1].Why != "expired" || got[0].Ends != "12:00:00" || got[2].Ends != "for ever" ||
			got[0].Own != (hashed == settings.On) || !got[2].Own || got[2].Label != "jti of an ended token" || got[0].Size != "2 B" {
			t.Errorf("hashed %s: %+v", hashed, got)
		}
	}
	// What is left of it says why a record is gone, not the clock.
	gone := newRecords(before, after, noon, set)
	if len(gone) != 2 || gone[0].Gone != "expired, dropped" || gone[1].Gone != "no longer there" {
		t.Errorf("%+v", gone)
	}
}
