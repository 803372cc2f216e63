// Package lesson is the bench page: what it shows of a step, the acts that a visitor does
// there, the stream that keeps it up to date, and what can be taken away from it.
package lesson
