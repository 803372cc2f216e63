package rehearsal

import (
	"authlab/lab/journal"
)

// Cast are exchanges that stand for a state which no step of the lesson shows.
type Cast struct {
	Page      *journal.Exchange // answered with HTML
	Later     *journal.Exchange // asked again a minute after the login
	Truncated *journal.Exchange // more content than is kept
	Forged    *journal.Exchange // a token whose signature was changed
	Interim   *journal.Exchange // answered with 100 first
	CutOff    *journal.Exchange // the connection ended within the content
	Nasty     *journal.Exchange // bytes that cannot be shown as they are
	Public    *journal.Exchange // a token that is checked with a public key
}
