package bench

import (
	"context"
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

func moment(name string, t time.Time) journal.Field {
	return journal.Field{Name: name, Value: t.UTC().Format(time.RFC3339Nano)}
}
