package explain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
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
func (j *judge) login(media string, content func(body []byte) (string, bool), refused int) []test {
	body, err := io.ReadAll(io.LimitReader(j.r.Body, maxBody+1))
	given, _, _ := mime.ParseMediaType(j.r.Header.Get("Content-Type"))
	password, checked := j.event(journal.PasswordChecked, named())
	size := int64(len(body))
	if j.x.Request.Truncated {
		size = j.x.Request.Length - int64(headLength(j.x.Request.Bytes))
	}
	return []test{{
		name: "media type", ink: Plain, status: http.StatusUnsupportedMediaType, outcome: "refused",
		rule: "RFC 9110, section 15.5.16: content of a type that the resource does not take is answered with 415.",
		run: func() (string, bool) {
			return fmt.Sprintf("The login takes %s. Content-Type is %q.", media, j.r.Header.Get("Content-Type")), given == media
		},
	}, {
		name: "size allowed", ink: Plain, status: http.StatusRequestEntityTooLarge, outcome: "refused",
		rule: "RFC 9110, section 15.5.14: content that is larger than the server is willing to read is answered with 413.",
		run: func() (string, bool) {
			return fmt.Sprintf("The server reads up to %d bytes; %d came.", maxBody, size), checked || size <= maxBody
		},
	}, {
		name: "body well formed", ink: Plain, status: http.StatusBadRequest, outcome: "refused",
		rule: "RFC 9110, section 15.5.1: content that cannot be read is answered with 400.",
		run: func() (string, bool) {
			if j.x.Request.Truncated {
				return "Not all of the body was kept; this goes by whether the server went on to the password.", checked
			}
			if err != nil {
				return "The body ends too early.", false
			}
			return content(body)
		},
	}, {
		name: "password matches", ink: ServerOnly, status: refused, outcome: "refused",
		rule: "OWASP Password Storage Cheat Sheet: the server keeps a slow hash of the password and compares with that. OWASP Authentication Cheat Sheet, Authentication and Error Messages: the answer does not tell which of the two was wrong.",
		run: func() (string, bool) {
			return fmt.Sprintf("bcrypt compared the password with the hash for %s in %d ms.", password.Field("email"), password.Took.Milliseconds()),
				password.Field("ok") == "true"
		},
	}}
}

// formReadable reads the body as the session app does, and the query with it.
func (j *judge) formReadable(body []byte) (string, bool) {
	j.r.Body = io.NopCloser(bytes.NewReader(body))
	err := j.r.ParseForm()
	emails, passwords := j.r.PostForm["email"], j.r.PostForm["password"]
	if err != nil {
		return "The form has an escape or a separator that cannot be read.", false
	}
	return fmt.Sprintf("The form must have one email and one password; it has %d and %d.", len(emails), len(passwords)),
		len(emails) == 1 && len(passwords) == 1
}

// jsonReadable reads the body as the token app does.
func jsonReadable(body []byte) (string, bool) {
	if detail, ok := jsonObject(body); !ok {
		return detail, false
	}
	strings := 0
	p := Part{Decoded: body}
	for _, m := range jsonMembers(&p) {
		var text *string
		if (m.Name == "email" || m.Name == "password") && json.Unmarshal([]byte(m.Value), &text) == nil && text != nil {
			strings++
		}
	}
	return fmt.Sprintf("The object must have email and password, both strings; it has %d of the two.", strings), strings == 2
}

// jsonObject reads one JSON object in which no name comes twice (RFC 8259,
// section 4), and says what is wrong where it cannot.
func jsonObject(body []byte) (problem string, ok bool) {
	p := Part{Decoded: body}
	list := jsonMembers(&p)
	if p.Problem != "" {
		return "The body cannot be read: " + p.Problem + ".", false
	}
	if name := repeated(list); name != "" {
		return fmt.Sprintf("The name %q comes twice.", name), false
	}
	for _, m := range list {
		var value any
		if json.Unmarshal([]byte(m.Value), &value) != nil {
			return fmt.Sprintf("The value of %q cannot be read.", m.Name), false
		}
	}
	return "", true
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
