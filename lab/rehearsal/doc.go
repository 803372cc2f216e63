// Package rehearsal is the lab's own run of the lesson: a client that sends, over a real
// socket, what the lesson's steps send ([Client.Lesson]) and what else a development page
// needs ([Client.Oddities]). What was recorded of it is shown to readers without a bench,
// labelled as a sample.
package rehearsal
