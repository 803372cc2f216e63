package content

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
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
)

// marks are what quotes, lists and their nesting are made of.
const marks = " \t>-+*.)0123456789"

// source is one file, and what has been found wrong with it.
type source struct {
	name  string
	text  []byte // with \n as its only line ending, and at its end
	lines []int  // where each line begins
	body  int    // where the markdown begins, after any front matter
	wrong []problem
}

type problem struct {
	line int
	err  error
}

// open reads a file and checks what must hold before it can be parsed.
func open(fsys fs.FS, name string) (*source, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be opened, and is needed: %w", name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", name, err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s:1: the file is larger than 1 MiB: split it or shorten it", name)
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // which some editors put first, unseen
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	s := &source{name: name, text: text}
	s.checkText()
	return s, s.err()
}

func (s *source) checkText() {
	offset, passage := 0, 0
	for text := range bytes.Lines(s.text) {
		s.lines = append(s.lines, offset)
		offset += len(text)
		s.checkLine(len(s.lines), text)
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
	}
	if len(text)-len(bytes.TrimLeft(text, marks)) > maxMargin {
		s.errorf(line, "more than %d spaces and marks before the text: nest and indent less", maxMargin)
	}
}

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
