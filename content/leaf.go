package content

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"authlab/lab/plot"
)

// leaf is a line of ::name with what it is about. It becomes a part.
type leaf struct {
	ast.BaseBlock
	part Part
}

var kindLeaf = ast.NewNodeKind("Leaf")

// Kind implements ast.Node.
func (l *leaf) Kind() ast.NodeKind { return kindLeaf }

// Dump implements ast.Node.
func (l *leaf) Dump(source []byte, level int) {
	ast.DumpHelper(l, source, level, nil, nil)
}

// leafParser parses leaf directives.
type leafParser struct{}

// Trigger implements parser.BlockParser.
func (leafParser) Trigger() []byte { return []byte{':'} }

// Open implements parser.BlockParser. It takes every line that begins with ::
// and is no block's, so that a mistaken one is reported and never shown as text.
func (leafParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	line = bytes.TrimSpace(line)
	if !bytes.HasPrefix(line, colons[:2]) || bytes.HasPrefix(line, colons) {
		return nil, parser.NoChildren
	}
	s := sourceOf(pc)
	d := directive{s: s, line: s.line(segment.Start)}
	if fields := strings.Fields(string(line[2:])); len(fields) > 0 {
		d.name, d.args = fields[0], fields[1:]
	}
	l := new(leaf)
	switch {
	case !slices.Contains(s.form.leaves, d.name):
		s.errorf(d.line, "unknown directive %q: %s", "::"+d.name, oneOf("::", s.form.leaves))
	case parent.Kind() != ast.KindDocument && parent.Kind() != kindBlock:
		s.errorf(d.line, "::%s stands inside a list or a quote: put it on a line of its own, outside", d.name)
	default:
		l.part = d.part()
	}
	skipLine(reader)
	return l, parser.NoChildren
}

// Continue implements parser.BlockParser.
func (leafParser) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }

// Close implements parser.BlockParser.
func (leafParser) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (leafParser) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (leafParser) CanAcceptIndentedLine() bool { return false }

// directive is a leaf directive as it was written.
type directive struct {
	s    *source
	line int
	name string
	args []string
}

// part returns what the directive stands for, and reports what is wrong with it.
func (d directive) part() Part {
	switch d.name {
	case "predict":
		return d.predict()
	case "code":
		return d.code()
	case "exchange":
		return d.exchange()
	case "variant":
		return d.variant()
	case "decoded":
		return d.decoded()
	}
	return d.diagram()
}

func (d directive) predict() Part {
	if len(d.args) != 1 {
		d.usage("::predict slug")
		return Part{}
	}
	d.s.wants = append(d.s.wants, want{kind: "prediction", name: d.args[0], line: d.line})
	return Part{Predict: d.args[0]}
}

var functionPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)?$`)

func (d directive) code() Part {
	if len(d.args) != 2 || !slices.Contains(flows, d.args[0]) || !functionPattern.MatchString(d.args[1]) {
		d.usage("::code session or ::code token, and the name of a function of that app")
		return Part{}
	}
	d.s.use("code", strings.Join(d.args, " "), d.line)
	return Part{Code: &CodeRef{Flow: d.args[0], Name: d.args[1]}}
}

// A header's name is a token (RFC 9110, section 5.1).
var namePattern = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (d directive) exchange() Part { return d.exchangeOf("") }

// Variants names the runs of the lab's own with another setting that texts may
// show, and the setting in words.
var Variants = map[string]string{"token-in-cookie": "with the token in an HttpOnly cookie"}

func (d directive) variant() Part {
	names := slices.Sorted(maps.Keys(Variants))
	if len(d.args) == 0 || !slices.Contains(names, d.args[0]) {
		d.usage("::variant, the name of a run (" + oneOf("", names) + "), and what ::exchange takes")
		return Part{}
	}
	name := d.args[0]
	d.args = d.args[1:]
	return d.exchangeOf(name)
}

// exchangeOf returns lines of an exchange of the reader's run, or of a variant.
func (d directive) exchangeOf(variant string) Part {
	if len(d.args) < 3 || !slices.Contains(flows, d.args[0]) || !slices.Contains([]string{"request", "response"}, d.args[2]) {
		d.usage("::exchange session or ::exchange token, a step, request or response, then the headers to show")
		return Part{}
	}
	step, ok := stepNumber(d.args[1])
	if !ok {
		d.s.errorf(d.line, "unknown step %q: it is %s", d.args[1], plot.Numbers)
		return Part{}
	}
	x := &ExchangeRef{Flow: d.args[0], Step: step, Side: d.args[2], Variant: variant}
	about := strings.TrimSpace(variant + " " + strings.Join(d.args[:3], " "))
	d.s.use("exchange", about, d.line)
	d.s.wants = append(d.s.wants, want{kind: "exchange", name: strconv.Itoa(step), line: d.line})
	for _, name := range d.args[3:] {
		if name == "body" {
			x.Body = true
			continue
		}
		if !namePattern.MatchString(name) {
			d.s.errorf(d.line, "%q is not the name of a header: separate names by spaces", name)
		}
		x.Headers = append(x.Headers, name)
		d.s.use("header", about+" "+name, d.line)
	}
	return Part{Exchange: x}
}

func (d directive) decoded() Part {
	if len(d.args) != 1 || !slices.Contains([]string{"header", "payload"}, d.args[0]) {
		d.usage("::decoded header or ::decoded payload")
		return Part{}
	}
	d.s.use("decoded", d.args[0], d.line)
	return Part{Decoded: d.args[0]}
}

func (d directive) diagram() Part {
	if len(d.args) != 1 || !slices.Contains([]string{"session", "token", "both"}, d.args[0]) {
		d.usage("::diagram session, ::diagram token or ::diagram both")
		return Part{}
	}
	return Part{Diagram: d.args[0]}
}

func (d directive) usage(is string) {
	d.s.errorf(d.line, "::%s %s is not complete or not known: write %s", d.name, strings.Join(d.args, " "), is)
}

func renderLeaf(w *setter, n *leaf, entering bool) {
	if entering {
		w.add(n.part)
	}
}
