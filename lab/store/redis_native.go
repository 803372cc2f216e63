package store

import (
	"fmt"
	"strings"
	"time"
)

// transcript is what redis-cli would show of asking for a key: the command, and
// the server's answer to it.
func transcript(name string, fields []any, ttl time.Duration) []string {
	lines := []string{"HMGET " + argument(name) + " bytes expires gone"}
	for i, field := range fields {
		value := "(nil)"
		if text, ok := field.(string); ok {
			value = quoted(text)
		}
		lines = append(lines, fmt.Sprintf("%d) %s", i+1, value))
	}
	left := ttl.Milliseconds()
	if ttl < 0 { // no time to live, or no key: the client leaves these numbers as they are
		left = int64(ttl)
	}
	return append(lines, "PTTL "+argument(name), fmt.Sprintf("(integer) %d", left))
}

// argument writes a word of a command, in quotes only where it needs them.
func argument(word string) string {
	if q := quoted(word); len(q) > len(word)+2 || strings.ContainsAny(word, " '") || word == "" {
		return q
	}
	return word
}

// quoted writes a value as redis-cli does.
func quoted(value string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(value) {
		c := value[i]
		short := strings.IndexByte("\"\\\n\r\t\a\b", c)
		switch {
		case short >= 0:
			b.WriteByte('\\')
			b.WriteByte(`"\nrtab`[short])
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
