package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// issued is the answer to a login (RFC 6749, section 5.1).
type issued struct {
	AccessToken  string `json:"access_token,omitempty"`
	TokenType    string `json:"token_type,omitempty"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
}

// login is POST /login, JSON with email and password. When they match, the
// answer is a token, and what becomes of it is up to whoever asked.
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
		// Saying which of the two is wrong would tell who has an account here.
		return &refusal{
			status: http.StatusBadRequest, code: "invalid_grant",
			description: "Email and password do not match. Try again.",
		}
	}
	return a.grant(w, r, account, nil)
}

// grant answers with a token for account. Where there are refresh tokens, before
// is the one that was used for this, or nil at a login.
func (a *App) grant(w http.ResponseWriter, r *http.Request, account Account, before *RefreshToken) error {
	token, err := a.issue(r.Context(), account)
	if err != nil {
		return err
	}
	answer := issued{AccessToken: token, TokenType: "Bearer", ExpiresIn: int64(a.lifetime / time.Second)}
	if again := before != nil && a.variant.Refresh == Reusable; a.variant.Refresh != NoRefresh && !again {
		if answer.RefreshToken, err = a.issueRefresh(r.Context(), account, before); err != nil {
			return err
		}
	}
	if a.variant.Storage == InCookie {
		a.setCookies(w, &answer)
	}
	return a.json(w, http.StatusOK, answer)
}

// credentials reads the JSON. It returns a *refusal when there is no such JSON.
func (a *App) credentials(r *http.Request) (email, password string, err error) {
	values, err := a.texts(r, "email", "password")
	return values["email"], values["password"], err
}

// texts reads one JSON object with these members, all strings. It returns a
// *refusal when there is no such object.
func (a *App) texts(r *http.Request, names ...string) (map[string]string, error) {
	ctx := r.Context()
	wanted := strings.Join(names, " and ")
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !a.passes(ctx, "media type", mediaType == "application/json") {
		return nil, &refusal{
			status: http.StatusUnsupportedMediaType, code: "invalid_request",
			description: "Please send " + wanted + " as application/json.",
		}
	}
	body, err := io.ReadAll(r.Body)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	if !a.passes(ctx, "size allowed", !tooLarge) {
		return nil, &refusal{
			status: http.StatusRequestEntityTooLarge, code: "invalid_request",
			description: "The body was larger than 1 MiB. Please send " + wanted + " only.",
		}
	}
	members, malformed := object(body)
	values := map[string]string{}
	for _, name := range names {
		if text, isText := members[name].(string); isText {
			values[name] = text
		}
	}
	if !a.passes(ctx, "body well formed", err == nil && malformed == nil && len(values) == len(names)) {
		return nil, &refusal{
			status: http.StatusBadRequest, code: "invalid_request",
			description: "The body could not be read. Please send one JSON object with " + wanted + ", each once and a string.",
		}
	}
	return values, nil
}

// object reads one JSON object. encoding/json by itself takes a name that comes
// twice, and what follows the object, without complaint; two readers of the
// same bytes could then disagree on what they say (RFC 8259, section 4).
func object(body []byte) (map[string]any, error) {
	if !json.Valid(body) || !utf8.Valid(body) {
		return nil, errors.New("not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if open, _ := decoder.Token(); open != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	members := map[string]any{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if _, again := members[name.(string)]; again {
			return nil, fmt.Errorf("%q comes twice", name)
		}
		members[name.(string)] = value
	}
	return members, nil
}
