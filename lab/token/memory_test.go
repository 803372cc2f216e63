package token

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// tokens remembers refresh tokens in memory, by id.
type tokens struct {
	mu   sync.Mutex
	byID map[string]RefreshToken
}

func newTokens() *tokens { return &tokens{byID: map[string]RefreshToken{}} }

func (s *tokens) Put(_ context.Context, id string, t RefreshToken) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[id] = t
	return nil
}

func (s *tokens) Find(_ context.Context, id string) (RefreshToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.byID[id]
	if !found || !time.Now().Before(t.Expires) {
		return t, ErrNoRefreshToken
	}
	return t, nil
}

func (s *tokens) Use(ctx context.Context, id string, now time.Time) (RefreshToken, error) {
	t, err := s.Find(ctx, id)
	if err == nil && t.Used.IsZero() {
		used := t
		used.Used = now
		err = s.Put(ctx, id, used)
	}
	return t, err
}

func (s *tokens) End(_ context.Context, family string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, t := range s.byID {
		if t.Family == family {
			delete(s.byID, id)
		}
	}
	return nil
}

// list is a denylist in memory.
type list map[string]time.Time

func (l list) Deny(_ context.Context, jti string, until time.Time) error {
	l[jti] = until
	return nil
}

func (l list) Denied(_ context.Context, jti string) (bool, error) {
	until, found := l[jti]
	return found && time.Now().Before(until), nil
}

// down is a database that does not answer.
type down struct{}

func (down) Put(context.Context, string, RefreshToken) error    { return errDown }
func (down) Find(context.Context, string) (RefreshToken, error) { return RefreshToken{}, errDown }
func (down) Use(context.Context, string, time.Time) (RefreshToken, error) {
	return RefreshToken{}, errDown
}
func (down) End(context.Context, string) error             { return errDown }
func (down) Deny(context.Context, string, time.Time) error { return errDown }
func (down) Denied(context.Context, string) (bool, error)  { return false, errDown }

// variant reads what a story says of a variant: words, with a value after "=".
func (w *world) variant(text string) (v Variant, err error) {
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "keep":
			v.Storage = Storage(value)
		case "refresh":
			v.Refresh, v.RefreshTokens, v.RefreshLifetime = Refresh(value), w.tokens, time.Hour
		case "grace":
			v.Grace, err = time.ParseDuration(value)
		case "leeway":
			v.Leeway, err = time.ParseDuration(value)
		case "require":
			v.Require = Require(value)
		case "denylist":
			v.Denylist = w.denied
		case "versions":
			v.Versions = true
		case "look-up":
			v.LookUpRole = true
		case "no-name":
			v.NoName = true
		default:
			return v, fmt.Errorf("no such variant")
		}
	}
	return v, err
}
