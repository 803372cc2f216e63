package web

import (
	"crypto/rand"
	"net/http"

	"authlab/lab/room"
)

// NewPress makes a name for what is pressed on one page: 130 random bits.
func NewPress() string { return rand.Text() }

// PagePress is the name that a page has given to what is pressed on it, "" where it has
// given none. Every page that is made has its own, and is kept by no cache: so a form that
// is sent again names the same, and nobody else can.
func PagePress(r *http.Request) string {
	if press := r.PostFormValue("press"); room.ValidDevice(press) {
		return press
	}
	return ""
}
