package room

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
)

// MaxRights is how many browsers may have the right to drive a room.
const MaxRights = 16

// RightLife is how long a browser has the right to drive, however much it uses it. A
// browser forgets it then; a copy of it is worth nothing any more either.
const RightLife = 24 * time.Hour

// Origin is how a browser came by the right to drive.
type Origin string

// The origins of rights.
const (
	ByOpening Origin = "opened"    // it opened the class
	ByBench   Origin = "presented" // it presented the bench, which had a class already
	ByInvite  Origin = "invited"   // by a link that hands driving over
	Unknown   Origin = ""          // it is older than this is noted
)

// Right is a browser's right to drive. There is nothing in it by which to drive.
type Right struct {
	Number int // in the order in which they were given, from 1
	Origin Origin
	// To is the kind of window that it was given to.
	To    Kind
	Given time.Time // zero where that is not known
	// Used is when a window with it last asked for something, By the kind of that.
	Used time.Time
	By   Kind // "" where none did
	Open int  // windows with it that are open now
}

// Displaced says that a right made way for a new one, because there were MaxRights.
type Displaced struct {
	Used time.Time // when it was last used; zero where that is not known
	At   time.Time
}

var (
	// ErrRights is returned where MaxRights are taken and each has an open window.
	ErrRights = errors.New("as many browsers may drive this class as can")
	// ErrNoRight is returned for a right that has ended, was taken back, or never was.
	ErrNoRight = errors.New("there is no such right to drive")
	// ErrOwnRight is returned to who would take the own right back.
	ErrOwnRight = errors.New("nobody takes the own right to drive back")
)

// right is a right as the room keeps it, by the hash of its secret.
type right struct {
	Number int
	Origin Origin
	To     Kind
	Given  time.Time
	Used   time.Time
	By     Kind
	Press  hashed // by which it was asked for, zero where that was not named
}

// secretLength is that of a driving secret: 130 bits in base32.
const secretLength = 26

// pressLife is for how long a press that was given a right is given it again.
const pressLife = 10 * time.Minute

// Grant makes a new driving secret, of 130 bits, for a browser that came by it in some
// way, and remembers its hash. Where there are MaxRights, the one that was not used for
// longest makes way, if no window with it is open; else Grant returns ErrRights. The
// secret is good with UnsavedError too.
//
// press names what was pressed for it: a text that nobody but this browser can know,
// "" for none. Told of it again within ten minutes, because the answer was lost, the
// room gives the same right, unless that was taken back or made way.
func (r *Room) Grant(origin Origin, to Kind, press string) (secret string, err error) {
	return r.grant(to, press, func() (Origin, func(), error) { return origin, func() {}, nil })
}

// Gave reports whether a press was given a right lately, which Grant and Accept give
// again.
func (r *Room) Gave(press string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gave(press) != nil
}

// gave returns the right that a press was given lately, nil where there is none. r.mu
// must be held.
func (r *Room) gave(press string) *right {
	if press == "" {
		return nil
	}
	h := hash(press)
	for _, v := range r.rights {
		if v.Press == h && r.now().Sub(v.Given) < pressLife {
			return v
		}
	}
	return nil
}

// secretOf works out the secret of a right from what was pressed for it, so that it can
// be told again and is kept nowhere. A number is given once only: a right that was taken
// back has a secret that no other has.
func (r *Room) secretOf(press string, number int) string {
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte("right " + strconv.Itoa(number) + " " + press))
	return base32.StdEncoding.EncodeToString(mac.Sum(nil))[:secretLength]
}

// grant is Grant for who must do something first, with r.mu held, which says how the
// browser came by the right; it is undone where there is no place.
func (r *Room) grant(to Kind, press string, first func() (origin Origin, undo func(), err error)) (secret string, err error) {
	r.acts.Lock()
	defer r.acts.Unlock()
	r.mu.Lock()
	if v := r.gave(press); v != nil {
		saved := r.save()
		r.mu.Unlock()
		return r.secretOf(press, v.Number), kept(saved)
	}
	origin, undo, err := first()
	if err == nil {
		if err = r.makeWay(); err != nil {
			undo()
		}
	}
	if err != nil {
		defer r.mu.Unlock()
		return "", err
	}
	r.granted++
	v := &right{Number: r.granted, Origin: origin, To: to, Given: r.now(), Used: r.now()}
	if press == "" {
		press = rand.Text()
	} else {
		v.Press = hash(press)
	}
	secret = r.secretOf(press, v.Number)
	r.rights[hash(secret)] = v
	saved := r.save()
	r.mu.Unlock()
	r.tellInstructors()
	return secret, kept(saved)
}

// makeWay drops rights until there is place for one more. r.mu must be held.
func (r *Room) makeWay() error {
	for len(r.rights) >= MaxRights {
		open := r.openRights()
		var oldest hashed
		var found *right
		for h, v := range r.rights {
			if open[v.Number] == 0 && (found == nil || cmp.Or(v.Used.Compare(found.Used), v.Number-found.Number) < 0) {
				oldest, found = h, v
			}
		}
		if found == nil {
			return ErrRights
		}
		r.displaced = Displaced{Used: found.Used, At: r.now()}
		delete(r.rights, oldest)
	}
	return nil
}

// openRights counts the open streams of windows by the right that they have. r.mu
// must be held.
func (r *Room) openRights() map[int]int {
	open := map[int]int{}
	for f := range r.followers {
		if f.right != 0 {
			open[f.right]++
		}
	}
	return open
}

// MayDrive returns the number of the right that a secret gives, and false for a
// secret that gives none. The look-up is by hash, so its time tells nothing about a
// secret.
func (r *Room) MayDrive(secret string) (number int, ok bool) {
	if len(secret) != secretLength {
		return 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.rights[hash(secret)]
	if v == nil || v.outlived(r.now()) {
		return 0, false
	}
	return v.Number, true
}

// outlived reports whether a right has lasted for RightLife. Of one that is older than
// this is noted nobody knows.
func (v *right) outlived(now time.Time) bool {
	return !v.Given.IsZero() && now.Sub(v.Given) >= RightLife
}

// endOutlived takes back the rights that have lasted for RightLife.
func (r *Room) endOutlived() {
	for _, number := range r.outlived(r.now()) {
		_ = r.endRight(Window{}, number) // what cannot be saved Keep tells of
	}
}

func (r *Room) outlived(now time.Time) (numbers []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range r.rights {
		if v.outlived(now) {
			numbers = append(numbers, v.Number)
		}
	}
	return numbers
}

// usedEvery is how exactly it is kept when a right was last used.
const usedEvery = time.Minute

// Used notes that a window of some kind has used a right. What is kept of it is the
// kind, and the time to a minute.
func (r *Room) Used(number int, by Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, v := r.rightOf(number)
	if v == nil {
		return
	}
	now := r.now()
	due := v.By != by || now.Sub(v.Used) >= usedEvery
	v.Used, v.By = now, by
	if due && !r.state.Ended {
		r.save() // what cannot be saved is logged by Keep
	}
}

// rightOf finds a right by its number, nil where there is none. r.mu must be held.
func (r *Room) rightOf(number int) (hashed, *right) {
	for h, v := range r.rights {
		if v.Number == number {
			return h, v
		}
	}
	return hashed{}, nil
}

// holds returns ErrNoRight for a window whose right was taken back. A window with no
// right's number is one that the caller vouches for. r.mu must be held.
func (r *Room) holds(w Window) error {
	if w.Right == 0 {
		return nil
	}
	if _, v := r.rightOf(w.Right); v == nil {
		return ErrNoRight
	}
	return nil
}

// Rights returns who may drive, in the order in which they were given, and which
// right made way last, zero if none did.
func (r *Room) Rights() ([]Right, Displaced) {
	r.mu.Lock()
	defer r.mu.Unlock()
	open := r.openRights()
	var list []Right
	for _, v := range r.rights {
		list = append(list, Right{v.Number, v.Origin, v.To, v.Given, v.Used, v.By, open[v.Number]})
	}
	slices.SortFunc(list, func(a, b Right) int { return a.Number - b.Number })
	return list, r.displaced
}

// TakeBack takes the right of a number back, for a window that has another: what
// follows with it is let go, it drives no more, and a step that it was sending has
// failed. It returns ErrNoRight where there is none, and ErrOwnRight for the
// window's own.
func (r *Room) TakeBack(w Window, number int) error {
	if number == w.Right {
		return ErrOwnRight
	}
	return r.endRight(w, number)
}

// endRight is TakeBack of any right, for a window that has one or is vouched for.
func (r *Room) endRight(w Window, number int) error {
	gone, err := r.dropRight(w, number)
	for _, f := range gone {
		r.Leave(f)
	}
	if errors.Is(err, ErrNoRight) {
		return err
	}
	_, failed := r.change(func(s *State) error {
		if s.Driver.Right == number {
			s.Driver = Driver{}
		}
		return nil
	})
	if errors.Is(failed, ErrEnded) {
		failed = nil // nobody drives it any more
	}
	return errors.Join(err, failed)
}

// dropRight forgets a right and returns those who follow with it.
func (r *Room) dropRight(w Window, number int) ([]*Follower, error) {
	r.acts.Lock()
	defer r.acts.Unlock()
	r.mu.Lock()
	h, v := r.rightOf(number)
	if v == nil || r.holds(w) != nil {
		defer r.mu.Unlock()
		return nil, ErrNoRight
	}
	delete(r.rights, h)
	gone := slices.DeleteFunc(slices.Collect(maps.Keys(r.followers)), func(f *Follower) bool { return f.right != number })
	saved := r.save()
	r.mu.Unlock()
	return gone, kept(saved)
}
