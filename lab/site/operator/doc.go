// Package operator is the page for whoever runs the lab: who holds what, and who is held
// back.
package operator
