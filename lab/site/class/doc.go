// Package class is a class as pages: what ties a room to the bench that it shows
// ([Classes]), and the windows of the instructor, the projector, the clicker and the
// students ([Pages]). Where classes are to survive a restart, it keeps them in a file.
package class
