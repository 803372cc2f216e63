package source

import (
	"authlab/lab/bench"
	"authlab/lab/session"
	"authlab/lab/settings"
)

var sessionApp = app{
	source: session.Source,
	shown: map[bench.Deed][]string{
		bench.ProfileDeed: {"profile", "desk", "account", "renewed"},
		bench.LoginDeed:   {"login", "grant", "issue", "newSessions", "vary"},
		bench.LogoutDeed:  {"leaving", "logout", "withdraw", "forget"},
	},
	runsIf: map[string]func(settings.Settings) bool{
		"logout": deletesRecord, "withdraw": deletesRecord,
		"forget": func(s settings.Settings) bool { return !deletesRecord(s) },
	},
}

func deletesRecord(s settings.Settings) bool { return s.Session.Logout != "cookie" }
