package source

import (
	"authlab/lab/bench"
	"authlab/lab/settings"
	"authlab/lab/token"
)

var tokenApp = app{
	source: token.Source,
	shown: map[bench.Deed][]string{
		bench.ProfileDeed: {"profile", "desk", "account", "holder", "verify", "parse", "judge", "lookUp"},
		bench.LoginDeed:   {"login", "grant", "issue"},
		bench.LogoutDeed:  {"leaving", "logout", "revoke", "endAccess", "endRefresh"},
		bench.RefreshDeed: {"refresh", "use", "spent", "grant"},
	},
	runsIf: map[string]func(settings.Settings) bool{
		"logout": func(s settings.Settings) bool { return !endsSomething(s) },
		"revoke": endsSomething, "endAccess": endsSomething, "endRefresh": endsSomething,
		"lookUp": func(s settings.Settings) bool {
			return s.Token.Role == settings.Off || isOn(s.Token.Revocation)
		},
		"refresh": func(s settings.Settings) bool { return isOn(s.Token.Refresh) },
		"spent":   func(s settings.Settings) bool { return s.Token.Refresh != settings.On },
	},
	constants: map[string]any{
		"LocalStorage": string(token.LocalStorage), "SessionStorage": string(token.SessionStorage),
		"InMemory": string(token.InMemory), "InCookie": string(token.InCookie),
		"RequireAll": string(token.RequireAll), "RequireExp": string(token.RequireExp), "RequireNothing": string(token.RequireNothing),
		"NoRefresh": string(token.NoRefresh), "Reusable": string(token.Reusable), "Rotated": string(token.Rotated), "Detected": string(token.Detected),
	},
}

// isOn reports whether a knob that can be off is not. What was not recorded on a
// bench has no settings, and is as the lesson's configuration.
func isOn(value string) bool { return value != "" && value != settings.Off }

// endsSomething reports whether a logout of the token app has anything to do.
func endsSomething(s settings.Settings) bool {
	return s.Token.Storage == "cookie" || isOn(s.Token.Refresh) || isOn(s.Token.Revocation)
}
