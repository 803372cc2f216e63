package wire_test

import (
	"io"
	"net/http"
	"testing"
)

func TestNotClaimed(t *testing.T) {
	b := newBed(t, 0, func(*bed) http.Handler { return pages() }, nil)
	c := b.dial(t)
	c.send(get + chunked + head("GET", "/abort/chunked"))
	c.rest()
	b.wait(t, 1)
	if len(b.captures)+len(b.unclaimed) != 0 {
		t.Errorf("reported %v, %v", b.captures, b.unclaimed)
	}
}

// A claim that comes when bytes are on the wire already would be an exchange
// with a hole in it.
func TestClaimTooLate(t *testing.T) {
	for name, late := range map[string]func(http.ResponseWriter, *http.Request){
		"flushed":      func(w http.ResponseWriter, _ *http.Request) { http.NewResponseController(w).Flush() },
		"100-continue": func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t, 0, func(b *bed) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					late(w, r)
					b.claimed(pages()).ServeHTTP(w, r)
				})
			}, nil)
			c := b.dial(t)
			c.send(expect + "hello")
			c.rest()
			b.wait(t, 1)
			if len(b.captures) != 0 || b.refused != 1 {
				t.Errorf("%d captures, %d claims refused", len(b.captures), b.refused)
			}
		})
	}
}

// A client that goes away cancels the context, often before the handler claims.
func TestClaimAfterClientLeft(t *testing.T) {
	b := newBed(t, 0, func(b *bed) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			b.claimed(pages()).ServeHTTP(w, r)
		})
	}, nil)
	c := b.dial(t)
	c.send(get)
	c.conn.Close()
	b.wait(t, 1)
	if len(b.captures) != 1 || string(b.captures[0].Request.Data) != get {
		t.Errorf("captures %+v", b.captures)
	}
}
