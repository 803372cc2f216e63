package explain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"authlab/lab/journal"
)

// maxBody is the most that a request to either app may carry, in bytes.
const maxBody = 1 << 20

// The media types in which the apps take a login.
const (
	formMedia = "application/x-www-form-urlencoded"
	jsonMedia = "application/json"
)

// login are the checks of a login in either app: the media type, the size and
// the form of its content, then the password. refused is the status of a
// password that does not match.
func (j *judge) login(media string, content func(body []byte) string, refused int) []test {
	return append(j.content("login", media, content), test{
		name: "password matches", ink: ServerOnly, status: refused, outcome: "refused",
		rule: "OWASP Password Storage Cheat Sheet: the server keeps a slow hash of the password and compares with that. OWASP Authentication Cheat Sheet, Authentication and Error Messages: the answer does not tell which of the two was wrong.",
		say: func(bool) string {
			password, _ := j.event(journal.PasswordChecked, named())
			return fmt.Sprintf("bcrypt compared the password with the hash for %s in %d ms.", password.Field("email"), password.Took.Milliseconds())
		},
	})
}

// content are the checks on a request's content. what names what it asks for.
func (j *judge) content(what, media string, content func(body []byte) string) []test {
	body, err := io.ReadAll(io.LimitReader(j.r.Body, maxBody+1))
	size := int64(len(body))
	if j.x.Request.Truncated {
		size = j.x.Request.Length - int64(headLength(j.x.Request.Bytes))
	}
	refused := func(name, rule string, status int, say func(bool) string) test {
		return test{name: name, rule: rule, ink: Plain, say: say, status: status, outcome: "refused"}
	}
	return []test{
		refused("media type", "RFC 9110, section 15.5.16: content of a type that the resource does not take is answered with 415.", http.StatusUnsupportedMediaType,
			func(bool) string {
				return fmt.Sprintf("The %s takes %s. Content-Type is %q.", what, media, j.r.Header.Get("Content-Type"))
			}),
		refused("size allowed", "RFC 9110, section 15.5.14: content that is larger than the server is willing to read is answered with 413.", http.StatusRequestEntityTooLarge,
			func(bool) string { return fmt.Sprintf("The server reads up to %d bytes; %d came.", maxBody, size) }),
		refused("body well formed", "RFC 9110, section 15.5.1: content that cannot be read is answered with 400.", http.StatusBadRequest,
			func(bool) string {
				switch {
				case j.x.Request.Truncated:
					return "Not all of the body was kept here, so this shows only what the server made of it."
				case err != nil:
					return "The body ends too early."
				}
				return content(body)
			}),
	}
}

// formReadable reads the body as the session app does, and the query with it.
func (j *judge) formReadable(body []byte) string {
	j.r.Body = io.NopCloser(bytes.NewReader(body))
	err := j.r.ParseForm()
	emails, passwords := j.r.PostForm["email"], j.r.PostForm["password"]
	if err != nil {
		return "The form has an escape or a separator that cannot be read."
	}
	return fmt.Sprintf("The form must have one email and one password; it has %d and %d.", len(emails), len(passwords))
}

// jsonReadable reads the body as the token app does.
func jsonReadable(body []byte) string {
	if problem := jsonObject(body); problem != "" {
		return problem
	}
	strings := 0
	p := Part{Decoded: body}
	for _, m := range jsonMembers(&p) {
		var text *string
		if (m.Name == "email" || m.Name == "password") && json.Unmarshal([]byte(m.Value), &text) == nil && text != nil {
			strings++
		}
	}
	return fmt.Sprintf("The object must have email and password, both strings; it has %d of the two.", strings)
}

// jsonObject reads one JSON object in which no name comes twice (RFC 8259,
// section 4), and says what is wrong where it cannot.
func jsonObject(body []byte) (problem string) {
	p := Part{Decoded: body}
	list := jsonMembers(&p)
	if p.Problem != "" {
		return "The body cannot be read: " + p.Problem + "."
	}
	if name := repeated(list); name != "" {
		return fmt.Sprintf("The name %q comes twice.", name)
	}
	for _, m := range list {
		var value any
		if json.Unmarshal([]byte(m.Value), &value) != nil {
			return fmt.Sprintf("The value of %q cannot be read.", m.Name)
		}
	}
	return ""
}

// headLength is the length of a request's head with its empty line.
func headLength(b []byte) int {
	for at := 0; ; {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			return len(b)
		}
		line := bytes.TrimSuffix(b[at:at+end], []byte("\r"))
		at += end + 1
		if len(line) == 0 && at > 2 {
			return at
		}
	}
}
