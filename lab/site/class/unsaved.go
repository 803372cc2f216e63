package class

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"authlab/lab/keep"
	"authlab/lab/room"
	"authlab/lab/site/page"
	"authlab/lab/site/web"
)

// trouble is that nothing can be saved, with the zero value where all is well or
// nothing is to be.
func (cs *Classes) trouble() keep.Trouble {
	if cs.keep == nil {
		return keep.Trouble{}
	}
	return cs.keep.file.Trouble()
}

// troubled says once that nothing can be saved, and once that all is again, and has
// every class look again: its pages say so, and its bench may have to be kept.
func (cs *Classes) troubled(now keep.Trouble) {
	if now.Err != nil {
		cs.log.Error("nothing can be saved; the lab goes on, and tries again by itself", "err", now.Err)
	} else {
		cs.log.Info("all is saved again")
	}
	go cs.nudge() // the file's writer must not wait for a class, which may wait for it
}

func (cs *Classes) nudge() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.byCode {
		select {
		case c.again <- struct{}{}:
		default: // it is about to look already
		}
	}
}

// whyUnsaved says in words for everybody why nothing can be saved.
func whyUnsaved(err error) page.WhyUnsaved {
	switch {
	case errors.Is(err, keep.ErrFull):
		return page.DiskFull
	case errors.Is(err, keep.ErrDisk):
		return page.DiskFails
	default:
		return page.SavingFails
	}
}

// Unsaved is what pages say while nothing can be saved, nil while all is well.
func (cl *Pages) Unsaved() *page.Unsaved {
	now := cl.classes.trouble()
	if now.Err == nil {
		return nil
	}
	return &page.Unsaved{Since: now.Since, Why: whyUnsaved(now.Err)}
}

// savedField tells programs of what was done whether it is saved: "no" where it is
// not. It is not sent with anything else.
const savedField = "Authlab-Saved"

// done answers what was done: a script by 204 and a page by leading it on.
//
// err is UnsavedError where it is done and not saved, else nil. That is a success all
// the same, since whoever takes it for a failure does it again: 200 with the words
// for a script, and for a page the notice that it then has.
func done(w http.ResponseWriter, r *http.Request, err error, verb, to string) {
	switch {
	case r.PostFormValue("quiet") == "":
		ledOn(w, r, err, to)
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set(savedField, "no")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, verb+", but not saved: "+string(whyUnsaved(err))+". A restart of the lab would undo this, until the lab can save again, which it tries by itself.\n")
	}
}

// ledOn is done for a page.
func ledOn(w http.ResponseWriter, r *http.Request, err error, to string) {
	if err != nil {
		w.Header().Set(savedField, "no")
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// refusedOnly is an error of a room's without what only says that it is not saved.
func refusedOnly(err error) error {
	if errors.As(err, new(room.UnsavedError)) {
		return nil
	}
	return err
}

// pressOf names the press that a request tells of: by the name that a script has
// given it, or for a form by the number of the state that its page shows and by what
// it asks for. A form that is sent twice from one page is one press.
func pressOf(r *http.Request, window string) string {
	if press := web.PagePress(r); press != "" {
		return press
	}
	if r.PostFormValue("at") == "" {
		return ""
	}
	parts := []string{window}
	for _, name := range []string{"at", "act", "view", "overlay", "step", "by"} {
		parts = append(parts, r.PostFormValue(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}
