// Package panes shows what was recorded on a bench: the bytes on the wire, what the
// browser holds, what the server remembers and how it decided, side by side for each
// flow, with what a step tells of them. The bench's own page and the windows of a class
// look through them; the article and the inspectors borrow one now and then.
package panes
