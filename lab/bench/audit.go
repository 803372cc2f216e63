package bench

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"authlab/lab/journal"
)

// audit is the hook that both apps tell of each check that they make. It notes
// them in their order.
func audit(ctx context.Context, check string, passed bool) {
	record(ctx, journal.CheckMade, fieldsOf(finding{check, passed})...)
}

type finding struct {
	check  string
	passed bool
}

// findings holds the fields of each outcome that there was. A token has to pass
// more than a dozen checks at each request, with the same few outcomes, and events
// are never changed: they share them. There are as many as the apps' source names.
var findings sync.Map // of finding to []journal.Field

func fieldsOf(f finding) []journal.Field {
	if fields, known := findings.Load(f); known {
		return fields.([]journal.Field)
	}
	fields, _ := findings.LoadOrStore(f, []journal.Field{field("check", f.check), field("passed", strconv.FormatBool(f.passed))})
	return fields.([]journal.Field)
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
