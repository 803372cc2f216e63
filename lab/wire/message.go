package wire

// keepBuffer is the size up to which a connection keeps a buffer for its next
// exchange. Most requests fit, and an idle connection holds a few KiB, as
// net/http does for itself.
const keepBuffer = 4 << 10

// message is one request or response: where it ends, and what is kept of it.
type message struct {
	frame
	data   []byte
	length int64
	limit  int
}

// add adds the beginning of p that belongs to the message and returns its length.
func (m *message) add(p []byte) int {
	n := m.scan(p)
	m.length += int64(n)
	m.data = append(m.data, p[:min(n, m.limit-len(m.data))]...)
	return n
}

// bytes returns a copy of exactly the size that is needed, because it will be
// kept for long.
func (m *message) bytes(complete bool) Bytes {
	data := make([]byte, len(m.data))
	copy(data, m.data)
	return Bytes{
		Data:      data,
		Length:    m.length,
		Truncated: m.length > int64(len(data)),
		Complete:  complete,
	}
}

func (m *message) reset() {
	data := m.data[:0]
	if cap(data) > keepBuffer {
		data = nil
	}
	*m = message{
		frame: frame{selfFramed: m.selfFramed},
		data:  data,
		limit: m.limit,
	}
}
