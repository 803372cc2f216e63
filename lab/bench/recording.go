package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"authlab/lab/journal"
)

// recording collects what the server does while it handles one request. The
// parts that are injected into the apps find it in the request's context; the
// apps do not know of it.
type recording struct {
	mu     sync.Mutex
	events []entry
	room   *[32]entry // that events began in
	of     *underWay  // the exchange, nil for none
}

// eventRooms are lists of events that are done with, for the next requests: what an
// exchange keeps is a list of just the length that it has.
var eventRooms = sync.Pool{New: func() any { return new([32]entry) }}

// entry is an event with the moment that it began; its distance from the
// exchange's start is known only once the tap has reported that start.
type entry struct {
	event journal.Event
	at    time.Time
}

type recordingKey struct{}

func withRecording(ctx context.Context, rec *recording) context.Context {
	return context.WithValue(ctx, recordingKey{}, rec)
}

// recordingOf is the recording of a request, nil for none.
func recordingOf(ctx context.Context) *recording {
	rec, _ := ctx.Value(recordingKey{}).(*recording)
	return rec
}

// record notes an event that has just happened, if ctx belongs to a recorded
// request. Work outside of one (a bench being made) leaves no trace.
func record(ctx context.Context, kind journal.EventKind, fields ...journal.Field) {
	recordSince(ctx, time.Time{}, kind, fields...)
}

// recordSince notes an event that began at began and has just ended.
func recordSince(ctx context.Context, began time.Time, kind journal.EventKind, fields ...journal.Field) {
	rec := recordingOf(ctx)
	if rec == nil {
		return
	}
	now := time.Now()
	e := entry{event: journal.Event{Kind: kind, Fields: fields}, at: now}
	if !began.IsZero() {
		e.at, e.event.Took = began, now.Sub(began)
	}
	rec.mu.Lock()
	if rec.room == nil && rec.events == nil {
		rec.room = eventRooms.Get().(*[32]entry)
		rec.events = rec.room[:0]
	}
	rec.events = append(rec.events, e)
	rec.mu.Unlock()
}

// since returns the events with their distances from started, and ends the recording.
func (rec *recording) since(started time.Time) []journal.Event {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	out := make([]journal.Event, len(rec.events))
	for i, e := range rec.events {
		out[i] = e.event
		out[i].At = e.at.Sub(started)
	}
	if rec.room != nil {
		clear(rec.room[:])
		eventRooms.Put(rec.room)
		rec.room, rec.events = nil, []entry{}
	}
	return out
}

// maxField is how many bytes of a value an event keeps. Who wants all of a long
// e-mail finds it in the request.
const maxField = 1 << 10

// field is a particular of an event: a copy of the value, which may be a part of
// something much longer that would stay in memory with it, or of its beginning.
func field(name, value string) journal.Field {
	if len(value) > maxField {
		value = fmt.Sprintf("%s… (the first %d of %d bytes)", value[:maxField], maxField, len(value))
	}
	return journal.Field{Name: name, Value: strings.Clone(value)}
}

func timeField(name string, t time.Time) journal.Field {
	return journal.Field{Name: name, Value: t.UTC().Format(time.RFC3339Nano)}
}

// audit is the hook that the apps tell of each check that they make. It notes
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
