package content

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"authlab/lab/plot"
)

// live is a value of the reader's own.
type live struct {
	ast.BaseInline
	name string // what SplitLive knows
}

var kindLive = ast.NewNodeKind("Live")

// Kind implements ast.Node.
func (l *live) Kind() ast.NodeKind { return kindLive }

// Dump implements ast.Node.
func (l *live) Dump(source []byte, level int) {
	ast.DumpHelper(l, source, level, map[string]string{"Name": l.name}, nil)
}

// A live value may be of a step, and then of one that sends something.
const (
	ofNoStep = iota
	ofStep
	ofSendingStep
)

var lives = map[string]int{
	"session.id": ofNoStep, "session.record": ofNoStep, "session.expires": ofNoStep, "session.deadline": ofNoStep,
	"token.header": ofNoStep, "token.payload": ofNoStep, "token.signature": ofNoStep,
	"token.exp": ofNoStep, "token.length": ofNoStep,
	"login.took":      ofNoStep,
	"session.records": ofStep, "token.records": ofStep,
	"session.status": ofSendingStep, "token.status": ofSendingStep,
	"session.request.size": ofSendingStep, "session.response.size": ofSendingStep,
	"token.request.size": ofSendingStep, "token.response.size": ofSendingStep,
}

// SplitLive splits the name of a live value into what it is and at which step:
// "session.status.5" is "session.status" at 5, and "token.exp" is itself at
// plot.NoStep. It reports whether there is such a value.
func SplitLive(name string) (value string, step int, ok bool) {
	if of, known := lives[name]; known {
		return name, plot.NoStep, of == ofNoStep
	}
	dot := max(strings.LastIndexByte(name, '.'), 0)
	of, known := lives[name[:dot]]
	if !known || of == ofNoStep {
		return "", plot.NoStep, false
	}
	step, ok = stepNumber(name[dot+1:])
	return name[:dot], step, ok
}

// stepNumber reads the number of a step.
func stepNumber(text string) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	if err != nil || !plot.Valid(n) || strconv.Itoa(n) != text {
		return plot.NoStep, false
	}
	return n, true
}

var livePattern = regexp.MustCompile(`^\{live(?:[ \t]+([^{}\n]*?))?[ \t]*\}`)

// parseLive parses {live NAME}, or returns nil where there is none.
func parseLive(s *source, reader text.Reader) ast.Node {
	text, segment := reader.PeekLine()
	found := livePattern.FindSubmatch(text)
	if found == nil {
		return nil
	}
	reader.Advance(len(found[0]))
	n := &live{name: string(found[1])}
	line := s.line(segment.Start)
	value, step, ok := SplitLive(n.name)
	switch {
	case !s.form.live:
		s.errorf(line, "{live %s} cannot stand here: the front page and the steps have no live values", n.name)
	case !ok:
		s.errorf(line, "unknown live value {live %s}: it is one of %s", n.name, strings.Join(liveNames(), ", "))
	case lives[value] == ofSendingStep:
		s.wants = append(s.wants, want{kind: "exchange", name: strconv.Itoa(step), line: line})
	}
	s.use("live", n.name, line)
	return n
}

func liveNames() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(lives)) {
		if lives[name] != ofNoStep {
			name += ".N"
		}
		names = append(names, name)
	}
	return names
}

func renderLive(w *setter, n *live, entering bool) {
	if entering {
		w.add(Part{Live: n.name})
	}
}
