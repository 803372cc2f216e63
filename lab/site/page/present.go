package page

import "github.com/a-h/templ"

// describedBy binds the field for a code to what is said about it.
func describedBy(problem string) templ.Attributes {
	if problem == "" {
		return templ.Attributes{"aria-describedby": "code-how"}
	}
	return templ.Attributes{"aria-describedby": "code-problem code-how", "aria-invalid": "true"}
}
