package class

import (
	"encoding/json"
	"net/http"
	"strconv"

	"authlab/lab/room"
	"authlab/lab/share"
	"authlab/lab/site/web"
)

// Join is POST /room/{code}/join: device (the name that the browser has, if any).
// It answers with {"device": …}: that name where the room has issued it, else a new
// one. Scripts ask for it; a browser without gets its name with its first vote. So the
// page itself is the same for all, and rendered once.
func (cl *Pages) Join(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	device := r.PostFormValue("device")
	if !c.Issued(device) {
		if device, err = c.issue(r); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"device": device}) // fails where the visitor has gone
	return nil
}

// issue issues a name for a device, within its client's budget.
func (c *Class) issue(r *http.Request) (string, error) {
	if c.State().Ended {
		return "", notLetIn(c, room.ErrEnded)
	}
	if c.spend(share.From(r.Context()), kindName, string(c.Code())) == nil {
		return c.IssueDevice(), nil
	}
	a := classAllowances[kindName]
	return "", &web.VisitorError{
		Status: http.StatusTooManyRequests, Heading: "Too many devices", Room: string(c.Code()),
		Text: "From one network address " + strconv.Itoa(a.Burst) + " devices may join a class at once, then one a second, and " + strconv.Itoa(a.Most) + " in all. " +
			"Wait a minute and load the page again. Following by reloading works meanwhile; devices that have joined go on.",
	}
}

// send spends one of a device's own allowance, then one of its client's. A device is
// one that the room has issued a name to, so that nobody spends another's, and who sends
// too much under one name spends nothing of those who share the address.
func (c *Class) send(r *http.Request, device string, own, shared share.Kind) error {
	if !c.Issued(device) {
		return notLetIn(c, room.ErrDevice)
	}
	f := &web.VisitorError{Status: http.StatusTooManyRequests, Heading: "Too many requests", Room: string(c.Code())}
	switch code := string(c.Code()); {
	case c.spend(share.Client(device), own, code) != nil:
		f.Text = "This device sends more than one of its " + string(shared) + " a second. Wait some seconds and try again; nothing was changed."
	case c.spend(share.From(r.Context()), shared, code) != nil:
		f.Text = "From this network address come more " + string(shared) + " than the class takes, " + strconv.FormatFloat(classAllowances[shared].Rate, 'f', -1, 64) + " a second. Wait a second and try again; nothing was changed."
	default:
		return nil
	}
	return f
}
