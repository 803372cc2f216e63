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
		if v.Sample {
			b.WriteString(` title="sample: from a run of this lab’s own at start"`)
		}
		b.WriteString(`>` + templ.EscapeString(v.Text) + `</span>`)
		if v.Sample {
			b.WriteString(`<span class="vh"> (sample)</span>`)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
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

// onlyFor is the class of a heading that is for the readers of one view.
func onlyFor(h Heading) string {
	if h.Only == "" {
		return ""
	}
	return "only " + h.Only
}
