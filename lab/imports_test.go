package lab_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the imports of our own that each package may have. Dependencies
// point one way, and the two apps know nothing of the rest.
var arrows = map[string][]string{
	"cmd/authlab":            {"lab", "lab/listen"},
	"cmd/authload":           {"cmd/authload/proc", "cmd/authload/report", "lab/explain", "lab/journal", "lab/plot"},
	"cmd/authload/proc":      {"cmd/authload/report"},
	"cmd/authload/report":    {},
	"lab":                    {"content", "lab/bench", "lab/journal", "lab/listen", "lab/rehearsal", "lab/room", "lab/settings", "lab/share", "lab/site/article", "lab/site/check", "lab/site/class", "lab/site/dev", "lab/site/inspect", "lab/site/lesson", "lab/site/operator", "lab/site/panes", "lab/site/web", "lab/source", "lab/store", "lab/wire", "static"},
	"lab/site/article":       {"content", "lab/bench", "lab/explain", "lab/journal", "lab/moment", "lab/plot", "lab/settings", "lab/site/page", "lab/site/panes", "lab/site/web", "lab/source"},
	"lab/site/check":         {"lab/listen", "lab/moment", "lab/site/page", "lab/site/web"},
	"lab/site/class":         {"content", "lab/bench", "lab/coding", "lab/explain/client", "lab/export", "lab/journal", "lab/keep", "lab/mask", "lab/moment", "lab/plot", "lab/room", "lab/share", "lab/site/class/hall", "lab/site/class/lectern", "lab/site/class/wall", "lab/site/page", "lab/site/panes", "lab/site/web"},
	"lab/site/class/hall":    {"lab/explain", "lab/journal", "lab/plot", "lab/room", "lab/site/page", "lab/site/panes"},
	"lab/site/class/lectern": {"lab/explain", "lab/journal", "lab/moment", "lab/plot", "lab/room", "lab/site/class/hall", "lab/site/page", "lab/site/panes"},
	"lab/site/class/wall":    {"lab/explain", "lab/journal", "lab/moment", "lab/plot", "lab/room", "lab/site/class/hall", "lab/site/page", "lab/site/panes"},
	"lab/site/dev":           {"lab/bench", "lab/cookie", "lab/explain", "lab/explain/client", "lab/journal", "lab/plot", "lab/rehearsal", "lab/site/article", "lab/site/inspect", "lab/site/lesson", "lab/site/page", "lab/site/panes", "lab/site/web"},
	"lab/site/inspect":       {"lab/bench", "lab/cookie", "lab/explain", "lab/explain/gloss", "lab/jose", "lab/journal", "lab/moment", "lab/site/page", "lab/site/panes", "lab/site/web"},
	"lab/site/lesson":        {"content", "lab/bench", "lab/explain", "lab/explain/client", "lab/export", "lab/journal", "lab/moment", "lab/plot", "lab/room", "lab/settings", "lab/site/page", "lab/site/panes", "lab/site/web", "lab/source"},
	"lab/site/operator":      {"lab/listen", "lab/room", "lab/share", "lab/site/page", "lab/site/web"},
	"lab/site/page":          {"lab/explain", "lab/explain/gloss", "lab/journal", "lab/moment", "lab/plot", "lab/source"},
	"lab/site/panes":         {"lab/explain", "lab/explain/client", "lab/explain/facts", "lab/journal", "lab/moment", "lab/outcome", "lab/plot", "lab/settings", "lab/site/page", "lab/source"},
	"lab/site/web":           {"lab/bench", "lab/coding", "lab/explain/client", "lab/journal", "lab/listen", "lab/plot", "lab/room", "lab/settings", "lab/share", "lab/site/page"},
	".ci/report":             {},
	"content":                {"lab/outcome", "lab/plot"},
	"lab/bench":              {"lab/explain", "lab/explain/head", "lab/journal", "lab/moment", "lab/plot", "lab/sealed", "lab/session", "lab/settings", "lab/share", "lab/store", "lab/token", "lab/wire"},
	"lab/coding":             {},
	"lab/cookie":             {},
	"lab/explain":            {"lab/cookie", "lab/explain/gloss", "lab/explain/head", "lab/jose", "lab/journal", "lab/moment", "lab/settings"},
	"lab/explain/client":     {"lab/explain", "lab/explain/head", "lab/journal"},
	"lab/explain/facts":      {"lab/explain", "lab/journal", "lab/outcome"},
	"lab/explain/gloss":      {},
	"lab/explain/head":       {"lab/journal"},
	"lab/export":             {"lab/explain", "lab/explain/head", "lab/journal", "lab/plot", "lab/settings"},
	"lab/jose":               {},
	"lab/journal":            {"lab/plot", "lab/settings"},
	"lab/keep":               {},
	"lab/labtest":            {},
	"lab/listen":             {},
	"lab/mask":               {},
	"lab/moment":             {},
	"lab/outcome":            {},
	"lab/plot":               {},
	"lab/rehearsal":          {"lab/bench", "lab/explain", "lab/journal", "lab/plot", "lab/settings", "lab/wire"},
	"lab/room":               {"lab/plot"},
	"lab/sealed":             {},
	"lab/session":            {},
	"lab/settings":           {},
	"lab/share":              {},
	"lab/source":             {"content", "lab/bench", "lab/explain", "lab/journal", "lab/sealed", "lab/session", "lab/settings", "lab/token"},
	"lab/store":              {},
	"lab/store/storetest":    {"lab/store"},
	"lab/token":              {},
	"lab/wire":               {},
	"static":                 {"lab/coding"},
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	root := ".."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		allowed, known := arrows[pkg]
		if !known {
			t.Errorf("package %s has no place in the map of arrows; give it one or move it", pkg)
		}
		seen[pkg] = true
		for _, imported := range importsOf(t, name) {
			if !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s, which package %s must not", rel, imported, pkg)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range arrows {
		if !seen[pkg] {
			t.Errorf("package %s is in the map of arrows but not in the tree", pkg)
		}
	}
}

// rooms are the features, each of which a visitor meets. dev is none: it shows the
// components of all.
var rooms = []string{"lab/site/article", "lab/site/check", "lab/site/class", "lab/site/inspect", "lab/site/lesson", "lab/site/operator"}

// TestRoomsDoNotEnterEachOther holds the map against what no new arrow may do: lead from
// one feature to another, from what the lab is made of up to the site, or out of an app.
func TestRoomsDoNotEnterEachOther(t *testing.T) {
	t.Parallel()
	roomOf := func(pkg string) string {
		for _, r := range rooms {
			if pkg == r || strings.HasPrefix(pkg, r+"/") {
				return r
			}
		}
		return ""
	}
	for pkg, imported := range arrows {
		for _, to := range imported {
			if from, other := roomOf(pkg), roomOf(to); from != "" && other != "" && from != other {
				t.Errorf("the room %s enters %s", pkg, to)
			}
			below := pkg != "lab" && !strings.HasPrefix(pkg, "lab/site/") && !strings.HasPrefix(pkg, "cmd/")
			if below && strings.HasPrefix(to, "lab/site/") {
				t.Errorf("%s is below the site, and imports %s", pkg, to)
			}
		}
	}
	for _, app := range []string{"lab/session", "lab/token", "lab/sealed"} {
		if known, ok := arrows[app]; !ok || len(known) != 0 {
			t.Errorf("the app %s imports %q of ours; it must know nothing of the rest", app, known)
		}
	}
}

// importsOf returns the packages of ours that a file imports, without the
// module's name.
func importsOf(t *testing.T, name string) []string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var ours []string
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if rest, ok := strings.CutPrefix(p, "authlab/"); ok {
			ours = append(ours, rest)
		}
	}
	return ours
}

// mostFiles is how many files a package may have without its tests and what is
// generated: as many as a reader can look over in one listing.
const mostFiles = 25

func TestPackagesCanBeLookedOver(t *testing.T) {
	t.Parallel()
	files := map[string]int{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return err
		}
		if ext := path.Ext(name); ext == ".go" || ext == ".templ" {
			rel, err := filepath.Rel("..", name)
			files[path.Dir(filepath.ToSlash(rel))]++
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg, n := range files {
		if n > mostFiles {
			t.Errorf("package %s has %d files, more than %d: what of it can stand for itself?", pkg, n, mostFiles)
		}
	}
}
