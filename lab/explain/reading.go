package explain

import (
	"net/http"
	"strings"

	"authlab/lab/journal"
)

// reading is what the pages of a bench ask of every one of its exchanges: worked
// out once for each, because an exchange never changes. It is small, whatever
// was sent: what strangers send is kept in it only as far as it is short.
type reading struct {
	agent    string // as agentName has it
	topLevel bool   // a browser said that it asked for a page that stands in no frame

	// What the request asked of an app, by its method and path.
	logsIn, logsOut, loads bool

	presented      string // the credential, "" for none
	longCredential bool   // presented is too long to be kept

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

// read is the reading of an exchange.
func read(x *journal.Exchange) *reading {
	return x.Derive(func() any { return newReading(x) }).(*reading)
}

func newReading(x *journal.Exchange) *reading {
	r := &reading{}
	name := SessionCookie(x.Settings)
	if x.Flow == journal.Token {
		name = AccessCookie
	}
	if cookie, ok := lastCookie(x, name); ok {
		r.cookie = &cookie
	}
	if x.Flow == journal.Token {
		r.refused = ignored(x)
	} else if r.cookie != nil {
		r.refused = refused(x, *r.cookie)
	}
	if request, err := received(x); err == nil {
		r.request(x, request)
	}
	return r
}

// request notes what the request says.
func (r *reading) request(x *journal.Exchange, request *http.Request) {
	ends := func(path string) bool { return strings.HasSuffix(request.URL.Path, path) }
	r.agent = strings.Clone(agentName(request.UserAgent()))
	r.topLevel = request.Header.Get("Sec-Fetch-Dest") == "document"
	r.logsIn = ends("/login")
	r.logsOut = request.Method == http.MethodPost && (ends("/token/logout") || ends("/token/refresh/logout"))
	r.loads = request.Method == http.MethodGet && ends("/token/")
	if value := presentedBy(request, x); len(value) > longPresented {
		r.longCredential = true
	} else {
		r.presented = strings.Clone(value)
	}
	if x.Flow == journal.Token {
		r.grant = grantOf(x, request)
	}
}
