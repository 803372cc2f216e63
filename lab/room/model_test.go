package room_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"authlab/lab/room"
)

// model is what a class should be shown, worked out in another way: a poll is a
// text like "3 asked of 2: open 1=0 2=1", and votes are a list.
type model struct {
	step, sending, size int
	view, overlay       string
	rest, ended         bool
	polls               map[string]*modelPoll
	seq                 int
}

type modelPoll struct {
	step, options int
	phase         string
	votes         []map[string]int // by round
}

func (m *model) openPoll() (string, *modelPoll) {
	for slug, p := range m.polls {
		if p.phase == "open" {
			return slug, p
		}
	}
	return "", nil
}

func (m *model) closeAll() {
	if _, p := m.openPoll(); p != nil {
		p.phase = "closed"
	}
}

// moveTo, and the others, do what they say or say why not.
func (m *model) moveTo(step int) error {
	if step < 0 || step >= steps {
		return room.ErrStep
	}
	if m.sending >= 0 {
		return room.ErrSending
	}
	if step != m.step {
		m.closeAll()
		m.step, m.rest = step, false
		if m.overlay != "blank" {
			m.overlay = ""
		}
	}
	return nil
}

func (m *model) send() error {
	if m.sending >= 0 {
		return room.ErrSending
	}
	m.closeAll()
	m.sending, m.overlay = m.step, ""
	return nil
}

func (m *model) sent(well bool) {
	for _, p := range m.polls {
		if p.step == m.sending && well {
			p.phase = "revealed"
		}
	}
	m.sending = -1
}

func (m *model) ask(slug string, options int) error {
	p := m.polls[slug]
	switch {
	case p != nil && p.phase == "open":
		return nil
	case m.sending >= 0:
		return room.ErrSending
	case p != nil && (p.phase == "revealed" || len(p.votes) == 2):
		return room.ErrRounds
	case p == nil:
		p = &modelPoll{step: m.step, options: options}
		m.polls[slug] = p
	}
	m.closeAll()
	p.phase, p.votes = "open", append(p.votes, map[string]int{})
	if m.overlay == "overview" || m.overlay == "join" {
		m.overlay = ""
	}
	return nil
}

func (m *model) vote(id, slug string, round, option int) error {
	of, p := m.openPoll()
	switch {
	case m.ended:
		return room.ErrEnded
	case p == nil || of != slug || round != len(p.votes):
		return room.ErrNoPoll
	case option < 0 || option >= p.options:
		return room.ErrOption
	}
	p.votes[round-1][id] = option
	return nil
}

// text is a model as State is written by stateText.
func (m *model) text() string {
	list := []string{fmt.Sprint(m.seq, m.step, m.sending, m.size, m.view, m.overlay, m.rest, m.ended)}
	for slug, p := range m.polls {
		line := fmt.Sprintf("%s at %d: %s", slug, p.step, p.phase)
		for n, votes := range p.votes {
			if p.phase == "open" && n == len(p.votes)-1 {
				line += " hidden"
				continue
			}
			counts := make([]int, p.options)
			for _, option := range votes {
				counts[option]++
			}
			line += fmt.Sprintf(" %v of %d", counts, len(votes))
		}
		list = append(list, line)
	}
	slices.Sort(list[1:])
	return strings.Join(list, "\n")
}

func stateText(s room.State) string {
	list := []string{fmt.Sprint(s.Seq, s.Step, s.Sending, s.Size, s.View, s.Overlay, s.Rest, s.Ended)}
	for _, p := range s.Polls {
		line := fmt.Sprintf("%s at %d: %s", p.Slug, p.Step, p.Phase)
		for _, round := range p.Rounds {
			if round.Votes == nil && round.Answers == 0 {
				line += " hidden"
				continue
			}
			line += fmt.Sprintf(" %v of %d", round.Votes, round.Answers)
		}
		list = append(list, line)
	}
	slices.Sort(list[1:])
	return strings.Join(list, "\n")
}

// drawDrive makes one random move in both, and compares what they say.
func drawDrive(t *rapid.T, o opened, m *model) {
	slug, step, options := rapid.SampledFrom([]string{"q", "r", "s"}).Draw(t, "slug"), rapid.IntRange(-1, steps).Draw(t, "step"), rapid.IntRange(1, 4).Draw(t, "options")
	view := rapid.SampledFrom([]string{"both", "stateful", "stateless", "", "x"}).Draw(t, "view")
	overlay := rapid.SampledFrom([]string{"", "blank", "join", "overview", "x"}).Draw(t, "overlay")
	list := []struct {
		move func(*room.State) error
		want func() error
	}{
		{moveTo(step), func() error { return m.moveTo(step) }},
		{send, m.send},
		{ask(slug, options), func() error { return m.ask(slug, options) }},
		{ask(slug, options), func() error { return m.ask(slug, options) }},
		{closePoll, func() error {
			if _, p := m.openPoll(); p == nil {
				return room.ErrNoPoll
			}
			m.closeAll()
			return nil
		}},
		{func(s *room.State) error { return s.Reveal(slug) }, func() error {
			p := m.polls[slug]
			switch {
			case p == nil:
				return room.ErrNoPoll
			case p.phase == "open":
				return room.ErrOpen
			}
			p.phase = "revealed"
			return nil
		}},
		{func(s *room.State) error { return s.ShowView(view) }, func() error {
			if view == "" || view == "x" {
				return room.ErrView
			}
			m.view = view
			return nil
		}},
		{func(s *room.State) error { return s.Toggle(room.Overlay(overlay)) }, func() error {
			switch overlay {
			case "x":
				return room.ErrOverlay
			case m.overlay:
				overlay = ""
			}
			m.overlay = overlay
			return nil
		}},
		{func(s *room.State) error { s.Resize(step); return nil }, func() error { m.size = max(-3, min(3, m.size+step)); return nil }},
		{func(s *room.State) error { s.Rest = !s.Rest; return nil }, func() error { m.rest = !m.rest; return nil }},
	}
	c := rapid.SampledFrom(list).Draw(t, "move")
	_, err := o.Drive(window(1), c.move)
	want := room.ErrEnded
	if !m.ended {
		if want = c.want(); want == nil {
			m.seq++
		}
	}
	if !is(err, want) {
		t.Fatalf("it is answered with %v, want %v", err, want)
	}
}

// TestMovesAgainstAModel makes random moves and votes.
func TestMovesAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := open(t, nil)
		o.watch(t, window(1))
		m := &model{sending: -1, view: "both", polls: map[string]*modelPoll{}, seq: 2}
		t.Repeat(map[string]func(*rapid.T){
			"drive": func(t *rapid.T) { drawDrive(t, o, m) },
			"sent": func(t *rapid.T) {
				well := rapid.Bool().Draw(t, "well")
				o.Sent(window(1), map[bool]string{false: "broken"}[well])
				if m.sending >= 0 {
					m.sent(well)
					m.seq++
				}
			},
			"vote": func(t *rapid.T) {
				id, slug := device(rapid.IntRange(1, 5).Draw(t, "device")), rapid.SampledFrom([]string{"q", "r", "s"}).Draw(t, "slug")
				round, option := rapid.IntRange(0, 3).Draw(t, "round"), rapid.IntRange(-1, 4).Draw(t, "option")
				if of, p := m.openPoll(); p != nil && rapid.Bool().Draw(t, "right") {
					slug, round = of, len(p.votes)
				}
				if err, want := o.Vote(id, slug, round, option), m.vote(id, slug, round, option); !is(err, want) {
					t.Fatalf("a vote is answered with %v, want %v", err, want)
				}
			},
			"end": func(t *rapid.T) {
				if rapid.IntRange(0, 30).Draw(t, "end") > 0 {
					t.Skip() // this move, for another: rapid draws until one can be made
				}
				if err := o.End(window(1)); (err == nil) == m.ended || err != nil && !errors.Is(err, room.ErrEnded) {
					t.Fatal(err)
				}
				if !m.ended {
					m.closeAll()
					m.ended, m.overlay, m.sending = true, "", -1
					m.seq++
				}
			},
			"": func(t *rapid.T) {
				if got, want := stateText(o.State()), m.text(); got != want {
					t.Fatalf("the class is shown\n%s\nwant\n%s", got, want)
				}
				if _, p := m.openPoll(); p != nil && o.Answers() != len(p.votes[len(p.votes)-1]) || p == nil && o.Answers() != 0 {
					t.Fatalf("%d answers", o.Answers())
				}
			},
		})
	})
}
