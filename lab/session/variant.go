package session

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
)

// Variant is how this library differs from its usual form. The zero value is that
// form; what is there to be seen to go wrong carries a warning.
type Variant struct {
	HostPrefix bool          // the cookie is called __Host-sid, which only this very host can set
	Readable   bool          // the cookie is not HttpOnly
	SameSite   http.SameSite // Lax where it is 0; DefaultMode leaves the attribute out
	WholeHost  bool          // the cookie goes to every path of the host
	Persist    bool          // the cookie outlives the browser's closing
	KeepID     bool          // a login does not change the id
	KeepRecord bool          // a logout clears the cookie and nothing else
	HashID     bool          // the store knows the id by its SHA-256 only
}

// vary applies the variant to a session manager of the usual form.
func (v Variant) vary(s *scs.SessionManager) {
	if v.HostPrefix {
		s.Cookie.Name = "__Host-sid"
	}
	if v.Readable {
		s.Cookie.HttpOnly = false // WARNING: every script of the page can read the id
	}
	if v.SameSite != 0 {
		s.Cookie.SameSite = v.SameSite // WARNING: None lets other sites' requests carry it
	}
	if v.WholeHost {
		s.Cookie.Path = "/" // WARNING: every application of this host is sent the id
	}
	if v.Persist {
		s.Cookie.Persist = true
	}
	if v.HashID {
		s.HashTokenInStore = true // whoever reads the store finds no id that works
	}
}
