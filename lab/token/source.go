package token

import "embed"

// Source is the application's own source, as it was built.
//
//go:embed accounts.go app.go audit.go carry.go check.go end.go issue.go login.go profile.go renew.go
//go:embed site.go source.go variant.go algorithm.go checks.go json.go shell.go shell.templ parts.templ app.js
var Source embed.FS
