// Command report reads what "go test -json" wrote in one or more passes over the same
// tests, each in a file. It prints what failed, what was skipped, which tests ran in one
// pass only, the ten slowest and, last, the test runner's own closing line of each
// package. It ends with 1 where a test or a package failed, or no test ran.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// slowest is how many tests are listed by their time.
const slowest = 10

// event is what the runner says (go doc test2json).
type event struct {
	Action, Package, Test, ImportPath, Output string
	Elapsed                                   float64 // seconds
}

// test is one that ran, by itself: a part of one counts to the whole.
type test struct {
	pass, pkg, name string
	took            float64 // seconds
}

// pass is one run of the tests.
type pass struct {
	name     string
	tests    []test
	skipped  []test
	faults   []string // what was written by what failed
	closing  []string // of each package
	packages map[string]bool
}

func main() {
	var passes []*pass
	for _, file := range os.Args[1:] {
		p, err := read(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		passes = append(passes, p)
	}
	if !report(os.Stdout, passes) {
		os.Exit(1)
	}
}

func read(file string) (*pass, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := &pass{name: strings.TrimSuffix(filepath.Base(file), ".json"), packages: map[string]bool{}}
	written := map[string]*strings.Builder{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			e = event{Action: "build-output", Output: lines.Text() + "\n"} // the go command itself has something to say
		}
		p.hear(e, written)
	}
	return p, lines.Err()
}

func (p *pass) hear(e event, written map[string]*strings.Builder) {
	of := cmp.Or(e.ImportPath, e.Package) + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if written[of] == nil {
			written[of] = &strings.Builder{}
		}
		written[of].WriteString(e.Output)
		if e.Test == "" && (strings.HasPrefix(e.Output, "ok  \t") || strings.HasPrefix(e.Output, "FAIL\t")) {
			p.closing = append(p.closing, e.Output)
		}
	case "fail", "build-fail":
		if said := written[of]; said != nil {
			p.faults = append(p.faults, said.String())
		}
	case "skip":
		if e.Test != "" {
			p.skipped = append(p.skipped, test{p.name, e.Package, e.Test, 0})
		}
	}
	if (e.Action == "pass" || e.Action == "fail") && e.Test != "" && !strings.Contains(e.Test, "/") {
		p.tests = append(p.tests, test{p.name, e.Package, e.Test, e.Elapsed})
		p.packages[e.Package] = true
	}
}

// report prints what the passes were, and says whether all is well.
func report(to io.Writer, passes []*pass) bool {
	well := len(passes) > 0
	for _, p := range passes {
		for _, fault := range p.faults {
			fmt.Fprintf(to, "failed, %s:\n%s", p.name, fault)
		}
		well = well && len(p.faults) == 0 && len(p.tests) > 0 && !slices.ContainsFunc(p.closing, func(line string) bool { return strings.HasPrefix(line, "FAIL") })
	}
	var all []test
	for _, p := range passes {
		all = append(all, p.tests...)
		for _, s := range p.skipped {
			fmt.Fprintf(to, "skipped, %s: %s %s\n", p.name, s.pkg, s.name)
		}
		fmt.Fprintf(to, "%s: %d tests of %d packages\n", p.name, len(p.tests), len(p.packages))
	}
	if len(passes) > 1 {
		once(to, passes)
	}
	slices.SortFunc(all, func(a, b test) int { return cmp.Compare(b.took, a.took) })
	fmt.Fprintln(to, "the slowest:")
	for _, t := range all[:min(slowest, len(all))] {
		fmt.Fprintf(to, "%8.1fs  %s %s, %s\n", t.took, t.pkg, t.name, t.pass)
	}
	for _, p := range passes {
		fmt.Fprintf(to, "%s:\n", p.name)
		for _, line := range p.closing {
			fmt.Fprint(to, line)
		}
	}
	return well
}

// once prints which tests ran in a single pass: of a package that no other pass had, how
// many; of any other, their names.
func once(to io.Writer, passes []*pass) {
	in := map[[2]string][]string{}
	for _, p := range passes {
		for _, t := range p.tests {
			key := [2]string{t.pkg, t.name}
			in[key] = append(in[key], p.name)
		}
	}
	for _, p := range passes {
		only := map[string][]string{}
		for key, names := range in {
			if len(names) == 1 && names[0] == p.name {
				only[key[0]] = append(only[key[0]], key[1])
			}
		}
		for _, pkg := range slices.Sorted(maps.Keys(only)) {
			named := ""
			if slices.ContainsFunc(passes, func(other *pass) bool { return other != p && other.packages[pkg] }) {
				slices.Sort(only[pkg])
				named = ": " + strings.Join(only[pkg], " ")
			}
			fmt.Fprintf(to, "only %s: %d tests of %s%s\n", p.name, len(only[pkg]), pkg, named)
		}
	}
}
