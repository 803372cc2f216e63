package explain

import (
	"net/http"
	"strings"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
)

// Reading is an exchange's recorded bytes, read: what pages, exports and the bench ask
// of them. [Read] works it out once for each exchange, because an exchange never
// changes, and what is asked for most is kept with it. That is little, whatever was
// sent: what strangers send is kept only as far as it is short, and read again where
// it is not.
type Reading struct {
	x *journal.Exchange

	agent    string // as head.Agent has it
	topLevel bool   // a browser said that it asked for a page that stands in no frame

	// What the request asked of an app, by its method and path.
	logsIn, logsOut, loads bool

	presented      string // the credential, "" for none
	longCredential bool   // presented is too long to be kept

	status int // see Status
	// cookie is the last one that the answer set of the name that the flow's
	// credential has in a cookie, nil for none; refused says why the browser does not
	// keep what was set, "" where it does.
	cookie  *CookieView
	refused string
	grant   grant
}

// longPresented is the length in bytes from which a credential that was sent is
// read again each time instead of being kept.
const longPresented = 4 << 10

// Read reads an exchange. Of one that a journal holds it does so once.
func Read(x *journal.Exchange) *Reading {
	return x.Derive(func() any { return newReading(x) }).(*Reading)
}

// Line is the request line.
func (r *Reading) Line() head.RequestLine { return head.LineOf(r.x.Request.Bytes) }

// Status is the status code of the final response, 0 where there is none.
func (r *Reading) Status() int { return r.status }

// Agent is the request's User-Agent as clients are told apart by it; see [head.Agent].
func (r *Reading) Agent() string { return r.agent }

// TopLevel reports whether a browser said that it asked for a page that stands in no
// frame (Fetch Metadata Request Headers, section 2.1), which a bench's page never does.
func (r *Reading) TopLevel() bool { return r.topLevel }

// RequestFields are the values of the request's fields of a name, in whatever case, as
// they stand there and in their order.
func (r *Reading) RequestFields(name string) []string {
	return fieldValues(r.x.Request.Bytes, Request(r.x), name)
}

// ResponseFields are likewise those of the final response.
func (r *Reading) ResponseFields(name string) []string {
	return fieldValues(r.x.Response.Bytes, Response(r.x), name)
}

func fieldValues(b []byte, m Message, name string) (values []string) {
	for _, l := range m.Lines {
		text := string(b[l.Start:l.Text])
		if field, value, found := strings.Cut(text, ":"); found && l.Kind == HeaderLine && strings.EqualFold(field, name) {
			values = append(values, trimWhite(value))
		}
	}
	return values
}

// Cookie is the last cookie that the answer set of the name that the flow's credential
// has in one, of those that browsers do not ignore: one that deletes it, too. It is nil
// for none, and must not be modified.
func (r *Reading) Cookie() *CookieView { return r.cookie }

// Presented is the credential that the request carried for its flow: the session id
// that the server finds among its cookies, or its access token. It reports false where
// there is none, or where the header cannot be read as one. A refresh token is none: no
// page is given for it.
func (r *Reading) Presented() (Credential, bool) {
	value := r.presented
	if r.longCredential {
		value = presentedIn(r.x)
	}
	return Credential{Flow: r.x.Flow, Value: value}, value != ""
}

// Issued is the credential that the response gave to the client: a session cookie that
// browsers store, or the access token that answers a login or a refresh, in its content
// or in a cookie that browsers store.
func (r *Reading) Issued() (Credential, bool) {
	value := FlowOf(r.x.Flow).issued(r)
	return Credential{Flow: r.x.Flow, Value: value, Issued: true}, value != ""
}

func newReading(x *journal.Exchange) *Reading {
	r := &Reading{x: x, status: answeredStatus(x)}
	request, requestErr := received(x)
	response, responseErr := answer(x)
	flow := FlowOf(x.Flow)
	if requestErr == nil {
		r.request(request, flow)
	}
	if responseErr == nil {
		r.cookie = lastCookie(x, response, flow.Cookie(x.Settings))
		flow.answered(r, request, response)
	}
	return r
}

// setCookie notes why the browser does not keep the cookie of an answer.
func (r *Reading) setCookie(_ *http.Request, _ *http.Response) {
	if r.cookie != nil {
		r.refused = refused(r.x, *r.cookie)
	}
}

// cookieValue is the value of the cookie that the answer set, "" for none.
func (r *Reading) cookieValue() string {
	if r.cookie == nil || r.cookie.Deletes {
		return ""
	}
	return r.cookie.Value
}

// request notes what the request says.
func (r *Reading) request(request *http.Request, flow *Flow) {
	ends := func(path string) bool { return strings.HasSuffix(request.URL.Path, path) }
	r.agent = strings.Clone(head.Agent(request.UserAgent()))
	r.topLevel = request.Header.Get("Sec-Fetch-Dest") == "document"
	r.logsIn = ends("/login")
	r.logsOut = request.Method == http.MethodPost && (ends("/token/logout") || ends("/token/refresh/logout"))
	r.loads = request.Method == http.MethodGet && ends("/token/")
	if value := flow.credential(request, r.x.Settings); len(value) > longPresented {
		r.longCredential = true
	} else {
		r.presented = strings.Clone(value)
	}
}
