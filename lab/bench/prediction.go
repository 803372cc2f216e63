package bench

import (
	"errors"
	"maps"
	"time"
)

// Answer is what a visitor said to one of the lesson's questions, before the
// request that answers it was sent.
type Answer struct {
	Option int       // the option, from 1; 0 where the question was skipped
	At     time.Time // when it was locked in, by the machine's clock
	Found  bool      // the visitor has pointed at the line that shows the result
}

// ErrLocked is returned for a question that has been answered already: what was
// predicted cannot be changed afterwards.
var ErrLocked = errors.New("this prediction is locked in")

// ErrNoAnswer is returned for a question that has not been answered.
var ErrNoAnswer = errors.New("this prediction was not made")

// Predict locks in an answer to the question of the given name. option counts
// from 1; 0 skips. It returns ErrLocked for a question that was answered before.
// Which questions and options there are is for the caller to know.
func (b *Bench) Predict(question string, option int) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	if _, answered := b.answers[question]; answered {
		return ErrLocked
	}
	b.setAnswer(question, Answer{Option: option, At: time.Now().Round(0).UTC()})
	return nil
}

// Found notes that the visitor has seen what shows the result of a prediction.
// It returns ErrNoAnswer for a question that was not answered.
func (b *Bench) Found(question string) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	a, answered := b.answers[question]
	if !answered {
		return ErrNoAnswer
	}
	a.Found = true
	b.setAnswer(question, a)
	return nil
}

// Answers returns the visitor's answers by question. The map must not be
// modified.
func (b *Bench) Answers() map[string]Answer {
	b.admin.Lock()
	defer b.admin.Unlock()
	return b.answers
}

// setAnswer replaces the map, so that one already handed out stays as it was.
func (b *Bench) setAnswer(question string, a Answer) {
	answers := maps.Clone(b.answers)
	if answers == nil {
		answers = make(map[string]Answer)
	}
	answers[question] = a
	b.answers = answers
}
