package content

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFrontMatter bounds what the YAML parser is given, in bytes.
const maxFrontMatter = 4 << 10

// frontMatter is a file's front matter: its keys with their values.
type frontMatter map[string]value

// value is a value of a front matter and the line on which its key stands.
type value struct {
	line int
	node ast.Node
}

var fence = []byte("---\n")

// readFrontMatter takes the front matter off the markdown. It reports keys
// other than those known, and returns nil where there is nothing to go on with.
func readFrontMatter(s *source, known ...string) frontMatter {
	fm := cutFrontMatter(s, known)
	s.lost = s.lost || fm == nil
	return fm
}

func cutFrontMatter(s *source, known []string) frontMatter {
	if !bytes.HasPrefix(s.text, fence) {
		s.errorf(1, "the front matter is missing: begin the file with a line of ---, then %s, then --- again", strings.Join(known, ", "))
		return nil
	}
	// The head keeps the line feed before it, so that YAML's lines are the file's.
	start := len(fence) - 1
	head, _, found := bytes.Cut(s.text[start:min(len(s.text), maxFrontMatter)], []byte("\n---\n"))
	if !found {
		s.errorf(1, "the front matter does not end within %d KiB: close it with a line of ---", maxFrontMatter>>10)
		return nil
	}
	s.body = start + len(head) + len("\n---\n")
	mapping, err := parseMapping(head)
	if err != nil {
		line, message := yamlError(err)
		s.errorf(line, "the front matter is broken: %s: write one “key: value” a line, and quote values that hold a colon", message)
		return nil
	}
	return collect(s, mapping, known)
}

func parseMapping(text []byte) (*ast.MappingNode, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) == 1 {
		if mapping, ok := file.Docs[0].Body.(*ast.MappingNode); ok {
			return mapping, nil
		}
	}
	return nil, errors.New("it is not a list of keys and values")
}

// yamlError returns the line of a YAML error, and its message without the
// excerpt that the library adds.
func yamlError(err error) (line int, message string) {
	e, ok := errors.AsType[yaml.Error](err)
	if !ok {
		return 1, err.Error()
	}
	if t := e.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, e.GetMessage()
	}
	return 1, e.GetMessage()
}

func collect(s *source, mapping *ast.MappingNode, known []string) frontMatter {
	fm := frontMatter{}
	for _, pair := range mapping.Values {
		token := pair.Key.GetToken()
		key, line := token.Value, token.Position.Line
		if !slices.Contains(known, key) {
			s.errorf(line, "unknown key %q: the keys are %s", key, strings.Join(known, ", "))
			continue
		}
		fm[key] = value{line, pair.Value}
	}
	return fm
}

// field reads a key into to, which is of a type that value.read knows. It
// reports a missing key on the first line, a value of another type on the key's
// own, and returns that line and whether all is well.
func (fm frontMatter) field(s *source, key string, to any) (line int, ok bool) {
	if _, found := fm[key]; !found {
		s.errorf(1, "the front matter has no %s: add “%s: …”", key, key)
		s.lost = true
		return 1, false
	}
	return fm.optional(s, key, to)
}

// optional is field for a key that may be missing.
func (fm frontMatter) optional(s *source, key string, to any) (line int, ok bool) {
	v, found := fm[key]
	if !found {
		return 1, false
	}
	if err := v.read(to); err != nil {
		s.errorf(v.line, "%s must be %w", key, err)
		s.lost = true
		return v.line, false
	}
	return v.line, true
}

// whole is a whole number with its bounds, and wholes a list of such.
type (
	whole struct {
		to       *int
		min, max int
	}
	wholes struct {
		to       *[]int
		min, max int
	}
)

func (v value) read(to any) (err error) {
	switch to := to.(type) {
	case *string:
		*to, err = plain(v.node)
	case *[]string:
		*to, err = list(v.node, "texts", plain)
	case whole:
		n, err := number(v.node, to.min, to.max)
		if err != nil {
			return err
		}
		*to.to = n
	case wholes:
		*to.to, err = list(v.node, "whole numbers", func(n ast.Node) (int, error) { return number(n, to.min, to.max) })
	case expected:
		*to.to = readCase(to.s, v)
	case cases:
		*to.to, err = readCases(to.s, v)
	case *bool:
		n, ok := v.node.(*ast.BoolNode)
		if !ok {
			return errors.New("true or false")
		}
		*to = n.Value
	default:
		panic(fmt.Sprintf("content: no field of type %T", to))
	}
	return err
}

func number(n ast.Node, lowest, highest int) (int, error) {
	if n, ok := n.(*ast.IntegerNode); ok {
		if u, ok := n.Value.(uint64); ok && u >= uint64(lowest) && u <= uint64(highest) {
			return int(u), nil
		}
	}
	return 0, fmt.Errorf("a whole number from %d to %d", lowest, highest)
}

func list[T any](n ast.Node, what string, item func(ast.Node) (T, error)) ([]T, error) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, fmt.Errorf("a list of %s: [one, another]", what)
	}
	var all []T
	for _, n := range sequence.Values {
		v, err := item(n)
		if err != nil {
			return nil, fmt.Errorf("a list, and each of it %w", err)
		}
		all = append(all, v)
	}
	return all, nil
}

// plain reads a plain, quoted or block text. Its apostrophes are set as the
// markdown's are.
func plain(n ast.Node) (string, error) {
	var text string
	switch n := n.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", errors.New("text: put it in quotes if it looks like something else")
	}
	return apostrophes(text), nil
}

// apostrophes sets typewriter apostrophes as typographic ones.
func apostrophes(text string) string { return strings.ReplaceAll(text, "'", "’") }
