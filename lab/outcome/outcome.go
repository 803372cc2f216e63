// Package outcome is the form in which content says what a step of the lesson
// comes to, and in which it is held against what was recorded.
//
// A text that reports what happened is true of some runs and false of others: a
// token may have expired while a class talked, a setting may make an app decide
// otherwise. So content states what it takes for granted ([Expected], for one
// flow) and when an answer to a question is right ([Case], for several), in the
// facts that are listed here, and a page says it of a run only where the recorded
// [Facts] bear it out.
package outcome

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fact names something that one exchange shows.
type Fact string

// The facts of an exchange. Where the exchange cannot show a fact (a login has let
// nobody in yet), there is no value.
const (
	Status  Fact = "status"  // the status code of the answer: "200"
	LetIn   Fact = "let-in"  // whether a page that is not for strangers was given: yes, no
	Role    Fact = "role"    // the role that the answer names: member, staff, none
	Stopped Fact = "stopped" // the check that failed: its name, or nothing
	Checked Fact = "checked" // the checks that were made: their names
	Carries Fact = "carries" // what brought a credential along: cookie, authorization, nothing
	Gives   Fact = "gives"   // what the answer hands out: cookie, token, nothing
	Clears  Fact = "clears"  // whether the answer tells the browser to drop its cookie: yes, no
	Writes  Fact = "writes"  // whether the server wrote a record: yes, no
	Deletes Fact = "deletes" // whether the server deleted a record: yes, no
	Raises  Fact = "raises"  // whether it ended earlier tokens by raising the account's version: yes, no
	KeepsIn Fact = "role-in" // where the flow keeps the role: cookie, record, token, accounts
	Decodes Fact = "decodes" // what can be read of the token without a key: nothing, header, all
	Held    Fact = "held"    // where the browser keeps the credential: cookie, localStorage, sessionStorage, memory, nowhere
	Scripts Fact = "scripts" // whether scripts of the page can read it: can, cannot
)

const (
	yes     = "yes"
	no      = "no"
	nothing = "nothing"
)

// values are what each fact may be; nil stands for the name of a check.
var values = map[Fact][]string{
	LetIn: {yes, no}, Role: {"member", "staff", "none"}, Stopped: nil, Checked: nil,
	Carries: {"cookie", "authorization", nothing}, Gives: {"cookie", "token", nothing}, Clears: {yes, no},
	Writes: {yes, no}, Deletes: {yes, no}, Raises: {yes, no},
	KeepsIn: {"cookie", "record", "token", "accounts"}, Decodes: {nothing, "header", "all"},
	Held:    {"cookie", "localStorage", "sessionStorage", "memory", "nowhere"},
	Scripts: {"can", "cannot"},
}

// Names lists the facts, sorted.
func Names() []string {
	names := []string{string(Status)}
	for f := range values {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return names
}

// Valid says in words what is wrong with a fact or its value, or returns nil. The
// names of checks are the apps' own, so any text passes for one here; a test holds
// those of the content against a run.
func Valid(fact Fact, value string) error {
	if fact == Status {
		if n, err := strconv.Atoi(value); err != nil || n < 100 || n > 599 {
			return fmt.Errorf("the status %q is none: it is a number from 100 to 599", value)
		}
		return nil
	}
	known, ok := values[fact]
	switch {
	case !ok:
		return fmt.Errorf("the fact %q is unknown: it is one of %s", fact, strings.Join(Names(), ", "))
	case known != nil && !slices.Contains(known, value):
		return fmt.Errorf("%s is never %q: it is one of %s", fact, value, strings.Join(known, ", "))
	case value == "":
		return fmt.Errorf("%s names no check", fact)
	}
	return nil
}

// Facts are what one exchange shows. Of most facts there is one value, of Checked
// there are several.
type Facts map[Fact][]string

// Set gives a fact its one value; "" is none.
func (f Facts) Set(fact Fact, value string) {
	if value != "" {
		f[fact] = []string{value}
	}
}

// Say sets a fact that is yes or no.
func (f Facts) Say(fact Fact, is bool) {
	if is {
		f.Set(fact, yes)
	} else {
		f.Set(fact, no)
	}
}

// One is the value of a fact, "" where there is none.
func (f Facts) One(fact Fact) string {
	if len(f[fact]) == 0 {
		return ""
	}
	return f[fact][0]
}

// Expected is what a text takes for granted of one flow: for each fact the values
// of which any will do.
type Expected map[Fact][]string

// Holds reports whether all that is expected was recorded.
func (e Expected) Holds(f Facts) bool {
	for fact, any := range e {
		if !slices.ContainsFunc(any, func(v string) bool { return slices.Contains(f[fact], v) }) {
			return false
		}
	}
	return true
}

// Case is what a text takes for granted of a run, by the names of flows.
type Case map[string]Expected

// Of says what becomes of a case in a run: whether every flow that it speaks of has
// recorded facts, and whether all of them are as expected.
func (c Case) Of(run map[string]Facts) (known, holds bool) {
	known, holds = true, true
	for flow, expected := range c {
		facts, recorded := run[flow]
		known = known && recorded
		holds = holds && recorded && expected.Holds(facts)
	}
	return known, holds
}
