package class

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"authlab/lab/moment"
	"authlab/lab/room"
	"authlab/lab/site/page"
)

// JoinPageView is the page where a class types in its code.
type JoinPageView struct {
	page.Chrome
	Status  int    // of the answer
	Typed   string // what stands in the field, as it was typed
	Problem string // why it did not lead to a class, in words; "" at first
}

// maxTyped is how much of what was typed in goes back into the field, in bytes. A
// code written with a space after each symbol has 15.
const maxTyped = 64

// NewJoin builds the page for a class's code. typed is what was sent, "" at first;
// err is what [room.Rooms.Find] said to it, nil where it could not be asked because
// typed is no code. spent says that it was not asked, because too many wrong codes came
// from the same network address.
func NewJoin(c page.Chrome, typed string, err error, spent bool) JoinPageView {
	c.Title, c.Here = "Join a class: AuthLab", "join"
	v := JoinPageView{Chrome: c, Status: http.StatusOK, Typed: typed}
	if len(typed) > maxTyped || page.Hides(typed) {
		v.Typed = "" // it is no code, and might not look like what it is
	}
	code, valid := room.ParseCode(typed)
	switch {
	case spent:
		v.Status = http.StatusTooManyRequests
		v.Problem = "Too many codes that no class has came from this network address, so no new one is looked up for a minute. Wait, then send yours again."
	case typed == "":
	case !valid:
		v.Status, v.Problem = http.StatusBadRequest, noCode(typed)
	case err != nil:
		v.Status = http.StatusNotFound
		v.Problem = fmt.Sprintf("No class here has the code %s. Compare it with the screen, symbol by symbol. Was it read from another day’s class? A class that nobody uses ends after 12 hours.", code)
	}
	return v
}

// noCode says why a text is no code.
func noCode(typed string) string {
	symbols := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	for _, r := range symbols {
		if !strings.ContainsRune(codeSymbols, r) {
			return fmt.Sprintf("No code has “%s” in it. Codes are made of the digits 2 to 9 and the letters A to Z without I, L and O, so that nothing in them looks like 0 or 1.", page.Shown(string(r)))
		}
	}
	return fmt.Sprintf("A code has 8 letters and digits, as in K7QX-3MHP. What you typed has %d.", utf8.RuneCountInString(symbols))
}

const codeSymbols = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// InviteView is the link that hands driving over.
type InviteView struct {
	page.Chrome
	Room, Code string
	Phone      bool // it is meant for a clicker
	Link       string
	QR         page.QR // of Link
	Until      string
}

// NewInvite builds the page with a link that hands driving over. to is "clicker"
// or anything else for another window, link the absolute URL that [AcceptView] is
// at.
func NewInvite(c page.Chrome, code, to, link string, qr page.QR, expires, now time.Time) InviteView {
	c.Title = "Hand over driving: AuthLab"
	return InviteView{
		Chrome: c, Room: "/room/" + code, Code: code, Phone: to == "clicker", Link: link, QR: qr,
		Until: fmt.Sprintf("%s UTC (%s)", expires.UTC().Format("15:04"), moment.Away(now.Add(expires.Sub(now).Round(time.Second)), now)),
	}
}

// AcceptView is what who opens such a link sees.
type AcceptView struct {
	page.Chrome
	Code   string
	Action string // where it is posted
	Press  string // names what is pressed on it
}

// NewAccept builds the page behind a link that hands driving over. press names what is
// pressed on it: nobody else may know it.
func NewAccept(c page.Chrome, code, action, press string) AcceptView {
	c.Title = "Drive class " + code + ": AuthLab"
	return AcceptView{Chrome: c, Code: code, Action: action, Press: press}
}

// NoRightView is for somebody who opens a window of the instructor's and may not.
type NoRightView struct {
	page.Chrome
	Room, Code string
	Window     string // "instructor view"
	Again      string // the path that was opened
}

// NewNoRight builds the page for somebody who may not open a window of the
// instructor's. again is the path that was opened.
func NewNoRight(c page.Chrome, code string, kind room.Kind, again string) NoRightView {
	c.Title = "Not for this browser: AuthLab"
	return NoRightView{Chrome: c, Room: "/room/" + code, Code: code, Window: string(kind), Again: again}
}
