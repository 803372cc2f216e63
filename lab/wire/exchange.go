package wire

import (
	"net/http"
	"time"
)

// exchange is what is known of the request and response under way.
type exchange struct {
	request, response message
	started, finished time.Time
	written           int64         // bytes of the response, recorded or not
	handled           bool          // the server's handler was called
	running           bool          // a handler was called and has not returned
	failed            bool          // a write failed
	done              func(Capture) // who claimed it
}

// recorded reports whether the response is kept: when somebody asked for it,
// or when it is net/http's own.
func (e *exchange) recorded() bool { return e.done != nil || !e.handled }

// answered reports whether the whole response was written. One that ends with
// the connection has no end to recognise, so that nothing went wrong must do.
func (e *exchange) answered() bool {
	if e.response.phase == toClose {
		return !e.running && !e.failed
	}
	return e.response.complete()
}

// reset makes ready for the next exchange on the same connection.
func (e *exchange) reset() {
	e.request.reset()
	e.response.reset()
	*e = exchange{request: e.request, response: e.response}
}

// begin tells how net/http framed the request, when it has read the head.
func (c *conn) begin(r *http.Request, handled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.ProtoMajor != 1 {
		c.stop()
	}
	if !c.tapped {
		return
	}
	c.running = true
	c.handled = handled
	c.response.bodiless = r.Method == http.MethodHead
	c.request.body(r.ContentLength)
	c.retake()
}

// returned tells that the handler did not panic.
func (c *conn) returned() {
	c.mu.Lock()
	c.running = false
	c.mu.Unlock()
}

func (c *conn) claim(done func(Capture)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.tapped || !c.handled || c.done != nil || c.written > 0 {
		return false
	}
	c.done = done
	return true
}

// finish ends the exchange under way, if there is one, and reports it. After
// the last one on the connection nothing more is recorded.
func (c *conn) finish(last bool) {
	c.mu.Lock()
	report, capture := c.end(last)
	c.mu.Unlock()
	if report != nil {
		report(capture)
	}
}

func (c *conn) end(last bool) (report func(Capture), capture Capture) {
	if !c.tapped {
		return nil, Capture{}
	}
	if !last && c.request.phase == toClose {
		// Idle after an answer that no handler gave: the greeting of HTTP/2.
		c.stop()
		return nil, Capture{}
	}
	if report = c.reporter(); report != nil {
		capture = c.capture()
	}
	if last || !c.request.complete() {
		c.stop()
		return report, capture
	}
	c.reset()
	c.retake()
	return report, capture
}

// reporter returns who is to be told of the exchange under way, or nil.
func (c *conn) reporter() func(Capture) {
	if c.done == nil && !c.handled && c.written > 0 {
		return c.tap.unclaimed
	}
	return c.done
}

func (c *conn) capture() Capture {
	if c.finished.IsZero() {
		c.finished = time.Now()
	}
	return Capture{
		Connection: c.number,
		Remote:     c.RemoteAddr(),
		Local:      c.LocalAddr(),
		Started:    c.started,
		Finished:   c.finished,
		Request:    c.request.bytes(c.request.complete()),
		Response:   c.response.bytes(c.answered()),
		Handled:    c.handled,
		TLS:        c.tls != nil,
	}
}

// stop gives up recording on c, for good, and frees what was kept.
func (c *conn) stop() {
	c.tapped = false
	c.exchange = exchange{}
	c.pending = nil
}
