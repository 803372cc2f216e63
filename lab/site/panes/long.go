package panes

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// A long message is shown in parts: its beginning where it stands among others, and
// part after part on the page of its exchange.
const (
	LongMessage = 4 << 10  // bytes that are shown of a message among others
	partSize    = 16 << 10 // bytes of one part on the exchange's page
)

// Window is the run of a message's bytes that a page shows, From the first one and
// To behind the last.
type Window struct{ From, To int }

// beginning is the window that a message has among others.
func beginning(m journal.Message) Window { return windowAt(m, 0, LongMessage) }

// partAt is the window of one part of a message; one that begins nowhere in it is the
// first.
func partAt(m journal.Message, from int) Window {
	if from < 0 || from >= len(m.Bytes) {
		from = 0
	}
	return windowAt(m, from, partSize)
}

// whole is the window that shows all.
func whole(m journal.Message) Window { return Window{To: len(m.Bytes)} }

// windowAt shows n bytes from a place on, or a few less where that would divide a
// character.
func windowAt(m journal.Message, from, n int) Window {
	to := min(from+n, len(m.Bytes))
	const longest = 3 // bytes that go on in a character of UTF-8
	for back := 0; to < len(m.Bytes) && back < longest && m.Bytes[to]&0xc0 == 0x80; back++ {
		to--
	}
	return Window{From: from, To: to}
}

// clip is what a window shows of a line.
func (w Window) clip(line explain.Line) (explain.Line, bool) {
	line.Start, line.Text = max(line.Start, w.From), min(line.Text, w.To)
	if line.Start >= line.Text {
		return line, false
	}
	var spans []explain.Span
	for _, s := range line.Spans {
		s.Start, s.End = max(s.Start, line.Start), min(s.End, line.Text)
		if s.Start < s.End {
			spans = append(spans, s)
		}
	}
	line.Spans = spans
	return line, true
}

// Rest says that there is more of a message than is shown, and where.
type Rest struct {
	Said   string // "The first 4 KiB of 64 KiB."
	Beyond string // what is explained and stands, in part at least, beyond; "" for nothing
	Before string // the address of the part before, "" for none
	Next   string // the address of what follows, "" for none
	All    string // the address that a script fetches the whole message from, "" for none
	Class  bool   // the page is a class's, which has no page of an exchange
}

// newRest says what a window leaves out of a message, nil where it shows all.
func newRest(m journal.Message, taken explain.Message, w Window) *Rest {
	if w == whole(m) {
		return nil
	}
	all := page.Size(int64(len(m.Bytes)))
	r := &Rest{Said: fmt.Sprintf("The first %s of %s.", page.Size(int64(w.To)), all)}
	if w.From > 0 {
		r.Said = fmt.Sprintf("Bytes %d to %d of %d.", w.From+1, w.To, len(m.Bytes))
	}
	if titles := w.beyond(taken); len(titles) > 0 {
		r.Beyond = "Explained, and not or not wholly in this part: " + strings.Join(titles, ", ") + "."
	}
	return r
}

// mostBeyond is how many things are named that stand beyond what is shown.
const mostBeyond = 6

// beyond names what is explained and does not stand in the window as a whole:
// values with an identity first, then the rest.
func (w Window) beyond(taken explain.Message) []string {
	var titles []string
	for _, inked := range []bool{true, false} {
		for _, line := range taken.Lines {
			for _, s := range line.Spans {
				title := page.Shown(page.Brief(s.Gloss.Title, 24))
				if (s.Ink != explain.Plain) != inked || s.Start >= w.From && s.End <= w.To || title == "" || slices.Contains(titles, title) {
					continue
				}
				if len(titles) == mostBeyond {
					return append(titles, "and more")
				}
				titles = append(titles, title)
			}
		}
	}
	return titles
}

// leadOn leads from the beginning of a long message to the rest of it: exchange is
// the address of its exchange x, which "request" or "response" it is.
func (w WireView) leadOn(x *journal.Exchange, exchange, which string) WireView {
	if w.Rest != nil {
		w.Rest.Next = exchange + "?" + url.Values{which: {strconv.Itoa(w.Window.To)}}.Encode()
		w.Rest.All = exchange + "?" + url.Values{"fragment": {which}, "began": {Began(x)}}.Encode()
	}
	return w
}

// Began tells an exchange from another one that has its number, because the bench was
// reset: when it began, in nanoseconds since 1970.
func Began(x *journal.Exchange) string { return strconv.FormatInt(x.Started.UnixNano(), 10) }

// PartsAt are the places from which the page of an exchange shows its messages on.
type PartsAt struct{ Request, Response int }

// around leads to the parts before and after the one that is shown.
func (w WireView) around(m journal.Message, link func(int) string) WireView {
	if w.Rest == nil {
		return w
	}
	if w.Window.From > 0 {
		w.Rest.Before = link(max(w.Window.From-partSize, 0))
	}
	if w.Window.To < len(m.Bytes) {
		w.Rest.Next = link(w.Window.To)
	}
	return w
}

// NewWhole is one message of an exchange as a whole, in the place of its beginning:
// which is "request" or "response".
func NewWhole(x *journal.Exchange, which string) WireView {
	if which == "request" {
		w := newWire("Request", string(x.Flow)+"-req", x.Request, explain.Request(x), whole(x.Request))
		w.Copied = x.By == journal.Replay
		return w
	}
	return newWire("Response", string(x.Flow)+"-res", x.Response, explain.Response(x), whole(x.Response))
}

// onPaper is a message that no script puts more of into its place.
func (w WireView) onPaper() WireView {
	if w.Rest != nil {
		w.Rest.All = ""
	}
	return w
}
