package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// defaultGrace is how long a lab that is about to stop answers as before: long enough
// for what stands in front of it to have asked /readyz, short enough to wait for at a
// keyboard.
const defaultGrace = 2 * time.Second

// connections counts those that are open.
type connections struct {
	mu   sync.Mutex
	open int
	none chan struct{} // closed while there are none
}

func newConnections() *connections {
	c := &connections{none: make(chan struct{})}
	close(c.none)
	return c
}

// saw is what http.Server.ConnState calls.
func (c *connections) saw(_ net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateNew:
		if c.open++; c.open == 1 {
			c.none = make(chan struct{})
		}
	case http.StateClosed, http.StateHijacked:
		if c.open--; c.open == 0 {
			close(c.none)
		}
	}
}

// gone is closed once no connection is open.
func (c *connections) gone() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.none
}

// lastAnswer says on each connection that the answer is its last one, once the lab is
// about to stop (RFC 9112, section 9.6). A client that is told so sends its next
// request elsewhere. One whose idle connection is closed unasked may just have sent
// it, and cannot know whether it was done.
func (l *Lab) lastAnswer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.stopping.Err() != nil {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// answer serves until ctx ends, and then stops in three steps: the lab is not ready;
// whoever asks is answered, for the last time on that connection, until nobody is
// connected or the grace is over; then nobody is let in, and requests in flight
// finish.
func (l *Lab) answer(ctx context.Context, lns ...net.Listener) error {
	served := make(chan error, len(lns))
	for _, ln := range lns {
		go func() { served <- l.server.Serve(l.listen(l.tap, ln)) }()
	}
	select {
	case err := <-served:
		l.stop()
		return errors.Join(fmt.Errorf("serve: %w", err), l.server.Close())
	case <-ctx.Done():
	}
	l.stop()
	draining, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	l.graceful(draining)
	if err := l.server.Shutdown(draining); err != nil {
		return errors.Join(fmt.Errorf("stop within %s: %w", drainTimeout, err), l.server.Close())
	}
	return nil
}

// graceful waits for the grace, or until nobody is connected.
func (l *Lab) graceful(ctx context.Context) {
	grace := time.NewTimer(l.config.Grace)
	defer grace.Stop()
	select {
	case <-l.connections.gone():
	case <-grace.C:
	case <-ctx.Done():
	}
}
