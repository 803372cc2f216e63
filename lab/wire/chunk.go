package wire

import "bytes"

type chunkState uint8

const (
	chunkSize      chunkState = iota // in the hexadecimal size
	chunkPad                         // in blanks after it
	chunkExtension                   // in an extension, from its semicolon on
	chunkSizeEnd                     // after the CR that ends the line
	chunkData
	chunkDataCR // the line end after the data
	chunkDataLF
	chunkTrailer
	chunksEnd
	chunksBroken
)

// Bounds that net/http sets to what is not data (net/http/internal/chunked.go).
// Where it stops to believe in the chunks, so must we.
const (
	maxChunkLine   = 4096
	maxChunkExcess = 16 << 10
)

// chunks finds the end of a chunked body (RFC 9112, section 7.1). It accepts
// what net/http accepts and holds nothing but numbers.
type chunks struct {
	state  chunkState
	left   uint64 // of the chunk's data
	digits int    // of its size
	line   int    // bytes of the line so far
	excess int64  // bytes beyond what data justifies
	blank  bool   // the trailer line has a CR and nothing else yet
}

// scan returns how many bytes of p belong to the body. It is less than len(p)
// only at the body's end.
func (c *chunks) scan(p []byte) int {
	n := 0
	for n < len(p) && c.state != chunksEnd {
		switch c.state {
		case chunkData:
			n += c.data(p[n:])
		case chunksBroken:
			return len(p)
		case chunkTrailer:
			c.trailer(p[n])
			n++
		case chunkDataCR, chunkDataLF:
			c.dataEnd(p[n])
			n++
		default:
			c.size(p[n])
			n++
		}
	}
	return n
}

// size takes a byte of a chunk's first line.
func (c *chunks) size(b byte) {
	c.line++
	digit := hex(b)
	switch {
	case c.line > maxChunkLine:
		c.state = chunksBroken
	case c.state == chunkSizeEnd:
		c.sizeEnd(b)
	case b == '\r' && c.digits > 0:
		c.state = chunkSizeEnd
	case b == '\r' || b == '\n':
		c.state = chunksBroken
	case c.state == chunkExtension:
	case c.state == chunkSize && digit >= 0 && c.digits < 16:
		c.left = c.left<<4 | uint64(digit)
		c.digits++
	case c.digits > 0 && (b == ' ' || b == '\t'):
		c.state = chunkPad
	case c.digits > 0 && b == ';' && c.state == chunkSize:
		c.state = chunkExtension
	default:
		c.state = chunksBroken
	}
}

// sizeEnd takes the byte that should be the LF.
func (c *chunks) sizeEnd(b byte) {
	c.excess = max(0, c.excess+int64(c.line)-16-2*int64(c.left))
	switch {
	case b != '\n':
		c.state = chunksBroken
	case c.left == 0:
		c.state = chunkTrailer
	case c.excess > maxChunkExcess:
		c.state = chunksBroken
	default:
		c.state = chunkData
	}
	c.line, c.digits = 0, 0
}

func (c *chunks) data(p []byte) int {
	n := min(c.left, uint64(len(p)))
	c.left -= n
	if c.left == 0 {
		c.state = chunkDataCR
	}
	return int(n)
}

func (c *chunks) dataEnd(b byte) {
	switch {
	case c.state == chunkDataCR && b == '\r':
		c.state = chunkDataLF
	case c.state == chunkDataLF && b == '\n':
		c.state = chunkSize
	default:
		c.state = chunksBroken
	}
}

// trailer takes a byte of the trailer section, which an empty line ends.
func (c *chunks) trailer(b byte) {
	empty := c.line == 0 || c.line == 1 && c.blank
	switch {
	case b == '\n' && empty:
		c.state = chunksEnd
	case b == '\n':
		c.line = 0
	default:
		c.blank = b == '\r'
		c.line++
	}
}

// hex returns the value of a hexadecimal digit, or -1.
func hex(b byte) int {
	if 'A' <= b && b <= 'F' {
		b += 'a' - 'A'
	}
	return bytes.IndexByte([]byte("0123456789abcdef"), b)
}
