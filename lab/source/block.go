package source

import (
	"authlab/content"
)

// Block is a function of an app's own source.
type Block struct {
	Name, File string
	// Lines have their syntax marked by classes.
	Lines []content.HTML
	// Marks are those of the lines, where the bench's settings choose among them.
	Marks []Mark
	// Idle says that as the app is set up no request runs the function.
	Idle bool
}

// Mark says what a configuration makes of a line of code.
type Mark string

// The marks. Most lines have none.
const (
	Chosen  Mark = "chosen"  // runs because of a setting
	Skipped Mark = "skipped" // does not run because of one
)
