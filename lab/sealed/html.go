package sealed

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
)

// This file is about pages and forms, as that of package session is.

// policy is the Content-Security-Policy of every page: no script at all, and
// style and forms from this site only.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

// refusal is an expected failure: its message tells the visitor what to do.
type refusal struct {
	status  int
	message string
	// form says that the message stands on the login page, above its form, and
	// typed that the form has the email in it that was sent.
	form, typed bool
}

func (e *refusal) Error() string { return e.message }

var (
	errStranger = errors.New("nobody is logged in")
	errNoPage   = &refusal{status: http.StatusNotFound, message: "There is no such page in this library."}
	errForeign  = &refusal{status: http.StatusForbidden, message: "This form was sent from another site. Please use the form on this one."}
	errMismatch = &refusal{
		status: http.StatusUnprocessableEntity, message: "Email and password do not match. Try again.", form: true, typed: true,
	}
	errBroken = &refusal{status: http.StatusInternalServerError, message: "Something broke on our side. Please try again."}
)

// errMethod refuses a method that a page does not have.
func errMethod(allowed string) error {
	return &refusal{status: http.StatusMethodNotAllowed, message: "This page answers " + allowed + " only."}
}

// tooLong refuses a login whose session of size bytes no browser would keep.
func tooLong(size int) error {
	return &refusal{status: http.StatusInternalServerError, message: fmt.Sprintf(
		"What this library would remember of you takes a cookie of %d bytes, and browsers ignore one of more than %d. Nobody was logged in.", size, maxCookie)}
}

// refuse answers for a handler that returned an error. A stranger is sent to
// log in.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errStranger) {
		a.see(w, r, "login")
		return
	}
	no, expected := errors.AsType[*refusal](err)
	if expected && no.form {
		v := loginView{Message: no.message}
		if no.typed {
			v.Email = r.PostForm.Get("email")
		}
		if err = a.showLogin(w, r, no.status, v); err == nil {
			return
		}
		expected = false
	}
	if !expected {
		a.log.ErrorContext(r.Context(), "request failed", "cause", err)
		no = errBroken
	}
	content := messagePage(frame{Base: a.base, Title: http.StatusText(no.status)}, no.status, no.message)
	if err := a.page(w, r, no.status, content); err != nil {
		a.log.ErrorContext(r.Context(), "error page failed", "cause", err)
	}
}

// see sends the browser on to another page. 303 makes it ask with GET, so that
// reloading that page does not post the form again.
func (a *App) see(w http.ResponseWriter, r *http.Request, page string) {
	http.Redirect(w, r, a.base+page, http.StatusSeeOther)
}

// credentials reads the form. It returns a *refusal when there is no such form.
func (a *App) credentials(r *http.Request) (email, password string, err error) {
	ctx := r.Context()
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !a.passes(ctx, "media type", mediaType == "application/x-www-form-urlencoded") {
		return "", "", unreadable(http.StatusUnsupportedMediaType,
			"Please log in with this form. It is sent as application/x-www-form-urlencoded.")
	}
	err = r.ParseForm()
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	if !a.passes(ctx, "size allowed", !tooLarge) {
		return "", "", unreadable(http.StatusRequestEntityTooLarge,
			"The form was larger than 1 MiB. Please send an email and a password only.")
	}
	emails, passwords := r.PostForm["email"], r.PostForm["password"]
	if !a.passes(ctx, "body well formed", err == nil && len(emails) == 1 && len(passwords) == 1) {
		return "", "", unreadable(http.StatusBadRequest,
			"The form could not be read. Please send one email and one password.")
	}
	return emails[0], passwords[0], nil
}

// unreadable refuses a login form that nobody could have sent with ours.
func unreadable(status int, message string) error {
	return &refusal{status: status, message: message, form: true}
}

// frame is what surrounds a page for account, where the zero Account is a
// stranger.
func (a *App) frame(title string, account Account) frame {
	known := account != Account{}
	return frame{Base: a.base, Title: title, LogIn: !known, LogOut: known}
}

// home is GET /: it says who you are.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil && !errors.Is(err, errStranger) {
		return err
	}
	return a.page(w, r, http.StatusOK, homePage(a.frame("Home", account), account))
}

// loginForm is GET /login: the form.
func (a *App) loginForm(w http.ResponseWriter, r *http.Request) error {
	return a.showLogin(w, r, http.StatusOK, loginView{})
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

func (a *App) showProfile(w http.ResponseWriter, r *http.Request, account Account) error {
	return a.page(w, r, http.StatusOK, profilePage(a.frame("Profile", account), account, may[account.Role]))
}

func (a *App) showDesk(w http.ResponseWriter, r *http.Request, account Account) error {
	return a.page(w, r, http.StatusOK, deskPage(a.frame("Staff desk", account), account, tasks))
}

func (a *App) showForbidden(w http.ResponseWriter, r *http.Request, account Account) error {
	return a.page(w, r, http.StatusForbidden, forbiddenPage(a.frame("Staff desk", account), account))
}
