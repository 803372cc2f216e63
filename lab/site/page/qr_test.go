package page

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	qrcode "rsc.io/qr"
)

// readBack reads a path back: which modules it makes black, and how often.
func readBack(t *testing.T, path string, size int) [][]int {
	t.Helper()
	black := make([][]int, size)
	for y := range black {
		black[y] = make([]int, size)
	}
	for run := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &n, &back); err != nil || n != back {
			t.Fatalf("the run %q: %v", run, err)
		}
		for i := range n {
			black[y][x+i]++
		}
	}
	return black
}

// TestQRIsTheCode reads the drawing back, module by module.
func TestQRIsTheCode(t *testing.T) {
	for _, c := range []struct {
		text string
		size int // of the code, without its quiet zone
	}{
		{"HTTP://192.168.7.20:8080/J/7K3MQ9XR", 25},
		{"http://192.168.7.20:8080/j/7k3mq9xr", 29},
		{"HTTPS://192.168.100.200:8443/J/7K3MQ9XR", 29},
		{"https://192.168.100.200:8443/j/7k3mq9xr", 29},
		{"HTTP://10.0.0.7:8080/J", 25},
		{"http://10.0.0.7:8080/j", 25},
		{"https://lab.example/" + strings.Repeat("x", 1200), 133},
		{"7", 21},
	} {
		q, err := NewQR(c.text, "Join")
		if err != nil {
			t.Fatal(err)
		}
		want, err := qrcode.Encode(c.text, qrcode.M)
		if err != nil {
			t.Fatal(err)
		}
		if q.Size != want.Size+8 || want.Size != c.size || q.Label != "Join" {
			t.Errorf("%q: %d modules of %d with %q", c.text, want.Size, q.Size, q.Label)
		}
		for y, row := range readBack(t, q.Path, q.Size) {
			for x, times := range row {
				if black := want.Black(x-4, y-4); black != (times == 1) || times > 1 {
					t.Fatalf("%q: the module %d, %d is drawn %d times; black is %t", c.text, x, y, times, black)
				}
			}
		}
		if runs := strings.Count(q.Path, "M"); runs != countRuns(want) {
			t.Errorf("%q: %d runs, want %d: neighbours are one run", c.text, runs, countRuns(want))
		}
	}
}

func countRuns(code *qrcode.Code) (n int) {
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) && !code.Black(x-1, y) {
				n++
			}
		}
	}
	return n
}

// TestQRRefuses what no code can hold.
func TestQRRefuses(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", 4000)} {
		if q, err := NewQR(text, "Join"); err == nil || q != (QR{}) {
			t.Errorf("%d bytes: %+v, %v", len(text), q, err)
		}
	}
}

// TestQROnThePage is one picture with a name, black on white by itself.
func TestQROnThePage(t *testing.T) {
	q, err := NewQR("HTTP://10.0.0.7:8080/J", `Join at 10.0.0.7:8080/j "now"`)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := QRCode(q).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&page)
	if err != nil {
		t.Fatal(err)
	}
	side := strconv.Itoa(q.Size)
	for selector, want := range map[string]map[string]string{
		"svg.qr":      {"role": "img", "aria-label": q.Label, "viewBox": "0 0 " + side + " " + side},
		"svg.qr rect": {"width": "100%", "height": "100%", "fill": "#fff"},
		"svg.qr path": {"d": q.Path, "fill": "#000"},
	} {
		found := cascadia.QueryAll(doc, cascadia.MustCompile(selector))
		if len(found) != 1 {
			t.Fatalf("%d of %s", len(found), selector)
		}
		for _, a := range found[0].Attr {
			if value, ok := want[a.Key]; ok && value != a.Val {
				t.Errorf("%s: %s is %q, want %q", selector, a.Key, a.Val, value)
			}
			delete(want, a.Key)
		}
		if len(want) > 0 {
			t.Errorf("%s has no %v", selector, want)
		}
	}
}
