package dev

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// elsewhere are the components that the development page does not show, each
// with its reason.
var elsewhere = map[string]string{
	"Bench":       "a whole page",
	"Message":     "one message of a page, by itself",
	"BenchLive":   "the parts of the bench page once more",
	"Learn":       "a whole page",
	"Contents":    "a whole page",
	"Search":      "a whole page",
	"Glossary":    "a whole page",
	"Compare":     "a whole page",
	"Pairs":       "a whole page",
	"Front":       "a whole page",
	"ProblemPage": "a whole page",
	"Exchange":    "a whole page",
	"Handout":     "a whole page",

	"CookieInspector": "a whole page",
	"InspectToken":    "a whole page",

	"Projector":        "a whole page",
	"ProjectorLive":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorParts":   "a part of the projector’s page, whose own test goes through its states",
	"ProjectorHead":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorSlide":   "a part of the projector’s page, whose own test goes through its states",
	"ProjectorAhead":   "a part of the projector’s page, whose own test goes through its states",
	"ProjectorHeads":   "a part of the projector’s page, whose own test goes through its states",
	"ProjectorRest":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorVote":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorFoot":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorOverlay": "a part of the projector’s page, whose own test goes through its states",
	"ProjectorEnded":   "a part of the projector’s page, whose own test goes through its states",
	"ProjectorJoin":    "a part of the projector’s page, whose own test goes through its states",
	"ProjectorWhere":   "a part of the projector’s page, whose own test goes through its states",
	"SlideRow":         "a part of the projector’s page, whose own test goes through its states",
	"SlideLine":        "a part of the projector’s page, whose own test goes through its states",

	"Accept":       "a whole page",
	"Clicker":      "a whole page",
	"Drive":        "a whole page",
	"Invite":       "a whole page",
	"Join":         "a whole page",
	"NoRight":      "a whole page",
	"DriveLive":    "the parts of the instructor view once more",
	"ClickerLive":  "the parts of the clicker once more",
	"Ahead":        "a part of the instructor’s windows, whose own test goes through their states",
	"AnswerBrief":  "a part of the instructor’s windows, whose own test goes through their states",
	"BigButton":    "a part of the instructor’s windows, whose own test goes through their states",
	"Class":        "a part of the instructor’s windows, whose own test goes through their states",
	"ClassVote":    "a part of the instructor’s windows, whose own test goes through their states",
	"ClickerFoot":  "a part of the instructor’s windows, whose own test goes through their states",
	"ClickerHead":  "a part of the instructor’s windows, whose own test goes through their states",
	"ClickerNotes": "a part of the instructor’s windows, whose own test goes through their states",
	"ClickerPad":   "a part of the instructor’s windows, whose own test goes through their states",
	"DriveActs":    "a part of the instructor’s windows, whose own test goes through their states",
	"DriveNotes":   "a part of the instructor’s windows, whose own test goes through their states",
	"DriveSteps":   "a part of the instructor’s windows, whose own test goes through their states",
	"DriveTools":   "a part of the instructor’s windows, whose own test goes through their states",
	"Driver":       "a part of the instructor’s windows, whose own test goes through their states",
	"EndClass":     "a part of the instructor’s windows, whose own test goes through their states",
	"InviteForm":   "a part of the instructor’s windows, whose own test goes through their states",
	"Rights":       "a part of the instructor’s windows, whose own test goes through their states",
	"OnProjector":  "a part of the instructor’s windows, whose own test goes through their states",
	"Pace":         "a part of the instructor’s windows, whose own test goes through their states",
	"StageFold":    "a part of the instructor’s windows, whose own test goes through their states",
	"Times":        "a part of the instructor’s windows, whose own test goes through their states",
	"PaceBar":      "a part of the instructor’s windows, whose own test goes through their states",
	"MoreActs":     "a part of the instructor’s windows, whose own test goes through their states",
	"Troubles":     "a part of the instructor’s windows, whose own test goes through their states",
	"Unsaved":      "a part of the instructor’s windows, whose own test goes through their states",
	"Trouble":      "a part of the instructor’s windows, whose own test goes through their states",
	"Bare":         "what is around the windows of a class",
	"ControlForm":  "a move; the tests of the windows of a class go through them",
	"RoomKeys":     "the map of the keys; the tests of the windows of a class have it",
	"RoomNow":      "seen by scripts alone",
	"Stage":        "the two apps in frames, which work on the page of a class alone",
	"JoinForm":     "a part of the page for joining, whose own test goes through its states",
	"Together":     "a part of the front page",

	"Student":           "a whole page",
	"StudentLive":       "the parts of a student’s page once more",
	"StudentBack":       "a part of the student’s page, whose own test goes through its states",
	"StudentChapter":    "a part of the student’s page, whose own test goes through its states",
	"StudentDifference": "a part of the student’s page, whose own test goes through its states",
	"StudentEnd":        "a part of the student’s page, whose own test goes through its states",
	"StudentHead":       "a part of the student’s page, whose own test goes through its states",
	"StudentHeld":       "a part of the student’s page, whose own test goes through its states",
	"StudentPoll":       "a part of the student’s page, whose own test goes through its states",
	"StudentTry":        "a part of the student’s page, whose own test goes through its states",
	"VoteForm":          "a part of the student’s page, whose own test goes through its states",
	"Votes":             "a part of the student’s page, whose own test goes through its states",
	"PresentPress":      "is not to be seen",
	"FollowBar":         "stands on the bench’s page, whose own test has it",

	"ClassHandout":  "a whole page",
	"ClassBeat":     "a part of the class’s handout, whose own test goes through its states",
	"Ballot":        "a part of the class’s handout, whose own test goes through its states",
	"Operator":      "a whole page",
	"OperatorTable": "a part of the operator’s page, whose own test goes through its states",
	"OperatorNone":  "a part of the operator’s page, whose own test goes through its states",
	"StartPage":     "a whole page",
	"FoundPage":     "a whole page",
	"FramePage":     "a whole page",
	"CheckGroup":    "what a browser was seen to do, which no request of the sheet's own finds out",
	"CheckRow":      "a part of checkGroup",
	"CheckLines":    "a part of checkGroup",

	"ChapterBody": "a whole chapter, which /learn shows alone",
}

var (
	declared = regexp.MustCompile(`(?m)^templ (\w+)\(`)
	used     = regexp.MustCompile(`@(?:\w+\.)?(\w+)\(`)
)

// capital is the name of a component as another package would write it.
func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// components reads the templates of the whole site: which components there are, and
// which each uses.
func components(t *testing.T) map[string][]string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".templ") {
			files = append(files, name)
		}
		return err
	})
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
			component := capital(string(text[at[2]:at[3]]))
			uses[component] = nil
			for _, m := range used.FindAllSubmatch(text[at[1]:end], -1) {
				uses[component] = append(uses[component], capital(string(m[1])))
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
	rooms := map[string]bool{} // the packages of the site that it names
	for _, spec := range file.Imports {
		if p, _ := strconv.Unquote(spec.Path.Value); strings.HasPrefix(p, "authlab/lab/site/") {
			rooms[path.Base(p)] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			switch f := call.Fun.(type) {
			case *ast.Ident:
				list = append(list, capital(f.Name))
			case *ast.SelectorExpr:
				if of, ok := f.X.(*ast.Ident); ok && rooms[of.Name] {
					list = append(list, f.Sel.Name)
				}
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
	for next := append(slices.Concat(calls(t, "view.go"), calls(t, "states.go"), calls(t, "markup.go")), "Dev"); len(next) > 0; next = next[1:] {
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
