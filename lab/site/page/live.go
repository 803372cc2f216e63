package page

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// live writes a live value within a sentence. It is Go and not a template so
// that no white space comes between it and the words beside it.
func live(v LiveValue) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		class := "live"
		if v.Ink != "" {
			class = "live ink long " + v.Ink
		}
		b.WriteString(`<span class="` + class + `"`)
		if v.Ref != "" {
			b.WriteString(` data-ref="` + templ.EscapeString(v.Ref) + `"`)
		}
		b.WriteString(`>` + templ.EscapeString(v.Text) + `</span>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// SampleWords mark what comes from the lab's own run, wherever it stands.
const SampleWords = "sample: a run of this lab’s own at start"

// report writes sentences that tell of a run, and whose run it is unless it is
// the reader's own; or, in their place, that the run has nothing to tell of.
func report(r Report) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if len(r.Absent) > 0 {
			return writeAll(ctx, w, text(`<span class="absent">`), NothingOf(r.Absent), text(`</span> `))
		}
		if !r.Sample {
			return Parts(r.Parts).Render(ctx, w)
		}
		return writeAll(ctx, w, text(`<span class="report">`), Parts(r.Parts), text(` <span class="sample">(`+SampleWords+`)</span></span> `))
	})
}

// NothingOf writes in place of what a run has nothing of that it was not sent, or
// that nothing of the kind came of it, and where it can be sent.
func NothingOf(list []Absent) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for i, a := range list {
			before, after := "Not sent on this bench yet: ", "."
			if a.Sent {
				before, after = "Sent on this bench, and without what would stand here: ", "."
			}
			if i > 0 {
				before = " " + before
			}
			if err := writeAll(ctx, w, text(before), link(a.Step), text(after)); err != nil {
				return err
			}
		}
		return nil
	})
}

// text writes markup of ours.
func text(markup string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, markup)
		return err
	})
}

func writeAll(ctx context.Context, w io.Writer, all ...templ.Component) error {
	for _, c := range all {
		if err := c.Render(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// link writes a link within a sentence, as live does.
func link(l LinkView) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		class := ""
		if l.Step {
			class = ` class="to-step"`
		}
		_, err := io.WriteString(w, `<a`+class+` href="`+templ.EscapeString(l.Href)+`">`+string(l.Text)+`</a>`)
		return err
	})
}
