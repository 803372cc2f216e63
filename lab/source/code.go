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
	sessionapp "authlab/lab/session"
	"authlab/lab/settings"
	tokenapp "authlab/lab/token"
)

// Code is the apps' own functions by flow and name, read at start from the
// source that is embedded in the binary: code shown is code executed.
type Code map[journal.Flow]map[string]function

// Read reads the functions of both apps, once for all labs of a process. It
// fails if one that the page shows is not there.
var Read = sync.OnceValues(func() (Code, error) {
	c := Code{}
	for flow, source := range map[journal.Flow]fs.FS{journal.Session: sessionapp.Source, journal.Token: tokenapp.Source} {
		functions, err := readFunctions(source)
		if err != nil {
			return nil, fmt.Errorf("read the source of the %s app: %w", flow, err)
		}
		c[flow] = functions
	}
	for deed, byFlow := range shownFunctions {
		for flow, names := range byFlow {
			for _, name := range names {
				if _, ok := c[flow][name]; !ok {
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
		block = f.mark(factsOf(bench.VariantOf(&journal.Exchange{Flow: flow, Settings: s}), constants))
	}
	if runs, sometimes := runsIf[flow][name]; sometimes {
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
	f := factsOf(bench.VariantOf(x), constants)
	for _, name := range shownFunctions[bench.DeedOf(x)][x.Flow] {
		if runs, sometimes := runsIf[x.Flow][name]; sometimes && !runs(x.Settings) {
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

// constants are those of the apps that conditions compare a variant with.
var constants = map[string]any{
	"LocalStorage": string(tokenapp.LocalStorage), "SessionStorage": string(tokenapp.SessionStorage),
	"InMemory": string(tokenapp.InMemory), "InCookie": string(tokenapp.InCookie),
	"RequireAll": string(tokenapp.RequireAll), "RequireExp": string(tokenapp.RequireExp), "RequireNothing": string(tokenapp.RequireNothing),
	"NoRefresh": string(tokenapp.NoRefresh), "Reusable": string(tokenapp.Reusable), "Rotated": string(tokenapp.Rotated), "Detected": string(tokenapp.Detected),
}

// runsIf says of functions that only some settings run, which do.
var runsIf = map[journal.Flow]map[string]func(settings.Settings) bool{
	journal.Session: {
		"logout": deletesRecord, "withdraw": deletesRecord,
		"forget": func(s settings.Settings) bool { return !deletesRecord(s) },
	},
	journal.Token: {
		"logout": func(s settings.Settings) bool { return !endsSomething(s) },
		"revoke": endsSomething, "endAccess": endsSomething, "endRefresh": endsSomething,
		"lookUp": func(s settings.Settings) bool {
			return s.Token.Role == settings.Off || isOn(s.Token.Revocation)
		},
		"refresh": func(s settings.Settings) bool { return isOn(s.Token.Refresh) },
		"spent":   func(s settings.Settings) bool { return s.Token.Refresh != settings.On },
	},
}

// isOn reports whether a knob that can be off is not. What was not recorded on a
// bench has no settings, and is as the lesson's configuration.
func isOn(value string) bool { return value != "" && value != settings.Off }

func deletesRecord(s settings.Settings) bool { return s.Session.Logout != "cookie" }

// endsSomething reports whether a logout of the token app has anything to do.
func endsSomething(s settings.Settings) bool {
	return s.Token.Storage == "cookie" || isOn(s.Token.Refresh) || isOn(s.Token.Revocation)
}

// shownFunctions names the functions worth reading for each deed, handler first.
var shownFunctions = map[bench.Deed]map[journal.Flow][]string{
	bench.ProfileDeed: {
		journal.Session: {"profile", "desk", "account", "renewed"},
		journal.Token:   {"profile", "desk", "account", "holder", "verify", "parse", "judge", "lookUp"},
	},
	bench.LoginDeed: {
		journal.Session: {"login", "grant", "issue", "newSessions", "vary"},
		journal.Token:   {"login", "grant", "issue"},
	},
	bench.LogoutDeed: {
		journal.Session: {"leaving", "logout", "withdraw", "forget"},
		journal.Token:   {"leaving", "logout", "revoke", "endAccess", "endRefresh"},
	},
	bench.RefreshDeed: {
		journal.Token: {"refresh", "use", "spent", "grant"},
	},
}
