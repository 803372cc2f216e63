package lab

import (
	"authlab/lab/site/web"
)

// Patterns are all patterns of the routing table, for tests from outside.
func (l *Lab) Patterns() []string { return l.patterns }

// Permissions is the Permissions-Policy of the lab's pages.
var Permissions = web.Permissions

// AssetsPath is where the static files are.
func (l *Lab) AssetsPath() string { return l.assets.Path() }
