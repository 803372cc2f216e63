package dev

import (
	"context"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// reworked renders a component and changes its markup.
func reworked(c templ.Component, change func(string) string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := c.Render(ctx, &b); err != nil {
			return err
		}
		_, err := io.WriteString(w, change(b.String()))
		return err
	})
}

// unfolded opens every fold of a component.
func unfolded(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return strings.ReplaceAll(s, "<details", "<details open") })
}

// shownPopover shows a popover in its place.
func shownPopover(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return strings.Replace(s, " popover>", ">", 1) })
}

// busy says around a component what the page's main element says while a step is
// sent.
func busy(c templ.Component) templ.Component {
	return reworked(c, func(s string) string { return `<div class="lab" aria-busy="true">` + s + `</div>` })
}

// named are the attributes that give or use the id of an element. Our markup has
// a bare quote nowhere but around attributes' values.
var named = regexp.MustCompile(`( (?:id|for|form|aria-labelledby|aria-describedby|popovertarget|data-copy)="| href="#)([^"]*)"`)

// apart gives every id of a component a prefix, because the sheet shows again and
// again what a page has once. The icons are the page's own.
func apart(prefix string, c templ.Component) templ.Component {
	return reworked(c, func(s string) string {
		return named.ReplaceAllStringFunc(s, func(attribute string) string {
			m := named.FindStringSubmatch(attribute)
			if strings.HasPrefix(m[2], "i-") {
				return attribute
			}
			ids := strings.Fields(m[2])
			for i := range ids {
				ids[i] = prefix + ids[i]
			}
			return m[1] + strings.Join(ids, " ") + `"`
		})
	})
}
