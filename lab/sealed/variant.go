package sealed

import "net/http"

// Variant is how this library differs from its usual form. The zero value is that
// form; what is there to be seen to go wrong carries a warning.
type Variant struct {
	HostPrefix bool          // the cookie is called __Host-sealed, which only this very host can set
	Readable   bool          // the cookie is not HttpOnly
	SameSite   http.SameSite // Lax where it is 0; DefaultMode leaves the attribute out
	WholeHost  bool          // the cookie goes to every path of the host
	Persist    bool          // the cookie outlives the browser's closing

	LookUp bool     // the account is asked for at each request: it may be gone, or have another role
	List   []string // more to remember, which makes the cookie longer
}

// vary applies the variant to a cookie of the usual form.
func (v Variant) vary(c *http.Cookie) {
	if v.HostPrefix {
		c.Name = "__Host-sealed"
	}
	if v.Readable {
		c.HttpOnly = false // WARNING: a script of the page can copy the session, though not read it
	}
	if v.SameSite != 0 {
		c.SameSite = v.SameSite // WARNING: None lets other sites' requests carry it
	}
	if v.WholeHost {
		c.Path = "/" // WARNING: every application of this host is sent the session
	}
}
