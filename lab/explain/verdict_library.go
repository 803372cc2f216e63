package explain

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"authlab/lab/explain/head"
)

// beforeApp judges a request that never got to the app: net/http refused it, or
// the site's router sent it elsewhere. The checks are net/http's, in its order.
func (j *judge) beforeApp() {
	h := head.Read(j.x.Request.Bytes)
	const outcome = "refused before the app"
	refusal := func(name string, status int, rule string, run func() (string, bool)) test {
		return test{name: name, rule: rule, ink: Plain, run: run, status: status, outcome: outcome}
	}
	j.decide(http.StatusNotFound, outcome,
		refusal("request line well formed", http.StatusBadRequest,
			"RFC 9112, section 3: a request line is a method, a target and a version, with one space between.", h.Line),
		refusal("head small enough", http.StatusRequestHeaderFieldsTooLarge,
			"RFC 6585, section 5: a head that is larger than the server is willing to read is answered with 431.", h.Small),
		refusal("header fields well formed", http.StatusBadRequest,
			"RFC 9112, section 5: a field line is a name, a colon and a value.", h.WellFormed),
		refusal("one Host", http.StatusBadRequest,
			"RFC 9112, section 3.2: a request has no more than one Host field.", h.OneHost),
		refusal("length clear", h.LengthStatus(),
			"RFC 9112, section 6: Transfer-Encoding is chunked or absent, and Content-Length is one number.", h.LengthClear),
		refusal("version supported", http.StatusHTTPVersionNotSupported,
			"RFC 9110, section 15.6.6: this server speaks HTTP/1.0 and HTTP/1.1 on this port.", h.Supported),
		refusal("Host valid", http.StatusBadRequest,
			"RFC 9112, section 3.2: a request of HTTP/1.1 has a Host field, and it names a host.", h.HostValid),
		refusal("names and values allowed", http.StatusBadRequest,
			"RFC 9110, sections 5.1 and 5.5: a field's name is a token, and its value holds no control characters.", h.Allowed),
		refusal("expectation known", http.StatusExpectationFailed,
			"RFC 9110, section 10.1.1: 100-continue is the one expectation that there is.", h.Expectation),
		test{name: "path tidy", ink: Plain, status: http.StatusTemporaryRedirect, outcome: "redirected", run: h.Tidy,
			rule: "RFC 3986, section 6.2.2.3, for dot segments: the router sends them to their tidy form, and by its own rule empty segments and bases without a closing slash."},
		refusal("route exists", http.StatusNotFound,
			"RFC 9110, section 15.5.5: a path that stands for nothing is answered with 404.",
			func() (string, bool) { return "The site has no route for this target.", false }),
	)
}

// asset judges a request for a file that is the same for everybody. What a
// cache or a range makes of it is worked out by http.ServeContent, which serves
// it in the apps; the file's ETag and length come from the response, because
// they are recorded nowhere else.
func (j *judge) asset(what string) {
	w := &statusWriter{header: http.Header{}}
	size := int64(maxBody)
	if resp, err := answer(j.x); err == nil {
		w.header.Set("Etag", resp.Header.Get("Etag"))
		size = wholeLength(resp)
	}
	http.ServeContent(w, j.r, "asset", time.Time{}, io.NewSectionReader(zeros{}, 0, size))
	outcome := strings.ToLower(http.StatusText(w.status))
	if w.status == http.StatusNotModified {
		outcome = "unchanged"
	}
	j.decide(http.StatusOK, "public", open(what), test{
		name: "whole content wanted", ink: Plain, status: w.status, outcome: outcome,
		rule: "RFC 9110, sections 13.1 and 14.2: a request may set conditions by If-None-Match and the like, or ask for a part by Range.",
		run: func() (string, bool) {
			return fmt.Sprintf("The server's copy has ETag %s; If-None-Match is %q, Range is %q.",
				w.header.Get("Etag"), j.r.Header.Get("If-None-Match"), j.r.Header.Get("Range")), w.status == http.StatusOK
		},
	})
}

// wholeLength is the length of the whole that a response is, or is a part of.
func wholeLength(resp *http.Response) int64 {
	var size int64
	_, after, _ := strings.Cut(resp.Header.Get("Content-Range"), "/")
	if _, err := fmt.Sscan(after, &size); err == nil {
		return size
	}
	if resp.StatusCode == http.StatusOK && resp.ContentLength > 0 {
		return resp.ContentLength
	}
	return maxBody
}

// statusWriter is a response of which only the status is wanted.
type statusWriter struct {
	header http.Header
	status int
}

func (w *statusWriter) Header() http.Header { return w.header }

func (w *statusWriter) WriteHeader(status int) { w.status = status }

func (w *statusWriter) Write(b []byte) (int, error) { return len(b), nil }

// zeros reads as zero octets without end.
type zeros struct{}

func (zeros) ReadAt(b []byte, _ int64) (int, error) {
	clear(b)
	return len(b), nil
}
