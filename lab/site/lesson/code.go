package lesson

import (
	"net/http"

	"github.com/a-h/templ"

	"authlab/lab/site/panes"
)

// Code is GET /bench/{id}/code: the code as this bench sets the apps up.
func (le *Pages) Code(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	in, err := le.Input(b, r)
	if err != nil {
		return err
	}
	v, err := le.uses.BothApps(in)
	if err != nil {
		return err
	}
	return le.Draw(w, http.StatusOK, r, func() templ.Component { return panes.Pairs(v) })
}
