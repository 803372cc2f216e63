package lab_test

import (
	"strings"
	"testing"

	"authlab/lab/room"
)

// TestABrowserLosesItsRight hands driving over to another browser, takes it back in
// the list, and looks at what the other one is told.
func TestABrowserLosesItsRight(t *testing.T) {
	first := startLab(t, lifted).teach(t)
	path := first.room()
	token, _ := first.w.lab.Room(room.Code(strings.TrimPrefix(path, "/room/"))).Invite(room.ByInvite)
	second := first.w.browser(t)
	second.open(path + "/invite/" + token)
	second.press(onPage, `button[value="drive"]`)
	second.inClass()
	shows(second, drives, "other")
	first.press(onPage, `[popovertarget="rights"]`)
	first.until(`document.getElementById('rights').innerText.includes('Right 2')`)
	first.press(onPage, `#rights [data-act="takeback"] button`)
	second.until(`document.getElementById('notice').textContent.includes('may not drive any more')`)
	first.until(`!document.getElementById('rights').innerText.includes('Right 2')`)
	shows(first, drives, "me")
	second.press(onPage, `#notice button, #notice a`)
	second.inClass()
	shows(second, `document.querySelector('main').dataset.page`, "student")
}
