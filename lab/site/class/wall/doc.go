// Package wall is the projector's page: what a whole class sees, a slide for each flow.
package wall
