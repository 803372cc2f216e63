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
	"Message":     "one message of a page, by itself",
	"Live":        "the parts of the bench page once more",
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

	"Accept":       "a whole page",
	"Clicker":      "a whole page",
	"Drive":        "a whole page",
	"Invite":       "a whole page",
	"Join":         "a whole page",
	"NoRight":      "a whole page",
	"DriveLive":    "the parts of the instructor view once more",
	"ClickerLive":  "the parts of the clicker once more",
	"ahead":        "a part of the instructor’s windows, whose own test goes through their states",
	"answerBrief":  "a part of the instructor’s windows, whose own test goes through their states",
	"bigButton":    "a part of the instructor’s windows, whose own test goes through their states",
	"class":        "a part of the instructor’s windows, whose own test goes through their states",
	"classVote":    "a part of the instructor’s windows, whose own test goes through their states",
	"clickerFoot":  "a part of the instructor’s windows, whose own test goes through their states",
	"clickerHead":  "a part of the instructor’s windows, whose own test goes through their states",
	"clickerNotes": "a part of the instructor’s windows, whose own test goes through their states",
	"clickerPad":   "a part of the instructor’s windows, whose own test goes through their states",
	"driveActs":    "a part of the instructor’s windows, whose own test goes through their states",
	"driveNotes":   "a part of the instructor’s windows, whose own test goes through their states",
	"driveSteps":   "a part of the instructor’s windows, whose own test goes through their states",
	"driveTools":   "a part of the instructor’s windows, whose own test goes through their states",
	"driver":       "a part of the instructor’s windows, whose own test goes through their states",
	"endClass":     "a part of the instructor’s windows, whose own test goes through their states",
	"inviteForm":   "a part of the instructor’s windows, whose own test goes through their states",
	"rights":       "a part of the instructor’s windows, whose own test goes through their states",
	"onProjector":  "a part of the instructor’s windows, whose own test goes through their states",
	"pace":         "a part of the instructor’s windows, whose own test goes through their states",
	"stageFold":    "a part of the instructor’s windows, whose own test goes through their states",
	"times":        "a part of the instructor’s windows, whose own test goes through their states",
	"paceBar":      "a part of the instructor’s windows, whose own test goes through their states",
	"moreActs":     "a part of the instructor’s windows, whose own test goes through their states",
	"troubles":     "a part of the instructor’s windows, whose own test goes through their states",
	"unsaved":      "a part of the instructor’s windows, whose own test goes through their states",
	"trouble":      "a part of the instructor’s windows, whose own test goes through their states",
	"bare":         "what is around the windows of a class",
	"controlForm":  "a move; the tests of the windows of a class go through them",
	"roomKeys":     "the map of the keys; the tests of the windows of a class have it",
	"roomNow":      "seen by scripts alone",
	"stage":        "the two apps in frames, which work on the page of a class alone",
	"joinForm":     "a part of the page for joining, whose own test goes through its states",
	"together":     "a part of the front page",

	"Student":           "a whole page",
	"StudentLive":       "the parts of a student’s page once more",
	"studentBack":       "a part of the student’s page, whose own test goes through its states",
	"studentChapter":    "a part of the student’s page, whose own test goes through its states",
	"studentDifference": "a part of the student’s page, whose own test goes through its states",
	"studentEnd":        "a part of the student’s page, whose own test goes through its states",
	"studentHead":       "a part of the student’s page, whose own test goes through its states",
	"studentHeld":       "a part of the student’s page, whose own test goes through its states",
	"studentPoll":       "a part of the student’s page, whose own test goes through its states",
	"studentTry":        "a part of the student’s page, whose own test goes through its states",
	"voteForm":          "a part of the student’s page, whose own test goes through its states",
	"votes":             "a part of the student’s page, whose own test goes through its states",
	"presentPress":      "is not to be seen",
	"followBar":         "stands on the bench’s page, whose own test has it",

	"ClassHandout":  "a whole page",
	"classBeat":     "a part of the class’s handout, whose own test goes through its states",
	"ballot":        "a part of the class’s handout, whose own test goes through its states",
	"Operator":      "a whole page",
	"operatorTable": "a part of the operator’s page, whose own test goes through its states",
	"operatorNone":  "a part of the operator’s page, whose own test goes through its states",
	"CheckBefore":   "a whole page",
	"Checked":       "a whole page",
	"CheckFrame":    "a whole page",
	"checkGroup":    "what a browser was seen to do, which no request of the sheet's own finds out",
	"checkRow":      "a part of checkGroup",
	"checkLines":    "a part of checkGroup",

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
