package sealed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Keys holds the keys that sessions are sealed with. Each is 32 random bytes, which
// is what A256GCM takes (RFC 7518, section 5.3), and is used for nothing else.
//
// The nonce of a seal is drawn at random. Two that are the same would give the key
// away, so a key should be replaced before it has sealed 2^32 times (RFC 7518,
// section 8.4).
type Keys interface {
	// Sealing returns the key for new sessions and its id.
	Sealing(ctx context.Context) (kid string, key []byte, err error)
	// Opening returns the key with that id, or ErrNoKey.
	Opening(ctx context.Context, kid string) (key []byte, err error)
}

// ErrNoKey is what Keys answers when it has no key with that id.
var ErrNoKey = errors.New("no such key")

// claims is what a session remembers, in the words of RFC 7519. The server keeps
// none of it: everything that answering a request takes is in here, and nobody but
// the server can read it.
type claims struct {
	Subject string `json:"sub"` // the account's id
	Name    string `json:"name"`
	Role    string `json:"role"`

	LoggedIn int64 `json:"auth_time"` // seconds since 1970, as in OpenID Connect Core, section 2
	IssuedAt int64 `json:"iat"`       // when this was sealed
	Expires  int64 `json:"exp"`       // from when on it is not believed

	// What only variants have.
	List []string `json:"shelves,omitempty"`
}

// grant answers a login: the browser is given a session of account, and sent to
// the profile.
func (a *App) grant(w http.ResponseWriter, r *http.Request, account Account) error {
	ctx := r.Context()
	session, err := a.issue(ctx, account)
	if err != nil {
		return err
	}
	if size := sizeOf(session); !a.passes(ctx, "cookie fits", size <= maxCookie) {
		a.log.ErrorContext(ctx, "session does not fit into a cookie", "bytes", size, "most", maxCookie)
		return tooLong(size)
	}
	http.SetCookie(w, session)
	a.see(w, r, "profile")
	return nil
}

// issue makes a session of account. Nothing is written down.
//
// The role goes into the session, so that no request needs to look it up. It stays
// what it is now until the session ends, whatever happens to the account.
func (a *App) issue(ctx context.Context, account Account) (*http.Cookie, error) {
	now := a.now(ctx).Unix()
	return a.seal(ctx, claims{
		Subject: account.ID, Name: account.Name, Role: account.Role,
		LoggedIn: now, IssuedAt: now, Expires: a.expires(now, now), List: a.variant.List,
	})
}

// expires is when a session ends that is sealed now: an IdleTimeout later, but not
// later than a Lifetime after the login.
func (a *App) expires(loggedIn, now int64) int64 {
	end := loggedIn + int64(a.lifetime/time.Second)
	if a.idleTimeout == 0 {
		return end
	}
	return min(end, now+int64(a.idleTimeout/time.Second))
}

// seal encrypts c for the server alone. Changing a bit of what comes out, or of the
// header before it, keeps it from being opened (RFC 7516, section 5.1).
func (a *App) seal(ctx context.Context, c claims) (*http.Cookie, error) {
	kid, key, err := a.keys.Sealing(ctx)
	if err != nil {
		return nil, fmt.Errorf("find sealing key: %w", err)
	}
	// With "dir" there is no other key: the content is encrypted with ours.
	encrypter, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: key, KeyID: kid}, nil)
	if err != nil {
		return nil, fmt.Errorf("use sealing key: %w", err)
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode session: %w", err)
	}
	sealed, err := encrypter.Encrypt(plain)
	if err != nil {
		return nil, fmt.Errorf("seal session: %w", err)
	}
	value, err := sealed.CompactSerialize()
	if err != nil {
		return nil, fmt.Errorf("write sealed session: %w", err)
	}
	return a.cookieOf(value, c.Expires-c.IssuedAt), nil
}
