package content

// form is what a kind of file may hold beside paragraphs, lists and the like.
type form struct {
	blocks   []string // names of :::blocks
	leaves   []string // names of ::directives
	headings []int    // levels
	live     bool     // live values
	steps    bool     // links to steps
}

var (
	frontForm   = form{}
	stepForm    = form{blocks: []string{"stateful", "stateless", "difference"}, steps: true}
	chapterForm = form{
		blocks:   []string{"stateful", "stateless", "note", "warning"},
		leaves:   []string{"predict", "code", "exchange", "variant", "decoded", "diagram"},
		headings: []int{2, 3},
		live:     true, steps: true,
	}
	predictionForm = form{
		blocks: []string{"stateful", "stateless", "note", "warning"},
		leaves: []string{"code", "exchange", "variant", "decoded", "diagram"},
		live:   true, steps: true,
	}
	noteForm     = form{blocks: []string{"stateful", "stateless"}, live: true, steps: true}
	glossaryForm = form{headings: []int{2}, live: true, steps: true}
	readingForm  = form{headings: []int{2, 3}, live: true, steps: true}
	pairsForm    = form{
		blocks:   []string{"stateful", "stateless"},
		leaves:   []string{"code"},
		headings: []int{2},
		steps:    true,
	}
	compareForm = form{
		blocks:   []string{"stateful", "stateless", "always", "depends", "proof"},
		headings: []int{2},
		live:     true, steps: true,
	}
)

// oneOf lists what something may be, each with a prefix.
func oneOf(prefix string, names []string) string {
	if len(names) == 0 {
		return "this file has none"
	}
	list := "it is one of "
	for i, name := range names {
		if i > 0 {
			list += ", "
		}
		list += prefix + name
	}
	return list
}
