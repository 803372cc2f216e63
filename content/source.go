package content

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"unicode"
	"unicode/utf8"
)

// What is larger is refused, because markdown takes time or memory that grows
// with products of these: 10,000 nested quotes before 10,000 empty lines are
// 100 million steps.
const (
	maxFile    = 1 << 20  // bytes of a file
	maxLines   = 20_000   // lines of a file
	maxPassage = 16 << 10 // bytes without a blank line
	maxMargin  = 100      // bytes of spaces and marks that a line begins with
	maxBars    = 24       // vertical bars in a line: a table fills up each of its rows
	maxAllBars = 4_000    // vertical bars in a file
)

// marks are what quotes, lists and their nesting are made of.
const marks = " \t>-+*.)0123456789"

// source is one file, and what has been found out about it.
type source struct {
	name  string
	form  form
	text  []byte // with \n as its only line ending, and at its end
	lines []int  // where each line begins
	body  int    // where the markdown begins, after any front matter
	slug  string // of a chapter
	code  int    // bytes of code blocks

	uses    []Use
	wants   []want
	anchors map[string]int // of its headings, with their lines; nil until it is parsed
	wrong   []problem

	// lost is whether the file could not be read to its end, so that nothing
	// can be said about what it does not hold.
	lost bool
}

type problem struct {
	line int
	err  error
}

// open reads a file and checks what must hold before it can be parsed. The
// source is lost where that does not hold.
func open(fsys fs.FS, name string, f form) *source {
	s := &source{name: name, form: f}
	if err := s.read(fsys); err != nil {
		s.wrong = append(s.wrong, problem{err: err})
	} else {
		s.checkText()
	}
	s.lost = len(s.wrong) > 0
	return s
}

func (s *source) read(fsys fs.FS) error {
	f, err := fsys.Open(s.name)
	if err != nil {
		return fmt.Errorf("%s: cannot be opened, and is needed: %w", s.name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", s.name, err)
	}
	if len(text) > maxFile {
		return fmt.Errorf("%s:1: the file is larger than 1 MiB: split it or shorten it", s.name)
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // which some editors put first, unseen
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	s.text = text
	return nil
}

func (s *source) checkText() {
	offset, passage, bars := 0, 0, 0
	for text := range bytes.Lines(s.text) {
		s.lines = append(s.lines, offset)
		offset += len(text)
		s.checkLine(len(s.lines), text)
		was := bars
		if bars += bytes.Count(text, []byte("|")); was <= maxAllBars && bars > maxAllBars {
			s.errorf(len(s.lines), "more than %d vertical bars in the file: split its tables", maxAllBars)
		}
		if len(bytes.TrimSpace(text)) == 0 {
			passage = 0
			continue
		}
		if passage <= maxPassage && passage+len(text) > maxPassage {
			s.errorf(len(s.lines), "more than %d KiB without a blank line: divide the passage", maxPassage>>10)
		}
		passage += len(text)
	}
	if len(s.lines) > maxLines {
		s.errorf(maxLines+1, "more than %d lines: split the file or shorten it", maxLines)
	}
}

func (s *source) checkLine(line int, text []byte) {
	if !utf8.Valid(text) {
		s.errorf(line, "this is not UTF-8: save the file in that encoding")
	} else if i := bytes.IndexFunc(text, isStray); i >= 0 {
		r, _ := utf8.DecodeRune(text[i:])
		s.errorf(line, "%U is a control character, which no page can show: delete it", r)
	}
	if len(text)-len(bytes.TrimLeft(text, marks)) > maxMargin {
		s.errorf(line, "more than %d spaces and marks before the text: nest and indent less", maxMargin)
	}
	if bytes.Count(text, []byte("|")) > maxBars {
		s.errorf(line, "more than %d vertical bars in a line: make the table narrower", maxBars)
	}
}

// isStray reports whether a character is a control character other than the
// tab and the line's end. Browsers drop or mend some of them, so that a page
// would not say what its author wrote.
func isStray(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' }

// line returns the line, from 1, of an offset into the markdown.
func (s *source) line(offset int) int {
	line, begins := slices.BinarySearch(s.lines, s.body+max(offset, 0))
	if begins {
		line++
	}
	return line
}

// markdown returns the text after the front matter.
func (s *source) markdown() []byte { return s.text[s.body:] }

// errorf notes something wrong: what it is and what to do.
func (s *source) errorf(line int, format string, args ...any) {
	err := fmt.Errorf("%s:%d: %w", s.name, line, fmt.Errorf(format, args...))
	s.wrong = append(s.wrong, problem{line, err})
}

// err joins all that is wrong, in the order of the lines.
func (s *source) err() error {
	slices.SortStableFunc(s.wrong, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	var errs []error
	for _, p := range s.wrong {
		errs = append(errs, p.err)
	}
	return errors.Join(errs...)
}

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
	stepForm    = form{blocks: []string{"stateful", "stateless", "sealed", "difference"}, steps: true}
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
