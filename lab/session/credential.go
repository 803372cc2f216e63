package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// What a session remembers. It is little on purpose: everything else about an
// account is looked up when it is needed.
const (
	keyUser    = "user"    // the account's id
	keyCreated = "created" // when it logged in, RFC 3339
)

// defaults is copied for each App. scs.New is called once, because it starts a
// goroutine that tidies up its own store.
var defaults = scs.New()

// newSessions sets up the cookie and the two timeouts.
func (a *App) newSessions(c Config) *scs.SessionManager {
	s := *defaults
	s.Store = c.Store
	if c.Codec != nil {
		s.Codec = c.Codec
	}
	s.ErrorFunc = a.refuseUnsaved
	s.IdleTimeout = c.IdleTimeout
	s.Lifetime = c.Lifetime
	s.Cookie = scs.SessionCookie{
		Name:     "sid",
		Path:     c.Base,               // no other application on this host gets it
		HttpOnly: true,                 // no script can read it
		SameSite: http.SameSiteLaxMode, // other sites can link to us, not post as you
		Secure:   c.Secure,             // never over plain http
		Persist:  false,                // no Expires: it ends with the browser, as OWASP advises
	}
	c.Variant.vary(&s)
	return &s
}

// issue gives the browser a session of account: the record is written and the
// cookie set when the answer begins.
func (a *App) issue(ctx context.Context, account Account) error {
	// The id must change when its rights do. Otherwise whoever planted an id of
	// their own in this browser before would now hold a session that is logged
	// in (session fixation).
	if !a.variant.KeepID {
		if err := a.sessions.RenewToken(ctx); err != nil {
			return fmt.Errorf("renew session id: %w", err)
		}
	}
	a.sessions.Put(ctx, keyUser, account.ID)
	a.sessions.Put(ctx, keyCreated, a.now(ctx).UTC().Format(time.RFC3339))
	return nil
}

// account returns whose session this request belongs to, or errStranger.
//
// The role is looked up for every request and never kept in the session: a copy
// would go on granting what has been taken away meanwhile.
func (a *App) account(r *http.Request) (Account, error) {
	ctx := r.Context()
	cookie, err := r.Cookie(a.sessions.Cookie.Name)
	if !a.passes(ctx, "cookie present", err == nil && cookie.Value != "") {
		return Account{}, errStranger
	}
	if !a.passes(ctx, "record found", a.sessions.Token(ctx) != "") { // scs names no session that the store did not find
		return Account{}, errStranger
	}
	account, err := a.accounts.Find(ctx, a.sessions.GetString(ctx, keyUser))
	switch gone := errors.Is(err, ErrNoAccount); {
	case err != nil && !gone:
		return Account{}, fmt.Errorf("find account of session: %w", err)
	case !a.passes(ctx, "account known", !gone):
		if err := a.withdraw(ctx); err != nil {
			return Account{}, err
		}
		return Account{}, errStranger
	default:
		return account, nil
	}
}

// withdraw ends the session: its record is deleted, and the cookie cleared when
// the answer begins. A copy of the id is worth nothing from now on.
func (a *App) withdraw(ctx context.Context) error {
	if err := a.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}
