// Package content holds AuthLab's texts and turns them into HTML, once, at
// start.
//
// # Files
//
// front.md is the front page's text. Each file of steps/ is one step of the
// lesson: a front matter in YAML between two lines of ---, then markdown.
//
//	---
//	step: 5                  # which step of the plot, 0 to 10; each needs one file
//	title: Ask again
//	sends: true              # whether the step sends a request
//	place: wire              # where to look: browser, wire or server
//	look: One or two sentences on what to look at there.
//	action: Ask again        # the Send button's words; only where sends is true
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
// # References
//
// [text]{ref} binds words to what they mean on the bench: {sid}, {hdr}, {pay},
// {sig}, {own}, {key}, {own.role}, {pay.exp} and the other claims,
// {attr.httponly} and the other cookie attributes, {header.set-cookie} and the
// other header names. A reference stands on one line; its text is plain.
//
// # What is refused
//
// Authors write no HTML and no pictures, and link to http, https, relative and
// #fragment addresses only. Whatever is wrong is reported with its file and
// line, everything in all files at once.
package content

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// LastStep is the number of the plot's last step. The first is 0.
const LastStep = 10

// HTML is goldmark's own output. It is safe to show as it is, because its
// authors' raw HTML has been refused and everything else escaped; nothing else
// may be converted to it.
type HTML string

// Content is all texts of the site.
type Content struct {
	Front HTML   // the front page's text
	Steps []Step // Steps[n] is step n; there are LastStep+1 of them
}

//go:embed front.md steps/*.md
var files embed.FS

// Embedded returns the texts that this binary was built with.
func Embedded() fs.FS { return files }

// Load reads and renders all texts. Its error joins one error for each thing
// that is wrong, in the form "file:line: what it is and what to do".
func Load(fsys fs.FS) (*Content, error) {
	md := newMarkdown()
	front, errFront := loadFront(fsys, md)
	steps, errSteps := loadSteps(fsys, md)
	if err := errors.Join(errFront, errSteps); err != nil {
		return nil, err
	}
	return &Content{Front: front, Steps: steps}, nil
}

func loadFront(fsys fs.FS, md *markdown) (HTML, error) {
	s, err := open(fsys, "front.md")
	if err != nil {
		return "", err
	}
	parts := md.render(s)
	if len(parts.blocks) > 0 {
		s.errorf(s.line(parts.blocks[0].Pos()), "the front page has no :::blocks: write it without them")
	}
	return parts.of(""), s.err()
}

func loadSteps(fsys fs.FS, md *markdown) ([]Step, error) {
	names, err := fs.Glob(fsys, "steps/*.md")
	if err != nil {
		return nil, fmt.Errorf("list steps: %w", err)
	}
	var steps []Step
	var errs []error
	for _, name := range names {
		step, err := loadStep(fsys, name, md)
		errs = append(errs, err)
		steps = append(steps, step)
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return a.Number - b.Number })
	return steps, errors.Join(append(errs, complete(steps)...)...)
}

// complete reports the numbers that occur twice and those that do not occur.
func complete(steps []Step) (errs []error) {
	first := map[int]Step{}
	for _, s := range steps {
		if was, ok := first[s.Number]; ok && s.Number != unnumbered {
			errs = append(errs, fmt.Errorf("%s: step %d is already in %s: give each file a number of its own", s.Source, s.Number, was.Source))
			continue
		}
		first[s.Number] = s
	}
	if _, ok := first[unnumbered]; ok {
		return errs // one of the missing steps is in that file, and its error says what to do
	}
	var missing []string
	for n := range LastStep + 1 {
		if _, ok := first[n]; !ok {
			missing = append(missing, strconv.Itoa(n))
		}
	}
	if len(missing) > 0 {
		errs = append(errs, fmt.Errorf("steps: missing %s: add a file with that number as the step of its front matter", strings.Join(missing, ", ")))
	}
	return errs
}
