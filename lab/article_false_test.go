package lab

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"authlab/content"
)

// falsehoods are what texts have said and must not say again, with what is so.
var falsehoods = []struct{ says, isSo string }{
	{`(?i)\blax\b[^.]{0,90}(person|somebody|you) follows?`, "Lax lets through every top-level navigation by a safe method (RFC 6265bis, section 5.6.7.1)"},
	{`(?i)only a visit by a link`, "Lax lets through every top-level navigation by a safe method (RFC 6265bis, section 5.6.7.1)"},
	{`(?i)with None always|\*\*None\*\*: all of them|(everything|requests) that (another|any) site causes? carr`, "browsers block or partition third-party cookies (MDN, Third-party cookies)"},
	{`name\]\{pay\.name\} and \[role\]\{pay\.role\}, are the library`, "name is registered (IANA; OpenID Connect Core 1.0, section 5.1)"},
	{`(?i)only (now|then) are (they|.{0,120}) (read\b|worth reading)|may read it only after`, "golang-jwt decodes claims before it checks the signature; they are not believed before"},
	{`(?i)sealed against change|changeable by none|keeps? the token from being changed|nobody can change them|sealed in(to)?\b`, "a signature makes a change detectable (RFC 7515, section 5.2)"},
	{`(?i)goes there by GET, whatever the first request was \(|go on with a GET at the address in Location\.`, "303 keeps HEAD (RFC 9110, section 15.4.4)"},
	{`(?i)impossible to guess`, "an id is hard to guess (OWASP ASVS 5.0, 7.2.3)"},
	{`(?i)draft in this version`, "the draft has the number RFC 10025"},
}

// saidSources are the files of the texts that visitors read, with each file's
// lines joined, so that a sentence is whole.
func saidSources(t *testing.T) map[string]string {
	t.Helper()
	said := map[string]string{}
	join := func(name string, text []byte) { said[name] = strings.Join(strings.Fields(string(text)), " ") }
	err := fs.WalkDir(content.Embedded(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(content.Embedded(), name)
		join(name, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"explain/gloss/*.go", "settings/knob*.go", "settings/note.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			join(name, text)
		}
	}
	return said
}

// No text says again what was found false.
func TestTextsDoNotSayWhatIsFalse(t *testing.T) {
	t.Parallel()
	for name, text := range saidSources(t) {
		for _, f := range falsehoods {
			if found := regexp.MustCompile(f.says).FindString(text); found != "" {
				t.Errorf("%s says %q: %s", name, found, f.isSo)
			}
		}
	}
}
