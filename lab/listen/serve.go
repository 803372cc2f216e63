package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// DefaultGrace is how long a lab that is about to stop answers as before: long enough
// for what stands in front of it to have asked /readyz, short enough to wait for at a
// keyboard.
const DefaultGrace = 2 * time.Second

// The limits of a server.
const (
	HeadTimeout  = 5 * time.Second  // how long a request's head may take to arrive
	MaxHead      = 32 << 10         // how large it may be, in bytes
	drainTimeout = 10 * time.Second // how long a stop takes at most
)

// Service is a server that stops without a loss.
type Service struct {
	// Server answers.
	Server *http.Server
	// Nobody returns what is closed once nobody is connected.
	Nobody func() <-chan struct{}
	// Stop says that the end has begun: from then on each answer is the last one on
	// its connection, and event streams end.
	Stop func()
	// Grace is how long it goes on answering then, or until nobody is connected.
	Grace time.Duration
}

// Serve answers on listeners until ctx ends, and then stops in three steps: Stop is
// called; whoever asks is answered, for the last time on that connection, until nobody
// is connected or the grace is over; then nobody is let in, and requests in flight
// finish, ten seconds from the end of ctx at most. It returns nil, or why it could not
// serve, or not stop in time.
func (s Service) Serve(ctx context.Context, lns ...net.Listener) error {
	served := make(chan error, len(lns))
	for _, ln := range lns {
		go func() { served <- s.Server.Serve(ln) }()
	}
	select {
	case err := <-served:
		s.Stop()
		return errors.Join(fmt.Errorf("serve: %w", err), s.Server.Close())
	case <-ctx.Done():
	}
	s.Stop()
	draining, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	s.graceful(draining)
	if err := s.Server.Shutdown(draining); err != nil {
		return errors.Join(fmt.Errorf("stop within %s: %w", drainTimeout, err), s.Server.Close())
	}
	return nil
}

// graceful waits for the grace, or until nobody is connected.
func (s Service) graceful(ctx context.Context) {
	grace := time.NewTimer(s.Grace)
	defer grace.Stop()
	select {
	case <-s.Nobody():
	case <-grace.C:
	case <-ctx.Done():
	}
}
