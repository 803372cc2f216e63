package export

import (
	"fmt"
	"strconv"
	"time"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/plot"
)

func newHARLog(b Bench, xs []*journal.Exchange) harLog {
	l := harLog{
		Version: "1.2", Creator: harCreator{"AuthLab", b.Version}, Pages: []harPage{},
		Comment: "Recorded at the server's socket. Each entry's _authlab has the bytes of both messages in base64.",
	}
	if len(xs) == 0 {
		l.Comment += " " + nothing
	}
	seen := map[int]bool{}
	for _, x := range xs {
		if x.Step == plot.NoStep || seen[x.Step] {
			continue
		}
		seen[x.Step] = true
		l.Pages = append(l.Pages, harPage{
			Started: x.Started.UTC(), ID: pageID(x.Step), Title: fmt.Sprintf("Step %d: %s", x.Step, b.Title(x.Step)),
		})
	}
	return l
}

func pageID(step int) string { return "step-" + strconv.Itoa(step) }

func newHAREntry(b Bench, x *journal.Exchange) harEntry {
	ms := float64(x.Duration) / float64(time.Millisecond)
	e := harEntry{
		Started: x.Started.UTC(), Time: ms, Connection: strconv.FormatInt(x.Connection, 10),
		Request: newHARRequest(b, x), Response: newHARResponse(x),
		Timings: harTimings{Wait: ms,
			Comment: "Measured as a whole, at the server: from the first byte of the request to the last of the response. HAR wants send and receive beside it: they are in wait, and 0 here."},
		AuthLab: authlabDetails{
			Exchange: x.Number, Flow: x.Flow, By: x.By, Clock: x.Clock.UTC(), Reached: x.Reached,
			Request: newRaw(x.Request), Response: newRaw(x.Response),
		},
	}
	if x.Step != plot.NoStep {
		e.Page, e.AuthLab.Step = pageID(x.Step), &x.Step
	}
	return e
}

func newRaw(m journal.Message) rawMessage {
	bytes := m.Bytes
	if bytes == nil {
		bytes = []byte{} // "" rather than null
	}
	return rawMessage{bytes, m.Length, m.Truncated, m.Complete}
}

func newHARRequest(b Bench, x *journal.Exchange) harRequest {
	m := requestOf(x)
	line := head.LineOf([]byte(m.start))
	r := harRequest{
		Method: text(line.Method), URL: address(b, x, m.values("Host"), line.Target), HTTPVersion: text(line.Version),
		Cookies: sentCookies(m.values("Cookie")), Headers: newHARHeaders(m.fields), Query: newQuery(line.Target),
		HeadersSize: m.head, BodySize: bodySize(m, x.Request), Comment: remark(x.Request),
	}
	if len(m.body) > 0 {
		r.PostData = &harPost{MIMEType: text(m.value("Content-Type")), Params: []harPair{}}
		r.PostData.Text, r.PostData.Encoding = content(m.content)
		if r.PostData.Encoding != "" {
			r.PostData.Comment = "The content is not UTF-8; text is its base64."
		}
	}
	return r
}

func newHARResponse(x *journal.Exchange) harResponse {
	m := responseOf(x)
	version, status, reason := statusLine(m.start)
	r := harResponse{
		Status: status, StatusText: text(reason), HTTPVersion: text(version),
		Cookies: givenCookies(m.values("Set-Cookie"), x.Started), Headers: newHARHeaders(m.fields),
		RedirectURL: text(m.value("Location")), HeadersSize: m.head, BodySize: bodySize(m, x.Response), Comment: remark(x.Response),
	}
	r.Content = harContent{Size: len(m.content), MIMEType: text(m.value("Content-Type"))}
	if r.Content.MIMEType == "" {
		r.Content.MIMEType = "x-unknown"
	}
	r.Content.Text, r.Content.Encoding = content(m.content)
	return r
}

// bodySize is how many bytes followed the head, all of them where only some were
// kept, or -1 where the head never ended.
func bodySize(m message, of journal.Message) int64 {
	if m.head < 0 {
		return -1
	}
	return int64(len(m.body)) + of.Length - int64(len(of.Bytes))
}

// remark says what a reader of sizes and contents must know.
func remark(m journal.Message) string {
	switch {
	case m.Length == 0:
		return "There is no such message: nothing crossed the connection."
	case m.Truncated:
		return fmt.Sprintf("Only the first %d of %d bytes were kept.", len(m.Bytes), m.Length)
	case !m.Complete:
		return "The connection was closed before the message ended."
	}
	return ""
}
