package lab

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"authlab/content"
	"authlab/lab/page"
)

// pairs sets the functions of both apps that do the same.
func (s *setting) pairs() ([]page.Pair, error) {
	var out []page.Pair
	for i, p := range s.lab.content.Pairs {
		set := page.Pair{Number: i + 1, Name: p.Name, Anchor: p.Anchor}
		for _, to := range []struct {
			from content.Passage
			to   *[]page.Part
		}{{p.Both, &set.Both}, {p.Stateful, &set.Stateful}, {p.Stateless, &set.Stateless}} {
			parts, err := s.passage(to.from)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Source, err)
			}
			*to.to = parts
		}
		out = append(out, set)
	}
	return out, nil
}

// pairsView is GET /compare/code: the code as the lesson sets the apps up.
func (l *Lab) pairsView(view string) (page.PairsView, error) {
	pairs, err := l.sampleSetting("pairs", view).pairs()
	return page.PairsView{Chrome: l.articleChrome("Both apps’ code, side by side", "compare", "/compare/code", view), Pairs: pairs}, err
}

// benchCode is GET /bench/{id}/code: the code as this bench sets the apps up.
func (l *Lab) benchCode(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	in, err := l.input(b, r)
	if err != nil {
		return err
	}
	v, err := l.benchPairs(in)
	if err != nil {
		return err
	}
	return l.draw(w, http.StatusOK, r, func() templ.Component { return page.Pairs(v) })
}

func (l *Lab) benchPairs(in page.BenchInput) (page.PairsView, error) {
	s := l.benchSetting(in)
	s.marked = true
	pairs, err := s.pairs()
	return page.NewPairs(in, pairs), err
}
