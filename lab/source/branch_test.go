package source

import (
	"go/parser"
	"net/http"
	"strings"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/session"
)

// A condition is worked out as far as it rests on the configuration alone.
func TestConditions(t *testing.T) {
	t.Parallel()
	f := factsOf(session.Variant{KeepID: true, SameSite: http.SameSiteNoneMode}, map[string]any{"Big": "big"})
	f.fields["Size"], f.fields["None"], f.fields["Some"] = "big", nil, present{}
	for condition, want := range map[string]any{
		"v.KeepID": true, "!a.variant.KeepID": false, "v.Persist": false, "(v.KeepID)": true, "v.SameSite != 0": true, "v.SameSite == 0": false,
		"v.KeepID && v.Persist": false, "v.KeepID || err != nil": true, "v.Persist && err != nil": false,
		"v.KeepID && err != nil": nil, "err != nil": nil, "x.KeepID": nil, "v.Nothing": nil, "v.KeepID < 1": nil,
		`v.Size == Big`: true, `v.Size != "big"`: false, "v.None == nil": true, "v.Some != nil": true, "v.Some == nil": false,
	} {
		e, err := parser.ParseExpr(condition)
		if err != nil {
			t.Fatal(err)
		}
		got, known := f.eval(e)
		if known != (want != nil) || known && got != want {
			t.Errorf("%s: %v, known %t; want %v", condition, got, known, want)
		}
	}
}

// Of the apps' own code those lines are marked that the settings choose.
func TestMarkedLines(t *testing.T) {
	t.Parallel()
	all, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name            string
		variant         session.Variant
		chosen, skipped string // what the marked lines hold
	}{
		{"vary", session.Variant{}, "", "s.Cookie.HttpOnly = false"},
		{"vary", session.Variant{Readable: true}, "s.Cookie.HttpOnly = false", "s.Cookie.Persist = true"},
		{"issue", session.Variant{}, "RenewToken", ""},
		{"issue", session.Variant{KeepID: true}, "", "RenewToken"},
		{"leaving", session.Variant{KeepRecord: true}, "a.forget", "a.logout"},
		{"leaving", session.Variant{}, "", "a.forget"},
		{"login", session.Variant{KeepID: true}, "", ""},
	} {
		block := all[journal.Session][c.name].mark(factsOf(c.variant, nil))
		held := map[Mark]string{}
		for i, mark := range block.Marks {
			held[mark] += words(string(block.Lines[i])) + "\n"
		}
		for mark, want := range map[Mark]string{Chosen: c.chosen, Skipped: c.skipped} {
			if !strings.Contains(held[mark], want) || want == "" && held[mark] != "" {
				t.Errorf("%s with %+v: %s are %q, want %q", c.name, c.variant, mark, held[mark], want)
			}
		}
	}
}

// words is a line without its markup.
func words(line string) string {
	var b strings.Builder
	for piece := range strings.SplitSeq(line, "<") {
		if _, text, ok := strings.Cut(piece, ">"); ok {
			piece = text
		}
		b.WriteString(piece)
	}
	return b.String()
}
