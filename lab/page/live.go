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
