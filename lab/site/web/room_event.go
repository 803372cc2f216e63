package web

import (
	"fmt"

	"authlab/lab/room"
)

var roomEventNames = map[room.NoticeKind]string{room.Shown: "shown", room.Counts: "counts", room.Send: "send"}

// RoomEvent is a notice of a room's as a server-sent event: its kind, and {seq, step}.
func RoomEvent(n room.Notice) string {
	return fmt.Sprintf("event: %s\ndata: {\"seq\":%d,\"step\":%d}\n\n", roomEventNames[n.Kind], n.Seq, n.Step)
}
