// Package lectern is the instructor's windows: the instructor's view and the clicker,
// with the pace of the class, its rights and what comes next.
package lectern
