package article

import (
	"fmt"

	"authlab/content"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// pairs sets the functions of both apps that do the same.
func (s *Setting) pairs() ([]panes.PairView, error) {
	var out []panes.PairView
	for i, p := range s.article.content.Pairs {
		set := panes.PairView{Number: i + 1, Name: p.Name, Anchor: p.Anchor}
		for _, to := range []struct {
			from content.Passage
			to   *[]page.Part
		}{{p.Both, &set.Both}, {p.Stateful, &set.Stateful}, {p.Stateless, &set.Stateless}} {
			parts, err := s.Passage(to.from)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Source, err)
			}
			*to.to = parts
		}
		out = append(out, set)
	}
	return out, nil
}

// PairsView is GET /compare/code: the code as the lesson sets the apps up.
func (a *Pages) PairsView(view string) (panes.PairsView, error) {
	pairs, err := a.SampleSetting("pairs", view).pairs()
	return panes.PairsView{Chrome: a.articleChrome("Both apps’ code, side by side", "compare", "/compare/code", view), Pairs: pairs}, err
}

// BenchPairs is the code as a bench sets the apps up.
func (a *Pages) BenchPairs(in panes.BenchInput) (panes.PairsView, error) {
	s := a.BenchSetting(in)
	s.marked = true
	pairs, err := s.pairs()
	return panes.NewPairs(in, pairs), err
}
