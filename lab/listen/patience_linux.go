package listen

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// setPatience sets TCP_USER_TIMEOUT (tcp(7)): the time after which the system
// gives a connection up on which sent data stays unacknowledged, or waits for a
// receiver whose window is closed. RFC 5482 describes it, RFC 9293, section 3.9.1
// the rule behind it.
func setPatience(c *net.TCPConn, patience time.Duration) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(patience.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
