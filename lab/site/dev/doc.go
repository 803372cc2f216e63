// Package dev is the development page: every component of the site in every state, made
// of what was sent on a bench a moment ago. Only a lab that is told to has it.
package dev
