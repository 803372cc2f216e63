// Package content holds AuthLab's texts and turns them into HTML, once, at
// start.
//
// # Files
//
// front.md is the front page's text. Each file of steps/ is one step of the
// lesson: a front matter in YAML between two lines of ---, then markdown.
//
//	---
//	step: 5                  # which step of the plot; each needs one file
//	title: Ask again
//	place: wire              # where to look: browser, wire or server
//	look: One or two sentences on what to look at there.
//	action: Ask again        # the Send button's words; only of a step that sends
//	expect:                  # what the text takes for granted of the run; see below
//	  session: {let-in: yes, carries: cookie}
//	  token: {let-in: yes, carries: authorization}
//	---
//	Text outside blocks is for both flows.
//
//	:::stateful
//	Text for the session flow.
//	:::
//
//	:::stateless
//	Text for the token flow.
//	:::
//
//	:::difference
//	One sentence.
//	:::
//
// Each file of chapters/ is a chapter of the article, 01-slug.md and so on.
//
//	---
//	chapter: 1               # as in the file's name
//	title: Why log in
//	summary: One sentence.
//	steps: [0, 1]            # steps of the lesson it belongs to; may be []
//	misconceptions: [22]     # optional: those that it meets itself
//	---
//
// Its headings are of the levels ## and ###; their anchors are made of their
// text. Blocks are :::stateful, :::stateless, :::note and :::warning.
//
// Each file of predictions/ is a question, slug.md; its text is the explanation,
// with the same blocks.
//
//	---
//	step: 7                  # optional: where the bench asks it
//	misconceptions: [4]      # those that it meets, 1 to 30; may be []
//	question: What will happen?
//	options: [This, That]    # 2 to 5
//	when:                    # with a step: when each option is what happened
//	  - {session: {role: member}, token: {role: staff}}
//	  - never                # no run shows it
//	answer: 2                # without a step: the right option, counted from 1
//	point: {flow: session, place: wire, at: status} # what to select; with a step
//	---
//
// expect and when are cases: for one flow or both, facts with the value that they
// must have, or a list of values of which any will do. The facts and their values are
// those of package outcome; stopped and checked name a check as the bench shows it. A
// page tells a step's text and its difference as what happened only where the
// exchanges of the reader's run are as expected, and marks those options that
// happened there. At start both are held against a run of the lab's own.
//
// Each file of notes/ is for instructors at one step, 00.md for the first. The folder
// is optional.
//
//	---
//	step: 3
//	minutes: 3               # planned, 1 to 60
//	---
//
// glossary.md is a list of ## terms, each with its text. reading.md is further
// reading, and optional; both stand on one page. compare.md is ten ## features, each with one block of
// :::stateful, :::stateless, :::always and :::depends and with one or more of
// :::proof N, which says what to look at in step N. pairs.md is what both apps do,
// each with functions of its own: a ## heading, text that is true of both, and one
// block each of :::stateful and :::stateless, in which ::code shows the functions.
//
// # On a line of their own
//
//	::predict slug           a prediction; each stands in one chapter at most
//	::code session login     a function of an app's source; token for the other
//	::exchange session 1 response Set-Cookie Location
//	                         lines of a real exchange: flow, step, request or
//	                         response, headers; without any, all of them; body
//	                         for the content, too
//	::variant token-in-cookie token 5 request Cookie
//	                         the same of a run of the lab's own with another
//	                         setting, whoever reads
//	::decoded payload        the payload of the login's token as JSON; or header
//	::diagram session        a flow's diagram; token and both are the others
//
// # Within a line
//
// [text]{ref} binds words to what they mean on the bench: {sid}, {hdr}, {pay},
// {sig}, {own}, {key}, {own.role}, {hdr.alg} and the other parameters, {pay.exp}
// and the other claims, {attr.httponly} and the other cookie attributes,
// {header.set-cookie} and the other header names, {status.401} and the other
// statuses. A reference stands on one line; its text is plain.
//
// {live NAME} is a value of the reader's own, such as {live session.id}, and
// without a bench one of the lab's own run at start, marked as a sample. The
// sentences that such values stand in are one report: where the run has not sent
// what they tell of, they are left out as a whole, and the page says so. A report,
// and the sentence before ::exchange, ::decoded or ::diagram, must be true of both
// runs. {yours Your token|This token} has words for each.
//
// [text](step:5), [text](term:jws), [text](chapter:slug) and
// [text](chapter:slug#anchor) link to other texts.
//
// # What is refused
//
// Authors write no HTML and no pictures, and link to texts, http, https, relative
// and #fragment addresses only. Nothing may name what there is not. Whatever is
// wrong is reported with its file and line, everything in all files at once.
package content

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
)

// HTML is goldmark's own output. It is safe to show as it is, because its
// authors' raw HTML has been refused and everything else escaped; nothing else
// may be converted to it.
type HTML string

// Content is all texts of the site.
type Content struct {
	Front       HTML         // the front page's text
	Steps       []Step       // Steps[n] is step n; there are plot.Count of them
	Chapters    []Chapter    // in their order
	Predictions []Prediction // by slug
	Notes       []Note       // by step; there may be none
	Glossary    []Term       // as in the file
	Reading     Passage      // may be empty
	Compare     []Feature    // ten
	Pairs       []Pair       // one or more
	Uses        []Use        // by file and line
	Index       *Index
}

//go:embed *.md steps chapters predictions notes
var files embed.FS

// Embedded returns the texts that this binary was built with.
func Embedded() fs.FS { return files }

// Load reads and renders all texts. Its error joins one error for each thing
// that is wrong, in the form "file:line: what it is and what to do".
func Load(fsys fs.FS) (*Content, error) {
	l := &loader{fsys: fsys, md: newMarkdown()}
	c := &Content{
		Front:       l.front(),
		Steps:       each(l, "steps", l.step),
		Chapters:    each(l, "chapters", l.chapter),
		Predictions: each(l, "predictions", l.prediction),
		Notes:       each(l, "notes", l.note),
		Glossary:    l.glossary(),
		Reading:     l.reading(),
		Compare:     l.compare(),
		Pairs:       l.pairs(),
	}
	l.order(c)
	l.check(c)
	if err := l.err(); err != nil {
		return nil, err
	}
	c.Uses = l.uses()
	c.Index = newIndex(c)
	return c, nil
}

func (l *loader) front() HTML {
	s := l.open("front.md", frontForm)
	if s.lost {
		return ""
	}
	doc, _ := l.parse(s)
	return l.set(s, slices.Collect(children(doc))...).flat()
}

func (l *loader) reading() Passage {
	if _, err := fs.Stat(l.fsys, "reading.md"); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s := l.open("reading.md", readingForm)
	if s.lost {
		return nil
	}
	doc, _ := l.parse(s)
	return l.set(s, slices.Collect(children(doc))...)
}
