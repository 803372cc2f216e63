package lab

import (
	"encoding/json"
	"net/http"
	"strconv"

	"authlab/lab/room"
)

// joinClass is POST /room/{code}/join: device (the name that the browser has, if any).
// It answers with {"device": …}: that name where the room has issued it, else a new
// one. Scripts ask for it; a browser without gets its name with its first vote. So the
// page itself is the same for all, and rendered once.
func (l *Lab) joinClass(w http.ResponseWriter, r *http.Request) error {
	c, err := l.class(r)
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
func (c *class) issue(r *http.Request) (string, error) {
	if c.State().Ended {
		return "", notLetIn(c, room.ErrEnded)
	}
	if c.take(clientOf(r), kindName) {
		return c.IssueDevice(), nil
	}
	a := classSending[kindName]
	return "", &failure{
		status: http.StatusTooManyRequests, heading: "Too many devices", room: string(c.Code()),
		text: "From one network address " + strconv.Itoa(a.burst) + " devices may join a class at once, then one a second, and " + strconv.Itoa(a.most) + " in all. " +
			"Wait a minute and load the page again. Following by reloading works meanwhile; devices that have joined go on.",
	}
}

// spend spends one of a device's own budget, then one of its client's. A device is one
// that the room has issued a name to, so that nobody spends another's, and who sends
// too much under one name spends nothing of those who share the address.
func (c *class) spend(r *http.Request, device, own, shared string) error {
	if !c.Issued(device) {
		return notLetIn(c, room.ErrDevice)
	}
	f := &failure{status: http.StatusTooManyRequests, heading: "Too many requests", room: string(c.Code())}
	switch a := classSending[shared]; {
	case !c.take(device, own):
		f.text = "This device sends more than one " + shared + " a second. Wait some seconds and try again; nothing was changed."
	case !c.take(clientOf(r), shared):
		f.text = "From this network address comes more than the class takes of one kind, " + strconv.FormatFloat(float64(a.rate), 'f', -1, 64) + " a second. Wait a second and try again; nothing was changed."
	default:
		return nil
	}
	return f
}

// take spends what a client or a device may do in this class. One memory for all
// classes bounds what they take, and forgets first who is whole again.
func (c *class) take(client, kind string) bool {
	return c.sending.take(string(c.Code())+" "+client, kind)
}
