package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file is about JSON, for a client that is a script (shell.go has the page
// that it runs on). The twin has html.go instead, for a browser alone.

// refusal is an expected failure. Its description tells the client what to do;
// code and description are those of RFC 6749, section 5.2 and RFC 6750, section
// 3.1, both limited to printable ASCII without quotes and backslashes.
type refusal struct {
	status            int
	code, description string
	// challenge says that the answer is about the token, so WWW-Authenticate
	// goes with it; scope is what the token would have to allow.
	challenge bool
	scope     string
}

func (e *refusal) Error() string { return e.description }

var (
	// errStranger refuses a request without a token.
	errStranger = &refusal{
		status: http.StatusUnauthorized, challenge: true,
		description: "You are not signed in. Log in to get a token.",
	}
	errNoPage = &refusal{
		status: http.StatusNotFound, code: "not_found",
		description: "There is no such page in this library.",
	}
	errForeign = &refusal{
		status: http.StatusForbidden, code: "forbidden",
		description: "This request was sent from another site. Please use the page on this one.",
	}
	errMismatch = &refusal{
		status: http.StatusBadRequest, code: "invalid_grant",
		description: "Email and password do not match. Try again.",
	}
	errBroken = &refusal{
		status: http.StatusInternalServerError, code: "server_error",
		description: "Something broke on our side. Please try again.",
	}
	errRevoked = &refusal{
		status: http.StatusUnauthorized, code: "invalid_token", challenge: true,
		description: "The token was ended by a logout. Log in again.",
	}
	errNobody = &refusal{
		status: http.StatusUnauthorized, code: "invalid_token", challenge: true,
		description: "The token speaks of nobody who is known here. Log in again.",
	}
)

// errMethod refuses a method that a resource does not have.
func errMethod(allowed string) error {
	return &refusal{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed",
		description: "This resource answers " + allowed + " only.",
	}
}

// malformed refuses a request that does not make sense, whatever its token is
// worth (RFC 6750, section 3.1).
func malformed(description string) error {
	return &refusal{
		status: http.StatusBadRequest, code: "invalid_request", challenge: true, description: description,
	}
}

// failure is the JSON of a refusal.
type failure struct {
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description"`
}

// refuse answers for a handler that returned an error.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	no, expected := errors.AsType[*refusal](err)
	if !expected {
		a.log.ErrorContext(r.Context(), "request failed", "cause", err)
		no = errBroken
	}
	if no.challenge {
		w.Header().Set("WWW-Authenticate", no.wwwAuthenticate())
	}
	if err := a.json(w, no.status, failure{no.code, no.description}); err != nil {
		a.log.ErrorContext(r.Context(), "error answer failed", "cause", err)
	}
}

// wwwAuthenticate is the challenge of RFC 6750, section 3. A request that
// brought no token is told no error code (section 3.1): it did nothing wrong.
func (e *refusal) wwwAuthenticate() string {
	challenge := `Bearer realm="Corner Library"`
	if e.code != "" {
		challenge += fmt.Sprintf(`, error="%s", error_description="%s"`, e.code, e.description)
	}
	if e.scope != "" {
		challenge += fmt.Sprintf(`, scope="%s"`, e.scope)
	}
	return challenge
}

// json writes v as JSON.
func (a *App) json(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // who has gone away is not there to be told
	return nil
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

// issued is the answer to a login (RFC 6749, section 5.1).
type issued struct {
	AccessToken  string `json:"access_token,omitempty"`
	TokenType    string `json:"token_type,omitempty"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
}

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

func (a *App) showProfile(w http.ResponseWriter, _ *http.Request, account Account) error {
	return a.json(w, http.StatusOK, profileView{account.Name, account.Role, may[account.Role]})
}

func (a *App) showDesk(w http.ResponseWriter, _ *http.Request, account Account) error {
	return a.json(w, http.StatusOK, deskView{account.Name, tasks})
}

// showForbidden refuses a good token that does not allow enough (RFC 6750, section
// 3.1).
func (a *App) showForbidden(_ http.ResponseWriter, _ *http.Request, account Account) error {
	return &refusal{
		status: http.StatusForbidden, code: "insufficient_scope", challenge: true, scope: "staff",
		description: "The staff desk is for staff. Your token says that your role is " + account.Role + ".",
	}
}
