package explain

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

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
