package lab

import (
	"net/http"

	"github.com/a-h/templ"

	"authlab/lab/site/page"
)

// benchCode is GET /bench/{id}/code: the code as this bench sets the apps up.
func (l *Lab) benchCode(w http.ResponseWriter, r *http.Request) error {
	b, err := l.Find(r)
	if err != nil {
		return err
	}
	in, err := l.input(b, r)
	if err != nil {
		return err
	}
	v, err := l.article.BenchPairs(in)
	if err != nil {
		return err
	}
	return l.Draw(w, http.StatusOK, r, func() templ.Component { return page.Pairs(v) })
}
