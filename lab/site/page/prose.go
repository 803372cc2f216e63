package page

import (
	"github.com/a-h/templ"

	"authlab/lab/source"
)

// Part is one part of a passage: markup that was rendered at start, or something
// that depends on whose run the reader looks at. Exactly one field is set.
type Part struct {
	HTML    HTML
	Live    *LiveValue
	Link    *LinkView
	Report  *Report
	Excerpt *ExcerptView
	Code    *source.Block
	Figure  templ.Component // a question, or a diagram
}

// LiveValue is a value from a run, in the prose.
type LiveValue struct {
	Text string // "" where the run does not have it
	Ink  string // the ink's class, "" for none
	Ref  string
	Step int  // the step that it comes from
	Sent bool // the flow has sent that step, whether or not the value came of it
}

// Report is the sentences that live values stand in, or, where the run does not
// have them all, what is said instead.
type Report struct {
	Parts  []Part
	Sample bool     // told of the lab's own run, not of the reader's bench
	Absent []Absent // if any, the sentences are not told
}

// Absent is a step that a run has nothing to show of.
type Absent struct {
	Number int
	Sent   bool     // it was sent, and what came of it is not what is asked for
	Step   LinkView // where it can be sent: "step 5, Ask again"
}

// LinkView is a link within the article, to a step, a term or a chapter.
type LinkView struct {
	Href string
	Text HTML
	Step bool // it leads to a step of the lesson
}

// ExcerptView is some lines of a recorded message.
type ExcerptView struct {
	Title  string
	Sample bool
	Absent []Absent // the step, where the run has no such exchange
	Lines  []LineView
	Gloss  []GlossView
}

// ChapterView is one chapter of the article.
type ChapterView struct {
	Number, Minutes      int
	Slug, Title, Summary string
	Parts                []Part
	Outline              []Heading
	Steps                []ChapterStep
}

// Heading is one entry of a chapter's outline.
type Heading struct {
	Level        int // 2 or 3
	Text, Anchor string
	Only         string // "stateful" or "stateless" where it is for one view
}

// ChapterStep is a step of the lesson that a chapter belongs to.
type ChapterStep struct {
	Number      int
	Title, Href string
}
