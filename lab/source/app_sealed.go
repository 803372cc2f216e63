package source

import (
	"authlab/lab/bench"
	"authlab/lab/sealed"
	"authlab/lab/settings"
)

var sealedApp = app{
	source: sealed.Source,
	shown: map[bench.Deed][]string{
		bench.ProfileDeed: {"profile", "desk", "account", "open", "decrypt", "judge", "lookUp", "renew"},
		bench.LoginDeed:   {"login", "grant", "issue", "seal"},
		bench.LogoutDeed:  {"logout"},
	},
	runsIf: map[string]func(settings.Settings) bool{
		"lookUp": func(s settings.Settings) bool { return s.Token.Role == settings.Off },
		"renew":  func(s settings.Settings) bool { return s.Session.Idle != settings.Off },
	},
}
