// Package source is the two apps' own code as pages show it: read from the source that
// is embedded in the binary, function by function ([Read]), with the lines marked that a
// bench's settings choose ([Code.Ran]). Code shown is code executed.
package source
