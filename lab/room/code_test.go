package room_test

import (
	"strings"
	"testing"

	"authlab/lab/room"
)

const symbols = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

func TestParseCode(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  room.Code
	}{
		{"K7QX-3MHP", "K7QX-3MHP"}, {"k7qx-3mhp", "K7QX-3MHP"}, {"K7QX3MHP", "K7QX-3MHP"}, {"k7qx3mhp", "K7QX-3MHP"}, {"k7qX-3Mhp", "K7QX-3MHP"},
		{"K7QX 3MHP", "K7QX-3MHP"}, {" K7QX-3MHP ", "K7QX-3MHP"}, {"K7 QX 3M HP", "K7QX-3MHP"}, {"K-7-Q-X-3-M-H-P", "K7QX-3MHP"}, {"K7Q-X3MHP", "K7QX-3MHP"},
		{"", ""}, {"-", ""}, {"    -    ", ""}, {"K7QX-3MH", ""}, {"K7QX-3MHPA", ""}, {"K7QX-3MHP-K7QX-3MHP", ""},
		{"07QX-3MHP", ""}, {"O7QX-3MHP", ""}, {"o7qx-3mhp", ""}, {"17QX-3MHP", ""}, {"I7QX-3MHP", ""}, {"i7qx-3mhp", ""}, {"L7QX-3MHP", ""}, {"l7qx-3mhp", ""},
		{"K7QX-3MH0", ""}, {"K7QX_3MHP", ""}, {"K7QX–3MHP", ""}, {"K7QX\u00a03MHP", ""}, {"K7QX-3MHP\n", ""}, {"K7QX\t3MHP", ""}, {"K7QX/3MHP", ""}, {"K7QX-3MHP\x00", ""},
		{"Ｋ７ＱＸ－３ＭＨＰ", ""}, {"K7QX-3MHＰ", ""}, {"\u212a7QX-3MHP", ""}, {"K7QX-3MH\u017f", ""}, {"K7QX-3MHß", ""}, {"K7QX-3MH\u0131", ""}, {"K7QX3M\xc3\xa9", ""}, {"К7QX-3MHP", ""},
	} {
		got, ok := room.ParseCode(c.typed)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q is read as %q, %v; want %q", c.typed, got, ok, c.want)
		}
	}
}

// TestCodesAreSpreadEvenly opens rooms until each place has had each symbol about
// as often.
func TestCodesAreSpreadEvenly(t *testing.T) {
	const n = 31 * 200
	var seen [8]map[byte]int
	for i := range seen {
		seen[i] = map[byte]int{}
	}
	codes := map[room.Code]bool{}
	for range n {
		code := room.NewCode()
		if again, ok := room.ParseCode(string(code)); !ok || again != code || len(code) != 9 || code[4] != '-' {
			t.Fatalf("a new code is %q, read again as %q", code, again)
		}
		codes[code] = true
		for i, c := range []byte(strings.Replace(string(code), "-", "", 1)) {
			seen[i][c]++
		}
	}
	if len(codes) != n {
		t.Errorf("%d codes have only %d values", n, len(codes))
	}
	for i, counts := range seen {
		chi := 0.0
		for _, c := range []byte(symbols) {
			off := float64(counts[c] - n/len(symbols))
			chi += off * off / float64(n/len(symbols))
		}
		if len(counts) != len(symbols) || chi > 90 { // 30 degrees of freedom: one run in ten million
			t.Errorf("place %d has %d symbols, chi-squared %.1f", i, len(counts), chi)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"K7QX-3MHP", "k7qx3mhp", " K7QX 3MHP", "K7QX-3MH\u017f", "O7QX-3MHP", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := room.ParseCode(s)
		if !ok {
			if code != "" {
				t.Fatalf("%q is refused and read as %q", s, code)
			}
			return
		}
		bare := strings.Replace(string(code), "-", "", 1)
		if len(code) != 9 || code[4] != '-' || strings.Trim(bare, symbols) != "" {
			t.Fatalf("%q is read as %q", s, code)
		}
		typed := strings.NewReplacer("-", "", " ", "").Replace(s)
		if !strings.EqualFold(typed, bare) || len(typed) != len(bare) {
			t.Fatalf("%q is read as %q", s, code)
		}
		for _, spelled := range []string{string(code), bare, strings.ToLower(bare)} {
			if again, ok := room.ParseCode(spelled); !ok || again != code {
				t.Fatalf("%q is read as %q, and that as %q", s, code, again)
			}
		}
	})
}
