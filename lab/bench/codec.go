package bench

import (
	"encoding/json"
	"fmt"
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
type codec struct{ clock *clock }

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
	content, err := decodeRecord(b)
	return content.Deadline.Add(-c.clock.ahead()), content.Values, err
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
