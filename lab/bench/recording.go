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
}

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

// record notes an event that has just happened, if ctx belongs to a recorded
// request. Work outside of one (a bench being made) leaves no trace.
func record(ctx context.Context, kind journal.EventKind, fields ...journal.Field) {
	recordSince(ctx, time.Time{}, kind, fields...)
}

// recordSince notes an event that began at began and has just ended.
func recordSince(ctx context.Context, began time.Time, kind journal.EventKind, fields ...journal.Field) {
	rec, ok := ctx.Value(recordingKey{}).(*recording)
	if !ok {
		return
	}
	now := time.Now()
	e := entry{event: journal.Event{Kind: kind, Fields: fields}, at: now}
	if !began.IsZero() {
		e.at, e.event.Took = began, now.Sub(began)
	}
	rec.mu.Lock()
	rec.events = append(rec.events, e)
	rec.mu.Unlock()
}

// since returns the events with their distances from started.
func (rec *recording) since(started time.Time) []journal.Event {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	out := make([]journal.Event, len(rec.events))
	for i, e := range rec.events {
		out[i] = e.event
		out[i].At = e.at.Sub(started)
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
	return field(name, t.UTC().Format(time.RFC3339Nano))
}
