package room_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// kept writes a record as JSON and reads it again, as a file would.
func kept(t rapid.TB, rec room.Record) room.Record {
	t.Helper()
	b, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	var again room.Record
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	return again
}

// restored brings a room back in another process, an hour after noon.
func restored(t tb, rec room.Record, votes []room.Vote) opened {
	t.Helper()
	rooms, c := room.NewRooms(nil, nil), &clock{t: noon.Add(time.Hour)}
	t.Cleanup(rooms.Stop)
	r, err := room.RestoreAt(rooms, rec, votes, c.now)
	if err != nil {
		t.Fatalf("restore %+v: %v", rec, err)
	}
	return opened{r, rooms, c}
}

// TestARestoredRoomIsTheSame leads a class anywhere, brings it back, and lets both
// go on.
func TestARestoredRoomIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := &notes{}
		o := open(t, k)
		o.watch(t, window(1))
		m := &model{sending: -1, view: "both", polls: map[string]*modelPoll{}, seq: 2}
		secret, err := o.Grant(room.ByOpening, room.Instructor, "")
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 30).Draw(t, "moves") {
			o.clock.move(time.Second)
			drawDrive(t, o, m)
			if slug, p := m.openPoll(); p != nil {
				id, option := device(rapid.IntRange(1, 5).Draw(t, "device")), rapid.IntRange(0, p.options-1).Draw(t, "option")
				if err := o.Vote(id, slug, len(p.votes), option); err != nil {
					t.Fatal(err)
				}
			}
			if m.sending >= 0 && rapid.Bool().Draw(t, "sent") {
				o.Sent(window(1), "")
				m.sent(true)
				m.seq++
			}
		}
		if rapid.IntRange(0, 4).Draw(t, "end") == 0 {
			if err := o.End(window(1)); err != nil {
				t.Fatal(err)
			}
		}
		again := restored(t, kept(t, k.last), k.votes)
		want, got := o.State(), again.State()
		if want.Sending != plot.NoStep {
			if got.Sending != plot.NoStep || !strings.Contains(got.Problem, "restarted") || got.Seq != want.Seq+1 {
				t.Fatalf("what was being sent has become %+v", got)
			}
			want.Sending, want.Problem, want.Seq = got.Sending, got.Problem, got.Seq
		}
		if a, b := asJSON(t, want), asJSON(t, got); a != b {
			t.Fatalf("%s has become %s", a, b)
		}
		if again.Code() != o.Code() || again.Bench() != o.Bench() || again.Answers() != o.Answers() || !mayDrive(again, secret) || mayDrive(again, "x") {
			t.Fatal("the room is another")
		}
		if want.Ended {
			if again.Over().Err() == nil {
				t.Fatal("a class that had ended goes on")
			}
			return
		}
		again.goesOn(t, want)
	})
}

// goesOn closes what is open and compares how it was voted.
func (o opened) goesOn(t tb, was room.State) {
	t.Helper()
	o.watch(t, window(2))
	if was.Driver.Window != "" && o.drives() != was.Driver.Window {
		t.Fatal("a window that is back first drives after a restart")
	}
	if n := len(o.Class().At); n != steps {
		t.Fatalf("the lesson has %d steps", n)
	}
	o.watch(t, window(1))
	if s := o.State(); s.OpenPoll() != nil {
		slug, answers := s.OpenPoll().Slug, o.Answers()
		s = o.must(t, closePoll)
		last := pollOf(s, slug).Rounds[pollOf(s, slug).Round()-1]
		if last.Answers != answers || answers != sum(last.Votes) {
			t.Fatalf("%d answers are counted as %+v", answers, last)
		}
	}
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

func asJSON(t rapid.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// whole is a record of a room in the middle of a second round, with its votes.
func whole(t tb) (room.Record, []room.Vote) {
	t.Helper()
	k := &notes{}
	o := open(t, k)
	o.watch(t, window(1))
	if _, err := o.Grant(room.ByOpening, room.Instructor, ""); err != nil {
		t.Fatal(err)
	}
	o.must(t, moveTo(3))
	for range 2 {
		o.must(t, ask("q", 3))
		for n := range 3 {
			if err := o.Vote(device(n), "q", o.round(), n); err != nil {
				t.Fatal(err)
			}
		}
		if o.round() == 1 {
			o.must(t, closePoll)
		}
	}
	return kept(t, k.last), k.votes
}

func (o opened) round() int { return pollOf(o.State(), "q").Round() }

func TestDamagedRecordsAreErrors(t *testing.T) {
	for name, damage := range map[string]func(r *room.Record, votes []room.Vote){
		"version": func(r *room.Record, _ []room.Vote) { r.Version = 3 }, "no version": func(r *room.Record, _ []room.Vote) { r.Version = 0 },
		"no code": func(r *room.Record, _ []room.Vote) { r.Code = "" }, "a code in another spelling": func(r *room.Record, _ []room.Vote) { r.Code = room.Code(strings.ToLower(string(r.Code))) },
		"no steps": func(r *room.Record, _ []room.Vote) { r.Steps = 0 }, "too many steps": func(r *room.Record, _ []room.Vote) { r.Steps = 1 << 40 },
		"step": func(r *room.Record, _ []room.Vote) { r.State.Step = steps }, "a step below none": func(r *room.Record, _ []room.Vote) { r.State.Step = -1 },
		"sending": func(r *room.Record, _ []room.Vote) { r.State.Sending = steps }, "sending below none": func(r *room.Record, _ []room.Vote) { r.State.Sending = -2 },
		"view": func(r *room.Record, _ []room.Vote) { r.State.View = "<b>" }, "overlay": func(r *room.Record, _ []room.Vote) { r.State.Overlay = "<b>" },
		"size": func(r *room.Record, _ []room.Vote) { r.State.Size = 99 }, "number": func(r *room.Record, _ []room.Vote) { r.State.Seq = -1 },
		"phase": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Phase = "x" }, "poll's step": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Step = 99 },
		"options": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Options = -1 }, "many options": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Options = 1 << 40 },
		"fewer options": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Options = 2 },
		"no round":      func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Rounds = nil }, "three rounds": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Rounds = make([]room.Round, 3) },
		"an open round that is counted": func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Rounds[1].Votes = []int{0, 0, 0} },
		"a closed one that is not":      func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Rounds[0].Votes = nil },
		"counts below none":             func(r *room.Record, _ []room.Vote) { r.State.Polls[0].Rounds[0].Votes[0] = -1 },
		"one poll twice":                func(r *room.Record, _ []room.Vote) { r.State.Polls = append(r.State.Polls, r.State.Polls[0]) },
		"two that are open": func(r *room.Record, _ []room.Vote) {
			p := r.State.Polls[0]
			p.Slug = "other"
			r.State.Polls = append(r.State.Polls, p)
		},
		"right": func(r *room.Record, _ []room.Vote) { r.Driving[0].Hash = "x" }, "a short right": func(r *room.Record, _ []room.Vote) { r.Driving[0].Hash = r.Driving[0].Hash[2:] },
		"a long right": func(r *room.Record, _ []room.Vote) { r.Driving[0].Hash += "00" }, "an empty right": func(r *room.Record, _ []room.Vote) { r.Driving[0].Hash = "" },
		"vote's question": func(_ *room.Record, v []room.Vote) { v[0].Slug = "x" }, "vote's option": func(_ *room.Record, v []room.Vote) { v[0].Option = 3 },
		"vote below none": func(_ *room.Record, v []room.Vote) { v[0].Option = -1 }, "vote's round": func(_ *room.Record, v []room.Vote) { v[0].Round = 3 },
		"vote before the first": func(_ *room.Record, v []room.Vote) { v[0].Round = 0 }, "voter": func(_ *room.Record, v []room.Vote) { v[0].Device = "x" },
	} {
		rec, votes := whole(t)
		damage(&rec, votes)
		rooms := room.NewRooms(nil, nil)
		if r, err := rooms.Restore(rec, votes); err == nil || r != nil || rooms.Len() != 0 {
			t.Errorf("%s: restored", name)
		}
		rooms.Stop()
	}
}

func TestARoomIsRestoredOnce(t *testing.T) {
	rec, votes := whole(t)
	o := restored(t, rec, votes)
	if _, err := o.rooms.Restore(rec, votes); err == nil || o.rooms.Len() != 1 {
		t.Errorf("twice: %v", err)
	}
}

func TestWhatIsRestoredSharesNothingWithItsRecord(t *testing.T) {
	rec, votes := whole(t)
	before := asJSON(t, rec)
	o := restored(t, rec, votes)
	o.watch(t, window(1))
	o.must(t, closePoll)
	o.must(t, reveal)
	if after := asJSON(t, rec); after != before {
		t.Errorf("%s has become %s", before, after)
	}
}

func openOf(s room.State) *room.Poll { return s.OpenPoll() }

// FuzzRestore reads any JSON as a record and votes: an error, or a room that can be
// used. A seed is a whole record.
func FuzzRestore(f *testing.F) {
	rec, votes := whole(f)
	f.Add([]byte(asJSON(f, rec)), []byte(asJSON(f, votes)))
	f.Add([]byte(`{"Version":1}`), []byte(`[]`))
	f.Fuzz(func(t *testing.T, record, cast []byte) {
		var rec room.Record
		var votes []room.Vote
		if json.Unmarshal(record, &rec) != nil || json.Unmarshal(cast, &votes) != nil {
			return // what is no record is refused before
		}
		rooms := room.NewRooms(nil, nil)
		defer rooms.Stop()
		r, err := rooms.Restore(rec, votes)
		if err != nil {
			return
		}
		o := opened{r, rooms, nil}
		_ = r.Class()
		if s := r.State(); s.Ended {
			return
		}
		s, err := r.TakeOver(window(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, move := range []func(*room.State) error{closePoll, moveTo(0), ask("fuzz", 2), closePoll, reveal} {
			if s, err = r.Drive(window(1), move); err != nil && s.Seq == 0 {
				t.Fatal(err)
			}
		}
		for _, p := range s.Polls {
			if p.Round() < 1 || slices.ContainsFunc(p.Rounds, func(r room.Round) bool { return len(r.Votes) != p.Options }) {
				t.Fatalf("a poll is %+v", p)
			}
		}
		if err := o.End(window(1)); err != nil || openOf(o.State()) != nil {
			t.Fatal(err)
		}
	})
}
