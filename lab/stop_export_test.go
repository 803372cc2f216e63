package lab

import (
	"context"
	"net"
	"time"
)

// AnswerOnce serves the lab on a listener until ctx ends and stops as Serve does, with
// a server of its own, and leaves the lab as it is for the next time.
func (l *Lab) AnswerOnce(ctx context.Context, grace time.Duration, ln net.Listener) error {
	once := *l
	once.config.Grace = grace
	var stopping context.Context
	stopping, once.stop = context.WithCancel(context.Background())
	var err error
	if once.Site, err = l.newSite(l.Benches(), stopping, l.config.Allowances); err != nil {
		return err
	}
	once.furnish()
	once.handler = once.routes()
	once.tap, once.server = once.newServer()
	return once.answer(ctx, ln)
}
