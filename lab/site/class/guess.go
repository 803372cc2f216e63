package class

import (
	"errors"
	"fmt"
	"net/http"

	"authlab/lab/room"
	"authlab/lab/share"
)

// errGuesses is returned to a client that has got too much wrong lately.
var errGuesses = errors.New("too many wrong codes or secrets were tried")

// knock returns the class with a code, for a client that tries it. A code is paid for
// before it is looked up, and given back if it was right: where nothing is left, right
// and wrong ones are answered alike, with errGuesses, but for the classes that this
// client was let in to before.
func (cs *Classes) knock(r *http.Request, code room.Code) (*Class, error) {
	client := share.From(r.Context())
	if cs.guests.knows(client, code) {
		return cs.Find(code)
	}
	if err := cs.spend(client, kindCode, ""); err != nil {
		return nil, fmt.Errorf("%w: %w", errGuesses, err)
	}
	c, err := cs.Find(code)
	if err != nil {
		return nil, err
	}
	cs.allowances.Back(client, kindCode, "")
	cs.guests.welcome(client, code)
	return c, nil
}

// mistaken counts a driving secret or an invite that is wrong. These are 130 random
// bits, so unlike codes they are looked up first: somebody who shares an instructor's
// address must not be able to shut the instructor out. It returns errGuesses where the
// client has got too many wrong.
func (cs *Classes) mistaken(r *http.Request, kind share.Kind) error {
	if err := cs.spend(share.From(r.Context()), kind, ""); err != nil {
		return fmt.Errorf("%w: %w", errGuesses, err)
	}
	return nil
}
