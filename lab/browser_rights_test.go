package lab_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"authlab/lab/room"
)

// TestABrowserLosesItsRight hands driving over to another browser, takes it back in
// the list, and looks at what the other one is told.
func TestABrowserLosesItsRight(t *testing.T) {
	t.Parallel()
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

// TestRightsAreTakenBackByKeyboard in a list that is made anew meanwhile: the keys go from
// its button into it and back, what was pressed is said, and a key that is pressed once
// more takes no other right back.
func TestRightsAreTakenBackByKeyboard(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).teach(t)
	r := b.w.room(b.room())
	const (
		rights  = `document.getElementById('rights')`
		focused = `(document.activeElement.innerText ?? '').trim()`
	)
	b.until(rights + `.textContent.includes('No other browser may drive.')`)
	eval[bool](b, `(document.querySelector('#tools [popovertarget="rights"]').focus(), true)`)
	b.keys(kb.Enter)
	b.until(rights + `.matches(':popover-open')`)
	for range 3 {
		if _, err := r.Grant(room.ByInvite, room.Clicker, ""); err != nil {
			t.Fatal(err)
		}
	}
	r.Changed()
	b.until(rights + `.querySelectorAll('li').length === 4`)
	b.keys(kb.Tab)
	shows(b, focused, "Take right 2 back")
	b.keys(kb.Tab)
	shows(b, focused, "Take right 3 back")
	b.keys(kb.Enter)
	b.until(rights + `.querySelectorAll('li').length === 3`)
	shows(b, `document.activeElement === `+rights, true)
	shows(b, `document.getElementById('notice').textContent`, "Right 3 was taken back.")
	b.keys(kb.Enter)
	b.keys(kb.Escape)
	b.until(`!` + rights + `.matches(':popover-open')`)
	shows(b, focused, "Who may drive")
	if list, _ := r.Rights(); len(list) != 3 {
		t.Errorf("%d rights are left, want 3", len(list))
	}
}
