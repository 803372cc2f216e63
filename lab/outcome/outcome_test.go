package outcome

import (
	"slices"
	"strings"
	"testing"
)

func TestValid(t *testing.T) {
	for _, c := range []struct {
		fact  Fact
		value string
		wrong string // what is said, "" for nothing
	}{
		{Status, "200", ""}, {Status, "99", "from 100 to 599"}, {Status, "ok", "from 100 to 599"},
		{LetIn, "yes", ""}, {LetIn, "no", ""}, {LetIn, "true", "it is one of yes, no"},
		{Stopped, "record found", ""}, {Stopped, "", "names no check"}, {Checked, "signature matches", ""},
		{Held, "memory", ""}, {Held, "jar", "it is one of cookie, localStorage"},
		{"colour", "red", "it is one of carries, checked"},
	} {
		err := Valid(c.fact, c.value)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %q is %v, want %q", c.fact, c.value, err, c.wrong)
		}
	}
	if names := Names(); !slices.IsSorted(names) || len(names) != len(values)+1 {
		t.Errorf("the facts are %q", names)
	}
}

func TestCaseOf(t *testing.T) {
	f := Facts{}
	f.Set(Status, "200")
	f.Set(Role, "")
	f.Say(LetIn, true)
	f[Checked] = []string{"record found", "account known"}
	run := map[string]Facts{"session": f}
	for _, c := range []struct {
		name         string
		of           Case
		known, holds bool
	}{
		{"nothing", Case{}, true, true},
		{"as it is", Case{"session": {Status: {"200"}, LetIn: {"yes"}}}, true, true},
		{"one of several", Case{"session": {Status: {"303", "200"}}}, true, true},
		{"one of the checks", Case{"session": {Checked: {"account known"}}}, true, true},
		{"otherwise", Case{"session": {Status: {"303"}}}, true, false},
		{"one right, one wrong", Case{"session": {Status: {"200"}, LetIn: {"no"}}}, true, false},
		{"what has no value", Case{"session": {Role: {"member"}}}, true, false},
		{"a flow that was not asked", Case{"token": {Status: {"200"}}}, false, false},
		{"both, and one was not asked", Case{"session": {Status: {"200"}}, "token": {Status: {"200"}}}, false, false},
	} {
		if known, holds := c.of.Of(run); known != c.known || holds != c.holds {
			t.Errorf("%s: known %v, holds %v; want %v, %v", c.name, known, holds, c.known, c.holds)
		}
	}
}
