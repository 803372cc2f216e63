package page

// QR is a QR code.
type QR struct {
	Label string // what it leads to, for those who do not see it
	Size  int    // modules on a side, with the quiet zone
	Path  string // an SVG path of the dark modules
}
