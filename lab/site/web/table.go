package web

import (
	"net/http"
)

// Table is the routing table, and remembers what stands in it.
type Table struct {
	Mux      http.ServeMux
	Patterns []string // in the order of routes.go
}

// route is a handler that stands in the table, as others do not that the mux has of
// its own.
type route struct{ http.Handler }

// Handle adds a route, as http.ServeMux does.
func (t *Table) Handle(pattern string, h http.Handler) {
	t.Patterns = append(t.Patterns, pattern)
	t.Mux.Handle(pattern, route{h})
}
