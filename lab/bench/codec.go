package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"
)

// codec turns a session into the bytes that the store keeps, and back. It
// writes JSON, where scs's default is gob, so that the stored bytes can be read
// on the page as they are.
//
// scs reckons deadlines by the machine's clock; what is stored is by the
// bench's. The codec adds how far the bench is ahead on the way in and takes it
// off on the way out, so scs and the bench agree on when a session ends
// wherever the bench's clock stands.
type codec struct {
	clock    *clock
	contents *contents
}

// recordContent is what the stored bytes say.
type recordContent struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

// Encode implements scs.Codec.
func (c codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(recordContent{deadline.Add(c.clock.ahead()).Truncate(time.Millisecond).UTC(), values})
}

// Decode implements scs.Codec.
func (c codec) Decode(b []byte) (time.Time, map[string]any, error) {
	content, err := c.contents.of(b)
	return content.Deadline.Add(-c.clock.ahead()), maps.Clone(content.Values), err // scs changes them
}

// contents are what the records say that were decoded last, so that each is decoded
// once and not by everybody who asks for it during a request: the codec, the store,
// and the journal, which shows what is remembered before and after. They go by the
// bytes alone.
type contents struct {
	mu   sync.Mutex
	last map[string]recordContent
}

// maxContents is how many are kept of one bench: the two that a request has to do with,
// and a few for requests at once.
const maxContents = 8

// of decodes the bytes of a record. What it returns is shared and must not be modified.
func (c *contents) of(b []byte) (recordContent, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.last[string(b)]; ok {
		return known, nil
	}
	content, err := decodeRecord(b)
	if err != nil {
		return content, err
	}
	if c.last == nil || len(c.last) == maxContents {
		c.last = make(map[string]recordContent, 1)
	}
	c.last[string(b)] = content
	return content, nil
}

func decodeRecord(b []byte) (recordContent, error) {
	var content recordContent
	if err := json.Unmarshal(b, &content); err != nil {
		return content, fmt.Errorf("decode session record: %w", err)
	}
	return content, nil
}

func (content recordContent) user() string {
	user, _ := content.Values["user"].(string)
	return user
}

func (content recordContent) created() time.Time {
	s, _ := content.Values["created"].(string)
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}
