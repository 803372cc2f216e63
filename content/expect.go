package content

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"authlab/lab/outcome"
)

// expected is a case to be read from a front matter, and cases a list of such.
type (
	expected struct {
		s  *source
		to *outcome.Case
	}
	cases struct {
		s  *source
		to *[]outcome.Case
	}
)

// never is written for a case that no run shows.
const never = "never"

func readCases(s *source, v value) ([]outcome.Case, error) {
	sequence, ok := v.node.(*ast.SequenceNode)
	if !ok {
		return nil, errors.New("a list with one case for each option: - {session: {status: 303}, token: {status: 401}}")
	}
	var all []outcome.Case
	for _, n := range sequence.Values {
		if text, ok := n.(*ast.StringNode); ok && text.Value == never {
			all = append(all, outcome.Case{})
			continue
		}
		all = append(all, readCase(s, value{lineOf(n, v.line), n}))
	}
	return all, nil
}

// readCase reads what is expected of one flow or both: {session: {fact: value}}, in
// which a value may be a list of which any will do. It reports what is wrong with
// it.
func readCase(s *source, v value) outcome.Case {
	c := outcome.Case{}
	for flow, facts := range mappingOf(s, v, "a case", flows) {
		c[flow] = outcome.Expected{}
		for fact, any := range mappingOf(s, facts, "what is expected of the "+flow+" flow", outcome.Names()) {
			c[flow][outcome.Fact(fact)] = readValues(s, outcome.Fact(fact), any)
		}
	}
	return c
}

// mappingOf reads {name: value} with at least one of the names, and reports what is
// none.
func mappingOf(s *source, v value, what string, keys []string) frontMatter {
	mapping, ok := v.node.(*ast.MappingNode)
	if !ok || len(mapping.Values) == 0 {
		s.errorf(v.line, "%s must be {name: value}: the names are %s", what, strings.Join(keys, ", "))
		return nil
	}
	return collect(s, mapping, keys)
}

func readValues(s *source, fact outcome.Fact, v value) []string {
	nodes := []ast.Node{v.node}
	if sequence, ok := v.node.(*ast.SequenceNode); ok {
		nodes = sequence.Values
	}
	var values []string
	for _, n := range nodes {
		text, err := scalar(n)
		if err == nil {
			err = outcome.Valid(fact, text)
		}
		if err == nil && slices.Contains(values, text) {
			err = fmt.Errorf("%s is %q twice", fact, text)
		}
		if err != nil {
			s.errorf(v.line, "%w", err)
			continue
		}
		values = append(values, text)
	}
	return values
}

// scalar reads a value that is a word, whatever YAML takes it for.
func scalar(n ast.Node) (string, error) {
	if _, ok := n.(ast.ScalarNode); !ok {
		return "", errors.New("a fact has a word or a number, or a list of such")
	}
	return n.GetToken().Value, nil
}

func lineOf(n ast.Node, otherwise int) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return otherwise
}
