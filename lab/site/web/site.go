package web

import (
	"context"
	"log/slog"
	"net/http"

	"authlab/lab/bench"
	"authlab/lab/listen"
	"authlab/lab/share"
)

// SiteConfig is what the features' HTTP rests on.
type SiteConfig struct {
	// Benches are those of the lab.
	Benches *bench.Benches
	// Assets is the path of the static files.
	Assets string
	// Allowances are what one client may do, by kind; nil for [Allowances].
	Allowances map[share.Kind]share.Allowance
	// Memory is how many bytes the lab is to do with. A quarter of them is for what is
	// being received and waits to be read, a quarter bounds the long answers.
	Memory int64
	// Files is how many files the process may have open; 0 for any number.
	Files int
	// URL is the base URL by which people reach the lab, "" if nobody knows.
	URL string
	// Addresses are the base URLs by which a class on the local network does.
	Addresses []string
	// Hosts are those that are answered besides loopback.
	Hosts listen.Hosts
	// Secure says that the lab is reached over TLS.
	Secure bool
	// Stopping is done once the lab is about to stop.
	Stopping context.Context
	// Log gets what operators should know.
	Log *slog.Logger
}

// Site is what every feature answers with: pages, errors, long answers, event streams,
// and who may do how much.
type Site struct {
	config    SiteConfig
	benches   *bench.Benches
	stopping  context.Context
	admission *admission
	few       *few   // the long answers under way
	broken    []byte // the page for a failure, rendered at start so that it cannot fail
}

// NewSite makes a site. It fails if the page for failures cannot be rendered.
func NewSite(c SiteConfig) (*Site, error) {
	s := &Site{config: c, benches: c.Benches, stopping: c.Stopping, admission: newAdmission(c), few: fewFor(c.Memory)}
	var err error
	s.broken, err = s.renderBroken()
	return s, err
}

// Stopping is done once the lab is about to stop.
func (s *Site) Stopping() context.Context { return s.stopping }

// Benches are the lab's.
func (s *Site) Benches() *bench.Benches { return s.benches }

// Assets is the path of the static files.
func (s *Site) Assets() string { return s.config.Assets }

// Memory is how many bytes the lab is to do with.
func (s *Site) Memory() int64 { return s.config.Memory }

// Secure reports whether the lab is reached over TLS, as far as it was told.
func (s *Site) Secure() bool { return s.config.Secure }

// Conns are the connections of the lab's clients.
func (s *Site) Conns() *share.Conns { return s.admission.conns }

// Get is what serves a page of ours that changes nothing.
func (s *Site) Get(h Handler) http.Handler { return secure(s.Adapt(h)) }

// Change is what serves a form of ours: from our own origin only, and read whole.
func (s *Site) Change(h Handler) http.Handler { return secure(s.sameOrigin(s.Adapt(form(h)))) }

// Inspect is what serves those who send something to be inspected, from our own origin
// only.
func (s *Site) Inspect(h http.Handler) http.Handler {
	return secureUpTo(MaxInspect, s.sameOrigin(h))
}
