package panes

import (
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/site/page"
)

// TombstoneView is what is left of a record that has ended.
type TombstoneView struct {
	Label  string // what the id is: "id", "jti of an ended token"
	Brief  string
	Own    bool   // the id is one that only the server has, and no credential
	Why    string // "deleted", "expired"
	Ends   string // when its record would have ended
	New    bool   // it was none before this exchange
	Key    string // the whole id
	Size   string // of the key, which is all that the store keeps
	Native []string
	// NativeNote says what the lines of Native are.
	NativeNote string
}

// newTombstones lists what is remembered only to refuse it.
func newTombstones(before, after journal.State, now time.Time, s settings.Settings) []TombstoneView {
	var out []TombstoneView
	for _, t := range after.Tombstones {
		_, was := before.Tombstone(t.ID)
		v := TombstoneView{
			Label: idLabels[t.Kind], Brief: page.Brief(t.ID, 6), Own: t.Kind != journal.SessionRecord, Why: t.Why, Ends: until(t.Expires, now), New: !was,
			Key: page.Shown(t.ID), Size: page.Size(int64(len(t.ID))), Native: consoleLines(t.Native), NativeNote: nativeNote(t.Native),
		}
		if t.Kind == journal.SessionRecord && s.Session.HashID == settings.On {
			v.Label, v.Own = "id’s SHA-256", true
		}
		out = append(out, v)
	}
	return out
}

// idLabels say what the key of a record of each kind is.
var idLabels = map[journal.RecordKind]string{
	journal.SessionRecord: "id", journal.RefreshRecord: "refresh token’s SHA-256", journal.DeniedRecord: "jti of an ended token",
}

// CountOf says how much is remembered: "1 record", "0 records and 1 tombstone".
func CountOf(s journal.State) string {
	text := page.Plural(len(s.Records), "record")
	if n := len(s.Tombstones); n > 0 {
		text += " and " + page.Plural(n, "tombstone")
	}
	return text
}

// weighed is counted with sizes: of a record's bytes, and of a tombstone's key,
// which is all that is left of it. Of records that are kept for nothing but to
// refuse a token, it says so.
func weighed(s journal.State, now time.Time, set settings.Settings) string {
	var bytes, keys int64
	refuse := 0
	for _, r := range s.Records {
		bytes += int64(len(r.Bytes))
		if onlyRefuses(r, now, set) {
			refuse++
		}
	}
	for _, t := range s.Tombstones {
		keys += int64(len(t.ID))
	}
	text := page.Plural(len(s.Records), "record") + ", " + page.Size(bytes)
	if refuse > 0 {
		text += ", " + page.Itoa(refuse) + " only to refuse"
	}
	if n := len(s.Tombstones); n > 0 {
		text += "; " + page.Plural(n, "tombstone") + ", " + page.Size(keys)
	}
	return text
}

// onlyRefuses reports whether a record is there so that something can be refused:
// a token that was ended, or a refresh token that was used and whose grace is over.
func onlyRefuses(r journal.Record, now time.Time, s settings.Settings) bool {
	switch r.Kind {
	case journal.DeniedRecord:
		return true
	case journal.RefreshRecord:
		used := refreshOf(r).Used
		return !used.IsZero() && s.Token.Refresh != settings.On && !now.Before(used.Add(settings.Duration(s.Token.Grace)))
	default:
		return false
	}
}

// newAccounts lists the accounts, which both apps ask and which lie in neither's
// records, with what changed since before.
func newAccounts(before, after journal.State, set settings.Settings) []AccountView {
	var out []AccountView
	for _, a := range after.Accounts {
		v := AccountView{ID: a.ID, Email: a.Email, Role: a.Role, Version: versionOf(a, set)}
		if was, ok := before.Account(a.ID); ok && was.Role != a.Role {
			v.Changed, v.Was = true, "was "+was.Role
		}
		out = append(out, v)
	}
	return out
}

// asked notes at the accounts what the app asked of them for this request.
func asked(accounts []AccountView, events []journal.Event) {
	for i := range accounts {
		a := &accounts[i]
		for _, e := range events {
			switch {
			case e.Kind == journal.AccountRead && e.Field("user") == a.ID:
				a.Asked = "looked up for this request"
			case e.Kind == journal.PasswordChecked && e.Field("email") == a.Email && a.Asked == "":
				a.Asked = "password checked for this request"
			}
		}
	}
}
