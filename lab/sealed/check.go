package sealed

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// account returns whose session this request belongs to, or errStranger.
//
// There is no look-up: the answer is what the session says.
func (a *App) account(r *http.Request) (Account, error) {
	ctx := r.Context()
	cookie, err := r.Cookie(a.cookie.Name)
	if !a.passes(ctx, "cookie present", err == nil && cookie.Value != "") {
		return Account{}, errStranger
	}
	c, err := a.open(ctx, cookie.Value)
	if err != nil {
		return Account{}, err
	}
	if err := a.judge(ctx, c); err != nil {
		return Account{}, err
	}
	account := Account{ID: c.Subject, Name: c.Name, Role: c.Role}
	if a.variant.LookUp {
		if account, err = a.lookUp(ctx, c); err != nil {
			return Account{}, err
		}
	}
	seen(ctx, c)
	return account, nil
}

// open returns what a session says, if it was sealed by us and is as it was.
//
// What to check is up to us and never to the session: alg and enc are fixed, so it
// cannot ask for a weaker way, or for a key to be derived at our cost (RFC 8725,
// section 3.1). Whatever is wrong, the browser is told the same.
func (a *App) open(ctx context.Context, session string) (*claims, error) {
	header, err := readable(session)
	if !a.passes(ctx, "parts readable", err == nil) {
		return nil, errStranger
	}
	if !a.passes(ctx, "algorithm allowed", header["alg"] == "dir" && header["enc"] == "A256GCM") {
		return nil, errStranger
	}
	// What was compressed can be a thousand times as long as it looks.
	_, critical := header["crit"]
	_, compressed := header["zip"]
	if !a.passes(ctx, "no unknown extension", !critical && !compressed) {
		return nil, errStranger
	}
	key, err := a.key(ctx, header)
	switch unknown := errors.Is(err, ErrNoKey); {
	case err != nil && !unknown:
		return nil, fmt.Errorf("find opening key: %w", err)
	case !a.passes(ctx, "key known", !unknown):
		return nil, errStranger
	}
	plain, err := decrypt(session, key)
	if !a.passes(ctx, "seal intact", err == nil) {
		return nil, errStranger
	}
	var c claims
	if err := json.Unmarshal(plain, &c); err != nil {
		return nil, fmt.Errorf("read what we sealed: %w", err)
	}
	return &c, nil
}

// key finds the key that a session says it is sealed with.
func (a *App) key(ctx context.Context, header map[string]any) ([]byte, error) {
	kid, named := header["kid"].(string)
	if !named {
		return nil, ErrNoKey
	}
	return a.keys.Opening(ctx, kid)
}

// decrypt returns what was sealed with key. It fails if a bit of the session is not
// what it was, the header's included (RFC 7516, section 5.2).
func decrypt(session string, key []byte) ([]byte, error) {
	sealed, err := jose.ParseEncryptedCompact(session, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return nil, err
	}
	return sealed.Decrypt(key)
}

// readable takes a session apart and returns its header, or says why it cannot be
// one: there must be five parts of base64url in the one way to write them, of which
// the second, an encrypted key, is empty with "dir" (RFC 7516, section 5.2).
func readable(session string) (header map[string]any, err error) {
	parts := strings.Split(session, ".")
	if len(parts) != 5 || parts[1] != "" || len(session) > maxCookie {
		return nil, errors.New("not the five parts of a session")
	}
	var first []byte
	for i, part := range parts {
		// The decoder would skip a line break.
		octets, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || strings.ContainsAny(part, "\r\n") {
			return nil, fmt.Errorf("part %d is no base64url", i+1)
		}
		if i == 0 {
			first = octets
		}
	}
	err = json.Unmarshal(first, &header)
	return header, err
}

// judge checks what c says of itself, by our clock. A session that is in use is
// sealed anew before its end, so there is no leeway.
func (a *App) judge(ctx context.Context, c *claims) error {
	now := a.now(ctx).Unix()
	_, known := may[c.Role]
	for _, check := range []struct {
		name   string
		passed bool
	}{
		{"not expired", now < c.Expires},
		{"issued in the past", c.IssuedAt <= now},
		{"subject present", c.Subject != ""},
		{"role known", known || a.variant.LookUp},
	} {
		if !a.passes(ctx, check.name, check.passed) {
			return errStranger
		}
	}
	return nil
}

// lookUp returns the account of a session as it is now, where the session alone
// does not decide. This is what a server-side session does for every request.
func (a *App) lookUp(ctx context.Context, c *claims) (Account, error) {
	account, err := a.accounts.Find(ctx, c.Subject)
	switch gone := errors.Is(err, ErrNoAccount); {
	case err != nil && !gone:
		return Account{}, fmt.Errorf("find account of session: %w", err)
	case !a.passes(ctx, "account known", !gone):
		return Account{}, errStranger
	default:
		return account, nil
	}
}
