package content

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"authlab/lab/plot"
)

// Chapter is a chapter of the article.
type Chapter struct {
	Number         int // from 1, as in the file's name
	Slug           string
	Title          string
	Summary        string // one sentence, plain
	Steps          []int  // steps of the lesson that it belongs to
	Misconceptions []int  // numbers of those that the chapter meets itself

	// Body is the text with headings of levels 2 and 3. OnePage is the same for
	// a page of all chapters: its headings are one level lower, and their
	// anchors begin with the slug and a full stop.
	Body, OnePage Passage
	Outline       []Heading
	Words         int // that a reader of both flows sees

	// Source is the file and line of the chapter's number, as "file:line".
	Source string

	sections []indexed
}

// wordsPerMinute is how fast people read.
const wordsPerMinute = 220

// Minutes returns how long it takes to read the chapter, at least 1.
func (c Chapter) Minutes() int { return max(1, (c.Words+wordsPerMinute/2)/wordsPerMinute) }

// LastMisconception is the number of the last of the misconceptions that the
// content must meet. The first is 1.
const LastMisconception = 30

var chapterFile = regexp.MustCompile(`^chapters/([0-9]{2})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md$`)

func (l *loader) chapter(name string) Chapter {
	var c Chapter
	s := l.open(name, chapterForm)
	found := chapterFile.FindStringSubmatch(name)
	if found == nil {
		s.errorf(1, "the file's name must be a number of two digits, a hyphen and a slug of small letters, digits and hyphens: 01-slug.md")
		s.lost = true
		return c
	}
	c.Number, _ = strconv.Atoi(found[1])
	c.Slug, s.slug = found[2], found[2]
	if s.lost {
		return c
	}
	if fm := readFrontMatter(s, "chapter", "title", "summary", "steps", "misconceptions"); fm != nil {
		c.readFields(s, fm)
	}
	doc, headings := l.parse(s)
	checkLevels(s, headings)
	nodes := slices.Collect(children(doc))
	c.Body = l.set(s, nodes...)
	c.OnePage = l.setOn(onOnePage{lower: 1, anchors: c.Slug + "."}, s, nodes)
	for _, h := range headings {
		c.Outline = append(c.Outline, h.Heading)
	}
	c.Words = len(strings.Fields(plainText(doc, s.markdown())))
	c.sections = c.index(s, unwrapped(nodes), headings)
	return c
}

func (c *Chapter) readFields(s *source, fm frontMatter) {
	number := c.Number
	line, _ := fm.field(s, "chapter", whole{&number, 1, 99})
	c.Source = fmt.Sprintf("%s:%d", s.name, line)
	if number != c.Number {
		s.errorf(line, "chapter %d is in a file whose name begins with %02d: make them the same", number, c.Number)
	}
	fm.field(s, "title", &c.Title)
	fm.field(s, "summary", &c.Summary)
	fm.field(s, "steps", wholes{&c.Steps, plot.First, plot.Last})
	fm.optional(s, "misconceptions", wholes{&c.Misconceptions, 1, LastMisconception})
}

// checkLevels reports a heading of level 3 that has none of level 2 above it.
func checkLevels(s *source, headings []heading) {
	if len(headings) > 0 && headings[0].Level > 2 {
		s.errorf(headings[0].line, "the first heading has level %d: begin with ##", headings[0].Level)
	}
}

// unwrapped returns nodes with what stands in blocks in the place of these.
func unwrapped(nodes []ast.Node) (all []ast.Node) {
	for _, n := range nodes {
		if n.Kind() == kindBlock {
			all = slices.AppendSeq(all, children(n))
		} else {
			all = append(all, n)
		}
	}
	return all
}

// index returns the chapter's sections as the index needs them.
func (c *Chapter) index(s *source, nodes []ast.Node, headings []heading) (all []indexed) {
	for _, part := range sections(nodes, headings) {
		to := Link{Chapter: c.Slug}
		in := indexed{Hit{Kind: "chapter", Title: c.Title, Step: plot.NoStep}, titleWeight, c.Summary + " " + part.text(s)}
		if h := part.heading; h != nil {
			to.Anchor = h.Anchor
			in = indexed{Hit{Kind: "chapter", Title: h.Text, In: c.Title, Step: plot.NoStep}, headingWeight, part.text(s)}
		}
		in.Href = to.Href()
		all = append(all, in)
	}
	return all
}
