package content

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"authlab/lab/plot"
)

// What a word is worth where it is found. A whole word is worth twice that.
const (
	textWeight    = 1
	headingWeight = 10
	titleWeight   = 100
)

const (
	maxQuery = 200 // bytes of a query; what is behind is not looked for
	before   = 60  // bytes of a snippet before the first word found, about
	after    = 140 // and from it on
)

// Index finds words in chapters, glossary and steps.
type Index struct{ entries []entry }

// Hit is a text in which a query was found.
type Hit struct {
	Kind    string // "chapter", "term" or "step"
	Title   string // of the section, the term or the step; plain
	In      string // the title of the section's chapter; else empty
	Href    string // for a step, that of the first chapter that belongs to it
	Step    int    // of a hit in a step; else plot.NoStep
	Snippet HTML   // a passage of the text, the words found in <mark>
}

// indexed is a text with what its title is worth.
type indexed struct {
	Hit
	weight int
	text   string
}

type entry struct {
	indexed
	title, words []word
}

// word is a word of a text: where it stands, and how it is looked for.
type word struct {
	start, end int
	folded     string
}

func newIndex(c *Content) *Index {
	x := new(Index)
	for _, chapter := range c.Chapters {
		x.add(chapter.sections...)
	}
	for _, t := range c.Glossary {
		x.add(indexed{Hit{Kind: "term", Title: t.Name, Href: Link{Term: t.Anchor}.Href(), Step: plot.NoStep}, titleWeight, t.text})
	}
	for _, s := range c.Steps {
		x.add(indexed{Hit{Kind: "step", Title: s.Title, Href: c.stepHref(s.Number), Step: s.Number}, titleWeight, s.text})
	}
	return x
}

// stepHref returns where to read about a step without a bench.
func (c *Content) stepHref(step int) string {
	for _, chapter := range c.Chapters {
		if slices.Contains(chapter.Steps, step) {
			return Link{Chapter: chapter.Slug}.Href()
		}
	}
	return "/learn"
}

func (x *Index) add(texts ...indexed) {
	for _, in := range texts {
		x.entries = append(x.entries, entry{in, wordsOf(in.Title), wordsOf(in.text)})
	}
}

// wordsOf returns the words of a text: runs of letters and digits.
func wordsOf(text string) (words []word) {
	var folded strings.Builder
	start := 0
	end := func(at int) {
		if folded.Len() > 0 {
			words = append(words, word{start, at, folded.String()})
			folded.Reset()
		}
	}
	for i, r := range text {
		f := fold(r)
		switch {
		case f != "":
			if folded.Len() == 0 {
				start = i
			}
			folded.WriteString(f)
		case !unicode.Is(unicode.Mn, r): // a mark belongs to its letter
			end(i)
		}
	}
	end(len(text))
	return words
}

// Search returns at most limit texts that hold every word of a query, or words
// that begin with it, without regard to case and diacritics: the best first, and
// equals as they come in the content.
func (x *Index) Search(query string, limit int) []Hit {
	var terms []string
	for _, w := range wordsOf(bounded(query)) {
		terms = append(terms, w.folded)
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	if len(terms) == 0 || limit <= 0 {
		return nil
	}
	type scored struct {
		*entry
		score int
	}
	var found []scored
	for i := range x.entries {
		e := &x.entries[i]
		if score := e.score(terms); score > 0 {
			found = append(found, scored{e, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var hits []Hit
	for _, f := range found[:min(limit, len(found))] {
		hit := f.Hit
		hit.Snippet = f.snippet(terms)
		hits = append(hits, hit)
	}
	return hits
}

// bounded cuts a query that is too long, at a character.
func bounded(query string) string {
	if len(query) <= maxQuery {
		return query
	}
	cut := maxQuery
	for cut > 0 && !utf8.RuneStart(query[cut]) {
		cut--
	}
	return query[:cut]
}

// score is 0 unless each term is found.
func (e *entry) score(terms []string) (sum int) {
	for _, term := range terms {
		best := max(e.weight*match(e.title, term), textWeight*match(e.words, term))
		if best == 0 {
			return 0
		}
		sum += best
	}
	return sum
}

// match is 2 where a term is a word of some, 1 where one begins with it.
func match(words []word, term string) (best int) {
	for _, w := range words {
		if w.folded == term {
			return 2
		}
		if strings.HasPrefix(w.folded, term) {
			best = 1
		}
	}
	return best
}

// snippet returns the text around the first word found, and else its beginning.
func (e *entry) snippet(terms []string) HTML {
	marked := func(w word) bool {
		return slices.ContainsFunc(terms, func(term string) bool { return strings.HasPrefix(w.folded, term) })
	}
	if len(e.words) == 0 {
		return ""
	}
	first := max(slices.IndexFunc(e.words, marked), 0)
	from := first
	for from > 0 && e.words[first].start-e.words[from-1].start <= before {
		from--
	}
	to := first
	for to+1 < len(e.words) && e.words[to+1].end-e.words[first].start <= after {
		to++
	}
	var out strings.Builder
	at := e.words[from].start
	if from == 0 {
		at = 0
	} else {
		out.WriteString("… ")
	}
	for _, w := range e.words[from : to+1] {
		out.WriteString(html.EscapeString(e.text[at:w.start]))
		text := html.EscapeString(e.text[w.start:w.end])
		if marked(w) {
			text = "<mark>" + text + "</mark>"
		}
		out.WriteString(text)
		at = w.end
	}
	if to+1 < len(e.words) {
		out.WriteString(" …")
	} else {
		out.WriteString(html.EscapeString(e.text[at:]))
	}
	return HTML(out.String())
}
