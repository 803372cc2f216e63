package token

import "embed"

// Source is the application's own source, as it was built.
//
//go:embed app.go answer.go audit.go checks.go credential.go login.go logout.go profile.go source.go
//go:embed variant.go algorithm.go cookie.go refresh.go revoke.go
//go:embed views.templ style.css app.js
var Source embed.FS
