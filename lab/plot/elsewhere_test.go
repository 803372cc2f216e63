package plot

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestStepsAreToldHereOnly reads all our Go, what templates were made into, scripts and
// texts: a step by its number, a first or last one, how many there are. Whatever says
// so would have to be found and changed for a new step.
func TestStepsAreToldHereOnly(t *testing.T) {
	t.Parallel()
	told := 0
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || name == filepath.Join("..", "..", "lab", "plot")) {
				return fs.SkipDir
			}
			return err
		}
		read := map[string]func(string, []byte) []string{".go": toldInGo, ".js": toldInJS, ".md": toldInText}[filepath.Ext(name)]
		if read == nil || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, what := range read(name, text) {
			t.Errorf("%s: the plot is told outside of it: %s", name, what)
		}
		told++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if told < 300 {
		t.Errorf("read %d files, which are not all", told)
	}
}

// TestTellingIsFound holds the test above against what it is to find, and against what
// it is not.
func TestTellingIsFound(t *testing.T) {
	t.Parallel()
	inGo := func(text string) []string { return toldInGo("x.go", []byte("package x\n"+text)) }
	inJS := func(text string) []string { return toldInJS("x.js", []byte(text)) }
	inText := func(text string) []string { return toldInText("x.md", []byte(text)) }
	for _, c := range []struct {
		text string
		read func(string) []string
		want int
	}{
		{"const lastStep = 10", inGo, 1},
		{"const NoStep = -1", inGo, 1},
		{"var _ = in.Step > 0", inGo, 1},
		{"var _ = 10 == x.Step", inGo, 1},
		{"var _ = in.Steps[in.Step].Number < 9", inGo, 1},
		{"var _ = v{Step: 0}", inGo, 1},
		{"var _ = v{sampleStep{1, s.logins}}", inGo, 1},
		{"var _ = d.step(5)", inGo, 1},
		{"var _ = in.sent(1)", inGo, 1},
		{"var _ = plot.At(1)", inGo, 1},
		{`var _ = map[int]string{7: "role"}[in.Step]`, inGo, 1},
		{"var drawnSteps = []int{1, 5, 8}", inGo, 3},
		{"func f() {\nswitch s.Step {\ncase 1, 5:\n}\n}", inGo, 2},
		{"func f() {\nfor step := 0; ; {\n}\n}", inGo, 1},
		{`var _ = "A step is ` + Numbers + `."`, inGo, 1},
		{`var _ = "</b> of ` + strconv.Itoa(Last) + `</p>"`, inGo, 1},
		{`var _ = "<h3>` + words[Count] + ` steps</h3>"`, inGo, 1},
		{"const lastStep = plot.Last", inGo, 0},
		{"const maxSteps = 1000", inGo, 0},
		{"var _ = in.link(in.Step+1)", inGo, 0},
		{"var _ = n > 0 && x.Number < 1 && s.Step == plot.Login", inGo, 0},
		{`var _ = map[int]string{401: "no"}[status]`, inGo, 0},
		{"func f() {\nswitch len(steps) {\ncase 0:\n}\n}", inGo, 0},
		{"const looksAt = (step) => ({ 2: 1, 3: 1 })[step] ?? step;", inJS, 1},
		{"fields = { step: 10, stay: '1' }", inJS, 1},
		{"if (step === 5) go();", inJS, 1},
		{"if (step >= 0) go(); // shows one", inJS, 0},
		{"// send performs a step (" + strings.TrimPrefix(Numbers, "a number from ") + ")", inJS, 1},
		{"That is " + strings.ToUpper(words[Count]) + "\nsteps, and no more.", inText, 1},
		{"The next " + words[Last] + " steps.", inText, 1},
		{"See [step 5](step:5), and the next steps.", inText, 0},
	} {
		if got := c.read(c.text); len(got) != c.want {
			t.Errorf("in %q found %q, want %d", c.text, got, c.want)
		}
	}
}

var words = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"}

// saysCount finds how many steps there are, or how many follow the first, or the last.
var saysCount = regexp.MustCompile(fmt.Sprintf(`(?i)\b(?:%d|%d|%s|%s)\s+steps\b|\b%d to %d\b|\bof %[2]d\b`, Count, Last, words[Count], words[Last], First, Last))

func toldInText(_ string, text []byte) (found []string) {
	for _, m := range saysCount.FindAll(text, -1) {
		found = append(found, string(m))
	}
	return found
}

// numbersStep finds a step's number in a script. What is at least zero is a step.
var numbersStep = regexp.MustCompile(`(?i)\bstep['"\])]*\s*(?:[!=]==?|[<>]=?|:)\s*-?\d+|\{\s*\d+:\s*\d+`)

func toldInJS(name string, text []byte) []string {
	found := toldInText(name, text)
	for _, m := range numbersStep.FindAllString(string(text), -1) {
		if !strings.HasSuffix(m, ">= 0") {
			found = append(found, m)
		}
	}
	return found
}

// meansStep finds what a step or several are called by, takesStep what is asked of one
// by its number.
var (
	meansStep = regexp.MustCompile(`(?i)steps?$|^looksAt$|^cursor$`)
	takesStep = regexp.MustCompile(`(?i)step$|^(?:looksAt|sent|setCursor|atStep)$`)
)

var compares = map[token.Token]bool{token.EQL: true, token.NEQ: true, token.LSS: true, token.LEQ: true, token.GTR: true, token.GEQ: true}

func toldInGo(name string, text []byte) []string {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	add := func(what string, values ...ast.Expr) {
		for _, v := range values {
			if n := number(v); n != "" {
				found = append(found, what+" "+n)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				found = append(found, toldInText(name, []byte(n.Value))...)
			}
		case *ast.ValueSpec:
			if slices.ContainsFunc(n.Names, func(id *ast.Ident) bool { return isStep(id) }) {
				add("set to", elements(n.Values)...)
			}
		case *ast.AssignStmt:
			if slices.ContainsFunc(n.Lhs, isStep) {
				add("set to", elements(n.Rhs)...)
			}
		case *ast.BinaryExpr:
			if !compares[n.Op] {
				break
			}
			if isStep(n.X) {
				add("compared with", n.Y)
			} else if isStep(n.Y) {
				add("compared with", n.X)
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isStep(n.Tag) {
				for _, clause := range n.Body.List {
					add("case", clause.(*ast.CaseClause).List...)
				}
			}
		case *ast.KeyValueExpr:
			if isStep(n.Key) {
				add("given", n.Value)
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && meansStep.MatchString(id.Name) && len(n.Elts) > 0 {
				add("given", n.Elts[0])
			}
		case *ast.IndexExpr:
			if table, ok := n.X.(*ast.CompositeLit); ok && isStep(n.Index) {
				found = append(found, fmt.Sprintf("a table of %d", len(table.Elts)))
			}
		case *ast.CallExpr:
			if takesNumber(n.Fun) && len(n.Args) > 0 {
				add("asked of", n.Args[0])
			}
		}
		return true
	})
	return found
}

// isStep reports whether an expression is a step by what it is called, or its number.
func isStep(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return meansStep.MatchString(e.Name) && !strings.HasPrefix(e.Name, "max")
	case *ast.SelectorExpr:
		if e.Sel.Name == "Number" {
			return isStep(e.X)
		}
		return meansStep.MatchString(e.Sel.Name)
	case *ast.IndexExpr:
		return isStep(e.X)
	case *ast.CallExpr:
		return takesNumber(e.Fun)
	}
	return false
}

// takesNumber reports whether a function is one that is asked of a step.
func takesNumber(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.Ident:
		return takesStep.MatchString(f.Name)
	case *ast.SelectorExpr:
		from, ok := f.X.(*ast.Ident)
		return takesStep.MatchString(f.Sel.Name) || ok && from.Name == "plot" && f.Sel.Name == "At"
	}
	return false
}

// elements are what a list of values has in it, one level down.
func elements(values []ast.Expr) (all []ast.Expr) {
	for _, v := range values {
		if list, ok := v.(*ast.CompositeLit); ok {
			all = append(all, list.Elts...)
		} else {
			all = append(all, v)
		}
	}
	return all
}

// number is a whole number as it is written, "" for anything else.
func number(e ast.Expr) string {
	if minus, ok := e.(*ast.UnaryExpr); ok && minus.Op == token.SUB {
		if n := number(minus.X); n != "" {
			return "-" + n
		}
	}
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.INT {
		return lit.Value
	}
	return ""
}
