package session

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
)

// loginForm is GET /login: the form.
func (a *App) loginForm(w http.ResponseWriter, r *http.Request) error {
	return a.showLogin(w, r, http.StatusOK, loginView{})
}

// login is POST /login, a form with email and password. When they match, the
// visitor gets a session and is sent to the profile.
func (a *App) login(w http.ResponseWriter, r *http.Request) error {
	email, password, err := a.credentials(r)
	if no, unreadable := errors.AsType[*refusal](err); unreadable {
		return a.showLogin(w, r, no.status, loginView{Message: no.message})
	}
	account, err := a.accounts.Check(r.Context(), email, password)
	switch wrong := errors.Is(err, ErrCredentials); {
	case err != nil && !wrong:
		return fmt.Errorf("check password: %w", err)
	case !a.passes(r.Context(), "password matches", !wrong):
		// Saying which of the two is wrong would tell who has an account here.
		return a.showLogin(w, r, http.StatusUnprocessableEntity, loginView{
			Email: email, Message: "Email and password do not match. Try again.",
		})
	}
	if err := a.issue(r.Context(), account); err != nil {
		return err
	}
	a.see(w, r, "profile")
	return nil
}

// showLogin writes the login page. Whoever is logged in may log in again, as
// the same or as somebody else.
func (a *App) showLogin(w http.ResponseWriter, r *http.Request, status int, v loginView) error {
	account, err := a.account(r)
	if err != nil && !errors.Is(err, errStranger) {
		return err
	}
	v.Logins, v.HashCost = a.logins, a.hashCost
	return a.page(w, r, status, loginPage(a.frame("Log in", account), v))
}

// credentials reads the form. It returns a *refusal when there is no such form.
func (a *App) credentials(r *http.Request) (email, password string, err error) {
	ctx := r.Context()
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !a.passes(ctx, "media type", mediaType == "application/x-www-form-urlencoded") {
		return "", "", &refusal{http.StatusUnsupportedMediaType,
			"Please log in with this form. It is sent as application/x-www-form-urlencoded."}
	}
	err = r.ParseForm()
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	if !a.passes(ctx, "size allowed", !tooLarge) {
		return "", "", &refusal{http.StatusRequestEntityTooLarge,
			"The form was larger than 1 MiB. Please send an email and a password only."}
	}
	emails, passwords := r.PostForm["email"], r.PostForm["password"]
	if !a.passes(ctx, "body well formed", err == nil && len(emails) == 1 && len(passwords) == 1) {
		return "", "", &refusal{http.StatusBadRequest,
			"The form could not be read. Please send one email and one password."}
	}
	return emails[0], passwords[0], nil
}
