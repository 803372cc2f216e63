package bench

import (
	"context"
	"errors"
	"sync"
	"time"

	"authlab/lab/journal"
)

// audit is the hook that both apps tell of each check that they make. It notes
// them in their order.
func audit(ctx context.Context, check string, passed bool) {
	record(ctx, journal.CheckMade, fieldsOf(check, passed)...)
}

// findings holds the fields of each outcome that there was, by the check's name: of
// one that was not passed, and of one that was. A token has to pass more than a dozen
// checks at each request, with the same few outcomes, and events are never changed:
// they share them. There are as many as the apps' source names.
var findings struct {
	sync.RWMutex
	of map[string][2][]journal.Field
}

func fieldsOf(check string, passed bool) []journal.Field {
	findings.RLock()
	both, known := findings.of[check]
	findings.RUnlock()
	if !known {
		both = remembering(check)
	}
	if passed {
		return both[1]
	}
	return both[0]
}

// remembering makes the fields of a check's outcomes for all to share.
func remembering(check string) [2][]journal.Field {
	findings.Lock()
	defer findings.Unlock()
	both, known := findings.of[check]
	if known {
		return both
	}
	for i, passed := range []string{"false", "true"} {
		both[i] = []journal.Field{field("check", check), field("passed", passed)}
	}
	if findings.of == nil {
		findings.of = map[string][2][]journal.Field{}
	}
	findings.of[check] = both
	return both
}

// broke notes that a part could not do what the app asked it for, which was begun
// at began, and returns the cause err. What err says in its own words is for the log:
// it may name what is the operator's business.
func broke(ctx context.Context, began time.Time, part journal.Part, doing string, err error) error {
	why := journal.Fault
	if errors.Is(err, context.DeadlineExceeded) {
		why = journal.Timeout
	}
	recordSince(ctx, began, journal.PartFailed, field("part", string(part)), field("doing", doing), field("why", why))
	return err
}
