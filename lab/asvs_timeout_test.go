package lab_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab/room"
)

// idleSessionsEnd leaves the apps alone for as long as they allow. A token counts for
// as long as that altogether, so that it ends by disuse as well.
func idleSessionsEnd(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	id := v.sessionLogin(t, "")
	v.logInToken(t, librarian)
	v.administer(t, "clock", "by", "14m")
	v.mustKnow(t, "a session unused for 14 minutes", id)
	v.mustBelieve(t, "a token unused for 14 minutes", v.token)
	v.administer(t, "clock", "by", "15m")
	v.mustNotKnow(t, "a session unused for 15 minutes", id)
	v.mustRefuse(t, "a token unused for 15 minutes", v.token)
}

// busySessionsEnd uses sessions, and refresh tokens, all the time.
func busySessionsEnd(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.turn(t, "token.refresh", "rotate", "token.refresh_lifetime", "1h")
	id := v.sessionLogin(t, "")
	held := v.tokenLogin(t)
	for range 5 {
		v.administer(t, "clock", "by", "11m")
		v.mustKnow(t, "a session within its hour", id)
		got, next := v.refreshes(t, held.Refresh)
		if got.status != http.StatusOK {
			t.Errorf("a refresh token within its hour is answered with %d", got.status)
		}
		held = next
	}
	v.administer(t, "clock", "by", "6m")
	v.mustNotKnow(t, "a busy session after an hour", id)
	if got, _ := v.refreshes(t, held.Refresh); got.status != http.StatusBadRequest {
		t.Errorf("a refresh token that was rotated for an hour is answered with %d", got.status)
	}
	drivingEnds(t)
}

// drivingEnds uses the right to drive a class for a day, in a room with a clock of the
// test's.
func drivingEnds(t *testing.T) {
	t.Helper()
	var ahead atomic.Int64
	rooms := room.NewRooms(nil, nil)
	t.Cleanup(rooms.Stop)
	r, err := rooms.Open(room.Options{Steps: 11, View: "both", Now: func() time.Time { return time.Unix(ahead.Load(), 0) }})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := r.Grant(room.ByOpening, room.Instructor, "")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Duration(0); at <= 24*time.Hour; at += time.Hour {
		ahead.Store(int64(at.Seconds()))
		number, may := r.MayDrive(secret)
		r.Used(number, room.Instructor)
		if may != (at < 24*time.Hour) {
			t.Errorf("after %v of use the right to drive is good: %t", at, may)
		}
	}
}
