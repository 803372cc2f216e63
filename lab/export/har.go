package export

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"authlab/lab/journal"
)

// WriteHAR writes exchanges as an HTTP Archive, version 1.2
// (http://www.softwareishard.com/blog/har-12-spec/), one page per step. Entries
// are written one by one, so that a full bench does not have to be held twice.
//
// Sizes, order and spelling are those of the captured bytes. Names that begin
// with an underscore are AuthLab's own; _authlab of an entry holds both messages'
// bytes in base64. An error is w's, or that of a time that JSON cannot have.
func WriteHAR(w io.Writer, b Bench, xs []*journal.Exchange) error {
	head, err := json.Marshal(newHARLog(b, xs))
	if err != nil {
		return fmt.Errorf("write the archive's head: %w", err)
	}
	// The entries are the last member of the log: they go before its brace.
	if _, err := fmt.Fprintf(w, `{"log":%s,"entries":[`, head[:len(head)-1]); err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	for i, x := range xs {
		entry, err := json.Marshal(newHAREntry(b, b.shown(x)))
		if err != nil {
			return fmt.Errorf("write exchange %d: %w", x.Number, err)
		}
		if i > 0 {
			entry = append([]byte(",\n"), entry...)
		}
		if _, err := w.Write(entry); err != nil {
			return fmt.Errorf("write exchange %d: %w", x.Number, err)
		}
	}
	if _, err := io.WriteString(w, "]}}\n"); err != nil {
		return fmt.Errorf("end the archive: %w", err)
	}
	return nil
}

// harLog is the archive's log without its entries.
type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Pages   []harPage  `json:"pages"`
	Comment string     `json:"comment"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPage struct {
	Started time.Time `json:"startedDateTime"`
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Timings struct{}  `json:"pageTimings"` // none were measured
}

type harEntry struct {
	Page       string         `json:"pageref,omitempty"`
	Started    time.Time      `json:"startedDateTime"`
	Time       float64        `json:"time"` // milliseconds
	Request    harRequest     `json:"request"`
	Response   harResponse    `json:"response"`
	Cache      struct{}       `json:"cache"`
	Timings    harTimings     `json:"timings"`
	Connection string         `json:"connection"`
	AuthLab    authlabDetails `json:"_authlab"`
}

type harRequest struct {
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	HTTPVersion string      `json:"httpVersion"`
	Cookies     []harCookie `json:"cookies"`
	Headers     []harPair   `json:"headers"`
	Query       []harPair   `json:"queryString"`
	PostData    *harPost    `json:"postData,omitempty"`
	HeadersSize int64       `json:"headersSize"`
	BodySize    int64       `json:"bodySize"`
	Comment     string      `json:"comment,omitempty"`
}

type harResponse struct {
	Status      int         `json:"status"`
	StatusText  string      `json:"statusText"`
	HTTPVersion string      `json:"httpVersion"`
	Cookies     []harCookie `json:"cookies"`
	Headers     []harPair   `json:"headers"`
	Content     harContent  `json:"content"`
	RedirectURL string      `json:"redirectURL"`
	HeadersSize int64       `json:"headersSize"`
	BodySize    int64       `json:"bodySize"`
	Comment     string      `json:"comment,omitempty"`
}

// harPair is a field, or a parameter of a query.
type harPair struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Comment string `json:"comment,omitempty"`
}

type harCookie struct {
	Name     string     `json:"name"`
	Value    string     `json:"value"`
	Path     string     `json:"path,omitempty"`
	Domain   string     `json:"domain,omitempty"`
	Expires  *time.Time `json:"expires,omitempty"`
	HTTPOnly bool       `json:"httpOnly"`
	Secure   bool       `json:"secure"`
	SameSite string     `json:"sameSite,omitempty"`
	Comment  string     `json:"comment,omitempty"`
}

// harPost is content that was sent. HAR itself has no encoding here; tools that
// do not know the member show base64.
type harPost struct {
	MIMEType string    `json:"mimeType"`
	Params   []harPair `json:"params"`
	Text     string    `json:"text"`
	Encoding string    `json:"encoding,omitempty"`
	Comment  string    `json:"comment,omitempty"`
}

type harContent struct {
	Size     int    `json:"size"`
	MIMEType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// harTimings are in milliseconds. HAR 1.2 allows -1, for what was not measured, in
// none of these three.
type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	Comment string  `json:"comment"`
}

// authlabDetails is what HAR has no place for.
type authlabDetails struct {
	Exchange int            `json:"exchange"`
	Flow     journal.Flow   `json:"flow"`
	Step     *int           `json:"step"` // null where the exchange shows none
	By       journal.Sender `json:"by"`
	Clock    time.Time      `json:"benchClock"`
	Reached  bool           `json:"reachedApp"`
	Request  rawMessage     `json:"request"`
	Response rawMessage     `json:"response"`
}

// rawMessage is a message as it crossed the connection, in base64. A response
// has the interim ones before it.
type rawMessage struct {
	Bytes     []byte `json:"bytes"`
	Length    int64  `json:"length"`
	Truncated bool   `json:"truncated"`
	Complete  bool   `json:"complete"`
}
