package page

// These stand in until the real pages are here: who writes one removes its lines,
// here and in zz_stub.templ, and adds @roomNow(in, driver) to the live parts of it.

import (
	"time"

	"github.com/a-h/templ"
)

type stubView struct{ in RoomInput }

func NewDrive(in RoomInput) stubView         { return stubView{in} }
func NewClicker(in RoomInput) stubView       { return stubView{in} }
func Drive(v stubView) templ.Component       { return stubPage(v.in, "drive", true) }
func DriveLive(v stubView) templ.Component   { return stubLive(v.in) }
func Clicker(v stubView) templ.Component     { return stubPage(v.in, "clicker", false) }
func ClickerLive(v stubView) templ.Component { return stubLive(v.in) }

type InviteView struct {
	Chrome
	Room, Code, URL string
	QR              QR
	Expires, Now    time.Time
}
type AcceptView struct {
	Chrome
	Room, Code, Action string
}
type JoinPageView struct {
	Chrome
	Typed, Problem string
}

func NoCode(typed string) string          { return "no code" }
func Invite(v InviteView) templ.Component { return templ.Raw(v.URL) }
func Accept(v AcceptView) templ.Component { return templ.Raw(v.Action) }
func Join(v JoinPageView) templ.Component { return templ.Raw(v.Problem) }
