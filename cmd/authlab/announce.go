package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"rsc.io/qr"
)

// announce prints where the lab is and, with -lan, where a class reaches it. On a
// terminal it also draws the address for the cameras of phones; a program that
// reads the output has no use for that.
func announce(out io.Writer, here string, class []string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "AuthLab is at %s\n", here)
	for i, address := range class {
		if i == 0 {
			fmt.Fprintf(&b, "Your class reaches it at %s\n", address)
			continue
		}
		fmt.Fprintf(&b, "or, on another network of this machine, at %s\n", address)
	}
	if len(class) > 0 && isTerminal(out) {
		// In upper case it is smaller. Neither a scheme nor a host minds, and there
		// is nothing behind them.
		drawn, err := blocks(strings.ToUpper(class[0]))
		if err != nil {
			return err
		}
		b.WriteString(drawn)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// isTerminal reports whether people read what is written to out.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// The colours of a QR code: black on white whatever the terminal's own are. They
// are of the fixed part of the 256 colours, which no theme changes.
const (
	blackOnWhite = "\x1b[38;5;16;48;5;231m"
	asBefore     = "\x1b[0m"
)

// quiet is the white edge that scanners need, in modules.
const quiet = 4

// blocks draws the QR code of a text, two rows of modules a line.
func blocks(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("make a QR code of %q: %w", text, err)
	}
	halves := map[[2]bool]string{{false, false}: " ", {true, false}: "▀", {false, true}: "▄", {true, true}: "█"}
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString(blackOnWhite)
		for x := -quiet; x < code.Size+quiet; x++ {
			b.WriteString(halves[[2]bool{code.Black(x, y), code.Black(x, y+1)}])
		}
		b.WriteString(asBefore + "\n")
	}
	return b.String(), nil
}
