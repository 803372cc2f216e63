package session

import "net/http"

// may lists what each role may do.
var may = map[string][]string{
	"member": {"borrow five books", "reserve a title"},
	"staff":  {"borrow five books", "reserve a title", "open the staff desk", "waive a late fee"},
}

// tasks is what waits at the staff desk.
var tasks = []string{"Three reserved titles to put on the shelf", "Two late fees to decide on"}

// profile is GET /profile: what you may do here.
func (a *App) profile(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil {
		return err
	}
	return a.showProfile(w, r, account)
}

// desk is GET /desk, for staff only.
func (a *App) desk(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil {
		return err
	}
	if !a.passes(r.Context(), "role allows", account.Role == "staff") {
		return a.showForbidden(w, r, account)
	}
	return a.showDesk(w, r, account)
}
