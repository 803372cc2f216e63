package export_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"authlab/lab/export"
)

// shell runs a script by sh, from its standard input, and returns what it wrote.
func shell(t rapid.TB, script string) string {
	t.Helper()
	cmd := exec.Command("sh")
	cmd.Stdin = strings.NewReader(script)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sh: %v, %s, of %q", err, &problems, script)
	}
	return string(out)
}

// anyBytes generates what a word can hold: any bytes but NUL, often those that
// mean something to a shell, a terminal or a reader.
func anyBytes() *rapid.Generator[string] {
	special := rapid.SampledFrom([]string{
		"'", `"`, `\`, "`", "$(id)", "$HOME", "!", "!!", "\n", "\r", "\t", "\x1b[2J", "\x03", "%", "%s", "%%", `\n`, `\047`, "~", "#", "&", "|", ";", "*", "?", "[a]", "{a,b}", "<", ">",
		"@", "-", "\u202e", "\u200b", "\u2028", "é", "日本", "🔑", "\xff", "\xc3", "\x80", "\x7f", "\x01", " ", "\u00a0", "\ufeff", "e\u0301", "0", "7",
	})
	piece := rapid.OneOf(special, rapid.StringMatching(`[a-z0-9]{1,3}`), rapid.Custom(func(t *rapid.T) string {
		return string([]byte{rapid.ByteRange(1, 255).Draw(t, "byte")})
	}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "") })
}

// TestAShellReadsWhatWasQuoted lets a shell say each word again.
func TestAShellReadsWhatWasQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(anyBytes(), 1, 8).Draw(t, "words")
		var script strings.Builder
		script.WriteString(`printf '%s\000'`)
		for _, w := range words {
			script.WriteString(" " + export.Quote(w))
		}
		if got, want := shell(t, script.String()), strings.Join(words, "\x00")+"\x00"; got != want {
			t.Fatalf("the shell read %q, want %q", got, want)
		}
	})
}

// TestEveryByteSurvives goes over all bytes, alone and with company, without
// chance.
func TestEveryByteSurvives(t *testing.T) {
	var script, want strings.Builder
	for b := 1; b < 256; b++ {
		for _, s := range []string{string([]byte{byte(b)}), "a" + string([]byte{byte(b)}), string([]byte{byte(b)}) + "7", "é" + string([]byte{byte(b)}) + "\n"} {
			script.WriteString("printf '%s\\000' " + export.Quote(s) + "\n")
			want.WriteString(s + "\x00")
		}
	}
	if got := shell(t, script.String()); got != want.String() {
		t.Error("a byte does not survive the shell")
	}
}

// TestWhatIsQuotedCanBeSeen holds for every word that a terminal or a page is
// given nothing but visible characters: no escape sequence, no change of
// direction.
func TestWhatIsQuotedCanBeSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyBytes().Draw(t, "word")
		for _, r := range export.Quote(w) {
			if r != '\n' && (!unicode.IsPrint(r) || r == unicode.ReplacementChar) {
				t.Fatalf("%q is quoted as %q, which holds %U", w, export.Quote(w), r)
			}
		}
	})
}

// TestPlainWordsStayReadable is what people see of ordinary values.
func TestPlainWordsStayReadable(t *testing.T) {
	for s, want := range map[string]string{
		"":                  "''",
		"Accept: */*":       "'Accept: */*'",
		"it's":              `'it'\''s'`,
		"sid=AbC_-1; a=b":   "'sid=AbC_-1; a=b'",
		"Grüße, 日本":         "'Grüße, 日本'",
		"a\nb":              "'a\nb'",
		"a\tb":              `"$(printf 'a\011b')"`,
		"\u202eabc":         `"$(printf '\342\200\256abc')"`,
		"\x1b!%\\'":         `"$(printf '\033\041\045\134\047')"`,
		"\xff\n\n":          `"$(printf '\377')"'` + "\n\n'",
		"ends here\x00 not": "'ends here'",
	} {
		if got := export.Quote(s); got != want {
			t.Errorf("%q is quoted as %s, want %s", s, got, want)
		}
	}
}
