package sealed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	base        = "/corner/"
	idleTimeout = 30 * time.Minute
	lifetime    = 12 * time.Hour
	keySize     = 32 // bytes: RFC 7518, section 5.3, for A256GCM
)

// look is the style sheet of both libraries.
const look = "main { color: black }"

// world is what a story happens in: two libraries that share their readers but
// not their keys, and a client with a cookie jar.
type world struct {
	accounts accounts
	keys     map[string]keys
	apps     map[string]*App
	base     string // of the library that the client visits
	jar      *cookiejar.Jar
	copies   map[string]string
	broken   bool // the keys cannot be had, so answers of 5xx are right
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		accounts: newAccounts(), base: base, copies: map[string]string{},
		keys: map[string]keys{}, apps: map[string]*App{},
	}
	for i, b := range []string{base, "/other/"} {
		w.keys[b] = keys{"k1": bytes.Repeat([]byte{byte(i + 1)}, keySize)}
		c := config(w)
		c.Base, c.Keys = b, w.keys[b]
		w.apps[b] = New(c)
	}
	w.newClient()
	return w
}

// config is that of the library at base.
func config(w *world) Config {
	return Config{
		Base:        base,
		Accounts:    w.accounts,
		Now:         func(context.Context) time.Time { return time.Now() },
		Logins:      []Login{{Email: "reader@library.test", Password: "open-book", Role: "member"}},
		HashCost:    8,
		Style:       []byte(look),
		Keys:        w.keys[base],
		IdleTimeout: idleTimeout,
		Lifetime:    lifetime,
	}
}

func (w *world) newClient() {
	w.jar, _ = cookiejar.New(nil) // without options it cannot fail
}

func (w *world) copied(name string) string { return w.copies[name] }

// send sends a request as the client does, with its cookies.
func (w *world) send(method, path string, header http.Header, body string) *httptest.ResponseRecorder {
	r := request(w.base, method, path, header, body)
	for _, cookie := range w.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	url := *r.URL
	answer := serve(w.apps[w.base], w.base, r)
	w.jar.SetCookies(&url, answer.Result().Cookies())
	return answer
}

// logIn logs in to an account.
func (w *world) logIn(id string) *httptest.ResponseRecorder {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return w.send("POST", "/login", header, "email="+id+"@library.test&password=open-book")
}

// refused reports whether an answer is that of a stranger: the way to the login
// page.
func (w *world) refused(answer *httptest.ResponseRecorder) bool {
	return answer.Code == http.StatusSeeOther && answer.Header().Get("Location") == w.base+"login"
}

// session is the sealed session that the client holds.
func (w *world) session() string {
	for _, cookie := range w.jar.Cookies(request(w.base, "GET", "/", nil, "").URL) {
		if cookie.Name == "sealed" {
			return cookie.Value
		}
	}
	return ""
}

// act does what a story asks for beside requests:
//
//	copy NAME          keeps a copy of the sealed session
//	client             goes on as another client, with an empty jar
//	visit BASE         goes on at another library
//	clock DURATION     lets time pass
//	role ID ROLE       changes an account's role
//	remove ID          deletes an account
//	busy DURATION N    N times lets time pass and asks for the profile, which is given
//	forge KIND         changes the session in one of the ways of forgeries
//	variant WORDS      goes on with a library that is set up so
//	keys fail|work     has it find no key, or find them again
func (w *world) act(verb, rest string) error {
	switch verb {
	case "copy":
		w.copies[rest] = w.session()
	case "client":
		w.newClient()
	case "visit":
		w.base = rest
	case "clock":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		time.Sleep(d)
	case "busy":
		return w.busy(rest)
	case "variant":
		return w.vary(rest)
	case "forge":
		f, known := forgeries[rest]
		if !known {
			return fmt.Errorf("no such forgery")
		}
		w.jar.SetCookies(request(w.base, "GET", "/", nil, "").URL, []*http.Cookie{{
			Name: "sealed", Path: w.base, Value: f(w.session(), w.keys[w.base]["k1"]),
		}})
	case "keys":
		w.broken = rest == "fail"
		c := config(w)
		if w.broken {
			c.Keys = noKeys{}
		}
		w.apps[base] = New(c)
	default:
		return w.accounts.act(verb, rest)
	}
	return nil
}

// keys are keys by id, of which k1 seals.
type keys map[string][]byte

func (k keys) Sealing(context.Context) (string, []byte, error) { return "k1", k["k1"], nil }

func (k keys) Opening(_ context.Context, kid string) ([]byte, error) {
	key, found := k[kid]
	if !found {
		return nil, ErrNoKey
	}
	return key, nil
}

// noKeys is a place for keys that cannot be reached.
type noKeys struct{}

var errNoAnswer = errors.New("secret detail")

func (noKeys) Sealing(context.Context) (string, []byte, error) { return "", nil, errNoAnswer }
func (noKeys) Opening(context.Context, string) ([]byte, error) { return nil, errNoAnswer }

// vary sets the library at base up as the words say.
func (w *world) vary(words string) error {
	c := config(w)
	for word := range strings.FieldsSeq(words) {
		switch word {
		case "look-up":
			c.Variant.LookUp = true
		case "long":
			c.Variant.List = slices.Repeat([]string{"shelf-001:read,reserve"}, 200)
		case "persist":
			c.Variant.Persist = true
		case "readable":
			c.Variant.Readable = true
		case "host-prefix":
			c.Variant.HostPrefix, c.Variant.WholeHost, c.Secure = true, true, true
		case "samesite-none":
			c.Variant.SameSite = http.SameSiteNoneMode
		case "not-renewed":
			c.IdleTimeout = 0
		default:
			return fmt.Errorf("no such variant: %s", word)
		}
	}
	w.apps[base] = New(c)
	return nil
}

// busy is a client that asks again and again.
func (w *world) busy(rest string) error {
	pause, times, _ := strings.Cut(rest, " ")
	d, err := time.ParseDuration(pause)
	n, notANumber := strconv.Atoi(times)
	if err != nil || notANumber != nil {
		return errors.Join(err, notANumber)
	}
	for i := range n {
		time.Sleep(d)
		if answer := w.send("GET", "/profile", http.Header{}, ""); answer.Code != http.StatusOK {
			return fmt.Errorf("request %d: the code is %d", i+1, answer.Code)
		}
	}
	return nil
}
