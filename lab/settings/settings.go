// Package settings holds what a visitor can vary on a bench: the knobs of the
// two apps, each with the values that it can have, what each value means and
// which advice it follows or breaks.
//
// It is plain data. The apps do not know it: package bench turns it into their
// configurations. The values are those of forms, of journal.json and of the
// addresses of the documentation, so that one word means the same everywhere.
package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are the knobs of a bench. Each field holds one of the values that its
// [Knob] lists.
type Settings struct {
	// Store is where both flows keep what they remember: memory, sqlite or redis.
	Store   string  `json:"store"`
	Session Session `json:"session"`
	Token   Token   `json:"token"`
}

// Session are the knobs of the session flow.
type Session struct {
	Cookie   string `json:"cookie"`    // the cookie's name
	HTTPOnly string `json:"http_only"` // on or off
	Secure   string `json:"secure"`    // on or off
	SameSite string `json:"same_site"` // Strict, Lax, None or absent
	Path     string `json:"path"`      // app or host
	Persist  string `json:"persist"`   // on: Expires and Max-Age are set
	Idle     string `json:"idle"`      // a duration, or off
	Absolute string `json:"absolute"`  // a duration
	Renew    string `json:"renew"`     // on: a new id at login
	Logout   string `json:"logout"`    // record or cookie: what it deletes
	HashID   string `json:"hash_id"`   // on: the store holds the id's SHA-256
}

// Token are the knobs of the token flow.
type Token struct {
	Alg             string `json:"alg"`              // RFC 7518, section 3.1; RFC 8037
	Lifetime        string `json:"lifetime"`         // a duration, from iat to exp
	Storage         string `json:"keep"`             // where the client keeps it: memory, sessionStorage, localStorage or cookie
	Leeway          string `json:"leeway"`           // a duration
	Require         string `json:"require"`          // which claims must be there: all, exp or none
	Role            string `json:"role"`             // on: the role is a claim
	Name            string `json:"name"`             // on: the name is a claim
	List            string `json:"list"`             // on: a long list is a claim
	Refresh         string `json:"refresh"`          // off, on, rotate or detect
	RefreshLifetime string `json:"refresh_lifetime"` // a duration
	Grace           string `json:"grace"`            // a duration: how long a used refresh token is still good
	Revocation      string `json:"revocation"`       // off, jti or version
}

// The values of knobs that are on or off.
const (
	On  = "on"
	Off = "off"
)

// The stores.
const (
	Memory = "memory"
	SQLite = "sqlite"
	Redis  = "redis"
)

// Default returns the lesson's configuration, which every bench begins with.
// secure says that the bench is served over TLS, where the cookie is Secure. It
// follows most of the advice that there is and not all of it: see [ByAdvice].
func Default(secure bool) Settings {
	s := Settings{
		Store: Memory,
		Session: Session{
			Cookie: "sid", HTTPOnly: On, Secure: Off, SameSite: "Lax", Path: "app", Persist: Off,
			Idle: "15m", Absolute: "1h", Renew: On, Logout: "record", HashID: Off,
		},
		Token: Token{
			Alg: "HS256", Lifetime: "15m", Storage: "localStorage", Leeway: "0s", Require: "all",
			Role: On, Name: On, List: Off, Refresh: Off, RefreshLifetime: "24h", Grace: "0s", Revocation: Off,
		},
	}
	if secure {
		s.Session.Secure = On
	}
	return s
}

// Duration returns the duration that a value names, 0 for off. Beside what
// [time.ParseDuration] reads it knows whole days, "7d", as many libraries for
// tokens do.
func Duration(value string) time.Duration {
	if days, ok := strings.CutSuffix(value, "d"); ok {
		n, _ := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour
	}
	d, _ := time.ParseDuration(value)
	return d
}

// IdleFor is how long a session may be unused, by the bench's clock; 0 is for ever.
func (s Session) IdleFor() time.Duration { return Duration(s.Idle) }

// LivesFor is the absolute limit of a session, however busy, by the bench's clock.
func (s Session) LivesFor() time.Duration { return Duration(s.Absolute) }

// LivesFor is the time from a token's iat to its exp.
func (t Token) LivesFor() time.Duration { return Duration(t.Lifetime) }

// Get returns the value of the knob with the given name, or "" where there is no
// such knob.
func (s Settings) Get(name string) string {
	if k, ok := Find(name); ok {
		return *k.at(&s)
	}
	return ""
}

// With returns s with a knob turned. Its error names the knob or the value that
// there is not, and what there is.
func (s Settings) With(name, value string) (Settings, error) {
	k, ok := Find(name)
	if !ok {
		return s, fmt.Errorf("there is no setting %q", name)
	}
	if _, ok := k.Choice(value); !ok {
		return s, fmt.Errorf("%s cannot be %q; it is one of %s", k.Label, value, strings.Join(k.values(), ", "))
	}
	*k.at(&s) = value
	return s, nil
}

// Change is a knob that two settings have turned differently.
type Change struct{ Name, Label, From, To string }

// Changes lists the knobs that differ between before and after, in the order of
// [Knobs], with the values' labels.
func Changes(before, after Settings) []Change {
	var out []Change
	for _, k := range Knobs {
		from, to := *k.at(&before), *k.at(&after)
		if from != to {
			was, _ := k.Choice(from)
			is, _ := k.Choice(to)
			out = append(out, Change{Name: k.Name, Label: k.Label, From: was.Label, To: is.Label})
		}
	}
	return out
}

// Find returns the knob with the given name.
func Find(name string) (Knob, bool) {
	at := slices.IndexFunc(Knobs, func(k Knob) bool { return k.Name == name })
	if at < 0 {
		return Knob{}, false
	}
	return Knobs[at], true
}
