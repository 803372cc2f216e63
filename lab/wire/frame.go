package wire

import (
	"bytes"
	"strconv"
	"strings"
)

// phase is how far a message has got.
type phase uint8

const (
	inHead   phase = iota
	atBody         // a request's head is over, its body's length not yet told
	inLength       // in a body of known length
	inChunks       // in a chunked body
	toClose        // in a message that only the end of the connection ends
	atEnd          // the message is over
	broken         // the chunks make no sense; the end will not be found
)

// frame finds where a message ends (RFC 9112, section 6). It keeps none of the
// bytes that it is shown, and it does not matter how they are cut into pieces.
type frame struct {
	phase      phase
	selfFramed bool // a response, whose own head tells its body
	bodiless   bool // a response to HEAD
	head       head
	chunks     chunks
	left       int64 // of a body of known length
}

// scan returns how many bytes of p belong to the message. The rest belongs to
// the next one or, before a request's body is told, perhaps still to this one.
func (f *frame) scan(p []byte) int {
	n := 0
	for n < len(p) {
		switch f.phase {
		case inHead:
			n += f.scanHead(p[n:])
		case inLength:
			n += f.scanLength(p[n:])
		case inChunks:
			n += f.scanChunks(p[n:])
		case toClose, broken:
			return len(p)
		default:
			return n
		}
	}
	return n
}

func (f *frame) scanHead(p []byte) int {
	n, end := f.head.scan(p, f.selfFramed)
	switch {
	case end && f.selfFramed:
		f.decide()
	case end:
		f.phase = atBody
	}
	return n
}

func (f *frame) scanLength(p []byte) int {
	n := min(f.left, int64(len(p)))
	f.left -= n
	if f.left == 0 {
		f.phase = atEnd
	}
	return int(n)
}

func (f *frame) scanChunks(p []byte) int {
	n := f.chunks.scan(p)
	switch f.chunks.state {
	case chunksEnd:
		f.phase = atEnd
	case chunksBroken:
		f.phase = broken
	}
	return n
}

// body tells the length of the body that follows the head. Less than 0 means
// that it is chunked, as in [net/http.Request.ContentLength].
func (f *frame) body(length int64) {
	switch {
	case length < 0:
		f.phase = inChunks
	case length == 0:
		f.phase = atEnd
	default:
		f.phase, f.left = inLength, length
	}
}

// decide tells the body of a response by its head (RFC 9112, section 6.3).
func (f *frame) decide() {
	h := f.head
	switch {
	case h.status/100 == 1 && h.status != 101:
		f.head = head{} // interim: another head follows
	case f.bodiless, h.status == 101, h.status == 204, h.status == 304:
		f.phase = atEnd
	case h.chunked:
		f.body(-1)
	case h.sized:
		f.body(h.length)
	default:
		f.phase = toClose
	}
}

// untilClose makes everything that follows a part of the message.
func (f *frame) untilClose() { f.phase = toClose }

func (f *frame) framed() bool { return f.phase > atBody }

func (f *frame) complete() bool { return f.phase == atEnd }

// head finds the end of a message's head: the first empty line. It takes a bare
// LF for a line's end, as net/http does (RFC 9112, section 2.2).
type head struct {
	begun   bool
	line    [64]byte // the beginning of the line: enough for what is looked for
	n       int      // its true length so far, without the LF
	status  int
	length  int64
	sized   bool
	chunked bool
}

// scan takes at most one line of p and reports whether it was the head's last.
// When told to read, it also notes what tells the length of the body.
func (h *head) scan(p []byte, read bool) (n int, end bool) {
	if !h.begun {
		// Line ends that old clients send after the body of a POST. net/http
		// skips them or answers 400; either way they go with what follows.
		if n = len(p) - len(bytes.TrimLeft(p, "\r\n")); n > 0 {
			return n, false
		}
		h.begun = true
	}
	i := bytes.IndexByte(p, '\n')
	if i < 0 {
		h.keep(p)
		return len(p), false
	}
	h.keep(p[:i])
	end = h.n == 0 || h.n == 1 && h.line[0] == '\r'
	if read {
		h.read(string(h.line[:min(h.n, len(h.line))]))
	}
	h.n = 0
	return i + 1, end
}

func (h *head) keep(p []byte) {
	if h.n < len(h.line) {
		copy(h.line[h.n:], p)
	}
	h.n += len(p)
}

// read reads a line of a response's head. net/http writes neither folded lines
// nor conflicting fields, so a simple reading is right.
func (h *head) read(line string) {
	if h.status == 0 {
		if _, rest, ok := strings.Cut(line, " "); ok && len(rest) >= 3 {
			h.status, _ = strconv.Atoi(rest[:3]) // 0 when it is none
		}
		return
	}
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch {
	case strings.EqualFold(name, "Transfer-Encoding"):
		h.chunked = strings.EqualFold(value, "chunked")
	case strings.EqualFold(name, "Content-Length"):
		length, err := strconv.ParseInt(value, 10, 64)
		h.length, h.sized = length, err == nil && length >= 0
	}
}
