package room_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// grant gives a right, and returns its secret and the window that has it.
func (o opened) grant(t tb, n int) (string, room.Window) {
	t.Helper()
	secret, err := o.Grant(room.ByOpening, room.Instructor, "")
	if err != nil {
		t.Fatal(err)
	}
	w := window(n)
	w.Right, _ = o.MayDrive(secret)
	return secret, w
}

// TestRightsAreFew gives one more than there may be: the one that was not used for
// longest makes way, unless a window with it is open.
func TestRightsAreFew(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	var secrets []string
	var windows []room.Window
	for n := range room.MaxRights {
		secret, w := o.grant(t, n)
		secrets, windows = append(secrets, secret), append(windows, w)
		o.clock.move(time.Minute)
	}
	o.Used(windows[1].Right, room.Projector)
	stream := o.watch(t, windows[0]) // the oldest, but it is open
	newest, _ := o.grant(t, 20)
	for i, secret := range append(secrets, newest) {
		if got := mayDrive(o, secret); got != (i != 2) {
			t.Errorf("right %d of %d may drive: %v", i+1, room.MaxRights+1, got)
		}
	}
	list, displaced := o.Rights()
	if len(list) != room.MaxRights || !displaced.At.Equal(o.clock.now()) || !displaced.Used.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("%d rights; %+v made way", len(list), displaced)
	}
	if list[0].Open != 1 || list[1].By != room.Projector || list[1].Open != 0 || list[1].Origin != room.ByOpening {
		t.Errorf("the list says %+v", list[:2])
	}
	if n := len(k.last.Driving); n != room.MaxRights {
		t.Errorf("%d rights are kept", n)
	}
	again, was := restored(t, kept(t, k.last), nil).Rights()
	if len(again) != room.MaxRights || !was.At.Equal(displaced.At) || !again[0].Given.Equal(noon) {
		t.Errorf("after a restart: %+v, %+v", again, was)
	}
	o.Leave(stream)
}

// TestAllRightsInUse refuses one more where each has an open window, and does not use
// an invite up for it.
func TestAllRightsInUse(t *testing.T) {
	o := open(t, nil)
	var last *room.Follower
	for n := range room.MaxRights {
		_, w := o.grant(t, n)
		last = o.watch(t, w)
	}
	token, _ := o.Invite(room.ByInvite)
	if secret, err := o.Grant(room.ByOpening, room.Instructor, ""); !is(err, room.ErrRights) || secret != "" {
		t.Errorf("one more: %v", err)
	}
	if _, err := o.Accept(token, room.Clicker, ""); !is(err, room.ErrRights) {
		t.Errorf("one more by an invite: %v", err)
	}
	o.Leave(last)
	if secret, err := o.Accept(token, room.Clicker, ""); err != nil || !mayDrive(o, secret) {
		t.Errorf("the same invite, once there is place: %v", err)
	}
}

// TestARightThatWasTakenBack ends its windows' streams, their driving and what they
// were sending, and lets them do nothing any more.
func TestARightThatWasTakenBack(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	mine, me := o.grant(t, 1)
	theirs, they := o.grant(t, 2)
	stream := o.watch(t, they)
	if _, err := o.Drive(they, send); err != nil {
		t.Fatal(err)
	}
	if err := o.TakeBack(me, me.Right); !is(err, room.ErrOwnRight) {
		t.Errorf("the own one: %v", err)
	}
	if err := o.TakeBack(me, 99); !is(err, room.ErrNoRight) {
		t.Errorf("one that is none: %v", err)
	}
	if err := o.TakeBack(me, they.Right); err != nil {
		t.Fatal(err)
	}
	for range stream.Notices { // ends, because it was let go
	}
	if mayDrive(o, theirs) || !mayDrive(o, mine) || len(k.last.Driving) != 1 {
		t.Errorf("it may drive: %v; %d are kept", mayDrive(o, theirs), len(k.last.Driving))
	}
	if s := o.State(); s.Driver.Window != "" || s.Sending != plot.NoStep || s.Problem == "" {
		t.Errorf("the class is %+v", s)
	}
	_, _, watch := o.Watch(they)
	_, drive := o.Drive(they, nothing)
	_, takeOver := o.TakeOver(they)
	_, handBack := o.HandBack(they)
	for what, err := range map[string]error{
		"watch": watch, "drive": drive, "take over": takeOver, "hand back": handBack, "take back": o.TakeBack(they, me.Right), "end": o.End(they),
	} {
		if !is(err, room.ErrNoRight) {
			t.Errorf("%s: %v", what, err)
		}
	}
	o.Leave(stream) // as its connection does in the end
	if _, err := o.Drive(me, moveTo(1)); err != nil {
		t.Errorf("the other drives: %v", err)
	}
}

// TestRightsOfTheFirstVersion are read: what was not noted then stays unknown.
func TestRightsOfTheFirstVersion(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	secret, _ := o.grant(t, 1)
	again := restored(t, upgraded(t, firstRecord(t, k.last)), nil)
	list, _ := again.Rights()
	if !mayDrive(again, secret) || len(list) != 1 || list[0].Origin != room.Unknown || !list[0].Given.IsZero() || list[0].Number != 1 {
		t.Errorf("the right of an older record is %+v", list)
	}
}

// firstRecord is a record as the first version has it, in JSON.
func firstRecord(t *testing.T, rec room.Record) string {
	t.Helper()
	old := map[string]any{}
	if err := json.Unmarshal([]byte(asJSON(t, rec)), &old); err != nil {
		t.Fatal(err)
	}
	old["Version"], old["Rights"] = 1, []string{rec.Driving[0].Hash}
	for _, later := range []string{"Key", "Driving", "Granted", "Displaced", "Presses"} {
		delete(old, later)
	}
	return asJSON(t, old)
}

func upgraded(t *testing.T, record string) (rec room.Record) {
	t.Helper()
	now, err := room.Upgrade([]byte(record))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(now, &rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestUpgrade leaves a record of this version as it is, and refuses what it would have
// to guess at.
func TestUpgrade(t *testing.T) {
	rec, _ := whole(t)
	if now := asJSON(t, rec); asJSON(t, upgraded(t, now)) != now {
		t.Error("a record of this version is changed")
	}
	for text, says := range map[string]string{
		``: "upgrade a room", `{"Version":0,"Code":"X"}`: `the version of room "X" is 0`, `{"Version":3}`: "is 3, and this program knows 2",
	} {
		if now, err := room.Upgrade([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s becomes %s: %v; want %q", text, now, err, says)
		}
	}
}

// TestARightLastsForADay, however much it is used and whether the lab has restarted or
// not. Then its windows are let go, and its driving is over.
func TestARightLastsForADay(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	first, w := o.grant(t, 1)
	stream := o.watch(t, w)
	if _, err := o.Drive(w, nothing); err != nil {
		t.Fatal(err)
	}
	o.clock.move(room.RightLife - time.Second)
	o.Used(w.Right, room.Instructor)
	second, other := o.grant(t, 2)
	if !mayDrive(o, first) {
		t.Error("a right ends a second too early")
	}
	o.clock.move(time.Second)
	if mayDrive(o, first) || !mayDrive(o, second) {
		t.Errorf("after a day the first may drive: %v; one of a second: %v", mayDrive(o, first), mayDrive(o, second))
	}
	for range stream.Notices { // ends, because it was let go
	}
	if _, err := o.Drive(w, nothing); !is(err, room.ErrNoRight) {
		t.Errorf("its window drives: %v", err)
	}
	if _, err := o.TakeOver(other); err != nil {
		t.Errorf("the other takes over: %v", err)
	}
	if list, _ := o.Rights(); len(list) != 1 || len(k.last.Driving) != 1 {
		t.Errorf("%+v are left, of them kept %d", list, len(k.last.Driving))
	}
	again := restored(t, kept(t, k.last), nil)
	again.clock.move(room.RightLife - time.Hour)
	if !mayDrive(again, second) {
		t.Error("after a restart the second right ends a day too early")
	}
	again.clock.move(room.RightLife)
	if mayDrive(again, second) {
		t.Error("after a restart a right goes on")
	}
	o.Leave(stream)
}
