package token

import "net/http"

// may lists what each role may do.
var may = map[string][]string{
	"member": {"borrow five books", "reserve a title"},
	"staff":  {"borrow five books", "reserve a title", "open the staff desk", "waive a late fee"},
}

// tasks is what waits at the staff desk.
var tasks = []string{"Three reserved titles to put on the shelf", "Two late fees to decide on"}

// profileView is the answer to GET /profile.
type profileView struct {
	Name string   `json:"name"`
	Role string   `json:"role"`
	May  []string `json:"may"`
}

// deskView is the answer to GET /desk.
type deskView struct {
	Name  string   `json:"name"`
	Tasks []string `json:"tasks"`
}

// profile is GET /profile: what you may do here.
func (a *App) profile(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil {
		return err
	}
	return a.json(w, http.StatusOK, profileView{account.Name, account.Role, may[account.Role]})
}

// desk is GET /desk, for staff only.
func (a *App) desk(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil {
		return err
	}
	if !a.passes(r.Context(), "role allows", account.Role == "staff") {
		return forbidden(account)
	}
	return a.json(w, http.StatusOK, deskView{account.Name, tasks})
}

// forbidden refuses a good token that does not allow enough (RFC 6750, section
// 3.1).
func forbidden(account Account) error {
	return &refusal{
		status: http.StatusForbidden, code: "insufficient_scope", challenge: true, scope: "staff",
		description: "The staff desk is for staff. Your token says that your role is " + account.Role + ".",
	}
}
