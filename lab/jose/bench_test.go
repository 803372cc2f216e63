package jose

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// BenchmarkVerify makes every check on an ordinary token, by algorithm.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range Algorithms {
		token := Parse(mustSign(b, `{"typ":"JWT"}`, claims, alg, keys().pem(b, alg, true)))
		key := mustKey(b, keys().pem(b, alg, false), Auto)
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if in := Verify(token, key, nil, Options{Time: noon}); in.Verdict != Verified {
					b.Fatal(in.Sentence)
				}
			}
		})
	}
}

// large is a token of about that many bytes, with many claims or one long one.
func large(t testing.TB, size int, many bool) string {
	t.Helper()
	payload := `{"a":"` + strings.Repeat("x", size*3/4) + `"}`
	if many {
		var b strings.Builder
		b.WriteString(`{"a":1`)
		for i := 0; b.Len() < size*3/4; i++ {
			fmt.Fprintf(&b, `,"claim%d":%d`, i, i)
		}
		b.WriteString(`}`)
		payload = b.String()
	}
	return mustSign(t, `{"typ":"JWT"}`, payload, "HS256", keys().text)
}

// BenchmarkInspect reads, takes apart and verifies what was pasted, by size.
func BenchmarkInspect(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 20} {
		for _, many := range []bool{false, true} {
			pasted := "Authorization: Bearer " + large(b, size, many)
			b.Run(fmt.Sprintf("%dKB/%t", size>>10, many), func(b *testing.B) {
				b.SetBytes(int64(len(pasted)))
				for b.Loop() {
					if in := Inspect(pasted, keys().text, Auto, Options{Time: noon}); in.Verdict != Verified {
						b.Fatal(in.Sentence)
					}
				}
			})
		}
	}
}

// A megabyte takes what half of it takes twice, whatever is in it: what is counted
// is memory that was asked for, which no other program on the machine changes.
func TestLarge(t *testing.T) {
	const size = 1 << 20
	of := func(unit string) func(int) string {
		return func(n int) string { return strings.Repeat(unit, n/len(unit)) }
	}
	for name, given := range map[string]func(int) string{
		"one claim": func(n int) string { return large(t, n, false) }, "many claims": func(n int) string { return large(t, n, true) },
		"dots": of("."), "quotes": of(`"`), "braces": of("{"), "lines": of("\n"), "fields": of("a: b\n"), "spaces": of("eyJ "), "words": of("eyJh."), "other": of("\xff"),
		"pairs":   func(n int) string { return "a=" + strings.Repeat(";=", n/2) },
		"members": func(n int) string { return `{` + strings.Repeat(`"a":1,`, n/6) + `"b":1}` },
		"deep":    func(n int) string { return "e30." + b64(`{"a":`+strings.Repeat("[", n/2)) + "." },
	} {
		work := func(n int) uint64 {
			text := given(n)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			in := Inspect(text, strings.Repeat("k", MaxKeyBytes), Auto, Options{Time: noon})
			runtime.ReadMemStats(&after)
			if in.Verdict == "" {
				t.Errorf("%s: no verdict of %d bytes", name, n)
			}
			return after.TotalAlloc - before.TotalAlloc
		}
		half, whole := work(size/2), work(size)
		t.Logf("%s: %d and %d bytes of memory", name, half, whole)
		if whole > 3*half+size || whole > 400*size {
			t.Errorf("%s: half a megabyte takes %d bytes of memory, a whole one %d", name, half, whole)
		}
	}
}
