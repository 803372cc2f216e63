package article

import (
	"authlab/lab/site/page"
)

// ChapterLink leads to a chapter.
type ChapterLink struct {
	Number, Minutes            int
	Slug, Title, Summary, Href string
	Current                    bool
}

// LearnView is a page of the article: one chapter, or all of them.
type LearnView struct {
	page.Chrome
	Links    []ChapterLink
	Chapters []page.ChapterView
	Prev     *ChapterLink
	Next     *ChapterLink
	Minutes  int // of the whole article
	AllHref  string
	Heading  string // of the page where all chapters stand below one
}

// CompareView is the comparison of the two flows, feature by feature.
type CompareView struct {
	page.Chrome
	Features []FeatureView
}

// FeatureView is one row of the comparison.
type FeatureView struct {
	Number                               int
	Name, Anchor                         string
	Stateful, Stateless, Always, Depends []page.Part
	Proofs                               []FeatureProof
}

// FeatureProof is a step that shows a feature, and what to look at there.
type FeatureProof struct {
	Step  page.ChapterStep
	Parts []page.Part
}

// GlossaryView is the glossary.
type GlossaryView struct {
	page.Chrome
	Terms   []TermView
	Reading []page.Part
}

// TermView is one entry of the glossary.
type TermView struct {
	Name, Anchor string
	Text         []page.Part
}

// SearchView is what a search found.
type SearchView struct {
	page.Chrome
	Query string
	Hits  []Hit
	Note  string // what to do where nothing was found, or what was cut
}

// Hit is one place that a search found. Snippet is our own text with the words
// that were looked for marked.
type Hit struct {
	Title, Where, Href string
	Snippet            page.HTML
}

// onlyFor is the class of a heading that is for the readers of one view.
func onlyFor(h page.Heading) string {
	if h.Only == "" {
		return ""
	}
	return "only " + h.Only
}
