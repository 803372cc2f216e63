package lab_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// pictureLimit is how large the README's picture may be, in bytes.
const pictureLimit = 250 << 10

// The README's picture is a picture of the bench page: with AUTHLAB_PICTURE it
// is taken and written there, without it the one that is there is looked at.
func TestPicture(t *testing.T) {
	path := os.Getenv("AUTHLAB_PICTURE")
	if path == "" {
		path = filepath.Join("..", "static", "bench.png")
	} else if err := os.WriteFile(path, takePicture(t), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: make picture takes it", err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil || config.Width < 1200 || len(b) > pictureLimit {
		t.Errorf("%s is %d px wide and %d bytes large (%v), want at least 1200 px and at most %d bytes", path, config.Width, len(b), err, pictureLimit)
	}
}

// takePicture is the bench at step 5, on light paper.
func takePicture(t *testing.T) []byte {
	b := startLab(t, bench.Limits{}).browser(t)
	b.paper("light")
	b.do(chromedp.EmulateViewport(1440, 1000))
	b.lessonTo(5)
	eval[any](b, "document.activeElement.blur(), null")
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	b.must(err)
	picture, err := png.Decode(bytes.NewReader(shot))
	b.must(err)
	var out bytes.Buffer
	b.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(picture)))
	return out.Bytes()
}

// fewColours draws a picture with the 256 colours that it uses most: text on
// paper has few, and shades of them at the edges of letters.
func fewColours(from image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	each(from, func(x, y int, c color.RGBA) { count[c]++ })
	all := make([]color.RGBA, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int { return count[b] - count[a] })
	var palette color.Palette
	for _, c := range all[:min(len(all), 256)] {
		palette = append(palette, c)
	}
	to := image.NewPaletted(from.Bounds(), palette)
	nearest := map[color.RGBA]uint8{}
	each(from, func(x, y int, c color.RGBA) {
		index, ok := nearest[c]
		if !ok {
			index = uint8(palette.Index(c))
			nearest[c] = index
		}
		to.SetColorIndex(x, y, index)
	})
	return to
}

func each(p image.Image, do func(x, y int, c color.RGBA)) {
	for y := p.Bounds().Min.Y; y < p.Bounds().Max.Y; y++ {
		for x := p.Bounds().Min.X; x < p.Bounds().Max.X; x++ {
			do(x, y, color.RGBAModel.Convert(p.At(x, y)).(color.RGBA))
		}
	}
}
