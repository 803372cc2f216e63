// Package check is the self-check: what this browser can show at this address, found
// out by doing it.
package check
