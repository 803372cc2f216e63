package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// elsewhere are the components that the development page does not show, each
// with its reason.
var elsewhere = map[string]string{
	"Bench":       "a whole page",
	"Live":        "the parts of the bench page once more",
	"Learn":       "a whole page",
	"Contents":    "a whole page",
	"Search":      "a whole page",
	"Glossary":    "a whole page",
	"Compare":     "a whole page",
	"Front":       "a whole page",
	"ProblemPage": "a whole page",
	"Exchange":    "a whole page",
	"Handout":     "a whole page",

	"CookieInspector": "a whole page",
	"InspectToken":    "a whole page",

	"Projector":        "a whole page",
	"ProjectorLive":    "a part of the projector’s page, whose own test goes through its states",
	"projectorParts":   "a part of the projector’s page, whose own test goes through its states",
	"projectorHead":    "a part of the projector’s page, whose own test goes through its states",
	"projectorSlide":   "a part of the projector’s page, whose own test goes through its states",
	"projectorAhead":   "a part of the projector’s page, whose own test goes through its states",
	"projectorHeads":   "a part of the projector’s page, whose own test goes through its states",
	"projectorRest":    "a part of the projector’s page, whose own test goes through its states",
	"projectorVote":    "a part of the projector’s page, whose own test goes through its states",
	"projectorFoot":    "a part of the projector’s page, whose own test goes through its states",
	"projectorOverlay": "a part of the projector’s page, whose own test goes through its states",
	"projectorEnded":   "a part of the projector’s page, whose own test goes through its states",
	"projectorJoin":    "a part of the projector’s page, whose own test goes through its states",
	"projectorWhere":   "a part of the projector’s page, whose own test goes through its states",
	"slideRow":         "a part of the projector’s page, whose own test goes through its states",
	"slideLine":        "a part of the projector’s page, whose own test goes through its states",

	"chapterBody": "a whole chapter, which /learn shows alone",
}

var (
	declared = regexp.MustCompile(`(?m)^templ (\w+)\(`)
	used     = regexp.MustCompile(`@(\w+)\(`)
)

// components reads the templates: which components there are, and which each
// uses.
func components(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	uses := map[string][]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		heads := declared.FindAllSubmatchIndex(text, -1)
		for i, at := range heads {
			end := len(text)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			component := string(text[at[2]:at[3]])
			uses[component] = nil
			for _, m := range used.FindAllSubmatch(text[at[1]:end], -1) {
				uses[component] = append(uses[component], string(m[1]))
			}
		}
	}
	return uses
}

// calls are the functions that a file calls.
func calls(t *testing.T, name string) (list []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.Ident); ok {
				list = append(list, f.Name)
			}
		}
		return true
	})
	return list
}

// Every component is reached from the development page, or is said not to be.
func TestDevPageReachesEveryComponent(t *testing.T) {
	uses := components(t)
	reached := map[string]bool{}
	for next := append(slices.Concat(calls(t, "dev.go"), calls(t, "dev_states.go"), calls(t, "dev_markup.go")), "Dev"); len(next) > 0; next = next[1:] {
		if name := next[0]; !reached[name] {
			reached[name] = true
			next = append(next, uses[name]...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		if reason := elsewhere[name]; reached[name] == (reason != "") {
			t.Errorf("component %s: reached from the development page %t, and the reason for not showing it is %q", name, reached[name], reason)
		}
	}
	for name := range elsewhere {
		if _, ok := uses[name]; !ok {
			t.Errorf("there is no component %s, which is listed as not shown", name)
		}
	}
}
