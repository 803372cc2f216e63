package content

import (
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// report is the sentences of a text that live values stand in. They say what a
// run had, so they hold only beside one that has it: they stand as a whole, or
// something else stands in their place.
type report struct{ ast.BaseInline }

var kindReport = ast.NewNodeKind("Report")

// Kind implements ast.Node.
func (r *report) Kind() ast.NodeKind { return kindReport }

// Dump implements ast.Node.
func (r *report) Dump(source []byte, level int) { ast.DumpHelper(r, source, level, nil, nil) }

// gatherReports puts the sentences with live values into reports, and checks
// what they, and those before an exchange, say.
func gatherReports(s *source, doc ast.Node) {
	var texts []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if first := n.FirstChild(); entering && n.Type() == ast.TypeBlock && first != nil && first.Type() == ast.TypeInline {
			texts = append(texts, n)
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	for _, n := range texts {
		all := sentencesOf(n, s.markdown())
		for i, sentence := range all {
			if slices.ContainsFunc(sentence, holdsLive) || i == len(all)-1 && showsRun(n.NextSibling()) {
				checkWhose(s, sentence)
			}
		}
		wrapReports(n, all)
	}
}

// sentencesOf splits a text into its sentences, each a run of its nodes.
func sentencesOf(n ast.Node, markdown []byte) (all [][]ast.Node) {
	var sentence []ast.Node
	for _, c := range slices.Collect(children(n)) {
		for _, part := range atSentences(n, c, markdown) {
			sentence = append(sentence, part)
			if endsHere(part, markdown) {
				all, sentence = append(all, sentence), nil
			}
		}
	}
	if sentence != nil {
		all = append(all, sentence)
	}
	return all
}

var sentenceEnd = regexp.MustCompile(`[.?!] +`)

// atSentences splits a text node behind each sentence that ends within it, and
// returns its parts.
func atSentences(parent, n ast.Node, markdown []byte) (parts []ast.Node) {
	text, ok := n.(*ast.Text)
	if !ok || text.IsRaw() {
		return []ast.Node{n}
	}
	for {
		end := sentenceEnd.FindIndex(text.Segment.Value(markdown))
		if end == nil || end[1] == text.Segment.Len() {
			return append(parts, text)
		}
		first := ast.NewTextSegment(text.Segment.WithStop(text.Segment.Start + end[1]))
		parent.InsertBefore(parent, text, first)
		text.Segment = text.Segment.WithStart(text.Segment.Start + end[1])
		parts = append(parts, first)
	}
}

// endsHere reports whether a sentence ends with the node.
func endsHere(n ast.Node, markdown []byte) bool {
	text, ok := n.(*ast.Text)
	if !ok {
		return false
	}
	value := text.Segment.Value(markdown)
	if text.SoftLineBreak() || text.HardLineBreak() {
		value = append(slices.Clip(value), ' ')
	}
	end := sentenceEnd.FindIndex(value)
	return end != nil && end[1] == len(value)
}

// wrapReports puts sentences with live values into reports, those that follow
// one another into one.
func wrapReports(n ast.Node, all [][]ast.Node) {
	var r *report
	for _, sentence := range all {
		if !slices.ContainsFunc(sentence, holdsLive) {
			r = nil
			continue
		}
		if r == nil {
			r = new(report)
			n.InsertBefore(n, sentence[0], r)
		}
		for _, part := range sentence {
			r.AppendChild(r, part)
		}
	}
}

func holdsLive(n ast.Node) bool { return holds(n, kindLive) }

// holds reports whether a node is of a kind or has one within.
func holds(n ast.Node, kind ast.NodeKind) bool {
	if n.Kind() == kind {
		return true
	}
	for c := range children(n) {
		if holds(c, kind) {
			return true
		}
	}
	return false
}

// showsRun reports whether a node is lines or a drawing of the reader's own run.
func showsRun(n ast.Node) bool {
	l, ok := n.(*leaf)
	return ok && (l.part.Exchange != nil && l.part.Exchange.Variant == "" || l.part.Decoded != "" || l.part.Diagram != "")
}

// ofReader are words that are true of the reader's own bench and moment, and
// false of the lab's run at start.
var ofReader = regexp.MustCompile(`(?i)\b(you|yours?|yourself|bench|lab|now|at present|at the moment|so far|yet)\b`)

// checkWhose reports a sentence about a run that says whose it is, but for what
// stands in {yours …|…}.
func checkWhose(s *source, sentence []ast.Node) {
	for _, n := range sentence {
		if found := ofReader.FindString(plainText(n, s.markdown())); found != "" {
			s.errorf(s.line(position(n)), "a sentence about a run says %q, which is not true of the lab’s own run and of the reader’s bench alike: word it without, or write {yours words beside a bench|words without one}", found)
		}
	}
}

func renderReport(w *setter, _ *report, entering bool) {
	if entering {
		w.begin()
	} else {
		w.end(func(p Passage) Part { return Part{Report: p} })
	}
}

// Whose is words for a run that is the reader's own, and words for the lab's own
// run at start, which readers without a bench are shown.
type Whose struct{ Yours, Sample string }

// whose is such words within a line.
type whose struct {
	ast.BaseInline
	words Whose
}

var kindWhose = ast.NewNodeKind("Whose")

// Kind implements ast.Node.
func (w *whose) Kind() ast.NodeKind { return kindWhose }

// Dump implements ast.Node.
func (w *whose) Dump(source []byte, level int) {
	ast.DumpHelper(w, source, level, map[string]string{"Yours": w.words.Yours, "Sample": w.words.Sample}, nil)
}

// Its words are plain: no brackets, code, emphasis or escapes.
var whosePattern = regexp.MustCompile("^\\{yours[ \t]+([^{}|\\[\\]`*\\\\\n]*[^{}|\\[\\]`*\\\\\\s])[ \t]*\\|[ \t]*([^{}|\\[\\]`*\\\\\\s][^{}|\\[\\]`*\\\\\n]*)\\}")

// parseWhose parses {yours WORDS|WORDS}, or returns nil where there is none.
func parseWhose(s *source, reader text.Reader) ast.Node {
	line, segment := reader.PeekLine()
	found := whosePattern.FindSubmatch(line)
	if found == nil {
		return nil
	}
	reader.Advance(len(found[0]))
	if !s.form.live {
		s.errorf(s.line(segment.Start), "{yours …} cannot stand here: the front page and the steps are for readers with a bench and without")
	}
	return &whose{words: Whose{apostrophes(string(found[1])), apostrophes(string(found[2]))}}
}

func renderWhose(w *setter, n *whose, entering bool) {
	if entering {
		words := n.words
		w.add(Part{Whose: &words})
	}
}
