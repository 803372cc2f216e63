package source

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
)

// function is a function of an app, with what it takes to tell which of its
// lines a configuration runs.
type function struct {
	block Block
	body  *ast.BlockStmt
	line  func(token.Pos) int // of the block, from 0
}

// facts are what is known when an app has been set up: its variant's fields, and
// the constants that they are compared with.
type facts struct{ fields, consts map[string]any }

// present stands for a value of which it is only known that it is not nil.
type present struct{}

// factsOf reads the exported fields of a variant.
func factsOf(variant any, consts map[string]any) facts {
	f := facts{fields: map[string]any{}, consts: consts}
	v := reflect.ValueOf(variant)
	for i := range v.NumField() {
		f.fields[v.Type().Field(i).Name] = plain(v.Field(i))
	}
	return f
}

func plain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return v.Int()
	case (v.Kind() == reflect.Interface || v.Kind() == reflect.Slice) && v.IsNil():
		return nil
	default:
		return present{}
	}
}

// eval works a condition out, as far as it rests on the configuration alone.
func (f facts) eval(e ast.Expr) (value any, known bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.eval(e.X)
	case *ast.UnaryExpr:
		value, known = f.eval(e.X)
		is, ok := value.(bool)
		return !is, known && ok && e.Op == token.NOT
	case *ast.BinaryExpr:
		return f.binary(e)
	case *ast.SelectorExpr:
		if !isVariant(e.X) {
			return nil, false
		}
		value, known = f.fields[e.Sel.Name]
		return value, known
	case *ast.BasicLit:
		return literal(e)
	case *ast.Ident:
		if e.Name == "nil" {
			return nil, true
		}
		value, known = f.consts[e.Name]
		return value, known
	default:
		return nil, false
	}
}

// binary works out && and ||, whose second side may not matter, and == and !=.
func (f facts) binary(e *ast.BinaryExpr) (value any, known bool) {
	x, xKnown := f.eval(e.X)
	y, yKnown := f.eval(e.Y)
	switch e.Op {
	case token.LAND, token.LOR:
		decides := e.Op == token.LOR // true decides an or, false an and
		if xKnown && x == decides || yKnown && y == decides {
			return decides, true
		}
		return !decides, xKnown && yKnown
	case token.EQL:
		return x == y, xKnown && yKnown
	case token.NEQ:
		return x != y, xKnown && yKnown
	default:
		return nil, false
	}
}

// isVariant reports whether an expression is called as the apps call theirs.
func isVariant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "v"
	case *ast.SelectorExpr:
		return e.Sel.Name == "variant"
	default:
		return false
	}
}

func literal(l *ast.BasicLit) (any, bool) {
	switch l.Kind {
	case token.STRING:
		s, err := strconv.Unquote(l.Value)
		return s, err == nil
	case token.INT:
		n, err := strconv.ParseInt(l.Value, 0, 64)
		return n, err == nil
	default:
		return nil, false
	}
}

// mark returns the function's code with the lines marked that a configuration
// chooses, and those that it passes over. Lines that run in any configuration are
// not marked.
func (fn function) mark(f facts) Block {
	m := marking{facts: f, line: fn.line, marks: make([]Mark, len(fn.block.Lines))}
	m.block(fn.body.List)
	out := fn.block
	if m.found {
		out.Marks = m.marks
	}
	return out
}

// marking marks the lines of one function.
type marking struct {
	facts
	line  func(token.Pos) int
	marks []Mark
	found bool
}

// block marks statements that follow one another. What comes after a branch that
// is chosen and returns is passed over.
func (m *marking) block(list []ast.Stmt) {
	for i, s := range list {
		if m.statement(s) && i+1 < len(list) {
			m.lines(list[i+1], list[len(list)-1], Skipped)
			return
		}
	}
}

// statement marks one statement and reports whether it surely returns.
func (m *marking) statement(s ast.Stmt) (returns bool) {
	switch s := s.(type) {
	case *ast.IfStmt:
		return m.branch(s)
	case *ast.BlockStmt:
		m.block(s.List)
	case *ast.SwitchStmt:
		m.cases(s)
	case *ast.ReturnStmt:
		return true
	}
	return false
}

func (m *marking) branch(s *ast.IfStmt) (returns bool) {
	value, known := m.eval(s.Cond)
	chosen, ok := value.(bool)
	switch {
	case !known || !ok:
		m.block(s.Body.List)
		if s.Else != nil {
			m.statement(s.Else)
		}
		return false
	case chosen:
		m.body(s.Body.List, Chosen)
		if s.Else != nil {
			m.lines(s.Else, s.Else, Skipped)
		}
		return endsInReturn(s.Body.List)
	default:
		m.body(s.Body.List, Skipped)
		if s.Else != nil {
			m.statement(s.Else)
		}
		return false
	}
}

// cases marks a switch without a tag, whose cases are conditions.
func (m *marking) cases(s *ast.SwitchStmt) {
	for _, c := range s.Body.List {
		clause, ok := c.(*ast.CaseClause)
		if !ok || s.Tag != nil || len(clause.List) != 1 {
			continue
		}
		switch value, known := m.eval(clause.List[0]); {
		case !known:
			m.block(clause.Body)
		case value == true:
			m.body(clause.Body, Chosen)
		default:
			m.body(clause.Body, Skipped)
		}
	}
}

func (m *marking) body(list []ast.Stmt, as Mark) {
	if len(list) == 0 {
		return
	}
	m.lines(list[0], list[len(list)-1], as)
	if as == Chosen {
		m.block(list)
	}
}

func (m *marking) lines(first, last ast.Node, as Mark) {
	m.found = true
	for n := m.line(first.Pos()); n <= m.line(last.End()-1); n++ {
		m.marks[n] = as
	}
}

func endsInReturn(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	_, ok := list[len(list)-1].(*ast.ReturnStmt)
	return ok
}
