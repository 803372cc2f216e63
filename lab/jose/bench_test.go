package jose

import (
	"fmt"
	"strings"
	"testing"
	"time"
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

// A megabyte takes no longer than a megabyte takes, whatever is in it.
func TestLarge(t *testing.T) {
	const size = 1 << 20
	for name, given := range map[string]string{
		"one claim": large(t, size, false), "many claims": large(t, size, true), "dots": strings.Repeat(".", size), "quotes": strings.Repeat(`"`, size),
		"braces": strings.Repeat("{", size), "lines": strings.Repeat("\n", size), "fields": strings.Repeat("a: b\n", size/5), "pairs": "a=" + strings.Repeat(";=", size/2),
		"spaces": strings.Repeat("eyJ ", size/4), "words": strings.Repeat("eyJh.", size/5), "other": strings.Repeat("\xff", size), "members": `{` + strings.Repeat(`"a":1,`, size/6) + `"b":1}`,
		"deep": "e30." + b64(`{"a":`+strings.Repeat("[", size/2)) + ".",
	} {
		began := time.Now()
		in := Inspect(given, strings.Repeat("k", MaxKeyBytes), Auto, Options{Time: noon})
		if took := time.Since(began); took > 30*time.Second || in.Verdict == "" {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}
