package session

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// What a session remembers. It is little on purpose: everything else about an
// account is looked up when it is needed.
const (
	keyUser    = "user"    // the account's id
	keyCreated = "created" // when it logged in, RFC 3339
)

// grant answers a login: there is a session of account, and the browser is sent
// to the profile.
func (a *App) grant(w http.ResponseWriter, r *http.Request, account Account) error {
	if err := a.issue(r.Context(), account); err != nil {
		return err
	}
	a.see(w, r, "profile")
	return nil
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
