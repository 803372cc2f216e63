package session

import (
	"errors"
	"fmt"
	"net/http"
)

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
