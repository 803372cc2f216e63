package listen

import (
	"net"
	"time"
)

// DefaultPatience is how long what was sent may wait for its reader. It is longer
// than a heartbeat and than a walk through a dead spot; a page comes back by
// itself.
const DefaultPatience = 20 * time.Second

// Patient lets go of connections whose other end takes nothing any more:
// a phone that is out of reach or asleep, or a program that never reads and has
// its buffers full.
//
// Nothing else would for a long time. An event has some fifty bytes, and the
// system's buffers swallow thousands of them before a write waits, so a deadline
// for writing is never met in a class; and packets that nobody acknowledges are
// sent again for a quarter of an hour, in which the instructor's page counts a
// device that has gone. Who reads nothing but has room in its own buffers costs
// what any follower costs, and delays nobody.
type Patient struct {
	net.Listener
	// Patience is how long what was sent may wait to be acknowledged.
	Patience time.Duration
}

// Accept waits for the next connection and sets its patience.
func (l Patient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		_ = setPatience(tcp, l.Patience) // without it the lab works, too
	}
	return conn, err
}
