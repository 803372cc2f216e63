package lab

import "net/http"

// table is the routing table, and remembers what stands in it.
type table struct {
	mux      http.ServeMux
	patterns []string // in the order of routes.go
}

// route is a handler that stands in the table, as others do not that the mux has of
// its own.
type route struct{ http.Handler }

// Handle adds a route, as http.ServeMux does.
func (t *table) Handle(pattern string, h http.Handler) {
	t.patterns = append(t.patterns, pattern)
	t.mux.Handle(pattern, route{h})
}
