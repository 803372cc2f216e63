package token

import (
	"errors"
	"fmt"
	"net/http"
)

// login is POST /login, with an email and a password. Whoever has the right ones
// is given what proves it from then on.
func (a *App) login(w http.ResponseWriter, r *http.Request) error {
	email, password, err := a.credentials(r)
	if err != nil {
		return err
	}
	account, err := a.accounts.Check(r.Context(), email, password)
	switch wrong := errors.Is(err, ErrCredentials); {
	case err != nil && !wrong:
		return fmt.Errorf("check password: %w", err)
	case !a.passes(r.Context(), "password matches", !wrong):
		return errMismatch // saying which of the two is wrong would tell who has an account here
	}
	return a.grant(w, r, account, nil)
}
