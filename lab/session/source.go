package session

import "embed"

// Source is the application's own source, as it was built.
//
//go:embed app.go answer.go audit.go credential.go login.go logout.go profile.go source.go variant.go
//go:embed views.templ style.css
var Source embed.FS
