package content

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"

	"authlab/lab/plot"
)

// loader reads files and keeps what has been found out about each.
type loader struct {
	fsys    fs.FS
	md      goldmark.Markdown
	sources []*source
	wrong   []error // what is wrong with no file in particular
}

func (l *loader) open(name string, f form) *source {
	s := open(l.fsys, name, f)
	l.sources = append(l.sources, s)
	return s
}

func (l *loader) errorf(format string, args ...any) {
	l.wrong = append(l.wrong, fmt.Errorf(format, args...))
}

func (l *loader) err() error {
	var errs []error
	for _, s := range l.sources {
		errs = append(errs, s.err())
	}
	return errors.Join(append(errs, l.wrong...)...)
}

// lost reports whether a file of a folder could not be read to its end.
func (l *loader) lost(folder string) bool {
	return slices.ContainsFunc(l.sources, func(s *source) bool {
		return s.lost && strings.HasPrefix(s.name, folder+"/")
	})
}

// each loads the files of a folder, in the order of their names.
func each[T any](l *loader, folder string, load func(name string) T) (all []T) {
	names, err := fs.Glob(l.fsys, folder+"/*.md")
	if err != nil {
		l.errorf("list %s: %w", folder, err)
	}
	for _, name := range names {
		all = append(all, load(name))
	}
	return all
}

// order sorts what has numbers by them and reports those that occur twice and
// those that do not occur.
func (l *loader) order(c *Content) {
	slices.SortStableFunc(c.Steps, func(a, b Step) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortStableFunc(c.Chapters, func(a, b Chapter) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortStableFunc(c.Notes, func(a, b Note) int { return cmp.Compare(a.Step, b.Step) })

	steps := numbering{what: "step", folder: "steps", first: plot.First, last: plot.Last}
	for _, s := range c.Steps {
		steps.add(s.Number, s.Source)
	}
	chapters := numbering{what: "chapter", folder: "chapters", first: 1, last: 1}
	for _, chapter := range c.Chapters {
		chapters.add(chapter.Number, chapter.Source)
		chapters.last = max(chapters.last, chapter.Number)
	}
	l.complete(steps)
	l.complete(chapters)
	if len(c.Predictions) == 0 {
		l.errorf("predictions: there are none: add a file")
	}
}

// numbering is numbers that files give themselves.
type numbering struct {
	what, folder string
	first, last  int // those that there must be
	given        []numbered
}

type numbered struct {
	number int    // negative where the file does not tell it
	source string // file and line
}

func (n *numbering) add(number int, source string) {
	n.given = append(n.given, numbered{number, source})
}

func (l *loader) complete(n numbering) {
	first := map[int]string{}
	for _, g := range n.given {
		if was, ok := first[g.number]; ok && g.number >= 0 {
			l.errorf("%s: %s %d is already in %s: give each file a number of its own", g.source, n.what, g.number, was)
			continue
		}
		first[g.number] = g.source
	}
	if l.lost(n.folder) {
		return // one of the missing ones is in that file, and its error says what to do
	}
	var missing []string
	for number := n.first; number <= n.last; number++ {
		if _, ok := first[number]; !ok {
			missing = append(missing, strconv.Itoa(number))
		}
	}
	if len(missing) > 0 {
		l.errorf("%s: missing %s: add a file with that number as the %s of its front matter", n.folder, strings.Join(missing, ", "), n.what)
	}
}
