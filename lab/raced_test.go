//go:build race

package lab_test

// raced says that the race detector looks on.
const raced = true
