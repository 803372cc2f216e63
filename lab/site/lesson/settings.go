package lesson

import (
	"slices"

	"authlab/lab/explain"
	"authlab/lab/settings"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
)

// SettingsView is the form in which a bench's knobs are turned.
type SettingsView struct {
	Action string
	Turned string // "3 turned", "" where the bench is as the lesson has it
	// Stand says which configuration this is and how many of its values follow an
	// advice; Against are those that go against one.
	Stand   string
	Against []settings.Value
	Groups  []KnobGroup
	Notes   []settings.Note
}

// KnobGroup are the knobs of one flow, or of both.
type KnobGroup struct {
	Title, Class string
	Turned       string
	Knobs        []KnobView
}

// KnobView is a knob: what it can be turned to, and what its value means.
type KnobView struct {
	Name, ID, Label string
	Choices         []KnobChoice
	Meaning         string
	Says            string // "as OWASP … advises", "against …"; "" where nobody does
	Source, URL     string
	Turned          bool
}

// KnobChoice is an option of a knob.
type KnobChoice struct {
	Value, Label       string
	Selected, Disabled bool
}

var groupTitles = []struct {
	group settings.Group
	title string
}{
	{settings.SessionFlow, "Session"},
	{settings.TokenFlow, "Token"},
	{settings.BothFlows, "Both"},
}

// groupClass hides a flow's knobs in the view of another one, unless that goes by some of
// them.
func groupClass(in *panes.BenchInput, group settings.Group) string {
	class := ""
	for _, flow := range in.Lanes {
		switch of := explain.FlowOf(flow); {
		case of.Knobs == group:
			class = "only " + page.ViewOf(flow)
		case slices.ContainsFunc(settings.Knobs, func(k settings.Knob) bool { return k.Group == group && k.Governs(of.Knobs) }):
			return ""
		}
	}
	return class
}

func newSettings(in *panes.BenchInput) SettingsView {
	v := SettingsView{Action: in.Path() + "/settings", Notes: settings.Notes(in.Settings, secure(in))}
	turned := 0
	for _, g := range groupTitles {
		group := KnobGroup{Title: g.title, Class: groupClass(in, g.group)}
		n := 0
		for _, k := range settings.Knobs {
			if k.Group == g.group {
				kv := newKnob(in, k)
				group.Knobs = append(group.Knobs, kv)
				if kv.Turned {
					n++
				}
			}
		}
		group.Turned = turnedText(n)
		turned += n
		v.Groups = append(v.Groups, group)
	}
	v.Turned = turnedText(turned)
	v.stand(in.Settings)
	return v
}

// stand says how the settings stand to the advice that there is.
func (v *SettingsView) stand(s settings.Settings) {
	by := settings.ByAdvice(s)
	name := "This is the lesson’s configuration."
	if v.Turned != "" {
		name = "This is the lesson’s configuration but for what was turned."
	}
	v.Against = by[settings.Breaks]
	v.Stand = name + " Of its values " + page.Itoa(len(by[settings.Follows])) + " follow an advice, " + page.Itoa(len(v.Against)) + againstOne(len(v.Against)) +
		"; for the other " + page.Itoa(len(by[settings.Open])) + " we know of none."
}

func againstOne(n int) string {
	if n == 1 {
		return " goes against one"
	}
	return " go against one"
}

func turnedText(n int) string {
	if n == 0 {
		return ""
	}
	return page.Itoa(n) + " turned"
}

func secure(in *panes.BenchInput) bool { return len(in.Origin) > 5 && in.Origin[:5] == "https" }

func newKnob(in *panes.BenchInput, k settings.Knob) KnobView {
	value := in.Settings.Get(k.Name)
	chosen, _ := k.Choice(value)
	v := KnobView{
		Name: k.Name, ID: "knob-" + k.Name, Label: k.Label, Meaning: chosen.Meaning,
		Source: chosen.Advice.Source, URL: chosen.Advice.URL, Turned: value != in.Lesson.Get(k.Name),
	}
	switch chosen.Advice.Verdict {
	case settings.Follows:
		v.Says = "As advised by"
	case settings.Breaks:
		v.Says = "Against the advice of"
	}
	for _, c := range k.Choices {
		option := KnobChoice{Value: c.Value, Label: c.Label, Selected: c.Value == value}
		if k.Name == "store" && !slices.Contains(in.Stores, c.Value) {
			option.Disabled, option.Label = true, c.Label+" (this lab was started without)"
		}
		v.Choices = append(v.Choices, option)
	}
	return v
}
