//go:build race

package content

// raced says that the race detector looks on.
const raced = true
