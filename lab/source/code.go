package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"sync"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// app is what there is to read of one of the apps.
type app struct {
	source fs.FS
	// shown names the functions worth reading for each deed, handler first.
	shown map[bench.Deed][]string
	// runsIf says of functions that only some settings run, which do.
	runsIf map[string]func(settings.Settings) bool
	// constants are those that conditions compare a variant with.
	constants map[string]any
}

// apps are the apps by flow. Each stands in a file of its own.
var apps = map[journal.Flow]app{journal.Session: sessionApp, journal.Token: tokenApp, journal.Sealed: sealedApp}

// Code is the apps' own functions by flow and name, read at start from the
// source that is embedded in the binary: code shown is code executed.
type Code map[journal.Flow]map[string]function

// Read reads the functions of the apps, once for all labs of a process. It
// fails if one that the page shows is not there.
var Read = sync.OnceValues(func() (Code, error) {
	c := Code{}
	for flow, app := range apps {
		functions, err := readFunctions(app.source)
		if err != nil {
			return nil, fmt.Errorf("read the source of the %s app: %w", flow, err)
		}
		c[flow] = functions
		for deed, names := range app.shown {
			for _, name := range names {
				if _, ok := functions[name]; !ok {
					return nil, fmt.Errorf("the %s app has no function %s, which the page shows for %q", flow, name, deed)
				}
			}
		}
	}
	return c, nil
})

func readFunctions(source fs.FS) (map[string]function, error) {
	out := map[string]function{}
	files, err := fs.Glob(source, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			start := f.Pos()
			if f.Doc != nil {
				start = f.Doc.Pos()
			}
			fn := function{block: Block{Name: f.Name.Name, File: name}, body: f.Body}
			first := set.Position(start).Line
			fn.line = func(at token.Pos) int { return set.Position(at).Line - first }
			fn.block.Lines = content.Go(string(text[set.Position(start).Offset:set.Position(f.End()).Offset]))
			out[f.Name.Name] = fn
		}
	}
	return out, nil
}

// Has reports whether the app of a flow has a function of that name.
func (c Code) Has(flow, name string) bool {
	_, ok := c[journal.Flow(flow)][name]
	return ok
}

// SetUp returns the code of a function as settings set the app up, which says whether any
// request runs it, marked with the lines that they choose if that is wanted. It returns
// false where there is none of that name.
func (c Code) SetUp(flow journal.Flow, name string, s settings.Settings, marked bool) (Block, bool) {
	f, ok := c[flow][name]
	if !ok {
		return Block{}, false
	}
	block := f.block
	if marked {
		block = f.mark(factsOf(bench.VariantOf(&journal.Exchange{Flow: flow, Settings: s}), apps[flow].constants))
	}
	if runs, sometimes := apps[flow].runsIf[name]; sometimes {
		block.Idle = !runs(s)
	}
	return block, true
}

// Ran returns the functions of the app that an exchange went through, in the
// order in which they are worth reading, with the lines marked that its settings
// chose.
func (c Code) Ran(x *journal.Exchange) []Block {
	if !x.Reached {
		return nil
	}
	var out []Block
	app := apps[x.Flow]
	f := factsOf(bench.VariantOf(x), app.constants)
	for _, name := range app.shown[bench.DeedOf(x)] {
		if runs, sometimes := app.runsIf[name]; sometimes && !runs(x.Settings) {
			continue
		}
		if !wasAsked(name, x) {
			continue
		}
		out = append(out, c[x.Flow][name].mark(f))
	}
	return out
}

// wasAsked reports whether a request is one for a handler, as far as one deed has
// two of them: to ask for the profile, and for the staff's desk.
func wasAsked(name string, x *journal.Exchange) bool {
	if name != "profile" && name != "desk" {
		return true
	}
	return strings.HasSuffix(explain.Read(x).Line().Path(), "/"+name)
}
