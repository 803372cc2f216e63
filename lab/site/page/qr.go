package page

import (
	"fmt"
	"strconv"
	"strings"

	qrcode "rsc.io/qr"
)

// quiet is the width of the white edge that a scanner needs around a QR code,
// in modules (ISO/IEC 18004, section 6.3.8).
const quiet = 4

// QR is a QR code, ready to draw.
type QR struct {
	Label string // what it leads to, for those who cannot scan it
	Size  int    // the side of the whole with its quiet zone, in modules
	Path  string // the black modules as the d of one SVG path, in modules
}

// NewQR makes the QR code of a text, with a label for those who cannot see it.
// An http URL in upper case encodes in the alphanumeric mode, with fewer and so
// larger modules; whether a URL may be in upper case is for the caller to know.
// It fails if the text is empty or longer than a QR code holds.
//
// The level is M, which restores 15 % of what cannot be read, glare on a canvas
// for one. From a back row the size of one module is what counts, and a join
// address in upper case (HTTP://192.168.7.20:8080/J/7K3MQ9XR) has 25 modules a
// side at M as at L; at Q it has 29.
func NewQR(text, label string) (QR, error) {
	if text == "" {
		return QR{}, fmt.Errorf("make a QR code: there is no text")
	}
	code, err := qrcode.Encode(text, qrcode.M)
	if err != nil {
		return QR{}, fmt.Errorf("make a QR code of %d bytes: %w", len(text), err)
	}
	return QR{Label: label, Size: code.Size + 2*quiet, Path: modules(code)}, nil
}

// modules writes the black modules, each row's neighbours as one rectangle: one
// of its own for each would leave hairlines between them at most sizes.
func modules(code *qrcode.Code) string {
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) { // what is outside is white
				x++
			}
			if n := strconv.Itoa(x - from); x > from {
				fmt.Fprintf(&path, "M%d %dh%sv1h-%sz", from+quiet, y+quiet, n, n)
			}
		}
	}
	return path.String()
}
